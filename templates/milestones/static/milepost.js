// Filter and sort milestones, keep the view in the address, move through a chart by keyboard, show tooltips for
// rows and acronyms. Tables and charts are complete without this script.
"use strict";
(() => {
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
  const ORDERS = { asc: ["ascending", 1], desc: ["descending", -1] };
  const EVERYTHING = { show: "all", level: "", code: "", wbs: "", from: "", to: "", q: "", sort: "", order: "" };
  const OURS = Object.keys(EVERYTHING);

  const milestones = new Map(); // by code; one may be in several tables and charts
  const levels = new Set();
  const prefixes = new Set(); // of codes
  const places = new Set(); // in the work breakdown structure
  let view = EVERYTHING;

  const know = ({ code, aka = "", level, state, late, wbs = "", due = "", name }) => {
    const before = milestones.get(code); // a row of a chart has less than one of a table
    const prefix = code.replace(/[^A-Za-z0-9]?[^-._/]*$/, "");
    levels.add(level);
    if (prefix) prefixes.add(prefix);
    if (wbs) places.add(wbs);
    milestones.set(code, {
      code,
      level,
      state,
      prefix,
      late: String(late) === "true",
      wbs: wbs || before?.wbs || "",
      due: due || before?.due || "",
      words: `${code}\n${name}\n${aka}`.toLowerCase(),
    });
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
    const sort = one("sort", [...KEYS, "next"]);
    const day = (key) => (/^\d{4}-\d\d-\d\d$/.test(query.get(key)) ? query.get(key) : "");
    return {
      show: one("show", Object.keys(SHOWS)),
      level: one("level", [...levels]),
      code: one("code", [...prefixes]),
      wbs: one("wbs", [...places]),
      from: day("from"),
      to: day("to"),
      q: (query.get("q") ?? "").trim(),
      sort,
      order: sort && (one("order", Object.keys(ORDERS)) || "asc"),
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

  // --- Tables -----------------------------------------------------------------------------------------------

  const KEYS = ["code", "name", "level", "due", "expected", "slip", "state"];
  // The last day of a month, quarter or year; milestones without a date come last.
  const day = (key) => (row) => row[key] || "9999-99-99";
  const RANKS = ["overdue", "open", "deferred", "completed", "cancelled"];
  const VALUES = {
    code: (row) => row.code,
    name: (row) => row.name,
    level: (row) => Number(row.level) || Infinity, // those without a level come last
    due: day("due"),
    expected: day("expected"),
    slip: (row) => Number(row.days),
    state: (row) => row.state,
    next: (row) => `${RANKS.indexOf(row.state)} ${day("expected")(row)}`,
  };
  const PLAIN = ["due", "expected", "next"]; // sorted letter by letter, which is fast
  const collator = new Intl.Collator("en", { numeric: true }); // the same order in every language
  const plainly = (one, other) => (one < other ? -1 : Number(one > other));
  const compare = (one, other) => (typeof one === "number" ? plainly(one, other) : collator.compare(one, other));
  // Always start from the document's order, so that equal rows keep it, also in descending order.
  const ordered = (rows) => {
    const { sort, order } = view;
    if (!sort) return rows;
    const by = PLAIN.includes(sort) ? plainly : compare;
    const keyed = rows.map((row) => [VALUES[sort](row), row]);
    return keyed.sort(([one], [other]) => ORDERS[order][1] * by(one, other)).map(([, row]) => row);
  };

  // The rows of a table: those of the page, or those of the data beside it, which `milepost.web.widgets` writes.
  const rowsOf = (table) => {
    const data = table.closest(".milepost-scroll")?.parentElement.querySelector("script.milepost-data");
    if (data) return rowsFrom(JSON.parse(data.textContent));
    const elements = [...table.tBodies[0].rows].filter((element) => element.dataset.code);
    return elements.map((element) => ({
      ...element.dataset,
      name: element.querySelector(".name").textContent,
      element: () => element,
    }));
  };
  const rowsFrom = ({ before, after, states, rows }) => rows.map((values) => {
    const [code, name, level = 0, due = "", state = 0, days = 0] = values;
    const [expected = 0, dueBy = 0, expectedBy = 0, meaning = 0, slip = 0, wbs = 0, aka = 0, href = 0] = values.slice(6);
    const row = { code, name, level: String(level || "none"), state: states[state], days, late: days > 0 };
    const shown = expected === 0 ? due : expected;
    row.due = dueBy === 0 ? due : dueBy;
    row.expected = expectedBy === 0 ? shown : expectedBy;
    row.wbs = wbs || "";
    row.aka = aka || "";
    let element = null; // made when it is drawn
    row.element = () => {
      element ??= elementOf(row, { level, due, shown, meaning, slip, href: href === 0 ? null : href, before, after });
      return element;
    };
    return row;
  });
  const elementOf = (row, { level, due, shown, meaning, slip, href, before, after }) => {
    const { code, name, state, days, late } = row;
    const usual = `${before}${code.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}${after}`;
    const address = href ?? usual;
    const number = `${Math.abs(days)} ${Math.abs(days) === 1 ? "day" : "days"}`;
    const words = days ? `${number} ${late ? "late" : "early"}` : state === "completed" ? "on time" : "none";
    const sense = meaning || (["open", "overdue"].includes(state) ? "due" : state);
    const cell = (kind, ...content) => make("td", { class: kind }, ...content);
    return make(
      "tr",
      { "data-code": code, "data-late": late, "data-state": state },
      make("th", { scope: "row", class: "code" }, address ? make("a", { href: address }, code) : code),
      cell("name", name),
      cell("level", level || ""),
      cell("due", due),
      cell("expected", `${shown} `, make("span", { class: "milepost-meaning" }, sense)),
      cell("slip", slip || words),
      cell("state", make("span", { class: "milepost-state", "data-state": state }, state)),
    );
  };

  const AT_ONCE = 100; // rows of a table with data that are drawn together

  const readyTable = (table) => {
    const rows = rowsOf(table);
    const body = table.tBodies[0];
    const box = table.closest(".milepost-scroll");
    const isLarge = rows.length > body.rows.length;
    const heads = [...table.querySelectorAll("thead th[data-key]")];
    for (const row of rows) know(row);
    for (const head of heads) {
      const button = make("button", { type: "button", class: "milepost-sort" }, ...head.childNodes);
      button.addEventListener("click", () => sortBy(head.dataset.key));
      head.append(button);
    }
    let sorted = "";
    let all = rows; // in the order of the view
    let found = rows; // those of them that match
    let drawn = 0;
    const drawMore = (count = AT_ONCE) => {
      body.append(...found.slice(drawn, drawn + count).map((row) => row.element()));
      drawn = Math.min(drawn + count, found.length);
    };
    if (isLarge) {
      table.setAttribute("aria-rowcount", rows.length + 1);
      const isNear = () => box.scrollHeight - box.scrollTop < 3 * box.clientHeight;
      box.addEventListener("scroll", () => isNear() && drawMore(), { passive: true });
      window.addEventListener("beforeprint", () => drawMore(found.length));
    }
    return (holds) => {
      const { sort, order } = view;
      const isSame = sorted === sort + order;
      if (!isSame) all = ordered(rows);
      if (isLarge) {
        found = all.filter((row) => holds(milestones.get(row.code)));
        drawn = 0;
        body.replaceChildren();
        drawMore();
        box.scrollTop = 0;
      } else {
        for (const row of rows) row.element().hidden = !holds(milestones.get(row.code));
      }
      if (isSame) return;
      sorted = sort + order;
      for (const head of heads) {
        if (head.dataset.key === sort) head.setAttribute("aria-sort", ORDERS[order][0]);
        else head.removeAttribute("aria-sort");
      }
      if (!isLarge) body.append(...all.map((row) => row.element()));
    };
  };

  // Ascending, descending, and back to the document's order.
  const sortBy = (key) => {
    if (view.sort !== key) change({ sort: key, order: "asc" });
    else if (view.order === "asc") change({ order: "desc" });
    else change({ sort: "", order: "" });
  };

  // --- Charts -----------------------------------------------------------------------------------------------

  // A chart is one tab stop, and arrow keys move from row to row: with forty tab stops it would take too long to
  // get past the chart.
  const readyChart = (figure, number) => {
    const svg = figure.querySelector("svg");
    if (!svg) return () => {}; // an image of its own
    const rows = [...svg.querySelectorAll(".milepost-row")];
    const links = [...svg.querySelectorAll(".milepost-link")];
    let stop = null;
    let dimmed = new Set();
    const live = () => rows.filter((row) => !dimmed.has(row));
    const settle = (row) => {
      stop = row ?? null;
      for (const each of rows) each.setAttribute("tabindex", each === stop ? "0" : "-1");
    };

    // Move the names to `aria-label`: browsers would show titles as a second tooltip.
    const title = svg.querySelector(":scope > title");
    if (title) {
      svg.setAttribute("aria-label", title.textContent);
      svg.removeAttribute("aria-labelledby");
      title.remove();
    }
    for (const row of rows) {
      know(row.dataset);
      for (const title of row.querySelectorAll("title")) title.remove();
    }
    if (rows.length > 1) {
      const key = (name) => make("kbd", {}, name);
      const hint = make("p", { class: "milepost-hint", id: `milepost-hint-${number}` });
      hint.append(key("↑"), " ", key("↓"), " from row to row, ", key("Enter"), " opens the milestone");
      const place = figure.querySelector(".milepost-hint-place");
      if (place) place.append(hint);
      else figure.querySelector("figcaption").before(hint);
      svg.setAttribute("aria-describedby", `${svg.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());
    }

    const relate = (row) => {
      const code = row?.dataset.code;
      const related = new Set();
      figure.classList.toggle("is-active", Boolean(row));
      for (const link of links) {
        const { predecessor, successor } = link.dataset;
        const linked = code !== undefined && (predecessor === code || successor === code);
        link.classList.toggle("is-linked", linked);
        if (linked) related.add(predecessor).add(successor);
      }
      for (const each of rows) {
        each.classList.toggle("is-active", each === row);
        each.classList.toggle("is-related", each !== row && related.has(each.dataset.code));
      }
    };
    const rowOf = (element) => element?.closest?.(".milepost-row") ?? null;
    const focused = () => (svg.contains(document.activeElement) ? rowOf(document.activeElement) : null);
    // Not on the SVG: Chromium makes an SVG with such listeners focusable.
    figure.addEventListener("pointerover", (event) => relate(rowOf(event.target) ?? focused()));
    figure.addEventListener("pointerleave", () => relate(focused()));
    figure.addEventListener("focusin", (event) => {
      const row = rowOf(event.target);
      if (row) settle(row);
      relate(row);
    });
    figure.addEventListener("focusout", () => relate(null));
    figure.addEventListener("keydown", (event) => {
      const row = rowOf(event.target);
      if (!row || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const all = live();
      const index = all.indexOf(row);
      const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      all[Math.min(Math.max(next, 0), all.length - 1)].focus();
    });

    return (holds) => {
      dimmed = new Set(rows.filter((row) => !holds(milestones.get(row.dataset.code))));
      for (const row of rows) {
        row.classList.toggle("is-dimmed", dimmed.has(row));
        if (dimmed.has(row)) row.setAttribute("aria-hidden", "true");
        else row.removeAttribute("aria-hidden");
      }
      const shown = new Set(live().map((row) => row.dataset.code));
      for (const { classList, dataset } of links) {
        classList.toggle("is-dimmed", !shown.has(dataset.predecessor) || !shown.has(dataset.successor));
      }
      settle(stop && !dimmed.has(stop) ? stop : live()[0]);
    };
  };

  // Mark boxes that have more content than they show.
  const readyScroll = (box) => {
    const tell = () => {
      box.classList.toggle("has-more", box.scrollWidth - box.clientWidth - Math.abs(box.scrollLeft) > 1);
    };
    box.addEventListener("scroll", tell, { passive: true });
    new ResizeObserver(tell).observe(box);
  };

  // --- The filter bar ---------------------------------------------------------------------------------------

  const readyBar = (first) => {
    const search = make("input", { type: "search", id: "milepost-search", autocomplete: "off", spellcheck: "false" });
    const level = make("select", { id: "milepost-level", autocomplete: "off" }, new Option("All", ""));
    for (const each of [...levels].sort(collator.compare)) level.append(new Option(each === "none" ? "None" : each, each));
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
      change(EVERYTHING);
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

    return (_holds, others, count) => {
      const all = milestones.size;
      for (const { show, radio, count } of shows) {
        radio.checked = view.show === show;
        count.textContent = others.filter(SHOWS[show].holds).length;
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
      const options = [...values].sort(collator.compare).map((each) => new Option(each, each));
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

  // --- Tooltips ---------------------------------------------------------------------------------------------

  // As in WCAG 2.2, 1.4.13: Escape hides a tooltip, the pointer may move onto it, and otherwise it stays as long
  // as the pointer or the focus is on its target.
  const readyTooltips = () => {
    const TARGETS = ".milepost-row:not(.is-dimmed), .milepost-acronym";
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
      const named = wanted.matches(".milepost-row");
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
      show(wanted, wanted.matches(".milepost-row") ? frame.left + 0.42 * frame.width : frame.left);
    });
    document.addEventListener("focusout", hide);
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") hide();
    });
    for (const name of ["scroll", "resize"]) {
      window.addEventListener(name, () => target && place(), { capture: true, passive: true });
    }
  };

  // --- Start ------------------------------------------------------------------------------------------------

  const parts = [];

  const draw = () => {
    // Words are compared once for all parts.
    const others = [...milestones.values()].filter(matches({ ...view, show: "all" }));
    const found = new Set(others.filter(SHOWS[view.show].holds));
    for (const part of parts) part((milestone) => found.has(milestone), others, found.size);
  };
  const change = (wanted) => {
    view = { ...view, ...wanted };
    keep();
    draw();
  };
  const restore = () => {
    view = asked();
    draw();
  };

  // Bring the row of a milestone into view: in a chart, else in a table, where it may have to be drawn.
  const showRow = (code) => {
    const find = (rows) => [...document.querySelectorAll(rows)].find((each) => each.dataset.code === code);
    if (milestones.has(code) && !find(".milepost-row, .milepost-table tr")) change({ q: code });
    const row = find(".milepost-row") ?? find(".milepost-table tr");
    row?.scrollIntoView({ behavior: "instant", block: "center" });
    (row?.querySelector(":scope > th a") ?? row)?.focus({ preventScroll: true });
  };

  const ready = () => {
    if (root.classList.contains(SCRIPTED)) return; // the script is included twice
    root.classList.add(SCRIPTED);
    const tables = [...document.querySelectorAll("table.milepost-table")];
    const charts = [...document.querySelectorAll("figure.milepost-chart")];
    parts.push(...charts.map(readyChart), ...tables.map(readyTable));
    for (const box of document.querySelectorAll(".milepost-scroll")) readyScroll(box);
    readyTooltips();
    if (!milestones.size) return;
    if (milestones.size > 1) {
      const first = (charts.concat(tables)).reduce((one, other) =>
        one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING ? other : one);
      parts.push(readyBar(first.closest(".milepost-scroll") ?? first));
    }
    const wanted = new URLSearchParams(location.search).get("row");
    if (wanted) requestAnimationFrame(() => showRow(wanted));
    window.addEventListener("popstate", restore);
    window.addEventListener("pageshow", ({ persisted }) => persisted && restore());
    restore();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
