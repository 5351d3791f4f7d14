// Lay out the drawing of a chart again: with a longer axis of time, and without the height of some rows.
//
// Places are moved along the axis, sizes are not: marks and words keep their form. What the drawing is made of is in
// `milepost.charts.gantt.drawing`, and where its columns are in attributes `data-…` by `milepost.charts.svg`.
"use strict";
(window.milepost ??= {}).readyAxis = (svg, rows) => {
  const SVG = svg.namespaceURI;
  const DAY = 86400000; // milliseconds
  const QUARTERS = 70; // points of a year from which on quarters are named
  const MONTHS = 330; // and months
  const BESIDE = 5; // points from the middle of a mark
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const [left, right, top, codes] = ["left", "right", "top", "codes"].map((key) => Number(svg.dataset[key]));
  const start = Date.parse(svg.dataset.start);
  const days = (Date.parse(svg.dataset.end) - start) / DAY + 1;

  const draw = (name, attributes = {}, ...content) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };

  // --- Places: in the drawing as it was, and as it is -------------------------------------------------------

  const grounds = rows.map((row) => row.querySelector(".milepost-ground"));
  const tops = grounds.map((ground) => Number(ground.getAttribute("y")));
  const heights = grounds.map((ground) => Number(ground.getAttribute("height")));
  const end = rows.length ? tops.at(-1) + heights.at(-1) : top;
  let zoom = 1;
  let folded = new Set(); // numbers of rows without height
  let places = tops; // of the rows
  let bottom = end;

  const ofDay = (day) => left + ((right - left) * (Date.parse(day) - start)) / DAY / days;
  const dayAt = (x) => {
    const number = Math.round(((Math.min(Math.max(x, left), right) - left) / (right - left)) * days);
    return new Date(start + number * DAY).toISOString().slice(0, 10);
  };
  const across = (x) => (x <= left ? x : left + (Math.min(x, right) - left) * zoom + Math.max(0, x - right));
  const original = (x) => {
    if (x <= left) return x;
    const last = across(right);
    return x > last ? right + x - last : left + (x - left) / zoom;
  };
  const down = (y) => {
    if (!rows.length || y < tops[0]) return y;
    if (y >= end) return y - end + bottom;
    let [first, last] = [0, rows.length - 1];
    while (first < last) {
      const middle = Math.ceil((first + last) / 2);
      if (tops[middle] <= y) first = middle;
      else last = middle - 1;
    }
    return places[first] + (folded.has(first) ? 0 : y - tops[first]);
  };
  const asItIs = (value) => value;
  const along = (anchor) => (x) => x + across(anchor) - anchor; // a shape that keeps its form

  // --- What moves -------------------------------------------------------------------------------------------

  const zoomed = []; // acts that are due when the axis has changed
  const moved = []; // when the axis or the rows have

  const parsed = (path) => path.getAttribute("d").trim().split(/\s+/).map((part) => (isNaN(part) ? part : Number(part)));
  const isNumber = (part) => typeof part === "number";
  const xsOf = (parts) => parts.filter(isNumber).filter((_, index) => index % 2 === 0);
  const follow = (element, acts, x = across, y = down) => {
    if (element.localName === "path") {
      const parts = parsed(element);
      acts.push(() => {
        let isX = false;
        const now = parts.map((part) => {
          if (!isNumber(part)) return part;
          isX = !isX;
          return (isX ? x(part) : y(part)).toFixed(2);
        });
        element.setAttribute("d", now.join(" "));
      });
    } else {
      const [x0, y0] = ["x", "y"].map((key) => Number(element.getAttribute(key)));
      acts.push(() => {
        element.setAttribute("x", x(x0).toFixed(2));
        if (y !== asItIs) element.setAttribute("y", y(y0).toFixed(2));
      });
    }
  };
  const drawn = (parent) => [...parent.querySelectorAll("path, use, text")].filter((each) => !each.closest("defs"));
  const part = (name) => svg.querySelector(`:scope > [data-part="${name}"]`);

  const paper = svg.querySelector(":scope > path");
  const bands = [...(part("bands")?.querySelectorAll("path") ?? [])];
  const bandStyle = bands[0]?.getAttribute("style") ?? "";
  const marksOf = new Map(); // where the due date of each row is
  for (const row of rows) {
    const shapes = drawn(row);
    const marks = shapes.filter((each) => each.localName === "use").map((each) => Number(each.getAttribute("x")));
    marksOf.set(row.dataset.code, marks[0]);
    for (const shape of shapes) {
      const xs = shape.localName === "path" ? xsOf(parsed(shape)) : [Number(shape.getAttribute("x"))];
      const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
      if (Math.max(...xs) < left) continue; // words
      // A sign within a mark keeps its form.
      const mark = shape.localName === "path" && marks.find((each) => Math.abs(each - middle) < 0.01);
      follow(shape, zoomed, mark ? along(mark) : across, asItIs);
    }
  }
  for (const link of svg.querySelectorAll(".milepost-link")) {
    const [line, head] = link.querySelectorAll("path");
    // Beside a mark the way keeps its distance from it.
    const ends = [link.dataset.predecessor, link.dataset.successor].map((code) => marksOf.get(code)).filter(isNumber);
    const beside = (x) => {
      const mark = ends.reduce((one, other) => (Math.abs(x - other) < Math.abs(x - one) ? other : one), ends[0]);
      return mark === undefined || Math.abs(x - mark) > BESIDE ? across(x) : x + across(mark) - mark;
    };
    follow(line, moved, beside);
    if (!head) continue;
    const [, tipX, tipY] = parsed(head);
    follow(head, moved, (x) => x + beside(tipX) - tipX, (y) => y + down(tipY) - tipY);
  }
  for (const shape of part("axis") ? drawn(part("axis")) : []) follow(shape, moved);
  for (const shape of part("known") ? drawn(part("known")) : []) follow(shape, moved, along(ofDay(svg.dataset.known)));

  // The box with numbers or the legend begins with its frame.
  const boxOf = (element) => {
    const numbers = parsed(element.querySelector("path")).filter(isNumber);
    const [xs, ys] = [0, 1].map((which) => numbers.filter((_, index) => index % 2 === which));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { element, x, y, height: Math.max(...ys) - y };
  };
  const box = part("box")?.querySelector("path") ? boxOf(part("box")) : null;

  // --- What stays in view -----------------------------------------------------------------------------------

  const overlay = (name, ...content) => {
    const made = draw("svg", { class: `milepost-${name}`, "aria-hidden": "true", focusable: "false" }, ...content);
    svg.parentElement.append(made);
    return made;
  };
  const ground = () => {
    const made = paper.cloneNode();
    made.setAttribute("d", `M 0 0 H 1e5 V 1e5 H 0 Z`);
    return made;
  };
  const copies = (name, acts, x) => {
    const found = part(name) ? drawn(part(name)) : [];
    return found.map((each) => {
      const copy = each.cloneNode(true);
      follow(copy, acts, x, asItIs);
      return copy;
    });
  };
  const grid = draw("path", { style: "fill: none; stroke: var(--milepost-chart-rule); stroke-width: 0.25" });
  const names = draw("g");
  const known = along(ofDay(svg.dataset.known));
  const head = overlay("head", ground(), ...copies("axis", zoomed, across), names, ...copies("known", zoomed, known));
  part("axis")?.append(grid);
  const column = overlay("codes", ground());
  const columnRows = rows.map((row, number) => {
    const band = draw("path", { style: bandStyle, d: `M 0 ${tops[number]} h ${codes} v ${heights[number]} h ${-codes} Z` });
    const words = [...row.querySelectorAll("text")].filter((each) => Number(each.getAttribute("x")) < codes);
    const made = draw("g", { class: "milepost-code" }, band, ...words.map((each) => each.cloneNode(true)));
    column.append(made);
    return made;
  });
  const corner = overlay("corner", ground());
  for (const each of part("axis")?.querySelectorAll("text") ?? []) {
    if (Number(each.getAttribute("x")) < codes) corner.append(each.cloneNode(true));
  }

  // Quarters and months, where there is room for their names.
  const subdivide = () => {
    const year = ((right - left) * zoom * 365.25) / days;
    const step = year >= MONTHS ? 1 : year >= QUARTERS ? 3 : 0;
    const lines = [];
    const words = [];
    const style = "font-size: 6px; font-family: 'Fira Sans', sans-serif; text-anchor: middle; fill: var(--milepost-chart-grey)";
    const last = new Date(start + (days - 1) * DAY).getUTCFullYear();
    for (let each = new Date(start).getUTCFullYear(); step && each <= last; each += 1) {
      for (let month = 0; month < 12; month += step) {
        const x = across(ofDay(new Date(Date.UTC(each, month)).toISOString()));
        if (month) lines.push(`M ${x.toFixed(2)} ${top} V ${bottom.toFixed(2)}`);
        const word = step === 3 ? `Q${month / 3 + 1}` : String(month + 1).padStart(2, "0");
        words.push(draw("text", { style, x: (x + (year * step) / 24).toFixed(2), y: (top - 2.6).toFixed(2) }, word));
      }
    }
    grid.setAttribute("d", lines.join(" ") || "M 0 0");
    names.replaceChildren(...words);
  };

  // --- The layout -------------------------------------------------------------------------------------------

  const layout = (wanted) => {
    const isZoomed = wanted.zoom !== undefined && wanted.zoom !== zoom;
    zoom = wanted.zoom ?? zoom;
    folded = wanted.folded ?? folded;
    let next = top;
    places = heights.map((each, number) => {
      const place = next;
      if (!folded.has(number)) next += each;
      return place;
    });
    if (!folded.size) places = tops;
    bottom = folded.size ? next : end;

    const boxHeight = box && folded.size ? box.height + 8 : 0;
    const full = { width: across(width), height: height - end + bottom + boxHeight };
    const shape = (y, high, wide) => `M 0 ${y} H ${wide} V ${y + high} H 0 Z`;
    paper.setAttribute("d", shape(0, full.height, full.width));
    if (isZoomed) for (const act of zoomed) act();
    for (const act of moved) act();
    subdivide();
    let shown = 0;
    rows.forEach((row, number) => {
      const isFolded = folded.has(number);
      const shift = places[number] - tops[number];
      for (const each of [row, columnRows[number]]) {
        each.classList.toggle("is-folded", isFolded);
        if (shift) each.setAttribute("transform", `translate(0 ${shift.toFixed(2)})`);
        else each.removeAttribute("transform");
      }
      grounds[number].setAttribute("width", full.width);
      if (isFolded) return;
      const band = shown % 2 === 0 ? bands[shown / 2] : null;
      band?.setAttribute("d", shape(places[number], heights[number], full.width));
      columnRows[number].firstChild.setAttribute("visibility", band ? "visible" : "hidden");
      shown += 1;
    });
    bands.forEach((band, number) => band.classList.toggle("is-folded", number * 2 >= shown));
    part("legend")?.setAttribute("transform", `translate(0 ${bottom - end})`);
    if (box) {
      // Where it was, as long as rows leave that place free, and else below.
      const dx = folded.size ? 4 - box.x : across(box.x) - box.x;
      const dy = folded.size ? height - end + bottom + 4 - box.y : 0;
      box.element.setAttribute("transform", `translate(${dx.toFixed(2)} ${dy.toFixed(2)})`);
    }
    svg.setAttribute("viewBox", `0 0 ${full.width.toFixed(2)} ${full.height.toFixed(2)}`);
    head.setAttribute("viewBox", `0 0 ${full.width.toFixed(2)} ${top}`);
    column.setAttribute("viewBox", `0 ${top} ${codes} ${Math.max(bottom - top, 0.01).toFixed(2)}`);
    corner.setAttribute("viewBox", `0 0 ${codes} ${top}`);
    const style = svg.parentElement.style;
    style.setProperty("--milepost-points", width);
    style.setProperty("--milepost-wide", full.width.toFixed(2));
    style.setProperty("--milepost-high", full.height.toFixed(2));
    style.setProperty("--milepost-codes", codes);
    style.setProperty("--milepost-top", top);
    style.setProperty("--milepost-chart-width", svg.style.getPropertyValue("--milepost-chart-width"));
  };

  return {
    layout,
    ofDay,
    dayAt,
    across,
    original,
    columnRows,
    known: svg.dataset.known,
    codes,
    top,
    right,
    margin: width - right, // to the right of the axis
    years: () => [new Date(start).getUTCFullYear(), new Date(start + (days - 1) * DAY).getUTCFullYear()],
    scale: () => svg.getBoundingClientRect().width / across(width),
    zoom: () => zoom,
    // Scroll down to the first row that has a mark at `x` or to the right of it.
    scrollToRow: (x) => {
      const isLater = (row) => [...row.querySelectorAll("use")].some((mark) => Number(mark.getAttribute("x")) >= x);
      const row = rows.find((each) => !each.matches(".is-dimmed, .is-folded") && isLater(each));
      const scale = svg.getBoundingClientRect().width / across(width);
      const edge = svg.parentElement.getBoundingClientRect().top + top * scale;
      if (row) svg.parentElement.scrollTop += row.getBoundingClientRect().top - edge;
    },
  };
};
