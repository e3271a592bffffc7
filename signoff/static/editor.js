// The editor's aids: toolbar, live preview, outline, count, and what was typed kept in this browser. Without this file
// the form works all the same.

const form = document.querySelector("[data-editor]");
const body = form.elements.body;
const fields = [...form.querySelectorAll("input[type=text], select, textarea")].filter((field) => field.name);

const typed = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
// What came from a file is in the form and not saved yet.
const served = form.dataset.unsaved === undefined ? JSON.stringify(typed()) : "";
const isChanged = () => JSON.stringify(typed()) !== served;

// Toolbar: one stop of the Tab key, arrows within; Ctrl+B and Ctrl+I while writing.
const put = (text, from, to) => {
  body.focus();
  body.setSelectionRange(from, to);
  // The old command keeps what can be undone; where it is gone, the text is put in directly.
  if (!document.execCommand("insertText", false, text)) body.setRangeText(text, from, to, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
};

const around = (mark) => {
  const { selectionStart: from, selectionEnd: to, value } = body;
  const has = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  if (has && value.slice(from - mark.length - 1, from - mark.length) !== "*") {
    put(value.slice(from, to), from - mark.length, to + mark.length);
    body.setSelectionRange(from - mark.length, to - mark.length);
    return;
  }
  const words = value.slice(from, to) || "words";
  put(`${mark}${words}${mark}`, from, to);
  body.setSelectionRange(from + mark.length, from + mark.length + words.length);
};

const before = (mark) => {
  const { value } = body;
  const from = value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  const end = value.indexOf("\n", body.selectionEnd);
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const has = lines.every((line) => line.startsWith(mark));
  put(lines.map((line) => (has ? line.slice(mark.length) : mark + line)).join("\n"), from, to);
};

const link = () => {
  const { selectionStart: from, selectionEnd: to, value } = body;
  const words = value.slice(from, to) || "words";
  put(`[${words}](https://)`, from, to);
  const at = from + words.length + 11;
  body.setSelectionRange(at, at);
};

// A table of what is selected, of two columns where nothing is; within a table, another row.
const table = () => {
  const { selectionStart: from, selectionEnd: to, value } = body;
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const end = value.indexOf("\n", to) < 0 ? value.length : value.indexOf("\n", to);
  const line = value.slice(start, end);
  if (/^\|.*\|\s*$/.test(line)) {
    const cells = line.trim().replace(/\\\|/g, "").split("|").length - 2;
    put(`\n|${"  |".repeat(cells)}`, end, end);
    body.setSelectionRange(end + 3, end + 3);
    return;
  }
  const cell = (words) => words.trim().replace(/\|/g, "\\|");
  const given = value.slice(from, to).split("\n").filter((row) => row.trim());
  const rows = given.length ? given.map((row) => row.split("\t").map(cell)) : [["Heading", "Heading"], ["", ""]];
  const width = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${" --- |".repeat(width)}`);
  const before = value.slice(0, from).trimEnd();
  const after = value.slice(to).trimStart();
  put(`${before && "\n\n"}${lines.join("\n")}\n${after && "\n"}`, before.length, value.length - after.length);
  const at = before.length + (before && 2) + 2;
  body.setSelectionRange(at, at + rows[0][0].length);
};

// Footnotes are numbered in the order in which the text refers to them, and stand at its end.
const NOTE = /^\[\^([^\]\s]+)\]:[ \t]?(.*(?:\n(?:[ \t]+.*|(?=\n[ \t])))*)/gm;
const numbered = (text) => {
  const notes = new Map([...text.matchAll(NOTE)].map((note) => [note[1], note[2].trimEnd()]));
  const numbers = new Map();
  const words = text
    .replace(NOTE, "\0")
    .replace(/\n*(?:\0\n*)+/g, "\n\n")
    .trimEnd()
    .replace(/\[\^([^\]\s]+)\]/g, (reference, name) => {
      if (!notes.has(name)) return reference;
      if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
      return `[^${numbers.get(name)}]`;
    });
  // A note that the text does not refer to stays, at the end.
  for (const name of notes.keys()) if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
  const ends = [...numbers].map(([name, number]) => `[^${number}]: ${notes.get(name)}`);
  return { text: [words, ...ends].filter(Boolean).join("\n\n"), numbers };
};

const footnote = () => {
  const { selectionEnd: at, value } = body;
  const { text, numbers } = numbered(`${value.slice(0, at)}[^new]${value.slice(at)}\n\n[^new]: words`);
  put(text, 0, value.length);
  const number = `\n[^${numbers.get("new")}]: `;
  const from = text.lastIndexOf(number) + number.length;
  body.setSelectionRange(from, from + 5);
};

const acts = {
  heading: () => before("## "),
  bold: () => around("**"),
  italic: () => around("*"),
  list: () => before("- "),
  numbers: () => before("1. "),
  quote: () => before("> "),
  link,
  table,
  footnote,
};

const toolbar = form.querySelector("[role=toolbar]");
body.before(toolbar);
toolbar.hidden = false;
const buttons = [...toolbar.querySelectorAll("button")];
const stop = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
stop(buttons[0]);
toolbar.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  stop(button);
  acts[button.dataset.act]();
});
toolbar.addEventListener("keydown", (event) => {
  const at = buttons.indexOf(document.activeElement);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  const button = buttons[(next + buttons.length) % buttons.length];
  stop(button);
  button.focus();
});
body.addEventListener("keydown", (event) => {
  const act = (event.ctrlKey || event.metaKey) && !event.altKey && { b: "bold", i: "italic" }[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  acts[act]();
});

// The parts of the chosen kind; what was typed for another kind stays in sight, since it is part of the text.
const parts = form.querySelector("[data-parts]");
const groups = [...parts.querySelectorAll("[data-kinds]")];
const fit = () =>
  groups.forEach((group) => {
    const filled = [...group.querySelectorAll("input, textarea")].some((field) => field.value.trim());
    group.hidden = !filled && !group.dataset.kinds.split(" ").includes(form.elements.kind.value);
  });
form.elements.kind.addEventListener("change", () => {
  fit();
  parts.open = parts.open || groups.slice(1).some((group) => !group.hidden);
});
fit();

// What is pasted with headings, lists, tables or notes comes back from the server in the dialect of texts.
const leftOut = form.querySelector("[data-left-out]");
const tell = (sentence, lines = []) => {
  leftOut.hidden = false;
  leftOut.querySelector("p").textContent = sentence;
  leftOut.querySelector("ul").replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
};

const putBetween = (text, from, to) => {
  const { value } = body;
  const isBlock = text.includes("\n");
  const before = value.slice(0, from);
  const gap = isBlock && before.trim() ? "\n".repeat(Math.max(0, 2 - before.match(/\n*$/)[0].length)) : "";
  const after = value.slice(to);
  const end = isBlock && after.trim() ? "\n".repeat(Math.max(0, 2 - after.match(/^\n*/)[0].length)) : "";
  if (!/\[\^\d+\]:/.test(text)) {
    put(gap + text + end, from, to);
    return;
  }
  const apart = text.replace(/\[\^(\d+)\]/g, "[^pasted-$1]");
  put(numbered(before + gap + apart + end + after).text, 0, value.length);
};

const pasted = async (html, plain) => {
  const { selectionStart: from, selectionEnd: to } = body;
  const data = new FormData();
  data.set("csrf_token", form.elements.csrf_token.value);
  data.set("html", html);
  body.readOnly = true;
  const answer = await fetch(form.dataset.pasted, { method: "POST", body: data }).catch(() => null);
  const read = await answer?.json().catch(() => null);
  body.readOnly = false;
  if (!answer?.ok || !read) {
    put(plain, from, to);
    tell(read?.refused ?? "The formatting could not be read. The words were pasted without it.");
    return;
  }
  putBetween(read.text, from, to);
  if (read.left_out.length) tell("Pasted. Left out or changed:", read.left_out);
  else leftOut.hidden = true;
};

const FORMATTED = /<(?:h[1-6]|p|ul|ol|table|b|strong|i|em|a|img|sup|blockquote)[\s>]/i;
body.addEventListener("paste", (event) => {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!FORMATTED.test(html)) return;
  event.preventDefault();
  pasted(html, event.clipboardData.getData("text/plain"));
});

// Count and outline follow what is typed.
const count = form.querySelector("[data-count]");
const outline = form.querySelector("[data-outline]");
const headings = () => [...body.value.matchAll(/^(#{1,6})[ \t]+(.+)$/gm)];
const follow = () => {
  const words = body.value.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  count.textContent = `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"}`;
  const list = outline.querySelector("ul");
  list.replaceChildren(
    ...headings().map((found) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.textContent = found[2].replace(/[*_`]/g, "");
      button.addEventListener("click", () => {
        body.focus();
        body.setSelectionRange(found.index, found.index + found[0].length);
        const line = body.value.slice(0, found.index).split("\n").length;
        body.scrollTop = (line - 2) * parseFloat(getComputedStyle(body).lineHeight);
      });
      item.append(button);
      return item;
    }),
  );
  outline.hidden = list.children.length < 2;
};

// The preview beside the text is what the server makes of it, as readers will see it.
const place = document.querySelector("[data-preview]");
let waiting;
let asked = 0;
const preview = async () => {
  const mine = ++asked;
  const data = new FormData(form);
  data.delete("file");
  const answer = await fetch(place.dataset.preview, { method: "POST", body: data }).catch(() => null);
  if (answer?.ok && mine === asked) place.querySelector("[data-shown]").innerHTML = await answer.text();
};
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(preview, 500);
};
if (!document.querySelector(".beside:not([data-preview])")) {
  place.hidden = false;
  place.parentElement.classList.remove("alone");
  preview();
}

// What is typed and not saved is kept in this browser only, and offered again.
const key = `signoff:${form.dataset.editor}:${location.pathname}`;
const kept = (() => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
})();
const offer = document.querySelector("[data-kept]");
const forget = () => localStorage.removeItem(key);
if (kept && JSON.stringify(kept.fields) !== served && !document.querySelector("[data-focus]")) {
  offer.querySelector("[data-when]").textContent = new Date(kept.at).toLocaleString("en", {
    dateStyle: "long",
    timeStyle: "short",
  });
  offer.hidden = false;
  offer.querySelector("[data-restore]").addEventListener("click", () => {
    for (const field of fields) field.value = kept.fields[field.name] ?? field.value;
    form.elements.kind.dispatchEvent(new Event("change"));
    offer.hidden = true;
    body.dispatchEvent(new Event("input", { bubbles: true }));
    fields[0].focus();
  });
  offer.querySelector("[data-discard]").addEventListener("click", () => {
    forget();
    offer.hidden = true;
    fields[0].focus();
  });
} else if (kept && JSON.stringify(kept.fields) === served) {
  forget();
}

form.addEventListener("input", () => {
  follow();
  if (!place.hidden) soon();
  if (isChanged()) localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: typed() }));
  else forget();
});

let leaves = false;
form.addEventListener("submit", (event) => {
  leaves = true;
  // Forgotten on the page that shows that it was saved: an ended session must not lose it.
  if (!["save", "draft"].includes(event.submitter?.value) || !isChanged()) return;
  localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: typed(), sent: true }));
});
addEventListener("beforeunload", (event) => {
  if (!leaves && isChanged()) event.preventDefault();
});
follow();

// A file that is too large is refused here, before it is sent and takes the page with what was typed away.
const file = form.elements.file;
file.addEventListener("change", () => {
  const large = [...file.files].find((chosen) => chosen.size > Number(file.dataset.largest));
  file.setCustomValidity(large ? `“${large.name}” ${file.dataset.refused}` : "");
  if (large) file.reportValidity();
});
