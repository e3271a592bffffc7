// The approved text in its canonical form, read field by field with nothing left over.

import { utf8 } from "./hashing.js";
import { Refused, decoded, hasUnseen } from "./strict_json.js";

export const TEXT_FORMAT = "signoff-text/1";
// A field that a later edition of the format adds comes after these.
const KNOWN_FIELDS = [
  "language", "kind", "title", "addressed_to", "reference", "summary", "body",
  "date_line", "salutation", "closing", "copies", "enclosures", "press_contact", "docket", "hearing",
];
const HEADING = /^([a-z][a-z_]{0,39}) ([1-9][0-9]{0,8})$/;
const LONGEST_HEADING = 60;
const LINE_FEED = 10;

// The fields of a text in their order. Fields of unknown names come after the known ones and are shown like them.
export function readText(text) {
  const fields = new Map();
  for (const [name, value] of fieldsOf(utf8(text))) {
    if (fields.has(name)) throw new Refused(`The text has the field “${name}” twice.`);
    if (/[\n ]$/.test(value) || hasUnseen(value)) {
      throw new Refused(`The field “${name}” of the text is not in its canonical form.`);
    }
    fields.set(name, value);
  }
  const known = KNOWN_FIELDS.filter((name) => fields.has(name));
  const names = [...fields.keys()];
  if (known.some((name, place) => names[place] !== name)) {
    throw new Refused("The fields of the text are not in their order.");
  }
  if ((fields.get("title") ?? "\n").includes("\n")) throw new Refused("The text has no title of one line.");
  return fields;
}

function* fieldsOf(content) {
  const start = utf8(`${TEXT_FORMAT}\n`);
  if (!start.every((byte, place) => content[place] === byte)) {
    throw new Refused(`The text does not begin with “${TEXT_FORMAT}”.`);
  }
  let at = start.length;
  while (at < content.length) {
    const end = content.subarray(at, at + LONGEST_HEADING).indexOf(LINE_FEED);
    const heading = end < 0 ? null : HEADING.exec(String.fromCharCode(...content.subarray(at, at + end)));
    if (!heading) throw new Refused(`The text has something other than a field at byte ${at + 1}.`);
    const first = at + end + 1;
    at = first + Number(heading[2]);
    if (content[at] !== LINE_FEED) {
      throw new Refused(`The field “${heading[1]}” of the text does not have the length that it says.`);
    }
    yield [heading[1], decoded(content.subarray(first, at))];
    at += 1;
  }
}
