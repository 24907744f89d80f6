// Turns table headings into buttons that sort by their column. Without scripts, tables stay unsorted.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Names are first sorted in ascending order, numbers in descending order.
      const sorted = head.getAttribute("aria-sort") ?? (column === 0 ? "descending" : "ascending");
      const up = sorted === "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = (row) => row.cells[column].textContent;
      const order = (a, b) => {
        const [x, y] = [parseFloat(text(a)), parseFloat(text(b))];
        // Rows without a number stay at the end.
        if (isNaN(x) !== isNaN(y)) return isNaN(x) ? 1 : -1;
        const difference = isNaN(x) ? text(b).localeCompare(text(a)) : y - x;
        return up ? -difference : difference;
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
