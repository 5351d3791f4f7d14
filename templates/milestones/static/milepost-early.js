// Runs in the head of a page with tables or charts, before it is drawn: the tab of the address, and nothing else until
// the filters of the address have been used, so that nothing moves.
"use strict";
(() => {
  const { classList } = document.documentElement;
  const query = new URLSearchParams(location.search);
  const FILTERS = ["show", "level", "code", "wbs", "from", "to", "q", "sort", "rest", "row"];
  classList.add(query.get("tab") === "table" ? "milepost-on-table" : "milepost-on-chart");
  if (FILTERS.some((key) => query.has(key))) classList.add("milepost-waiting");
  // If the other scripts are missing, all of the page is shown.
  window.addEventListener("load", () => {
    classList.remove("milepost-waiting");
    if (!classList.contains("milepost-scripted")) classList.remove("milepost-on-chart", "milepost-on-table");
  });
})();
