// The panel of `milepost serve`, and the reload of its pages.
(() => {
  const host = document.getElementById("milepost-preview");
  let root = host.shadowRoot;
  if (!root) { // a browser without declarative shadow roots
    root = host.attachShadow({ mode: "open" });
    root.append(host.querySelector("template").content);
  }
  const stored = (name) => JSON.parse(sessionStorage.getItem(`milepost-${name}`));
  const store = (name, value) => sessionStorage.setItem(`milepost-${name}`, JSON.stringify(value));
  const heading = () => root.querySelector("[data-part=alert]").textContent;

  // What the reader has folded or unfolded stays so, until there are errors or no longer any.
  const fold = () => {
    const details = root.querySelector("[data-part=findings] > details");
    const before = stored("folded");
    if (details && before && before.errors === (heading() !== "")) details.open = before.open;
    details?.addEventListener("toggle", () => store("folded", { open: details.open, errors: heading() !== "" }));
  };

  const show = (html) => {
    const next = document.createElement("template");
    next.innerHTML = html; // escaped by the server
    let changed = false;
    for (const part of root.querySelectorAll("[data-part]")) {
      const other = next.content.querySelector(`[data-part=${part.dataset.part}]`);
      if (part.innerHTML === other.innerHTML) continue;
      if (part.dataset.part === "findings" && part.textContent === other.textContent) continue; // only unfolded
      part.replaceChildren(...other.childNodes);
      changed = changed || part.dataset.part === "findings";
    }
    if (changed) fold();
  };

  // The ends of the page and of its sidebars, and what has the focus, are not behind the panel.
  new ResizeObserver(() => {
    const height = `${host.getBoundingClientRect().height}px`;
    document.body.style.paddingBottom = height;
    document.documentElement.style.scrollPaddingBottom = height;
    for (const sidebar of document.querySelectorAll(".sidebar-sticky, .toc-sticky")) {
      sidebar.style.boxSizing = "border-box";
      sidebar.style.paddingBottom = height;
    }
  }).observe(host);

  const reload = () => {
    store("scrolled", { path: location.pathname, x: scrollX, y: scrollY });
    location.reload();
  };
  const scrolled = stored("scrolled");
  if (scrolled?.path === location.pathname) {
    const back = () => scrollTo({ left: scrolled.x, top: scrolled.y, behavior: "instant" });
    back();
    addEventListener("load", () => requestAnimationFrame(back));
  }
  sessionStorage.removeItem("milepost-scrolled");

  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/-/reload?${host.dataset.version}`);
    socket.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      if (news.reload) reload();
      else show(news.panel);
    };
    socket.onclose = () => setTimeout(connect, 1000);
  };
  fold();
  connect();
})();
