// On the 404 page: list milestones with similar codes.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root;
  const place = document.querySelector(".milepost-meant");
  if (!place || root === undefined) return;
  const MOST = 5;
  const letters = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "");
  const last = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
  const wanted = letters(last.replace(/\.html?$/, ""));
  if (!wanted) return;

  // How much of its beginning a code has in common with the address.
  const likeness = (code) => {
    let common = 0;
    while (common < code.length && code[common] === wanted[common]) common += 1;
    return code === wanted ? Infinity : common / Math.max(code.length, wanted.length);
  };

  fetch(`${root}milestones.json`)
    .then((answer) => (answer.ok ? answer.json() : { milestones: [] }))
    .then(({ milestones }) => {
      const found = milestones
        .map((each) => ({ each, like: Math.max(...[each.code, ...each.aka].map((code) => likeness(letters(code)))) }))
        .filter(({ like }) => like >= 0.6)
        .sort((a, b) => b.like - a.like)
        .slice(0, MOST);
      const list = document.createElement("ul");
      for (const { each } of found) {
        const link = document.createElement("a");
        link.href = `${root}${each.page}`;
        link.textContent = `${each.code}: ${each.name}`;
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
      }
      if (found.length > 0) place.append(list);
      place.hidden = found.length === 0;
    })
    .catch(() => {});
})();
