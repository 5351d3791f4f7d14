// On every page of the site: the box that jumps to a milestone, sections that unfold together, and search results
// in words. Without this script the box searches, and sections unfold one by one.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root ?? "./";

  // --- The box ----------------------------------------------------------------------------------------------

  const MOST = 8; // suggestions
  const form = document.querySelector(".milepost-jump");
  let codes = null; // the milestones: code, page, earlier codes and issues, name; loaded at first use

  // As a script, because pages in a folder may not fetch files.
  const load = () => {
    codes ??= new Promise((done) => {
      const script = document.createElement("script");
      window.milepostCodes = done;
      script.addEventListener("error", () => done([]));
      script.src = `${root}codes.js`;
      document.head.append(script);
    });
    return codes;
  };
  const suggest = async (input, list) => {
    const words = input.value.trim().toLowerCase();
    const found = [];
    for (const [code, , others, name] of words ? await load() : []) {
      if (found.length === MOST) break;
      const text = [code, ...others, name].join("\n").toLowerCase();
      if (text.includes(words)) found.push(new Option(name, code));
    }
    for (const option of found) option.label = `${option.value}: ${option.text}`;
    list.replaceChildren(...found);
  };
  const jump = async (words) => {
    const wanted = words.trim().toLowerCase();
    const is = (name) => name.toLowerCase() === wanted;
    const all = await load();
    const found = all.filter(([code]) => is(code));
    if (!found.length) found.push(...all.filter(([, , others]) => others.some(is)));
    if (found.length === 1) location.assign(`${root}${found[0][1]}`);
    else form.submit(); // the results of the search
  };
  if (form) {
    const input = form.querySelector("input");
    input.addEventListener("focus", load);
    input.addEventListener("input", () => suggest(input, form.querySelector("datalist")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) jump(input.value);
    });
    document.addEventListener("keydown", (event) => {
      const { target, key, ctrlKey, altKey, metaKey } = event;
      if (key !== "/" || ctrlKey || altKey || metaKey || event.defaultPrevented) return;
      if (target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      input.focus();
    });
  }

  // --- Sections that unfold ---------------------------------------------------------------------------------

  const folds = [...document.querySelectorAll("details.milepost-fold")];
  const heading = document.querySelector("article h1");
  const unfold = (open) => {
    for (const each of folds) each.open = open;
  };
  if (folds.length > 1 && heading) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "milepost-button milepost-unfold";
    const tell = () => {
      button.textContent = folds.every((each) => each.open) ? "Fold all deliveries" : "Show all deliveries";
    };
    button.addEventListener("click", () => unfold(!folds.every((each) => each.open)));
    for (const each of folds) each.addEventListener("toggle", tell);
    tell();
    heading.after(button);
  }
  window.addEventListener("beforeprint", () => unfold(true));

  // --- Search results ---------------------------------------------------------------------------------------

  // Sphinx takes the text of a page as it is, so that words of neighbouring cells would run together.
  if (typeof Search !== "undefined") {
    const text = Search.htmlToText;
    Search.htmlToText = (page, anchor) => {
      const parsed = new DOMParser().parseFromString(page, "text/html");
      for (const each of parsed.querySelectorAll(".milepost-path, .milepost-small, .milepost-more")) each.remove();
      for (const each of parsed.querySelectorAll("dt, dd, th, td, h1, h2, h3, h4, h5, h6, li, p")) {
        const ends = /[.:;,!?]\s*$/.test(each.textContent) || !each.textContent.trim();
        each.append(ends ? " " : each.matches("dt") ? ": " : each.matches("th, td, dd") ? "; " : ". ");
      }
      return text(parsed.documentElement.outerHTML, anchor).replace(/\s+/g, " ").trim();
    };
  }
})();
