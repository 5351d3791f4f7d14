// Comments of reviewers: written on the page, kept by the browser, saved as a file for `milepost comments`.
// Which change a comment is about is in the attributes of the list; this script copies it.
"use strict";
(() => {
  const list = document.querySelector("nav.list[data-editions]");
  if (!list) return;
  const id = (name) => document.getElementById(name);
  const part = (name) => id(name).content.firstElementChild.cloneNode(true);
  const article = document.querySelector("article");
  const overview = id("comments");
  const dialog = id("comment");
  const editions = JSON.parse(list.dataset.editions);
  const THIS_PAGE = `milepost comments ${editions.document} ${list.dataset.digest}`;
  const NAME = "milepost reviewer";
  const LARGEST = 8_000_000;
  const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const key = ({ part, key, titles, field, item }) => JSON.stringify([part, key, titles, field, item]);

  // --- What is kept ---

  const memory = new Map(); // where the browser keeps nothing, as some do for files
  let keeps = true;
  const read = (name) => {
    try {
      return localStorage.getItem(name) ?? memory.get(name) ?? null;
    } catch {
      keeps = false;
      return memory.get(name) ?? null;
    }
  };
  const write = (name, value) => {
    memory.set(name, value);
    try {
      localStorage.setItem(name, value);
    } catch {
      keeps = false;
    }
  };
  let comments = [];
  let saved = true; // in a file
  const load = () => {
    try {
      const found = JSON.parse(read(THIS_PAGE)) ?? { comments: [], saved: true };
      comments = found.comments.filter(isComment);
      saved = found.saved;
    } catch {
      comments = [];
    }
  };
  const keep = (changed, isSaved = false) => {
    comments = changed;
    saved = isSaved;
    write(THIS_PAGE, JSON.stringify({ comments, saved }));
    show();
  };
  const name = () => read(NAME) ?? "";
  const tidy = (text) => text.replace(/\s+/g, " ").trim();

  const isText = (value) => typeof value === "string";
  const isTextOrNull = (value) => value === null || isText(value);
  const isComment = (value) =>
    [value?.id, value?.author, value?.written, value?.text, value?.about?.part].every(isText) &&
    [value.change, value.old, value.new, value.proposal, value.about.key, value.about.field, value.about.item].every(isTextOrNull) &&
    (value.about.titles === null || (Array.isArray(value.about.titles) && value.about.titles.every(isText))) &&
    /^[\w-]{8,64}$/.test(value.id) &&
    !Number.isNaN(Date.parse(value.written));

  // --- What can be commented on ---

  const rows = [...list.querySelectorAll(".row[data-change]")].map((element) => ({
    element,
    ...JSON.parse(element.dataset.change),
    accepts: element.dataset.accepts ?? "",
    sentence: tidy(element.querySelector(".sentence").textContent),
    anchor: decodeURIComponent(element.querySelector("a")?.hash.slice(1) ?? ""),
  }));
  const nothing = { key: null, titles: null, field: null, item: null };
  const whole = {
    about: { part: "document", ...nothing }, change: null, old: null, new: null,
    accepts: "", sentence: `Everything: ${tidy(list.querySelector(".headline").textContent)}`,
  };
  const isWhole = (comment) => comment.change === null && key(comment.about) === key(whole.about);
  // Several consequences may be about the same: their values tell them apart.
  const rowOf = (comment) => {
    if (isWhole(comment)) return null;
    const same = rows.filter((row) => key(row.about) === key(comment.about));
    const alike = same.filter((row) => row.change === comment.change);
    return alike.find((row) => row.old === comment.old && row.new === comment.new) ?? alike[0] ?? same[0] ?? null;
  };
  const on = (row) => comments.filter((each) => (row === whole ? isWhole(each) : rowOf(each) === row));

  // The changes at a mark in the document: those whose links lead to the place in which it is; of these those of the
  // entry and of the fields that it shows.
  const rowsAt = (stop) => {
    const found = rowsNear(stop);
    const holder = stop.closest("[data-key]") ?? stop.querySelector("[data-key]");
    const fields = stop.dataset.fields?.split(" ");
    const ofEntry = holder ? found.filter(({ about }) => about.key === holder.dataset.key) : found;
    const exact = fields ? ofEntry.filter(({ about }) => fields.includes(about.field)) : ofEntry;
    const own = exact.length ? exact : ofEntry.filter(({ about }) => !about.field);
    return { rows: own.length ? own : found, own: found.includes(whole) ? [] : own };
  };
  const rowsNear = (stop) => {
    const inside = [...stop.querySelectorAll("[id]")].map((each) => each.id);
    for (let at = stop; at && at !== article; at = at.parentElement) {
      const names = at === stop ? [at.id, ...inside] : [at.id];
      const found = rows.filter((row) => row.anchor && names.includes(row.anchor));
      if (found.length) return found;
    }
    return [whole, ...rows];
  };
  const stops = [...article.querySelectorAll(".change")].filter((stop) => !stop.parentElement.closest(".change"));
  const marks = stops.map((stop) => ({ stop, ...rowsAt(stop), button: part("comment-button") }));

  // --- What is shown ---

  const when = (written) => {
    const day = new Date(written);
    const two = (number) => String(number).padStart(2, "0");
    const date = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())].join("-");
    return `${date} ${two(day.getHours())}:${two(day.getMinutes())}`;
  };
  const proposed = ({ proposal }) => (proposal === "" ? "to have none" : proposal);
  const place = ({ about }) =>
    [about.part.replace("_", " "), about.key ?? about.titles?.join(" / "), about.field, about.item].filter(Boolean).join(", ");
  const card = (comment, row, canChange) => {
    const made = part("comment-kept");
    const find = (selector) => made.querySelector(selector);
    find(".who b").textContent = comment.author;
    find("time").textContent = when(comment.written);
    find("time").dateTime = comment.written;
    find(".said").textContent = comment.text;
    find(".said").hidden = !comment.text;
    find(".proposal").hidden = comment.proposal === null;
    find(".proposal span").textContent = comment.proposal === null ? "" : proposed(comment);
    if (!row) {
      find(".elsewhere").textContent = `On what is no change here: ${place(comment)}`;
      find(".elsewhere").hidden = false;
    }
    find(".actions").hidden = !canChange;
    const label = `comment of ${comment.author}`;
    find(".edit").hidden = comment.author !== name() || !row;
    find(".edit").setAttribute("aria-label", `Edit the ${label}`);
    find(".edit").addEventListener("click", () => open([row], comment));
    find(".delete").setAttribute("aria-label", `Delete the ${label}`);
    find(".delete").addEventListener("click", () => {
      const before = comments;
      keep(comments.filter((each) => each !== comment));
      say("Deleted.", () => keep(before));
      (row?.button ?? overview).focus();
    });
    return made;
  };
  const fill = (thread, found, row, canChange = true) => thread.replaceChildren(...found.map((each) => card(each, row, canChange)));

  const show = () => {
    comments.sort((one, other) => (one.written < other.written ? -1 : 1));
    let shownRows = 0;
    for (const row of rows) {
      const found = on(row);
      row.element.classList.toggle("commented", found.length > 0);
      row.button.dataset.count = found.length || "";
      shownRows += found.length > 0;
      let thread = row.element.querySelector(".thread");
      if (!thread && found.length) {
        thread = document.createElement("div");
        thread.className = "thread";
        row.element.append(thread);
      }
      if (thread) fill(thread, found, row);
      if (!found.length) continue;
      for (let fold = row.element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    for (const mark of marks) {
      const number = mark.own.reduce((sum, row) => sum + on(row).length, 0);
      mark.button.dataset.count = number || "";
      mark.button.setAttribute("aria-label", number ? `Comment on this change, which has ${counted(number, "comment")}` : "Comment on this change");
    }
    const general = comments.filter((each) => !rowOf(each));
    overview.querySelector(".thread").replaceChildren(...general.map((each) => card(each, isWhole(each) ? whole : null, true)));
    const people = new Set(comments.map((each) => each.author)).size;
    const kept = keeps ? "They are kept in this browser" : "This browser does not keep them: save them before you leave the page";
    overview.querySelector(".comments-state").textContent = comments.length
      ? `${counted(comments.length, "comment")} by ${people === 1 ? "1 person" : `${people} people`}. ${kept}${saved || !keeps ? "." : ", and not yet saved in a file."}`
      : "Write one with the button of a change, here or in the document.";
    for (const button of overview.querySelectorAll(".save, .copy")) button.hidden = !comments.length;
    const counter = document.querySelector(".comment-count");
    counter.textContent = comments.length ? counted(comments.length, "comment") : "Comments";
    const filter = list.querySelector(".filters .commented");
    filter.hidden = !shownRows;
    filter.querySelector(".count").textContent = shownRows;
    if (!shownRows && id("only-commented").checked) id("only-all").click();
    id("comments-name").value = name();
    id("comments-name").parentElement.hidden = !name();
  };
  let undo = null;
  const say = (text, back = null) => {
    overview.querySelector(".news span").textContent = text;
    undo = back;
    overview.querySelector(".undo").hidden = !back;
    overview.querySelector(".copied").hidden = true;
  };

  // --- Writing ---

  let writing = null; // the rows to choose from, the row, and the comment that is edited
  const drafts = new Map();
  const isDated = () => ["day", "date"].includes(writing.row.accepts);
  const control = () => (writing.row.accepts === "text" ? id("comment-long") : id("comment-value"));
  const setDates = () => {
    id("comment-value").type = isDated() && !id("comment-vague").checked ? "date" : "text";
  };
  const arrange = () => {
    const { accepts } = writing.row;
    const proposes = id("comment-propose").value === "value";
    dialog.querySelector(".propose").hidden = !accepts;
    dialog.querySelector(".value").hidden = !accepts || !proposes;
    id("comment-value").hidden = accepts === "text";
    id("comment-long").hidden = accepts !== "text";
    dialog.querySelector(".vague").hidden = accepts !== "date";
    dialog.querySelector(".value label").hidden = accepts === "text";
    setDates();
  };
  const choose = (row) => {
    const { comment } = writing;
    writing.row = row;
    const draft = comment ?? drafts.get(row) ?? { text: "", proposal: null };
    const { proposal } = draft;
    id("comment-about").textContent = row.sentence;
    id("comment-about").hidden = writing.rows.length > 1;
    fill(dialog.querySelector(".thread"), on(row).filter((each) => each !== comment), row, false);
    id("comment-text").value = draft.text;
    const before = id("comment-propose").options[2];
    before.hidden = before.disabled = row.old === null && row.new === null;
    before.textContent = `As before: ${row.old === null ? "none" : shortened(tidy(row.old), 60)}`;
    id("comment-propose").value = proposal === null ? "nothing" : proposal === (row.old ?? "") ? "old" : "value";
    const value = (proposal === null ? row.new : proposal) ?? "";
    id("comment-vague").checked = row.accepts === "date" && value !== "" && !isDay(value);
    setDates();
    control().value = value;
    complain("", null);
    arrange();
  };
  const open = (choice, comment = null) => {
    writing = { rows: choice, row: choice[0], comment };
    id("comment-title").textContent = comment ? "Edit a comment" : "Comment";
    dialog.querySelector(".keep").textContent = comment ? "Keep the edit" : "Keep the comment";
    id("comment-which").replaceChildren(...choice.map((row) => new Option(shortened(row.sentence, 120))));
    dialog.querySelector(".which").hidden = choice.length < 2;
    dialog.querySelector(".author").hidden = name() !== "";
    id("comment-author").value = name();
    choose(choice[0]);
    dialog.showModal();
    (name() ? id("comment-text") : id("comment-author")).focus();
  };
  const complain = (text, field) => {
    for (const each of dialog.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
    id("comment-problem").textContent = text;
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "comment-problem");
    field.focus();
  };
  const isDay = (text) => {
    const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
    return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  };
  const isVague = (text) => /^(\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?|tbd)$/.test(text);
  // The proposal, or what is wrong with it.
  const proposal = () => {
    const { row } = writing;
    const choice = row.accepts ? id("comment-propose").value : "nothing";
    if (choice === "nothing") return [null, ""];
    if (choice === "old") return [row.old ?? "", ""];
    const value = row.accepts === "text" ? control().value.replace(/\s+$/, "") : control().value.trim();
    if (isDated() && id("comment-value").type === "date" && !isDay(value)) return [null, "Write a day that exists, or propose nothing."];
    if (isDated() && !isDay(value) && !isVague(value)) return [null, "Write 2026-07, 2026-Q3, 2026 or tbd."];
    if (!value) return [null, "Write a value, or propose nothing."];
    if (value === row.new) return [null, "This is the value now: write another one, or propose nothing."];
    return [value, ""];
  };
  const made = () => `${Date.now().toString(36)}-${[...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
  const finish = () => {
    const { row, comment } = writing;
    const author = tidy(id("comment-author").value);
    if (!author) return complain("Write your name: it is asked once.", id("comment-author"));
    const [value, problem] = proposal();
    if (problem) return complain(problem, control());
    const text = id("comment-text").value.trim();
    if (!text && value === null) return complain("Write a comment, or propose something.", id("comment-text"));
    write(NAME, author);
    const { about, change, old } = row;
    const target = comment ?? { id: made(), about, change, old, new: row.new };
    const done = { ...target, author, written: new Date().toISOString(), text, proposal: value };
    drafts.delete(row);
    writing.done = true;
    dialog.close();
    keep([...comments.filter((each) => each !== comment), done]);
    say("");
    (row.button ?? overview.querySelector(".write")).focus({ preventScroll: true });
    if (writing.mark) writing.mark.focus({ preventScroll: true });
  };

  dialog.addEventListener("close", () => {
    const { row, comment, done } = writing;
    if (!done && !comment && id("comment-text").value.trim()) {
      drafts.set(row, { text: id("comment-text").value, proposal: null });
    }
  });
  dialog.querySelector(".keep").addEventListener("click", finish);
  dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) finish();
  });
  id("comment-which").addEventListener("change", () => choose(writing.rows[id("comment-which").selectedIndex]));
  id("comment-propose").addEventListener("change", arrange);
  id("comment-vague").addEventListener("change", () => {
    const { value } = id("comment-value");
    arrange();
    id("comment-value").value = id("comment-vague").checked ? value.slice(0, 7) : "";
  });

  // --- Files ---

  const file = () => `${JSON.stringify({ ...editions, comments }, null, 1)}\n`;
  const asText = () => {
    const lines = [`Comments on ${editions.document}: ${editions.old.name} → ${editions.new.name}`];
    const say = (heading, found) => {
      if (!found.length) return;
      lines.push("", heading);
      for (const each of found) {
        const first = each.proposal === null ? "" : ` proposes ${proposed(each)}`;
        lines.push(`  ${each.author}, ${when(each.written)}:${first}`);
        lines.push(...(each.text ? each.text.split("\n").map((line) => `    ${line}`) : []));
      }
    };
    say(whole.sentence, on(whole));
    for (const row of rows) say(row.sentence, on(row));
    for (const each of comments) if (!rowOf(each) && !isWhole(each)) say(`On what is no change here: ${place(each)}`, [each]);
    return `${lines.join("\n")}\n`;
  };
  const addFile = async (found) => {
    let content;
    try {
      if (found.size > LARGEST) throw new RangeError();
      content = JSON.parse(await found.text());
    } catch {
      return `${found.name} is no file of comments.`;
    }
    if (content?.schema !== editions.schema || !Array.isArray(content.comments)) return `${found.name} is no file of comments.`;
    if (content.document !== editions.document) return `${found.name} is about ${content.document}, not ${editions.document}.`;
    const right = content.comments.filter(isComment);
    const known = new Map(comments.map((each) => [each.id, each]));
    let added = 0;
    for (const each of right) {
      const before = known.get(each.id);
      if (before && Date.parse(before.written) >= Date.parse(each.written)) continue;
      known.set(each.id, each);
      added += 1;
    }
    keep([...known.values()], saved && !added);
    const unreadable = content.comments.length - right.length;
    return `${found.name}: ${counted(added, "comment")} added${unreadable ? `, ${unreadable} that cannot be read left out` : ""}.`;
  };

  overview.querySelector(".write").addEventListener("click", () => open([whole]));
  overview.querySelector(".save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file()], { type: "application/json" }));
    link.download = "comments.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    keep(comments, true);
    say(`Saved ${counted(comments.length, "comment")} as comments.json.`);
  });
  overview.querySelector(".copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(asText());
      say("Copied.");
    } catch {
      const text = overview.querySelector(".copied");
      say("The browser does not let the page copy: copy this text.");
      text.value = asText();
      text.hidden = false;
      text.select();
    }
  });
  const chooser = overview.querySelector("input[type=file]");
  overview.querySelector(".open").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", async () => {
    const said = [];
    for (const each of chooser.files) said.push(await addFile(each));
    chooser.value = "";
    say(said.join(" "));
  });
  overview.querySelector(".undo").addEventListener("click", () => {
    undo?.();
    say("");
    overview.focus();
  });
  id("comments-name").addEventListener("change", (event) => {
    const [before, now] = [name(), tidy(event.target.value)];
    write(NAME, now);
    const written = new Date().toISOString();
    const mine = (each) => before && now && each.author === before;
    if (comments.some(mine)) keep(comments.map((each) => (mine(each) ? { ...each, author: now, written } : each)));
    else show();
  });

  // --- The page ---

  for (const row of rows) {
    row.button = part("comment-button");
    row.button.setAttribute("aria-label", `Comment: ${row.sentence}`);
    row.button.addEventListener("click", () => open([row]));
    row.element.prepend(row.button);
  }
  for (const mark of marks) {
    const { stop, button } = mark;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      open(mark.rows);
      writing.mark = button;
    });
    // Lists and rows of a table have no place of their own for a button.
    const holder = ["TR", "UL", "OL"].includes(stop.tagName) ? stop.lastElementChild : stop;
    holder.append(button);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "c" || !id("keys").checked || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("dialog, textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const row = rows.find((each) => each.element.contains(document.activeElement));
    const mark = marks.find((each) => each.stop.matches(".current"));
    if (!row && !mark) return;
    event.preventDefault();
    (row?.button ?? mark.button).click();
  });
  window.addEventListener("storage", (event) => {
    if (event.key !== THIS_PAGE && event.key !== NAME) return;
    load();
    show();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!keeps && !saved) event.preventDefault();
  });
  write(`${NAME} test`, "");
  if (keeps) localStorage.removeItem(`${NAME} test`);
  load();
  for (const hidden of [overview, document.querySelector(".comment-count")]) hidden.hidden = false;
  show();
})();
