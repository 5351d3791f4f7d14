// Charts of milestones: move from row to row by keyboard, show what comes before and after a row, dim, hide or fold
// the rows that a filter leaves out, and zoom along the axis of time.
"use strict";
(window.milepost ??= {}).readyCharts = ({ make, know, current, change, adjust, readyAxis, readyBars }) => {
  const MOST = 40; // times as long as the axis in the drawing
  const STEP = 1.5; // of a button or a key
  const SETTLED = 250; // milliseconds without scrolling until the place is in the address

  const zooms = []; // acts that follow the view, one for each chart
  const reaches = []; // acts that bring the row of a code into view, for charts whose rows are drawn as needed

  // --- Zoom -------------------------------------------------------------------------------------------------

  const readyZoom = (figure, box, axis) => {
    const visible = () => box.clientWidth - axis.codes * axis.scale();
    const overflows = () => box.scrollWidth - box.clientWidth > 1;
    const clamp = (zoom) => Math.min(Math.max(zoom, 1), MOST);
    let ours = 0; // where this script has scrolled to
    const scrollTo = (x) => {
      box.scrollLeft = x;
      ours = box.scrollLeft;
    };
    // The first day that is in view.
    const first = () => axis.dayAt(axis.original(box.scrollLeft / axis.scale() + axis.codes));
    const scrollToDay = (day, part = 0) => {
      const x = axis.across(axis.ofDay(day));
      scrollTo((x - axis.codes) * axis.scale() - part * visible());
    };

    const wanted = () => {
      const { years, zoom } = current();
      if (!years) return clamp(Number(zoom) || 1);
      const from = axis.ofDay(`${years}-01-01`);
      return clamp((visible() / axis.scale() - axis.margin) / Math.max(axis.right - from, 1));
    };
    // And down to the first row that has a mark there.
    let shownYears = "";
    const scrollToYears = () => {
      const { years } = current();
      scrollToDay(`${years}-01-01`);
      if (years === shownYears) return;
      axis.scrollToRow(axis.across(axis.ofDay(`${years}-01-01`)));
    };
    const follow = () => {
      if (!box.clientWidth) return; // it is in a tab that is not shown
      const { years, at } = current();
      axis.layout({ zoom: wanted() });
      tell();
      if (years) scrollToYears();
      else if (at) scrollToDay(at);
      else if (overflows()) scrollToDay(axis.known, 0.6);
      shownYears = years;
      ours = box.scrollLeft;
    };
    // Keep what is below `clientX` where it is.
    const zoomTo = (zoom, clientX) => {
      const edge = box.getBoundingClientRect().left;
      const x = clientX ?? edge + (box.clientWidth + axis.codes * axis.scale()) / 2;
      const place = (each) => (x - edge + box.scrollLeft) / each;
      const kept = axis.original(place(axis.scale()));
      const now = clamp(zoom);
      axis.layout({ zoom: now });
      scrollTo(axis.across(kept) * axis.scale() - (x - edge));
      const isWhole = now === 1;
      adjust({ years: "", zoom: isWhole ? "" : now.toFixed(2), at: isWhole ? "" : first() }, follow);
      tell();
    };

    // Buttons and a choice of years, in the place that the page has for them.
    const button = (words, name, act) => {
      const made = make("button", { type: "button", class: "milepost-button", "aria-label": name }, words);
      made.addEventListener("click", act);
      return made;
    };
    const [from, until] = axis.years();
    const years = make("select", { autocomplete: "off" }, new Option("all years", ""));
    for (let year = from + 1; year <= until; year += 1) years.append(new Option(`from ${year}`, year));
    const other = new Option("as zoomed", "zoomed");
    other.hidden = true;
    years.append(other);
    years.addEventListener("change", () => adjust({ years: years.value, zoom: "", at: "" }));
    const rest = make("select", { autocomplete: "off" });
    for (const [value, words] of [["", "dimmed"], ["hidden", "hidden"], ["folded", "folded"]]) {
      rest.append(new Option(words, value));
    }
    rest.addEventListener("change", () => change({ rest: rest.value }));
    const whole = () => adjust({ years: "", zoom: "", at: "" });
    const out = button("−", "Zoom out", () => zoomTo(axis.zoom() / STEP));
    const into = button("+", "Zoom in", () => zoomTo(axis.zoom() * STEP));
    const tools = make(
      "div",
      { class: "milepost-tools", role: "group", "aria-label": "View of the chart" },
      make("label", {}, "Show ", years),
      make("span", { class: "milepost-zoom" }, out, into, button("Whole", "Whole axis", whole)),
      make("label", {}, "Rows left out ", rest),
    );
    const place = figure.querySelector(".milepost-tools-place");
    if (place) place.append(tools);
    else box.before(tools);
    const tell = () => {
      const view = current();
      const isZoomed = Boolean(view.zoom);
      other.hidden = !isZoomed;
      years.value = isZoomed ? "zoomed" : view.years;
      if (years.selectedIndex < 0) years.value = "";
      rest.value = view.rest;
      out.disabled = axis.zoom() <= 1;
      into.disabled = axis.zoom() >= MOST;
    };

    // The wheel with Ctrl or Cmd, which is also what two fingers on a touchpad send; without them it scrolls.
    let pending = null;
    const soon = (factor, clientX) => {
      if (!pending) {
        requestAnimationFrame(() => {
          const { factor, clientX } = pending;
          pending = null;
          zoomTo(axis.zoom() * factor, clientX);
        });
      }
      pending = { factor: (pending?.factor ?? 1) * factor, clientX };
    };
    const wheel = (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode ? 30 : 1;
      soon(Math.exp(-Math.max(-150, Math.min(150, event.deltaY * lines)) / 300), event.clientX);
    };
    box.addEventListener("wheel", wheel, { passive: false });
    let apart = 0; // of two fingers
    const distance = ([one, other]) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const middle = ([one, other]) => (one.clientX + other.clientX) / 2;
    const touch = (event) => {
      if (event.touches.length !== 2) {
        apart = 0;
        return;
      }
      event.preventDefault();
      const now = distance(event.touches);
      if (apart) soon(now / apart, middle(event.touches));
      apart = now;
    };
    for (const name of ["touchstart", "touchmove", "touchend"]) box.addEventListener(name, touch, { passive: false });
    figure.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !box.contains(event.target)) return;
      const act = { "+": () => into.click(), "=": () => into.click(), "-": () => out.click(), "0": whole }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });

    // What somebody scrolls to is in the address, once it has come to rest.
    let waiting = 0;
    box.addEventListener("scroll", () => {
      if (Math.abs(box.scrollLeft - ours) < 2) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        if (!overflows() || Math.abs(box.scrollLeft - ours) < 2) return;
        ours = box.scrollLeft;
        const zoom = axis.zoom();
        adjust({ years: "", zoom: zoom === 1 ? "" : zoom.toFixed(2), at: first() }, follow);
        tell();
      }, SETTLED);
    }, { passive: true });
    let size = box.clientWidth; // 0 in a tab that is not shown
    new ResizeObserver(() => {
      if (box.clientWidth === size) return;
      size = box.clientWidth;
      follow();
    }).observe(box);
    // Paper does not scroll.
    window.addEventListener("beforeprint", () => axis.layout({ zoom: 1 }));
    window.addEventListener("afterprint", follow);

    zooms.push(follow);
    // Scroll to the marks of a row, if they are out of sight.
    return (row) => {
      const marks = [...row.querySelectorAll("use")].map((each) => Number(each.getAttribute("x")));
      if (!marks.length) return;
      const x = Math.min(...marks) * axis.scale() - box.scrollLeft;
      if (x < axis.codes * axis.scale() + 8 || x > box.clientWidth - 8) {
        scrollTo(x + box.scrollLeft - axis.codes * axis.scale() - visible() / 2);
      }
    };
  };

  // --- Charts that are images ---------------------------------------------------------------------------------

  // With a table that has their milestones, they are drawn from its data.
  const readyLarge = (figure) => {
    const box = figure.querySelector(".milepost-bars");
    const bars = box && readyBars(figure, box);
    if (!bars) {
      box?.remove();
      return () => {};
    }
    figure.classList.add("has-bars");
    bars.axis.layout({});
    readyZoom(figure, box, bars.axis);
    reaches.push(bars.reach);
    return bars.follow;
  };

  // --- Rows -------------------------------------------------------------------------------------------------

  // A chart is one tab stop, and arrow keys move from row to row: with forty tab stops it would take too long to
  // get past the chart.
  const readyChart = (figure, number) => {
    const svg = figure.querySelector("svg");
    if (!svg) return readyLarge(figure);
    const rows = [...svg.querySelectorAll(".milepost-row")];
    const links = [...svg.querySelectorAll(".milepost-link")];
    const known = rows.map((row) => know(row.dataset));
    const numbers = new Map(rows.map((row, index) => [row.dataset.code, index]));
    let stop = null;
    let live = rows; // those that match
    const settle = (row) => {
      if (row !== stop) {
        stop?.setAttribute("tabindex", "-1");
        row?.setAttribute("tabindex", "0");
      }
      stop = row ?? null;
    };

    // Move the names to `aria-label`: browsers would show titles as a second tooltip.
    const title = svg.querySelector(":scope > title");
    if (title) {
      svg.setAttribute("aria-label", title.textContent);
      svg.removeAttribute("aria-labelledby");
      title.remove();
    }
    for (const row of rows) {
      row.setAttribute("tabindex", "-1");
      for (const each of row.querySelectorAll("title")) each.remove();
    }
    if (rows.length > 1) {
      const key = (name) => make("kbd", {}, name);
      const hint = make("p", { class: "milepost-hint", id: `milepost-hint-${number}` });
      hint.append(key("↑"), " ", key("↓"), " from row to row, ", key("Enter"), " opens the milestone");
      hint.append(", ", key("+"), " ", key("−"), " ", key("0"), " zoom, as does ", key("Ctrl"), " with the wheel");
      const place = figure.querySelector(".milepost-hint-place");
      if (place) place.append(hint);
      else figure.querySelector("figcaption").before(hint);
      svg.setAttribute("aria-describedby", `${svg.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());
    }

    const axis = readyAxis(svg, rows);
    axis.layout({});
    figure.classList.add("is-drawn");
    const reveal = readyZoom(figure, svg.parentElement, axis);

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
      rows.forEach((each, index) => {
        for (const part of [each, axis.columnRows[index]]) {
          part.classList.toggle("is-active", each === row);
          part.classList.toggle("is-related", each !== row && related.has(each.dataset.code));
        }
        axis.columnRows[index].classList.toggle("is-focused", each.matches(":focus-visible"));
      });
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
      if (row?.matches(":focus-visible")) reveal(row);
    });
    figure.addEventListener("focusout", () => relate(null));
    figure.addEventListener("keydown", (event) => {
      const row = rowOf(event.target);
      if (!row || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const index = live.indexOf(row);
      const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: live.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      live[Math.min(Math.max(next, 0), live.length - 1)]?.focus();
    });
    figure.addEventListener("milepost-reveal", (event) => reveal(event.target));

    let before = "";
    return () => {
      const { rest } = current();
      const isOut = (index) => !known[index].isFound;
      live = rows.filter((_, index) => !isOut(index));
      rows.forEach((row, index) => {
        for (const part of [row, axis.columnRows[index]]) part.classList.toggle("is-dimmed", isOut(index));
        if (isOut(index)) row.setAttribute("aria-hidden", "true");
        else row.removeAttribute("aria-hidden");
      });
      for (const { classList, dataset } of links) {
        const ends = [dataset.predecessor, dataset.successor].map((code) => numbers.get(code));
        classList.toggle("is-dimmed", ends.some((index) => index !== undefined && isOut(index)));
      }
      figure.dataset.rest = rest;
      const folded = new Set(rest === "folded" ? rows.keys() : []);
      for (const index of [...folded]) if (!isOut(index)) folded.delete(index);
      const now = [...folded].join(" ");
      if (now !== before) axis.layout({ folded });
      before = now;
      settle(live.includes(stop) ? stop : live[0]);
    };
  };

  return { readyChart, zooms, reaches };
};
