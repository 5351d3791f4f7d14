// Filter and sort milestones and keep the view in the address. Tables and charts are complete without scripts. The
// parts of a page are in the files before this one: `milepost-table.js`, `milepost-chart.js` and so on.
"use strict";
(() => {
  const { readyAxis, readyBars, readyCharts, readyTables, readyTooltips } = window.milepost ?? {};
  delete window.milepost;
  const root = document.documentElement;
  const SCRIPTED = "milepost-scripted";

  const make = (name, attributes = {}, ...content) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };

  // --- The milestones of the page, and the view -------------------------------------------------------------

  const SHOWS = {
    all: { words: "All", holds: () => true },
    completed: { words: "Completed", holds: (milestone) => milestone.state === "completed" },
    late: { words: "Late", holds: (milestone) => milestone.late },
    open: { words: "Open", holds: (milestone) => ["open", "overdue"].includes(milestone.state) },
    deferred: { words: "Deferred", holds: (milestone) => milestone.state === "deferred" },
    cancelled: { words: "Cancelled", holds: (milestone) => milestone.state === "cancelled" },
    overdue: { words: "Overdue", holds: (milestone) => milestone.state === "overdue" },
  };
  const RARE = ["overdue", "deferred", "cancelled"]; // offered only where there are such milestones
  const EVERYTHING = {
    ...{ show: "all", level: "", code: "", wbs: "", from: "", to: "", q: "", sort: "", order: "" },
    ...{ tab: "", rest: "", years: "", zoom: "", at: "" },
  };
  const OURS = Object.keys(EVERYTHING);
  const TABS = ["chart", "table"];
  const RESTS = ["hidden", "folded"]; // what is done with rows of a chart that a filter leaves out, but for dimming

  const milestones = new Map(); // by code; one may be in several tables and charts
  const levels = new Set();
  const prefixes = new Set(); // of codes
  const places = new Set(); // in the work breakdown structure
  const parts = []; // acts that follow the view
  let view = EVERYTHING;

  const know = ({ code, aka = "", level, state, late, wbs = "", due = "", name }) => {
    let milestone = milestones.get(code);
    if (!milestone) {
      const prefix = code.replace(/[^A-Za-z0-9]?[^-._/]*$/, "");
      const words = `${code}\n${name}\n${aka}`.toLowerCase();
      milestone = { code, level, state, prefix, late: String(late) === "true", wbs, due, words, isFound: true };
      milestones.set(code, milestone);
      levels.add(level);
      if (prefix) prefixes.add(prefix);
    }
    milestone.wbs ||= wbs; // a row of a chart has less than one of a table
    milestone.due ||= due;
    if (wbs) places.add(wbs);
    return milestone;
  };

  const matches = ({ show, level, code, wbs, from, to, q }) => {
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    return (milestone) =>
      SHOWS[show].holds(milestone) &&
      (level === "" || milestone.level === level) &&
      (code === "" || milestone.prefix === code) &&
      (wbs === "" || milestone.wbs === wbs) &&
      (from === "" || (milestone.due !== "" && milestone.due >= from)) &&
      (to === "" || (milestone.due !== "" && milestone.due <= to)) &&
      words.every((word) => milestone.words.includes(word));
  };

  // --- The address ------------------------------------------------------------------------------------------

  // Read the view from the address; ignore invalid values.
  const asked = () => {
    const query = new URLSearchParams(location.search);
    const one = (key, known) => (known.includes(query.get(key)) ? query.get(key) : EVERYTHING[key]);
    const like = (key, form) => (form.test(query.get(key)) ? query.get(key) : "");
    const DAY = /^\d{4}-\d\d-\d\d$/;
    const sort = one("sort", tables.KEYS);
    return {
      show: one("show", Object.keys(SHOWS)),
      level: one("level", [...levels]),
      code: one("code", [...prefixes]),
      wbs: one("wbs", [...places]),
      from: like("from", DAY),
      to: like("to", DAY),
      q: (query.get("q") ?? "").trim(),
      sort,
      order: sort && (one("order", Object.keys(tables.ORDERS)) || "asc"),
      tab: one("tab", TABS),
      rest: one("rest", RESTS),
      years: like("years", /^\d{4}$/),
      zoom: like("zoom", /^\d{1,3}(\.\d+)?$/),
      at: like("at", DAY),
    };
  };

  // Keep parameters of other scripts, such as words to highlight.
  const address = () => {
    const url = new URL(location.href);
    for (const key of OURS) url.searchParams.delete(key);
    for (const key of OURS) {
      if (view[key] !== EVERYTHING[key] && view[key] !== "asc") url.searchParams.set(key, view[key]);
    }
    return url.href;
  };

  const keep = () => {
    const href = address();
    if (href === location.href) return;
    try {
      history.replaceState(history.state, "", href);
    } catch {
      // Some pages may not change their address, for instance in a frame without an origin.
    }
  };

  // Ascending, descending, and back to the document's order.
  const sortBy = (key) => {
    if (view.sort !== key) change({ sort: key, order: "asc" });
    else if (view.order === "asc") change({ order: "desc" });
    else change({ sort: "", order: "" });
  };

  // Mark boxes that have more content than they show.
  const readyScroll = (box) => {
    const tell = () => {
      box.classList.toggle("has-more", box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft) > 1);
    };
    box.addEventListener("scroll", tell, { passive: true });
    new ResizeObserver(tell).observe(box);
  };

  // --- Tabs -------------------------------------------------------------------------------------------------

  // Which panel is shown is a class of the root, which `milepost-early.js` sets before the page is drawn.
  const readyTabs = (place) => {
    const panels = TABS.map((tab) => document.querySelector(`.milepost-panel-${tab}`));
    if (!place || !panels.every(Boolean)) return;
    const bar = make("div", { class: "milepost-tabs", role: "tablist", "aria-label": "Chart or table" });
    const buttons = TABS.map((tab, index) => {
      const button = make("button", { type: "button", role: "tab", id: `milepost-tab-${tab}`, class: "milepost-tab" });
      button.append(tab === "chart" ? "Chart" : "Table");
      panels[index].id ||= `milepost-panel-${tab}`;
      panels[index].setAttribute("role", "tabpanel");
      panels[index].setAttribute("aria-labelledby", button.id);
      button.setAttribute("aria-controls", panels[index].id);
      button.addEventListener("click", () => change({ tab: tab === TABS[0] ? "" : tab }));
      return button;
    });
    bar.addEventListener("keydown", (event) => {
      const index = buttons.indexOf(event.target);
      const next = { ArrowLeft: 1 - index, ArrowRight: 1 - index, Home: 0, End: 1 }[event.key];
      if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      buttons[next].click();
      buttons[next].focus();
    });
    bar.append(...buttons);
    place.append(bar);
    parts.push(() => {
      const tab = view.tab || TABS[0];
      TABS.forEach((each, index) => {
        root.classList.toggle(`milepost-on-${each}`, each === tab);
        buttons[index].setAttribute("aria-selected", String(each === tab));
        buttons[index].tabIndex = each === tab ? 0 : -1;
      });
    });
  };
  // Show the tab of an element.
  const showTabOf = (element) => {
    const tab = TABS.find((each) => element?.closest(`.milepost-panel-${each}`));
    if (tab && tab !== (view.tab || TABS[0])) change({ tab: tab === TABS[0] ? "" : tab });
  };
  const showAnchor = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const element = name && document.getElementById(name);
    if (!element?.closest(".milepost-panel-chart, .milepost-panel-table")) return;
    showTabOf(element);
    element.scrollIntoView({ behavior: "instant", block: "start" });
  };

  // --- The filter bar ---------------------------------------------------------------------------------------

  const readyBar = (first) => {
    const search = make("input", { type: "search", id: "milepost-search", autocomplete: "off", spellcheck: "false" });
    const level = make("select", { id: "milepost-level", autocomplete: "off" }, new Option("All", ""));
    for (const each of [...levels].sort(tables.collator.compare)) level.append(new Option(each === "none" ? "None" : each, each));
    const status = make("p", { class: "milepost-status", role: "status" });
    const some = (show) => [...milestones.values()].some(SHOWS[show].holds);
    const offered = Object.entries(SHOWS).filter(([show]) => !RARE.includes(show) || some(show));
    const shows = offered.map(([show, { words }]) => {
      const id = `milepost-show-${show}`;
      const radio = make("input", { type: "radio", name: "milepost-show", id, value: show, autocomplete: "off" });
      const count = make("span", { class: "milepost-count" });
      radio.addEventListener("change", () => change({ show }));
      return { show, radio, count, label: make("label", { for: id }, `${words} `, count) };
    });
    const button = (words, act) => {
      const made = make("button", { type: "button", class: "milepost-button" }, words);
      made.addEventListener("click", act);
      return made;
    };
    const reset = () => {
      change({ ...EVERYTHING, tab: view.tab });
      search.focus();
    };
    const empty = make("p", { class: "milepost-empty" }, "No milestone matches. ", button("Show all", reset));
    const bar = make(
      "form",
      { class: "milepost-filter", "aria-label": "Filter the milestones" },
      make(
        "fieldset",
        { class: "milepost-shows" },
        make("legend", {}, "Show"),
        ...shows.flatMap(({ radio, label }) => [radio, label]),
      ),
      make("div", { class: "milepost-field" }, make("label", { for: "milepost-level" }, "Level"), level),
      make("div", { class: "milepost-field" }, make("label", { for: "milepost-search" }, "Search"), search),
      make(
        "div",
        { class: "milepost-actions" },
        status,
        readyExtras(),
        button("Reset", reset),
        button("Copy address", async () => {
          status.textContent = (await copied(address())) ? "Address copied" : "Copy it from the address bar";
        }),
      ),
    );
    level.parentElement.hidden = levels.size < 2;
    level.addEventListener("change", () => change({ level: level.value }));
    search.addEventListener("input", () => change({ q: search.value.trim() }));
    bar.addEventListener("submit", (event) => event.preventDefault());
    const place = document.querySelector(".milepost-filter-place");
    if (place) place.append(bar, empty);
    else first.before(bar, empty);

    return (others, count) => {
      const all = milestones.size;
      for (const { show, radio, count } of shows) {
        radio.checked = view.show === show;
        let number = 0;
        for (const each of others) number += SHOWS[show].holds(each);
        count.textContent = number;
      }
      level.value = view.level;
      if (search.value.trim() !== view.q) search.value = view.q;
      empty.hidden = count > 0;
      bar.classList.toggle("is-filtered", count < all);
      const total = all === 1 ? "1 milestone" : `${all} milestones`;
      status.textContent = count === all ? `${total} shown` : `${count} of ${total} shown`;
    };
  };

  // Filters that are needed less often: the beginning of the code, the place in the WBS, due dates; and an order.
  const readyExtras = () => {
    const fields = [];
    const field = (key, words, control) => {
      control.id = `milepost-extra-${key}`;
      control.autocomplete = "off";
      control.addEventListener("change", () => {
        change({ [key]: control.value, ...(key === "sort" && { order: control.value && "asc" }) });
      });
      fields.push([key, control]);
      return make("div", { class: "milepost-extra" }, make("label", { for: control.id }, words), control);
    };
    const choice = (key, words, values) => {
      const options = [...values].sort(tables.collator.compare).map((each) => new Option(each, each));
      return values.size > 1 ? [field(key, words, make("select", {}, new Option("All", ""), ...options))] : [];
    };
    const orders = [new Option("As in the document", ""), new Option("Overdue, coming, done", "next")];
    const box = make(
      "details",
      { class: "milepost-extras" },
      make("summary", {}, "More filters"),
      make(
        "div",
        { class: "milepost-extra-fields" },
        ...choice("code", "Codes", prefixes),
        ...choice("wbs", "WBS", places),
        field("from", "Due from", make("input", { type: "date" })),
        field("to", "Due until", make("input", { type: "date" })),
        field("sort", "Order", make("select", {}, ...orders)),
      ),
    );
    parts.push(() => {
      for (const [key, control] of fields) control.value = key === "sort" && view.sort !== "next" ? "" : view[key];
      if (fields.some(([, control]) => control.value !== "")) box.open = true;
    });
    return box;
  };

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Pages without TLS have no `navigator.clipboard`.
      const focus = document.activeElement;
      const field = make("textarea", { class: "milepost-aside", "aria-hidden": "true" }, text);
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      focus?.focus();
      return done;
    }
  };

  // --- Start ------------------------------------------------------------------------------------------------

  const draw = () => {
    const others = []; // what matches, whatever its state
    let count = 0;
    const isMatch = matches({ ...view, show: "all" });
    const { holds } = SHOWS[view.show];
    for (const milestone of milestones.values()) {
      const isOther = isMatch(milestone);
      milestone.isFound = isOther && holds(milestone);
      if (isOther) others.push(milestone);
      if (milestone.isFound) count += 1;
    }
    for (const part of parts) part(others, count);
  };
  const change = (wanted) => {
    view = { ...view, ...wanted };
    keep();
    draw();
    for (const each of charts.zooms) if ("zoom" in wanted) each();
  };
  // Zoom and scroll: what matches does not change. A chart that has done so itself need not follow.
  const adjust = (wanted, itself) => {
    view = { ...view, ...wanted };
    keep();
    for (const each of charts.zooms) if (each !== itself) each();
  };
  const restore = () => {
    view = asked();
    draw();
    for (const each of charts.zooms) each();
  };

  // Bring the row of a milestone into view: in a chart unless the table is asked for, else in a table, where it may
  // have to be drawn.
  const showRow = (code) => {
    const find = (rows) => [...document.querySelectorAll(rows)].find((each) => each.dataset.code === code);
    const isInTable = new URLSearchParams(location.search).get("tab") === "table";
    if (!isInTable && !find(".milepost-row")) {
      showTabOf(document.querySelector(".milepost-bars"));
      if (charts.reaches.some((reach) => reach(code))) return;
    }
    const bar = find(".milepost-row");
    if (milestones.has(code) && !bar && !find(".milepost-table tr")) change({ q: code });
    const line = find(".milepost-table tr");
    const row = (isInTable ? (line ?? bar) : (bar ?? line)) ?? find(".milepost-line");
    if (!row) return;
    showTabOf(row);
    if (row === bar && view.rest && !milestones.get(code).isFound) change({ rest: "" });
    row.scrollIntoView({ behavior: "instant", block: "center" });
    (row.querySelector(":scope > th a") ?? row).focus({ preventScroll: true });
    row.dispatchEvent(new Event("milepost-reveal", { bubbles: true }));
  };

  const tools = { make, root, know, current: () => view, change: (wanted) => change(wanted), readyAxis };
  const tables = readyTables?.({ ...tools, sortBy: (key) => sortBy(key) });
  const drawBars = readyBars?.({ ...tools, milestones });
  const charts = readyCharts?.({ ...tools, readyBars: drawBars, adjust: (...wanted) => adjust(...wanted) });

  const ready = () => {
    if (root.classList.contains(SCRIPTED)) return; // the script is included twice
    root.classList.add(SCRIPTED);
    const tableElements = [...document.querySelectorAll("table.milepost-table")];
    const chartElements = [...document.querySelectorAll("figure.milepost-chart")];
    readyTabs(document.querySelector(".milepost-tabs-place"));
    parts.push(...tableElements.map(tables.readyTable)); // charts use what is known of their rows
    parts.push(...chartElements.map(charts.readyChart));
    for (const box of document.querySelectorAll(".milepost-scroll")) readyScroll(box);
    readyTooltips({ make, root });
    if (milestones.size) {
      if (milestones.size > 1) {
        const first = chartElements.concat(tableElements).reduce((one, other) =>
          one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING ? other : one);
        parts.push(readyBar(first.closest(".milepost-scroll") ?? first));
      }
      const wanted = new URLSearchParams(location.search).get("row");
      window.addEventListener("popstate", restore);
      window.addEventListener("hashchange", showAnchor);
      window.addEventListener("pageshow", ({ persisted }) => persisted && restore());
      restore();
      if (location.hash) showAnchor();
      if (wanted) requestAnimationFrame(() => showRow(wanted));
    }
    root.classList.remove("milepost-waiting");
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
