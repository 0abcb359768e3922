(function () {
  "use strict";
  document.querySelectorAll("table[data-sortable]").forEach(function (table) {
    var body = table.tBodies[0];
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        head.parentNode.querySelectorAll("[aria-sort]").forEach(function (other) { other.setAttribute("aria-sort", "none"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var keyed = Array.prototype.map.call(body.rows, function (row, place) {
          var cell = row.cells[column], value = cell.dataset.value;
          var known = value !== undefined ? value !== "" : cell.textContent.trim() !== "—";
          return { row: row, place: place, known: known, key: value !== undefined && value !== "" && !isNaN(value) ? Number(value) : value || cell.textContent };
        });
        keyed.sort(function (a, b) {
          if (a.known !== b.known) return a.known ? -1 : 1;
          var order = typeof a.key === "number" && typeof b.key === "number" ? a.key - b.key : String(a.key).localeCompare(String(b.key), document.documentElement.lang);
          return (down ? -order : order) || a.place - b.place;
        });
        keyed.forEach(function (item) { body.appendChild(item.row); });
      });
    });
  });
  document.querySelectorAll("ul.key[data-filters]").forEach(function (key) {
    var rows = document.querySelectorAll("#" + key.dataset.filters + " tr[data-rating]");
    key.querySelectorAll("li[data-rating]").forEach(function (item) {
      var button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      while (item.firstChild) button.appendChild(item.firstChild);
      item.appendChild(button);
      button.addEventListener("click", function () {
        var shown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(shown));
        rows.forEach(function (row) { if (row.dataset.rating === item.dataset.rating) row.hidden = !shown; });
      });
    });
  });
})();
