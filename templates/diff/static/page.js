// Buttons and keys to go from change to change. Everything else on the page works without this script.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const article = document.querySelector("article");
  const links = [...document.querySelectorAll("nav.list a")];
  const counter = id("counter");
  // A stop is a change that is not inside another one.
  const stops = [...article.querySelectorAll(".change")].filter((stop) => !stop.parentElement.closest(".change"));
  const shown = () => stops.filter((stop) => stop.getClientRects().length > 0);
  let place = article; // the next step starts here
  let current = null;

  for (const stop of stops) stop.tabIndex = -1;
  for (const hidden of document.querySelectorAll(".steps[hidden], .keys[hidden]")) hidden.hidden = false;

  const show = () => {
    const all = shown();
    const index = all.indexOf(current);
    const total = all.length === 1 ? "1 change" : `${all.length} changes`;
    counter.textContent = index < 0 ? total : `${index + 1} of ${all.length}`;
    id("next").disabled = id("previous").disabled = all.length === 0;
  };

  const arrive = (stop) => {
    if (current) current.classList.remove("current");
    place = current = stop;
    for (const link of links) link.removeAttribute("aria-current");
    if (stop) {
      stop.classList.add("current");
      const holder = stop.closest("[id]");
      const own = links.filter((link) => holder && link.hash === `#${holder.id}`);
      for (const link of own) link.setAttribute("aria-current", "true");
    }
    show();
  };

  const step = (forward) => {
    const all = shown();
    if (!all.length) return;
    const side = forward ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const ahead = all.filter((stop) => place.compareDocumentPosition(stop) & side);
    const stop = forward ? (ahead[0] ?? all[0]) : (ahead.at(-1) ?? all.at(-1));
    const tall = stop.getBoundingClientRect().height > 0.6 * window.innerHeight;
    arrive(stop);
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: tall ? "start" : "center" });
  };

  id("next").addEventListener("click", () => step(true));
  id("previous").addEventListener("click", () => step(false));
  document.addEventListener("keydown", (event) => {
    if (!id("keys").checked || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("dialog, textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const forward = { n: true, j: true, p: false, k: false }[event.key];
    if (forward === undefined) return;
    event.preventDefault();
    step(forward);
  });
  // After a click into the text or on a link, the next step starts there.
  article.addEventListener("click", (event) => {
    const stop = stops.findLast((each) => each.contains(event.target));
    if (stop) arrive(stop);
    else place = event.target;
  });
  window.addEventListener("hashchange", () => {
    const target = id(decodeURIComponent(location.hash.slice(1)));
    if (!target || !article.contains(target)) return;
    arrive(stops.find((each) => each === target || each.contains(target)) ?? null);
    place = current ?? target;
  });
  document.addEventListener("change", show);
  // Paper has what is folded, also in browsers that do not know the style for it.
  const folded = [...document.querySelectorAll("details")];
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = folded.filter((each) => !each.open);
    for (const each of closed) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
  show();
})();
