// Shapes: what a value of a file must be, down to the last key; whatever is not described is refused with its place.

import { NOT_EVIDENCE, Refused, counted, hasUnseen, printable } from "./strict_json.js";

const MOMENT = /^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?Z$/;
const DAY = /^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$/;

const named = (place) => (place ? `“${place}”` : "The file");
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// A shape gets a value and its place, such as “list.signatories[3].name”, and throws when it does not fit.
export const objectOf = (members) => (value, place) => {
  if (!isObject(value)) throw new Refused(`${named(place)} must be an object.`);
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(members, key));
  if (unknown !== undefined) throw new Refused(`${named(place)} has an unknown key: “${printable(unknown)}”.`);
  for (const [key, member] of Object.entries(members)) {
    if (!Object.hasOwn(value, key)) throw new Refused(`${named(place)} lacks the key “${key}”.`);
    member(value[key], place ? `${place}.${key}` : key);
  }
};

export const listOf = (item, { least = 0, most }) => (value, place) => {
  if (!Array.isArray(value)) throw new Refused(`${named(place)} must be a list.`);
  if (value.length < least || value.length > most) {
    throw new Refused(`${named(place)} must have ${counted(least)} to ${counted(most)} items.`);
  }
  value.forEach((one, number) => item(one, `${place}[${number}]`));
};

export const mapOf = (item, { names, most }) => (value, place) => {
  const keys = isObject(value) ? Object.keys(value) : [];
  if (keys.length < 1 || keys.length > most) {
    throw new Refused(`${named(place)} must be an object with 1 to ${most} keys.`);
  }
  for (const key of keys) {
    if (!names.test(key)) throw new Refused(`${named(place)} has an unknown key: “${printable(key)}”.`);
    item(value[key], `${place}.${key}`);
  }
};

const words = (longest, least, isAllowed) => (value, place) => {
  if (typeof value !== "string") throw new Refused(`${named(place)} must be words.`);
  // A character takes one or two places in a string; only long strings need be counted.
  const length = value.length > longest ? [...value].length : value.length;
  if (length < least || length > longest) {
    throw new Refused(`${named(place)} must have ${counted(least)} to ${counted(longest)} characters.`);
  }
  if (hasUnseen(value) || !isAllowed(value)) {
    throw new Refused(`${named(place)} has a character that cannot be shown there.`);
  }
};

export const line = (longest, least = 1) => words(longest, least, (value) => !/[\n\t]/.test(value));
export const lines = (longest, least = 1) => words(longest, least, () => true);

export const whole = (least, most = Number.MAX_SAFE_INTEGER) => (value, place) => {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new Refused(`${named(place)} must be a whole number from ${counted(least)} to ${counted(most)}.`);
  }
};

export const word = (...allowed) => (value, place) => {
  if (!allowed.includes(value)) throw new Refused(`${named(place)} must be ${allowed.join(" or ")}.`);
};

export const nothingOr = (other) => (value, place) => {
  if (value !== null) other(value, place);
};

export const hexadecimal = (size) => (value, place) => {
  if (typeof value !== "string" || value.length !== 2 * size || !/^[0-9a-f]*$/.test(value)) {
    throw new Refused(`${named(place)} must be ${2 * size} hexadecimal digits (0-9, a-f).`);
  }
};

export const moment = (value, place) => {
  if (typeof value !== "string" || !MOMENT.test(value) || value.endsWith(".000000Z") || !isDay(value.slice(0, 10))) {
    throw new Refused(`${named(place)} must be a time in UTC such as 2026-11-29T14:03:00Z.`);
  }
};

export const day = (value, place) => {
  if (typeof value !== "string" || !DAY.test(value) || !isDay(value)) {
    throw new Refused(`${named(place)} must be a date such as 2026-11-29.`);
  }
};

function isDay(text) {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

// Times of the shape `moment` in one spelling, so that they compare as strings do.
export const sortable = (text) => (text.includes(".") ? text : text.replace("Z", ".000000Z"));

export function ensureFormat(value, expected) {
  if (value.format === expected) return;
  const said = typeof value.format === "string" ? `; it says “${printable(value.format)}”` : "";
  throw new Refused(`The file is not of the format “${expected}”${said}.`, NOT_EVIDENCE);
}

export const DIGEST = hexadecimal(32);
export const SIGNATURE = hexadecimal(64);
export const PATH = listOf(DIGEST, { most: 63 });
export const INDEX = whole(0, Number.MAX_SAFE_INTEGER - 1);
export const VERSION = whole(1, 1_000_000_000);
export const SLUG = line(200);
