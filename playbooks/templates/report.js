// The page is complete without this: it only lets the tables be sorted, and unfolds all for printing.
(() => {
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort || cell.textContent.trim();
    return text === "–" ? "" : text;
  };

  const sort = (table, heading) => {
    const up = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const column = heading.cellIndex;
    const keyed = [...table.tBodies[0].rows].map((row) => [key(row, column), row]);
    // What is empty comes last, in either direction.
    keyed.sort(([a], [b]) => (!a - !b) || (up ? 1 : -1) * order.compare(a, b));
    table.tBodies[0].append(...keyed.map(([, row]) => row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    table.classList.add("sorts");
    for (const heading of table.tHead.rows[0].cells) {
      // Not a button element: that one is left out of the headings that are repeated on printed pages.
      const button = document.createElement("span");
      button.tabIndex = 0;
      button.setAttribute("role", "button");
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(table, heading);
      });
      heading.append(button);
    }
  }

  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
})();
