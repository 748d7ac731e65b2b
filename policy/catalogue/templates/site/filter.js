// A field that hides rows and entries without the words typed. Everything works without it.
(() => {
  const lists = [...document.querySelectorAll("[data-filter]")];
  if (!lists.length) return;
  const label = document.createElement("label");
  label.className = "filter";
  label.append("Show only entries with ");
  const input = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off" });
  const told = Object.assign(document.createElement("span"), { className: "faint" });
  told.setAttribute("role", "status");
  label.append(input);
  const row = document.createElement("div");
  row.append(label, told);
  (document.querySelector("h1 ~ p") ?? document.querySelector("h1")).after(row);
  const entries = lists.flatMap((list) => [...list.querySelectorAll(":scope > tbody > tr, :scope > li")]);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const entry of entries) {
      const text = entry.textContent.toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
      left += !entry.hidden;
    }
    for (const list of lists) {
      const section = list.closest("section");
      if (section) section.hidden = !section.querySelector("[data-filter] > tbody > tr:not([hidden]), [data-filter] > li:not([hidden])");
    }
    told.textContent = words.length ? `${left} of ${entries.length}` : "";
  });
})();
