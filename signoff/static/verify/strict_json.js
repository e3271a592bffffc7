// Strict JSON: a file is read only if it is character for character what the canonical writer makes of what it says.

export const MOST_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 1_000_000;
const DEEPEST = 100; // no file of ours comes near

// The evidence is refused; the message says what is wrong and where, `plain` what that means.
export class Refused extends Error {
  constructor(message, plain = "This file was changed after it was signed, or it is not whole.") {
    super(message);
    this.plain = plain;
  }
}

export const NOT_EVIDENCE = "This is nothing that can be checked here.";

const LONE_HALF = /\p{Surrogate}/u;
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;
const PARTS = new Set("{[,");

export const hasUnseen = (text) => UNSEEN.test(text) || LONE_HALF.test(text);

// The order of code points, which is the order of UTF-8; that of UTF-16 is another.
export function inOrder(one, other) {
  const [mine, theirs] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  for (;;) {
    const [a, b] = [mine.next(), theirs.next()];
    if (a.done || b.done) return Number(b.done) - Number(a.done);
    if (a.value !== b.value) return a.value.codePointAt(0) - b.value.codePointAt(0);
  }
}

export function canonical(value, depth = 0) {
  if (depth > DEEPEST) throw new Refused("The file is nested too deeply.");
  if (typeof value === "string") {
    if (LONE_HALF.test(value)) throw new Refused("The file is not in canonical JSON: it has half of a character.");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort(inOrder);
    return `{${members.map((key) => `${canonical(key)}:${canonical(value[key], depth + 1)}`).join(",")}}`;
  }
  return String(value);
}

export function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("The file is not text in UTF-8.", NOT_EVIDENCE);
  }
}

// What a file says; `most` is the number of bytes that a file of its kind may have.
export function readCanonical(bytes, most = MOST_BYTES) {
  if (bytes.length > most) {
    throw new Refused(`The file is larger than ${counted(most)} bytes, the most for a file of this kind.`);
  }
  const text = decoded(bytes);
  if (!text) throw new Refused("The file is empty.");
  if (hasTooManyParts(text)) throw new Refused("The file has more parts than any file of this kind.");
  const value = parsed(text);
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  const written = isObject ? canonical(value) : "";
  if (written !== text) {
    const place = counted(firstDifference(written, text) + 1);
    throw new Refused(`The file is not in canonical JSON: look at character ${place}.`);
  }
  return value;
}

function hasTooManyParts(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) count += PARTS.has(text[at]);
  return count > MOST_PARTS;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (problem) {
    if (problem instanceof SyntaxError) throw new Refused("The file is not JSON.", NOT_EVIDENCE);
    throw new Refused("The file is nested too deeply.");
  }
}

function firstDifference(one, other) {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one[at] === other[at]) at += 1;
  return at;
}

export const counted = (number) => number.toLocaleString("en-US");

// Words from a file as they may be quoted in a sentence: no control characters, cut when long.
export function printable(text, longest = 60) {
  const short = text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
