"use strict";
(() => {
  const list = document.getElementById("findings");
  if (!list) return;
  const form = document.getElementById("filter");
  const heads = [...document.querySelectorAll("#sort button")];
  const tiles = [...document.querySelectorAll(".tile")];
  const rows = [...list.querySelectorAll(":scope > .finding")].map((node) => ({
    node,
    text: (node.querySelector("summary").textContent + " " + node.querySelector(".found").textContent).toLowerCase(),
  }));
  const numeric = new Set(["severity", "count", "first", "last"]);
  const order = { by: "severity", up: false };

  const key = (row, by) =>
    numeric.has(by) ? Number(row.node.dataset[by]) : row.node.querySelector("." + by).textContent;

  function sort(by, up) {
    order.by = by;
    order.up = up;
    const keys = new Map(rows.map((row) => [row, key(row, by)]));
    const sign = up ? 1 : -1;
    const sorted = [...rows].sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      return x < y ? -sign : x > y ? sign : b.node.dataset.severity - a.node.dataset.severity;
    });
    list.append(...sorted.map((row) => row.node));
    for (const head of heads) {
      const chosen = head.dataset.sort === by;
      head.setAttribute("aria-pressed", chosen);
      head.dataset.order = chosen ? (up ? "up" : "down") : "";
    }
  }

  function filter() {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = form.severity.value, account = form.account.value;
    let shown = 0;
    for (const { node, text } of rows) {
      const match = (!severity || node.dataset.label === severity) && (!account || node.dataset.account === account) &&
        words.every((word) => text.includes(word));
      node.hidden = !match;
      if (match) shown++;
    }
    for (const tile of tiles) tile.setAttribute("aria-pressed", tile.dataset.severity === severity);
    document.getElementById("shown").value = shown + " of " + rows.length;
    document.getElementById("none").hidden = shown > 0;
  }

  // The address keeps what is chosen, so that it can be sent to a colleague: #q=alice&severity=High&sort=count or #f-ID.
  function remember() {
    const chosen = new URLSearchParams();
    for (const name of ["q", "severity", "account"]) if (form[name].value) chosen.set(name, form[name].value);
    if (order.by !== "severity" || order.up) chosen.set("sort", order.by + (order.up ? "" : "-down"));
    history.replaceState(null, "", "#" + chosen);
  }

  function recall() {
    const hash = location.hash.slice(1);
    const named = hash.startsWith("f-") && document.getElementById(hash);
    if (named) {
      named.open = true;
      named.scrollIntoView();
      return;
    }
    const chosen = new URLSearchParams(hash);
    for (const name of ["q", "severity", "account"]) form[name].value = chosen.get(name) || "";
    for (const name of ["severity", "account"]) if (form[name].selectedIndex < 0) form[name].value = "";
    const by = (chosen.get("sort") || "severity-down").replace(/-down$/, "");
    if (heads.some((head) => head.dataset.sort === by)) sort(by, !(chosen.get("sort") || "-down").endsWith("-down"));
    filter();
  }

  function choose(name, value) {
    form[name].value = form[name].value === value ? "" : value;
    filter();
    remember();
    if (name === "q") document.getElementById("list").scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); remember(); }));
  document.getElementById("clear").addEventListener("click", () => form.reset());
  document.getElementById("open").addEventListener("click", (event) => {
    const open = event.target.textContent === "Open all";
    for (const { node } of rows) if (!node.hidden || !open) node.open = open;
    event.target.textContent = open ? "Close all" : "Open all";
  });
  for (const head of heads) {
    head.addEventListener("click", () => {
      const by = head.dataset.sort;
      sort(by, order.by === by ? !order.up : !numeric.has(by));
      remember();
    });
  }
  for (const tile of tiles) tile.addEventListener("click", () => choose("severity", tile.dataset.severity));
  for (const bar of document.querySelectorAll("[data-query]")) bar.addEventListener("click", () => choose("q", bar.dataset.query));
  for (const button of document.querySelectorAll(".copy")) button.hidden = false;
  list.addEventListener("click", (event) => {
    if (event.target.className !== "copy") return;
    const text = event.target.nextElementSibling;
    getSelection().selectAllChildren(text);
    if (navigator.clipboard) {
      navigator.clipboard.writeText(text.textContent).then(() => { event.target.textContent = "Copied"; }, () => {});
    }
  });
  addEventListener("hashchange", recall);
  recall();
})();
