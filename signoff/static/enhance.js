// Enhancements only: every page works without them.

// After a refused form, people who cannot see the page hear first what is wrong.
document.querySelector("[data-focus]")?.focus();

// A shortened digest is copied whole.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  const shortened = selection?.anchorNode?.parentElement?.closest("[data-copy]");
  if (shortened && selection.toString().trim() === shortened.textContent.trim()) {
    event.clipboardData.setData("text/plain", shortened.dataset.copy);
    event.preventDefault();
  }
});

// What can only be done by a script is offered only where one runs.
for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

// One press copies the citation or the address.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const told = document.getElementById("copied");
    const words = document.getElementById(button.dataset.copies).textContent.trim();
    try {
      await navigator.clipboard.writeText(words);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "This browser does not allow copying. Please select the words under Cite.";
    }
  });
}

// Names are narrowed down while someone types; sending the form shows the same.
for (const field of document.querySelectorAll("[data-filters]")) {
  const place = document.getElementById(field.dataset.filters);
  const plain = (text) => text.normalize("NFKD").replace(/[^\p{L}\p{N}\s]/gu, "").toLowerCase();
  const items = [...place.querySelectorAll("li")].map((item) => {
    const heading = item.closest(".name-group").querySelector("h2, h3");
    const said = [...(heading ? [heading.firstChild] : []), ...item.children].map((part) => part.textContent);
    return [item, plain(said.join(" ")).replace(/\s+/g, " ")];
  });
  // Not every script parts its words.
  const begins = (text, word) => ` ${text}`.includes(` ${word}`) || (/[^\x00-\x7f]/.test(word) && text.includes(word));
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const [item, text] of items) item.hidden = !words.every((word) => begins(text, word));
    for (const group of place.querySelectorAll(".name-group")) group.hidden = !group.querySelector("li:not([hidden])");
    document.getElementById("names-none").hidden = items.some(([item]) => !item.hidden);
  });
}

// On a partner's page the button says what it will record, and only the questions that apply are shown.
for (const form of document.querySelectorAll("#answer-form")) {
  const button = form.querySelector("[data-words]");
  const words = JSON.parse(button.dataset.words);
  const unchosen = button.textContent;
  const show = () => {
    const answer = new FormData(form).get("answer");
    button.textContent = words[answer] ?? unchosen;
    for (const group of form.querySelectorAll("[data-for]")) {
      group.hidden = group.dataset.for !== (answer ?? "");
    }
  };
  form.addEventListener("change", show);
  show();
}

// Words selected in the text become the passage a comment hangs on, or one more quotation of a finding.
let selected = "";
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const inText = selection?.anchorNode?.parentElement?.closest(".wording, article h1, article h2");
  const words = selection?.toString().trim().replace(/\s+/g, " ");
  if (inText && words) selected = words;
});
for (const field of document.querySelectorAll('#comment-quote, textarea[name$=".quotes"]')) {
  const several = field.id !== "comment-quote";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = several ? "Add the words selected in the text" : "Use the words selected in the text";
  button.addEventListener("click", () => {
    const before = several && field.value.trim() ? `${field.value.trim()}\n` : "";
    if (selected) field.value = before + selected;
    field.focus();
  });
  field.after(button);
}

// Links to a closed part of the page open it.
const openTarget = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = target?.closest?.("details");
  if (closed) {
    closed.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", openTarget);
openTarget();

// On a narrow screen rows become paragraphs; some browsers then no longer tell that they are a table.
for (const [selector, role] of Object.entries({
  "": "table", ":is(thead, tbody)": "rowgroup", tr: "row", "thead th": "columnheader", "tbody th": "rowheader", td: "cell",
})) {
  for (const part of document.querySelectorAll(`:is(.rows, .findings, .matrix) ${selector}`)) part.setAttribute("role", role);
}

// From any row that is selected, Enter leads to what can be done to those selected.
for (const bar of document.querySelectorAll(".bar.selection")) {
  for (const hint of bar.closest("form").querySelectorAll("[data-keys]")) hint.hidden = false;
  bar.closest("form").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "checkbox") return;
    event.preventDefault();
    bar.querySelector("button, input")?.focus();
  });
}

// A list of partners is narrowed down while someone types; what is selected stays to be seen.
for (const field of document.querySelectorAll("[data-narrow]")) {
  const items = [...document.querySelectorAll(`${field.dataset.narrow} > .choice`)];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const narrow = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const item of items) {
      const text = plain(item.textContent);
      item.hidden = !item.querySelector(":checked") && !words.every((word) => text.includes(word));
    }
  };
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    // Enter would send the form by its first button.
    if (event.key === "Enter" && items.length < Number(field.dataset.all)) event.preventDefault();
  });
}

// One press chooses all partners, or none when all are chosen.
for (const button of document.querySelectorAll("[data-check]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll(`input[name="${button.dataset.check}"]:not(:disabled)`)];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
}

// What a button would do to how many stands on it.
for (const button of document.querySelectorAll("[data-chosen]")) {
  const unchosen = button.textContent;
  const show = () => {
    const number = button.form.querySelectorAll(`input[name="${button.dataset.chosen}"]:checked`).length;
    button.textContent = number ? button.dataset.words.replace("{}", number) : unchosen;
  };
  button.form.addEventListener("change", show);
  button.form.addEventListener("click", () => setTimeout(show));
  show();
}

// Progress moves by itself while there is any.
for (const place of document.querySelectorAll('[data-refresh]:not([data-refresh=""])')) {
  const look = async () => {
    const answer = await fetch(location).catch(() => null);
    if (!answer?.ok) return;
    const newer = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id);
    if (!newer) return;
    place.innerHTML = newer.innerHTML;
    if (newer.dataset.refresh) setTimeout(look, newer.dataset.refresh * 1000);
  };
  setTimeout(look, place.dataset.refresh * 1000);
}

// While a text is written, positions on the same matter are looked for again.
for (const place of document.querySelectorAll("[data-near]")) {
  const form = place.closest("form");
  let waiting;
  let asked = 0;
  form.addEventListener("input", (event) => {
    if (!["title", "summary"].includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const address = new URL(place.dataset.near, location);
      for (const name of ["title", "summary"]) address.searchParams.set(name, form.elements[name].value.slice(0, 1500));
      const mine = ++asked;
      const answer = await fetch(address).catch(() => null);
      if (answer?.ok && mine === asked) place.innerHTML = await answer.text();
    }, 600);
  });
}

// Confirming an earlier finding and choosing one are two ways to say one thing; the later press counts.
for (const confirmed of document.querySelectorAll('input[name$=".confirm"]')) {
  const choices = [...confirmed.form.elements[confirmed.name.replace(/confirm$/, "verdict")]];
  confirmed.addEventListener("change", () => {
    for (const choice of choices) choice.checked = choice.checked && !confirmed.checked;
  });
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      confirmed.checked = false;
    });
  }
}

// One key leads to the search box, unless someone is writing.
const box = document.querySelector("[data-shortcut]");
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (!box || writes || event.key !== box.dataset.shortcut || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A position's page, or its draft, after saving: what the editor kept of it is not needed anymore.
if (document.querySelector(".steps, [data-draft]")) {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("signoff:"))) {
    if (JSON.parse(localStorage.getItem(key)).sent) localStorage.removeItem(key);
  }
}
