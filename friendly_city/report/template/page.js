(() => {
  function all(root, query) { return [...root.querySelectorAll(query)]; }
  function made(name, text, kind) {
    var element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  }
  function pressable(holder, press) {
    var button = document.createElement("button");
    button.type = "button";
    button.append(...holder.childNodes);
    holder.append(button);
    button.onclick = () => press(button);
    return button;
  }
  function filled(text, shown, rows) { return text.replace("[shown]", shown).replace("[all]", rows); }
  all(document, "table[data-sortable]").forEach((table) => {
    var body = table.tBodies[0], heads = all(table.tHead, "th");
    table.caption.append(made("span", " · " + table.dataset.sortable, "on-screen"));
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
      if (head.dataset.sortsBy) head.append(made("small", head.dataset.sortsBy, "on-screen"));
    });
  });
  all(document, "ul.key[data-filters]").forEach((key) => {
    var state = made("p", "", "hint on-screen"), rows = all(document, "#" + key.dataset.filters + " tr[data-rating]");
    function tell() { state.textContent = filled(key.dataset.hint, rows.filter((row) => !row.hidden).length, rows.length); }
    state.setAttribute("role", "status");
    all(key, "li[data-rating]").forEach((item) => {
      var own = rows.filter((row) => row.dataset.rating === item.dataset.rating);
      if (own.length) pressable(item, (button) => {
        var hide = button.ariaPressed === "true";
        button.ariaPressed = String(!hide);
        own.forEach((row) => row.hidden = hide);
        tell();
      }).ariaPressed = "true";
    });
    if (rows.length) { tell(); key.after(state); }
  });
  all(document, "input[data-filters]").forEach((input) => {
    var rows = all(document, "#" + input.dataset.filters + " tbody tr"), state = document.getElementById(input.dataset.state);
    input.hidden = false;
    input.oninput = () => {
      var wanted = input.value.trim().toLowerCase();
      rows.forEach((row) => row.hidden = !row.textContent.toLowerCase().includes(wanted));
      var shown = rows.filter((row) => !row.hidden).length;
      state.textContent = wanted ? filled(shown ? state.dataset.some : state.dataset.none, shown, rows.length) : "";
    };
  });
  function reach() {
    all(document, ".scroll:has(>table)").forEach((holder) => {
      var wider = holder.scrollWidth > holder.clientWidth, marks = { tabindex: "0", role: "region", "aria-labelledby": holder.firstChild.id + "-caption" };
      for (var name in marks) wider ? holder.setAttribute(name, marks[name]) : holder.removeAttribute(name);
    });
  }
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true);
  reach();
})();
