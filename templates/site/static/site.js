// On every page of the site: drawers that open by keyboard, the box that jumps to a milestone, sections that unfold
// together, and search results in words. Without this script the drawers are check boxes, the box searches, and
// sections unfold one by one.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root ?? "./";

  // --- The drawers of narrow screens ------------------------------------------------------------------------

  // Furo's labels become buttons. The style sheet keeps what is in a closed drawer from being reached.
  const FIRST = "a[href], button, input, summary, [tabindex='0']";
  const drawers = [
    ["__navigation", ".sidebar-drawer"],
    ["__toc", ".toc-drawer"],
  ].flatMap(([id, selector]) => {
    const box = document.getElementById(id);
    const drawer = document.querySelector(selector);
    const openers = [...document.querySelectorAll(`label[for="${id}"]:not(.overlay)`)];
    return box && drawer && openers.length ? [{ box, drawer, openers }] : [];
  });
  for (const { box, drawer, openers } of drawers) {
    const isShown = (element) => element.getClientRects().length > 0;
    const shown = () => openers.find(isShown);
    const tell = () => {
      for (const opener of openers) opener.setAttribute("aria-expanded", String(box.checked));
    };
    const set = (open) => {
      if (box.checked === open) return;
      box.checked = open;
      tell();
    };
    const close = () => {
      set(false);
      shown()?.focus();
    };
    drawer.id ||= `milepost-drawer${box.id}`;
    const name = box.getAttribute("aria-label") ?? openers[0].textContent.trim();
    for (const opener of openers) {
      const attributes = { role: "button", tabindex: "0", "aria-label": name, "aria-controls": drawer.id };
      for (const [key, value] of Object.entries(attributes)) opener.setAttribute(key, value);
      opener.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        opener.click();
      });
    }
    box.addEventListener("change", () => {
      tell();
      if (box.checked) [...drawer.querySelectorAll(FIRST)].find(isShown)?.focus();
      else shown()?.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && box.checked) close();
    });
    // A drawer covers the page, so it closes when the focus leaves it, or a link of it leads to a part of the page.
    drawer.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !drawer.contains(relatedTarget)) set(false);
    });
    drawer.addEventListener("click", ({ target }) => {
      if (target.closest("a[href^='#']")) set(false);
    });
    window.addEventListener("resize", () => shown() || set(false));
    window.addEventListener("pageshow", () => set(false)); // browsers keep the state of boxes
    tell();
  }
  document.documentElement.classList.add("milepost-drawers");

  // --- The box ----------------------------------------------------------------------------------------------

  const MOST = 8; // suggestions
  const form = document.querySelector(".milepost-jump");
  const field = document.getElementById("milepost-words"); // of the search page
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
      const isUnused = target === field && !field.value; // it has the focus from the start
      if (!isUnused && target.closest("input, textarea, select, [contenteditable]")) return;
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

  // --- Editions ---------------------------------------------------------------------------------------------

  // A link to the same page in another edition keeps filters and anchor. Where that edition does not have what this
  // page is about, it is told what was looked for.
  const LONGEST = 120;
  const editions = document.querySelector(".milepost-editions");
  const words = (element) => {
    const copy = element?.cloneNode(true);
    for (const each of copy?.querySelectorAll(".headerlink") ?? []) each.remove();
    return copy?.textContent.trim().slice(0, LONGEST) ?? "";
  };
  const leadOn = (link) => {
    const { milepostLacks: lacks, milepostAnchors: anchors } = link.dataset;
    const to = new URL(link.href);
    to.search = "";
    to.hash = "";
    let absent = lacks === "this page" ? words(document.querySelector("article h1")) : lacks;
    if (lacks === undefined) {
      to.search = location.search;
      to.searchParams.delete("absent");
      // A section of a milestone has an anchor made from its title, too, which another edition need not have.
      const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const section = target?.closest("section");
      const milestone = section?.querySelector(':scope > span[id^="milestone-"]')?.id;
      const other = milestone && JSON.parse(anchors ?? "{}")[milestone];
      if (other === "") absent = words(section.querySelector("h1, h2, h3, h4, h5, h6"));
      else to.hash = other ?? milestone ?? location.hash;
    }
    if (absent) to.searchParams.set("absent", absent);
    link.href = to;
  };
  const tellAbsent = async (what) => {
    const is = (name) => name === what;
    const found = (await load()).find(([code, , others]) => is(code) || others.some(is));
    if (found) {
      location.replace(`${root}${found[1]}`); // it is there by now
      return;
    }
    const notice = document.createElement("p");
    notice.className = "milepost-absent";
    notice.setAttribute("role", "status");
    notice.textContent = `“${what}” is not in this edition, ${editions.dataset.edition}.`;
    document.querySelector("article h1")?.after(notice);
  };
  if (editions) {
    for (const type of ["pointerdown", "mouseover", "focusin", "click"]) {
      document.addEventListener(
        type,
        ({ target }) => {
          const link = target.closest?.("[data-milepost-same], [data-milepost-lacks]");
          if (link) leadOn(link);
        },
        true,
      );
    }
    editions.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !editions.open) return;
      editions.open = false;
      editions.querySelector("summary").focus();
    });
    const absent = new URLSearchParams(location.search).get("absent")?.slice(0, LONGEST);
    if (absent) tellAbsent(absent);
  }

  // --- The search page --------------------------------------------------------------------------------------

  if (field && !new URLSearchParams(location.search).get("q")) field.focus();

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
