// Charts of very many milestones: draw the rows that are in view, from the data of the page's table. They have no links
// between milestones; the chart as an image has them.
"use strict";
(window.milepost ??= {}).readyBars = ({ make, milestones, current }) => (figure, box) => {
  const SVG = new DOMParser().parseFromString("<svg></svg>", "text/html").body.firstChild.namespaceURI;
  const DAY = 86400000; // milliseconds
  const [ROW, HEAD, NAME, LEAST, MARGIN] = [26, 40, 230, 360, 14]; // pixels
  const AROUND = 6; // rows that are drawn above and below those in view
  const data = JSON.parse(figure.querySelector("script.milepost-chart-data").textContent);
  const all = data.codes.map((code) => milestones.get(code)).filter((milestone) => milestone?.row);
  if (all.length < data.codes.length) return null; // no table of the page has them

  const start = Date.parse(data.start);
  const days = (Date.parse(data.end) - start) / DAY + 1;
  const years = [new Date(start).getUTCFullYear(), new Date(start + (days - 1) * DAY).getUTCFullYear()];
  const codes = Math.min(Math.max(...all.map(({ code }) => code.length)) * 8 + 16, 150);
  const left = codes + NAME;
  let length = LEAST; // of the axis, not zoomed
  let zoom = 1;
  let shown = all; // rows that have a place
  let range = "";
  let [scrolled, high] = [0, 0]; // kept, because reading them makes the browser lay out the page
  const measure = () => {
    [scrolled, high] = [box.scrollTop, box.clientHeight];
  };
  let stop = 0; // the row that the Tab key reaches, a number of `shown`

  const draw = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const ofDay = (day) => left + (length * (Date.parse(day) - start)) / DAY / days;
  const across = (x) => (x <= left ? x : left + Math.min(x - left, length) * zoom + Math.max(0, x - left - length));
  const original = (x) => (x <= left ? x : left + Math.min((x - left) / zoom, length));
  const dayAt = (x) => {
    const part = Math.min(Math.max((x - left) / length, 0), 1);
    return new Date(start + Math.round(part * days) * DAY).toISOString().slice(0, 10);
  };
  const place = (day) => across(ofDay(day)) - left;

  const head = make("div", { class: "milepost-bars-head", "aria-hidden": "true" });
  const rows = make("div", { class: "milepost-bars-rows", role: "group", "aria-label": data.description });
  box.append(head, rows);

  const barOf = (milestone, number) => {
    const { row, code, state, late } = milestone;
    const isOut = !milestone.isFound;
    const wide = Math.ceil(length * zoom + MARGIN);
    const marks = draw("svg", { width: wide, height: ROW, focusable: "false", "aria-hidden": "true" });
    const isDated = (day) => Boolean(day) && !Number.isNaN(Date.parse(day));
    const due = isDated(row.due) ? place(row.due) : null;
    const expected = isDated(row.expected) ? place(row.expected) : null;
    const middle = ROW / 2;
    const until = state === "overdue" ? Math.max(expected ?? 0, place(data.known)) : expected;
    if (due !== null && until !== null && due !== until) {
      const kind = state === "overdue" ? "overdue" : state === "completed" ? (late ? "late" : "early") : "forecast";
      marks.append(draw("line", { class: kind, x1: due, x2: until, y1: middle, y2: middle }));
    }
    if (due !== null) marks.append(draw("path", { class: `due ${state}`, d: `M${due} ${middle - 5.5}l5.5 5.5-5.5 5.5-5.5-5.5Z` }));
    if (expected !== null && state === "completed") marks.append(draw("circle", { class: "completed", cx: expected, cy: middle, r: 4 }));
    else if (expected !== null && expected !== due) {
      marks.append(draw("path", { class: "forecast", d: `M${expected - 3} ${middle - 5}l7 5-7 5Z` }));
    }
    const href = row.href();
    const slip = row.days ? `, ${Math.abs(row.days)} ${Math.abs(row.days) === 1 ? "day" : "days"} ${late ? "late" : "early"}` : "";
    const words = `${code} ${row.name}: due ${row.due || "tbd"}, ${state}${slip}`;
    const bar = make(
      href ? "a" : "div",
      { class: "milepost-bar", "data-code": code, "data-state": state, "aria-label": words, tabindex: number === stop ? 0 : -1 },
      make("span", { class: "milepost-bar-code" }, code),
      make("span", { class: "milepost-bar-name" }, row.name),
      marks,
    );
    if (href) bar.href = href;
    else bar.setAttribute("role", "img");
    bar.style.insetBlockStart = `${number * ROW}px`;
    bar.classList.toggle("is-odd", number % 2 === 0);
    if (isOut) {
      bar.classList.add("is-dimmed");
      bar.setAttribute("aria-hidden", "true");
      bar.tabIndex = -1;
    }
    return bar;
  };
  const drawRows = (isNew, keepsFocus = true) => {
    const first = Math.max(0, Math.floor((scrolled - HEAD) / ROW) - AROUND);
    const last = Math.min(shown.length, Math.ceil((scrolled + high) / ROW) + AROUND);
    const wanted = `${first} ${last}`;
    if (wanted === range && !isNew) return;
    range = wanted;
    const focused = keepsFocus && rows.contains(document.activeElement) ? document.activeElement.dataset.code : null;
    const bars = shown.slice(first, last).map((each, index) => barOf(each, first + index));
    // The row that has the focus, or would get it, is there as well.
    if (shown[stop] && (stop < first || stop >= last)) bars.push(barOf(shown[stop], stop));
    rows.replaceChildren(...bars);
    if (focused) bars.find((each) => each.dataset.code === focused)?.focus({ preventScroll: true });
  };
  const layout = (wanted) => {
    zoom = wanted.zoom ?? zoom;
    length = Math.max(LEAST, box.clientWidth - left - MARGIN);
    const year = (length * zoom * 365.25) / days;
    const step = Math.ceil(44 / year);
    const labels = [];
    for (let each = years[0]; each <= years[1]; each += step) {
      const label = make("span", { class: "milepost-bars-year" }, String(each));
      label.style.insetInlineStart = `${across(ofDay(`${each}-01-01`))}px`;
      labels.push(label);
    }
    const known = make("span", { class: "milepost-bars-known" }, `data date ${data.known}`);
    known.style.insetInlineStart = `${across(ofDay(data.known))}px`;
    head.replaceChildren(...labels, known, make("span", { class: "milepost-bars-corner" }, "Code"));
    const style = box.style;
    style.setProperty("--milepost-bars-wide", `${Math.ceil(across(left + length)) + MARGIN}px`);
    style.setProperty("--milepost-bars-codes", `${codes}px`);
    style.setProperty("--milepost-bars-name", `${NAME}px`);
    style.setProperty("--milepost-bars-known", `${across(ofDay(data.known))}px`);
    style.setProperty("--milepost-bars-row", `${ROW}px`);
    rows.style.blockSize = `${shown.length * ROW}px`;
    measure();
    drawRows(true);
  };

  const live = (from, step) => {
    let number = from;
    while (shown[number] && !shown[number].isFound) number += step;
    return shown[number] ? number : -1;
  };
  const goTo = (number) => {
    if (!shown[number]) return null;
    stop = number;
    const y = number * ROW;
    measure();
    if (y < scrolled || y + HEAD + ROW > scrolled + high) {
      box.scrollTop = y + HEAD - high / 2;
      measure();
    }
    drawRows(true, false);
    const bar = rows.querySelector('[tabindex="0"]');
    bar?.focus({ preventScroll: true });
    return bar;
  };
  let frame = 0;
  box.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      measure();
      drawRows(false);
    });
  }, { passive: true });
  new ResizeObserver(() => {
    measure();
    drawRows(false);
  }).observe(box);
  rows.addEventListener("focusin", ({ target }) => {
    const number = shown.findIndex(({ code }) => code === target.dataset.code);
    if (number < 0 || number === stop) return;
    stop = number;
    for (const each of rows.children) each.tabIndex = each === target ? 0 : -1;
  });
  rows.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const next = {
      ArrowDown: () => live(stop + 1, 1),
      ArrowUp: () => live(stop - 1, -1),
      Home: () => live(0, 1),
      End: () => live(shown.length - 1, -1),
    }[event.key]?.();
    if (next === undefined) return;
    event.preventDefault();
    goTo(next);
  });

  const follow = () => {
    const { rest } = current();
    shown = rest === "folded" ? all.filter((each) => each.isFound) : all;
    figure.dataset.rest = rest;
    stop = Math.max(live(Math.min(stop, shown.length - 1), 1), live(0, 1), 0);
    rows.style.blockSize = `${shown.length * ROW}px`;
    drawRows(true);
  };
  return {
    follow,
    reach: (code) => goTo(shown.findIndex((each) => each.code === code)),
    axis: {
      ...{ layout, ofDay, dayAt, across, original, codes, known: data.known, top: HEAD, margin: MARGIN },
      get right() {
        return left + length;
      },
      years: () => years,
      scale: () => 1,
      zoom: () => zoom,
      scrollToRow: (x) => {
        const isLater = ({ isFound, row }) => isFound && Math.max(across(ofDay(row.due || data.start)), across(ofDay(row.expected || data.start))) >= x;
        const number = shown.findIndex(isLater);
        if (number >= 0) box.scrollTop = number * ROW;
      },
    },
  };
};
