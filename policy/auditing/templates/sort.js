// Tables whose headings sort them. Everything can be read without it.
(() => {
  for (const table of document.querySelectorAll("table[data-sort]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const up = now === "descending" || (now === null && !head.classList.contains("number"));
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = (row) => row.cells[at].dataset.by ?? row.cells[at].textContent.trim();
        const order = (a, b) => {
          const [one, other] = [key(a), key(b)];
          const numbers = one !== "" && other !== "" && !isNaN(one) && !isNaN(other);
          return numbers ? Number(one) - Number(other) : one.localeCompare(other);
        };
        const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? order(a, b) : order(b, a)));
        table.tBodies[0].append(...rows);
      });
    });
  }
})();
