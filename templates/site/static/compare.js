// On the page that compares editions: choose two of them. The choice is in the address (?from=v1&to=v2).
"use strict";
(() => {
  const form = document.querySelector(".milepost-compare");
  if (!form) return;
  const [from, to] = form.querySelectorAll("select");
  const note = form.querySelector(".milepost-compare-note");
  const names = [...document.querySelectorAll(".milepost-compared")].map((each) => each.dataset.edition);
  if (names.length < 2) return;
  const links = [...document.querySelectorAll(".milepost-compared a[data-old]")];
  const is = (link, one, other) => link.dataset.old === one && link.dataset.new === other;
  // The older one is always the first, in whatever order they are chosen.
  const page = () => links.find((link) => is(link, from.value, to.value) || is(link, to.value, from.value));
  const partners = (name) =>
    links.flatMap(({ dataset }) => (dataset.old === name ? [dataset.new] : dataset.new === name ? [dataset.old] : []));

  for (const select of [from, to]) select.replaceChildren(...names.map((name) => new Option(name, name)));
  const asked = new URLSearchParams(location.search);
  const choose = (select, name, otherwise) => {
    select.value = names.includes(name) ? name : otherwise;
  };
  choose(from, asked.get("from"), links[0]?.dataset.old ?? names[1]);
  choose(to, asked.get("to"), links[0]?.dataset.new ?? names[0]);

  const tell = () => {
    const found = page();
    note.textContent =
      from.value === to.value
        ? "Choose two different editions."
        : found
          ? ""
          : `These two are not compared here. ${from.value} is compared with ${partners(from.value).join(", ")}.`;
    form.querySelector("button").disabled = !found;
  };
  form.addEventListener("change", () => {
    const chosen = new URLSearchParams({ from: from.value, to: to.value });
    if (location.protocol !== "file:") history.replaceState(null, "", `?${chosen}`);
    tell();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = page();
    if (found) location.assign(found.href);
  });
  tell();
  form.hidden = false;
})();
