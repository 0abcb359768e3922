(() => {
  function all(root, query) { return [...root.querySelectorAll(query)]; }
  function pressable(holder, press) {
    var button = document.createElement("button");
    button.type = "button";
    button.append(...holder.childNodes);
    holder.append(button);
    button.onclick = () => press(button);
    return button;
  }
  all(document, "table[data-sortable]").forEach((table) => {
    var body = table.tBodies[0], heads = all(table.tHead, "th");
    heads.forEach((head, column) => {
      head.ariaSort = "none";
      pressable(head, () => {
        var down = head.ariaSort === "ascending";
        heads.forEach((other) => other.ariaSort = "none");
        head.ariaSort = down ? "descending" : "ascending";
        Array.from(body.rows, (row) => {
          var cell = row.cells[column], value = cell.dataset.value || cell.textContent.trim();
          return { row: row, known: cell.dataset.value !== "" && value !== "—", value: value };
        }).sort((a, b) => {
          if (a.known !== b.known) return a.known ? -1 : 1;
          var order = isNaN(a.value) || isNaN(b.value) ? a.value.localeCompare(b.value, document.documentElement.lang) : a.value - b.value;
          return down ? -order : order;
        }).forEach((item) => body.append(item.row));
      });
    });
  });
  all(document, "ul.key[data-filters] li[data-rating]").forEach((item) => {
    var rows = "#" + item.parentNode.dataset.filters + " tr[data-rating=" + item.dataset.rating + "]";
    pressable(item, (button) => {
      var hide = button.ariaPressed === "true";
      button.ariaPressed = String(!hide);
      all(document, rows).forEach((row) => row.hidden = hide);
    }).ariaPressed = "true";
  });
  all(document, "input[data-filters]").forEach((input) => {
    input.hidden = false;
    input.oninput = () => {
      var wanted = input.value.trim().toLowerCase();
      all(document, "#" + input.dataset.filters + " tbody tr").forEach((row) => row.hidden = !row.textContent.toLowerCase().includes(wanted));
    };
  });
})();
