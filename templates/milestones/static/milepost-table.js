// Tables of milestones: sort their rows, hide those that a filter leaves out, and draw those that are data as needed.
"use strict";
(window.milepost ??= {}).readyTables = ({ make, know, current, sortBy }) => {
  const FIRST = 40; // rows of a table with data that are drawn at once: more than are in view
  const AT_ONCE = 100; // and that are drawn together when nothing else is to do, or as somebody scrolls
  const ORDERS = { asc: ["ascending", 1], desc: ["descending", -1] };

  // --- Orders -----------------------------------------------------------------------------------------------

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
  const KEYS = Object.keys(VALUES);
  const WORDS = ["code", "name", "state"]; // compared as people do, which is slow
  const collator = new Intl.Collator("en", { numeric: true }); // the same order in every language
  const plainly = (one, other) => (one < other ? -1 : Number(one > other));

  // Sort pairs of a value and a row, in steps, so that it can be done while nothing else is to do.
  function* sorting(pairs, by) {
    const STEP = 256;
    let runs = [];
    for (let start = 0; start < pairs.length; start += STEP) {
      runs.push(pairs.slice(start, start + STEP).sort(by));
      yield;
    }
    while (runs.length > 1) {
      const merged = [];
      for (let first = 0; first < runs.length; first += 2) {
        const [one, other = []] = runs.slice(first, first + 2);
        const run = [];
        let [i, j] = [0, 0];
        while (i < one.length || j < other.length) {
          const isOther = i === one.length || (j < other.length && by(one[i], other[j]) > 0);
          run.push(isOther ? other[j++] : one[i++]);
          if (run.length % STEP === 0) yield;
        }
        merged.push(run);
      }
      runs = merged;
    }
    return runs[0] ?? [];
  }

  // Return what gives rows in an order. Equal rows keep the document's order, also in descending order.
  const readyOrders = (rows) => {
    const found = new Map(); // by key: the pairs in ascending order, or the steps to them
    const byOf = (key) => (WORDS.includes(key) ? collator.compare : plainly);
    const stepsOf = (key) => {
      const by = byOf(key);
      return sorting(rows.map((row) => [VALUES[key](row), row]), ([one], [other]) => by(one, other));
    };
    const pairsOf = (key) => {
      if (!found.has(key)) found.set(key, stepsOf(key));
      let pairs = found.get(key);
      if (!Array.isArray(pairs)) {
        let step = pairs.next();
        while (!step.done) step = pairs.next();
        pairs = step.value;
        found.set(key, pairs);
      }
      return pairs;
    };
    // Begin with what takes long, before somebody asks for it.
    const prepare = () => {
      const waiting = ["name", "code"];
      const work = (deadline) => {
        while (waiting.length && deadline.timeRemaining() > 4) {
          const [key] = waiting;
          if (!found.has(key)) found.set(key, stepsOf(key));
          const steps = found.get(key);
          const step = Array.isArray(steps) ? { done: true, value: steps } : steps.next();
          if (!step.done) continue;
          found.set(key, step.value);
          waiting.shift();
        }
        if (waiting.length) requestIdleCallback(work);
      };
      window.requestIdleCallback?.(work);
    };
    const ordered = ({ sort, order }) => {
      if (!sort) return rows;
      const pairs = pairsOf(sort);
      if (order === "asc") return pairs.map(([, row]) => row);
      const by = byOf(sort);
      const backwards = [];
      for (let end = pairs.length; end > 0; ) {
        let start = end - 1;
        while (start > 0 && by(pairs[start - 1][0], pairs[end - 1][0]) === 0) start -= 1;
        for (let each = start; each < end; each += 1) backwards.push(pairs[each][1]);
        end = start;
      }
      return backwards;
    };
    return { prepare, ordered };
  };

  // --- Rows -------------------------------------------------------------------------------------------------

  // The rows of a table: those of the page, or those of the data beside it, which `milepost.web.widgets` writes.
  const rowsOf = (table) => {
    let data = table.closest(".milepost-scroll")?.nextElementSibling;
    if (data?.matches(".milepost-rest")) data = data.nextElementSibling;
    if (data?.matches("script.milepost-data")) return rowsFrom(JSON.parse(data.textContent));
    const elements = [...table.tBodies[0].rows].filter((element) => element.dataset.code);
    return elements.map((element) => {
      const name = element.querySelector(".name").textContent;
      const row = { ...element.dataset, name, element: () => element };
      row.days = Number(row.days);
      row.late = row.late === "true";
      row.href = () => element.querySelector("a")?.getAttribute("href") ?? "";
      return row;
    });
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
    const usual = () => `${before}${code.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}${after}`;
    row.href = () => (href === 0 ? usual() : href);
    let element = null; // made when it is drawn
    row.element = () => (element ??= elementOf(row, { level, due, shown, meaning, slip }));
    return row;
  });
  const elementOf = (row, { level, due, shown, meaning, slip }) => {
    const { code, name, state, days, late } = row;
    const address = row.href();
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

  // --- Tables -----------------------------------------------------------------------------------------------

  const readyTable = (table) => {
    const rows = rowsOf(table);
    const body = table.tBodies[0];
    const box = table.closest(".milepost-scroll");
    const isLarge = rows.length > body.rows.length;
    const heads = [...table.querySelectorAll("thead th[data-key]")];
    const orders = readyOrders(rows);
    for (const row of rows) {
      row.milestone = know(row);
      row.milestone.row ??= row;
    }
    for (const head of heads) {
      // On a phone, where rows are cards, the words of the heads are before the values.
      table.style.setProperty(`--milepost-${head.dataset.key}`, JSON.stringify(`${head.textContent.trim()} `));
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
    // Reading where the box has scrolled to would make the browser lay out the table for each letter of a search.
    let isScrolled = false;
    const soon = window.requestIdleCallback ?? ((act) => setTimeout(act, 50));
    const drawFirst = () => {
      drawn = Math.min(FIRST, found.length);
      body.replaceChildren(...found.slice(0, drawn).map((row) => row.element()));
      if (isScrolled) box.scrollTop = 0;
      isScrolled = false;
      const wanted = found;
      soon(() => wanted === found && drawn === FIRST && drawMore(AT_ONCE - FIRST));
    };
    // In a tab that is not shown nothing is drawn.
    const isInTab = Boolean(table.closest(".milepost-panel-table") && document.querySelector(".milepost-tab"));
    let isDue = true; // to be drawn
    if (isLarge) {
      orders.prepare();
      table.setAttribute("aria-rowcount", rows.length + 1);
      const isNear = () => box.scrollHeight - box.scrollTop < 3 * box.clientHeight;
      box.addEventListener("scroll", () => {
        isScrolled = true;
        if (isNear()) drawMore();
      }, { passive: true });
      window.addEventListener("beforeprint", () => {
        if (isDue) drawFirst();
        isDue = false;
        drawMore(found.length);
      });
    }
    return () => {
      const { sort, order, tab } = current();
      const isSame = sorted === sort + order;
      if (!isSame) all = orders.ordered({ sort, order });
      if (isLarge) {
        const wanted = all.filter((row) => row.milestone.isFound);
        const isOther = wanted.length !== found.length || wanted.some((row, number) => row !== found[number]);
        found = wanted;
        isDue ||= isOther;
        if (isDue && (!isInTab || tab === "table")) {
          drawFirst();
          isDue = false;
        }
      } else {
        for (const row of rows) row.element().hidden = !row.milestone.isFound;
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

  return { KEYS, ORDERS, collator, readyTable };
};
