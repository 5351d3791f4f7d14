// Show tooltips for the rows of charts and for acronyms.
//
// As in WCAG 2.2, 1.4.13: Escape hides a tooltip, the pointer may move onto it, and otherwise it stays as long
// as the pointer or the focus is on its target.
"use strict";
(window.milepost ??= {}).readyTooltips = ({ make, root }) => {
  const TARGETS = ":is(.milepost-row, .milepost-bar):not(.is-dimmed), .milepost-acronym";
  const GRACE = 250; // milliseconds to reach the tooltip
  const MARGIN = 8; // pixels
  const tooltip = make("div", { class: "milepost-tooltip", role: "tooltip", id: "milepost-tooltip", hidden: "" });
  let target = null;
  let title = null; // of the target, removed meanwhile so that the browser does not show it as well
  let left = 0;
  let leaving = 0;

  const place = () => {
    const box = target.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tooltip;
    const furthest = root.clientWidth - width - MARGIN;
    const below = box.bottom + 3;
    const above = box.top - height - 3;
    // Beside the pointer, so that it does not cover the next row.
    const right = left > furthest ? left - width - 32 : left;
    tooltip.style.left = `${Math.max(MARGIN, right > 0 ? right : furthest)}px`;
    tooltip.style.top = `${below + height > root.clientHeight - MARGIN && above > MARGIN ? above : below}px`;
  };
  const hide = () => {
    clearTimeout(leaving);
    if (!target) return;
    if (title !== null) target.setAttribute("title", title);
    if (target.getAttribute("aria-describedby") === tooltip.id) target.removeAttribute("aria-describedby");
    tooltip.hidden = true;
    target = title = null;
  };
  const show = (wanted, x) => {
    clearTimeout(leaving);
    if (wanted === target) return;
    hide();
    const named = wanted.matches(".milepost-row, .milepost-bar");
    title = wanted.getAttribute("title");
    const text = named ? wanted.getAttribute("aria-label") : (title ?? wanted.dataset.definition);
    if (!text) return;
    target = wanted;
    target.removeAttribute("title");
    if (!named) target.setAttribute("aria-describedby", tooltip.id); // the text of a row is its name already
    // Do not break codes and dates at their hyphens.
    const whole = (part, index) => (index % 2 ? make("span", { class: "milepost-whole" }, part) : part);
    tooltip.replaceChildren(...text.split(/(\S*\d\S*)/).map(whole));
    tooltip.hidden = false;
    left = x;
    place();
  };

  const leave = () => {
    clearTimeout(leaving);
    if (!target?.matches(":focus-visible")) leaving = setTimeout(hide, GRACE);
  };

  document.body.append(tooltip);
  for (const acronym of document.querySelectorAll(".milepost-acronym")) acronym.tabIndex = 0;
  let over = null; // the target under the pointer
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || !(event.target instanceof Element)) return;
    const before = over;
    over = event.target.closest(TARGETS);
    if (over && over !== before) show(over, event.clientX + 16);
    else if (over === target || tooltip.contains(event.target)) clearTimeout(leaving);
    else leave();
  });
  root.addEventListener("pointerleave", () => {
    over = null;
    leave();
  });
  document.addEventListener("focusin", ({ target: element }) => {
    const wanted = element.closest(TARGETS);
    if (!wanted?.matches(":focus-visible")) return;
    const frame = (wanted.closest(".milepost-scroll") ?? wanted).getBoundingClientRect();
    // Below the row, beside the labels, so that these stay visible.
    show(wanted, wanted.matches(".milepost-row, .milepost-bar") ? frame.left + 0.42 * frame.width : frame.left);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  for (const name of ["scroll", "resize"]) {
    window.addEventListener(name, () => target && place(), { capture: true, passive: true });
  }
};
