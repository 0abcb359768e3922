(function () {
  "use strict";
  function all(root, query) { return Array.from(root.querySelectorAll(query)); }
  function pressable(holder, press) {
    var button = document.createElement("button");
    button.type = "button";
    button.append(...holder.childNodes);
    holder.append(button);
    button.onclick = function () { press(button); };
    return button;
  }
  all(document, "table[data-sortable]").forEach(function (table) {
    var body = table.tBodies[0], heads = all(table.tHead, "th");
    heads.forEach(function (head, column) {
      head.ariaSort = "none";
      pressable(head, function () {
        var down = head.ariaSort === "ascending";
        heads.forEach(function (other) { other.ariaSort = "none"; });
        head.ariaSort = down ? "descending" : "ascending";
        Array.from(body.rows, function (row) {
          var cell = row.cells[column], value = cell.dataset.value || cell.textContent.trim();
          return { row: row, known: cell.dataset.value !== "" && value !== "—", value: value };
        }).sort(function (a, b) {
          if (a.known !== b.known) return a.known ? -1 : 1;
          var order = isNaN(a.value) || isNaN(b.value) ? a.value.localeCompare(b.value, document.documentElement.lang) : a.value - b.value;
          return down ? -order : order;
        }).forEach(function (item) { body.append(item.row); });
      });
    });
  });
  all(document, "ul.key[data-filters] li[data-rating]").forEach(function (item) {
    var rows = "#" + item.parentNode.dataset.filters + " tr[data-rating=" + item.dataset.rating + "]";
    pressable(item, function (button) {
      var hide = button.ariaPressed === "true";
      button.ariaPressed = String(!hide);
      all(document, rows).forEach(function (row) { row.hidden = hide; });
    }).ariaPressed = "true";
  });
  all(document, "input[data-filters]").forEach(function (input) {
    input.oninput = function () {
      var wanted = input.value.trim().toLowerCase();
      all(document, "#" + input.dataset.filters + " tbody tr").forEach(function (row) { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    };
  });
})();
