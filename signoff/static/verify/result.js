// Shows what was found: a state, a sentence, then the text and the names that were proved, then the technology.

import { milliseconds } from "./anchors.js";
import { toHex } from "./hashing.js";

const VERDICTS = {
  advances: "Advances",
  not_engaged: "Not engaged",
  works_against: "Works against",
  cannot_tell: "Cannot tell",
};

// An element with its attributes and children; words never become markup.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const labelOf = (name) => `${name[0].toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;
const heading = (words) => element("h3", {}, words);
const paragraph = (words, attributes = {}) => element("p", attributes, words);
const quoted = (quotes) => quotes.map((quote) => typed(quote, "q"));
const comparing = (again) => {
  const button = element("button", { type: "button", class: "button quiet" }, "Compare with the log now");
  button.addEventListener("click", again);
  return element("p", {}, button);
};
const typed = (words, tag = "span") => element(tag, { dir: "auto" }, words);

export class Result {
  constructor(place, words) {
    this.place = place;
    this.words = words;
  }

  wait() {
    this.place.hidden = false;
    this.place.className = "verdict";
    this.place.replaceChildren(paragraph("Checking…", { role: "status" }));
  }

  refuse({ plain, message }, name) {
    const more = ["It proves nothing. Do not rely on what it says.", `What is wrong: ${message}`];
    this.put({ mark: "stop", state: "Not verified", says: plain, more }, name, []);
  }

  // `again` is what to do to compare the evidence with the public log, where that was not possible.
  show(found, name, again) {
    const { fields, version } = found.shown;
    const about = fields ? [typed(fields.get("title"), "cite"), version ? `, version ${version}` : ""] : [];
    const parts = this.partsOf(found.shown);
    this.put(found, name, again ? [comparing(again), ...parts] : parts, about);
  }

  put({ mark, state, says, more }, name, parts, about = []) {
    const source = name ? [about.length ? " · " : "", typed(name, "bdi")] : [];
    const sentence = [says].flat().map((part) => (part.name === undefined ? part : element("bdi", {}, part.name)));
    const title = element("h2", { tabindex: "-1" }, ...sentence);
    this.place.className = `verdict ${mark}`;
    this.place.replaceChildren(
      paragraph(state, { class: `state ${mark}` }),
      title,
      ...more.map((one) => paragraph(one)),
      element("p", { class: "quiet" }, ...about, ...source),
      ...parts,
    );
    title.focus();
  }

  partsOf(shown) {
    if (shown.kind === "proof") return [this.technology(shown)];
    const parts = [];
    if (shown.fields) parts.push(this.text(shown));
    if (shown.signatories) parts.push(this.names(shown));
    const proved = element("div", { class: "proved" }, ...parts);
    return [proved, ...(shown.check ? [this.check(shown.check)] : []), this.technology(shown)];
  }

  names({ signatories }) {
    const items = signatories.map((one) =>
      element(
        "li",
        {},
        element("span", { class: "who", dir: "auto" }, one.name),
        element("small", {}, `approved ${this.dayOf(one.approved_at)}`),
        one.note ? element("q", { dir: "auto" }, one.note) : null,
      ),
    );
    const list = items.length ? element("ul", { class: "signatories" }, ...items) : paragraph("No one.");
    const count = signatories.length.toLocaleString(this.words().locale);
    return element("section", {}, heading(`The names (${count})`), list);
  }

  text({ fields, version }) {
    const inText = ["title", "summary", "body"];
    const others = [...fields].filter(([name]) => !inText.includes(name));
    const pairs = others.map(([name, value]) =>
      element("div", {}, element("dt", {}, labelOf(name)), typed(value, "dd")),
    );
    const blocks = inText.slice(1).filter((name) => fields.has(name));
    return element(
      "section",
      {},
      heading(version ? `The text (version ${version})` : "The text"),
      paragraph("Exactly as approved, with its marks for headings and lists.", { class: "hint" }),
      element("h4", { dir: "auto" }, fields.get("title")),
      pairs.length ? element("dl", { class: "of-text" }, ...pairs) : null,
      ...blocks.map((name) => element("div", { class: `exactly ${name}`, dir: "auto" }, fields.get(name))),
    );
  }

  check({ edition, adopted_on, completed_at, findings }) {
    const rows = findings.map((one) =>
      element(
        "div",
        {},
        element("dt", {}, typed(one.name)),
        element("dd", {}, `${VERDICTS[one.verdict]}. `, typed(one.rationale), ...quoted(one.quotes)),
      ),
    );
    const day = this.words().formatted(new Date(`${adopted_on}T12:00:00Z`), { dateStyle: "long", timeZone: "UTC" });
    return element(
      "details",
      {},
      element("summary", {}, "How the text was checked"),
      paragraph(`On ${this.dayOf(completed_at)}, against edition ${edition} of the principles, adopted ${day}.`),
      element("dl", { class: "fields" }, ...rows),
    );
  }

  technology(shown) {
    const { anchor } = shown;
    const pairs = [
      ["Position", shown.position],
      ["Version", shown.version],
      ["Partner", shown.partner],
      ["SHA-256 of the text", shown.digest],
      ["Published", shown.publishedAt],
      ["Time of the state", anchor?.time],
      ["Leaves under the head", anchor?.head.size],
      ["Root of the head", anchor && toHex(anchor.head.root)],
      ["Log", anchor?.head.origin],
      ["Fingerprint of the key", anchor?.keys.at(-1).fingerprint],
    ].filter(([, value]) => value !== undefined);
    const rows = pairs.flatMap(([name, value]) => [
      element("dt", {}, name),
      element("dd", {}, element("code", { class: "whole" }, String(value))),
    ]);
    return element(
      "details",
      {},
      element("summary", {}, "For technical readers"),
      element("dl", { class: "pairs stacked" }, ...rows),
    );
  }

  dayOf(moment) {
    return this.words().day(new Date(milliseconds(moment)));
  }
}
