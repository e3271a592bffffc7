// What bundles and partners' proofs have in common: a signed head, the log's keys, and the state it ends with.

import { fromHex, isIncluded, leafHash } from "./hashing.js";
import { openSole, readHead, readKeys } from "./heads.js";
import { DIGEST, INDEX, PATH, SIGNATURE, line, lines, listOf, moment, objectOf, sortable, whole } from "./shapes.js";
import { Refused, printable } from "./strict_json.js";

const AHEAD = 5 * 60_000; // milliseconds that a head may be ahead of the reader's clock
const LONGEST_KEY = 500;
const FOREIGN = "This file is not signed with a key of this site.";
const LOG_FORMAT = "signoff-log/1";

const STATE_MEMBERS = { path: PATH, positions: whole(0, 1_000_000_000), root: DIGEST, time: moment };
export const STATE = objectOf(STATE_MEMBERS);
export const STATE_WITH_RECORD = objectOf({ ...STATE_MEMBERS, record: DIGEST });
const KEY = objectOf({
  key: line(LONGEST_KEY),
  after: line(LONGEST_KEY, 0),
  signatures: listOf(SIGNATURE, { least: 1, most: 2 }),
  index: INDEX,
  path: PATH,
});
export const HEADED = { head: lines(2_000), keys: listOf(KEY, { least: 1, most: 100 }) };

export const milliseconds = (moment) =>
  Date.parse(`${moment.slice(0, 19)}Z`) + Number(moment.slice(20, -1) || 0) / 1000;

export async function ensureInLog(leaf, index, path, head, what) {
  const hash = await leafHash({ format: LOG_FORMAT, ...leaf });
  if (!(await isIncluded(hash, index, head.size, path, head.root))) {
    throw new Refused(`${what} is not in the log under this head.`);
  }
}

// Verify head, keys and state of a file of the right shape; `record` is what the state must say of the record.
export async function readAnchor(file, record, { pins, now }) {
  const head = readHead(file.head);
  const keys = await readKeys(file.keys, head.origin);
  await openSole(file.head, keys.at(-1));
  await ensureIntroduced(file.keys, head);
  const { path, positions, root, time } = file.state;
  const state = { kind: "state", positions, record, root, time };
  await ensureInLog(state, head.size - 1, path, head, "The state, as the last leaf,");
  if (milliseconds(time) > now + AHEAD) {
    throw new Refused(
      `The head is from the future: it says ${time}. Please check the clock of this computer.`,
      "This file says that it was made later than now.",
    );
  }
  if (pins) ensurePinned(file.keys, keys, head, pins);
  return { head, keys, time, places: file.keys.map((one) => one.index) };
}

async function ensureIntroduced(told, head) {
  const places = told.map((one) => one.index);
  const isAscending = places.every((place, number) => number === 0 || places[number - 1] < place);
  if (places[0] !== 0 || !isAscending || places.at(-1) >= head.size - 1) {
    throw new Refused("The keys are not in the order in which the log has them, with the first key as its first leaf.");
  }
  for (const { key, after, signatures, index, path } of told) {
    await ensureInLog({ kind: "key", key, after, signatures }, index, path, head, "The introduction of a key");
  }
}

// The file's keys must be the keys that are known, at the places that are known. A file from before a change of keys
// has fewer: then its head must be from before that change, since the key it ends with signed nothing after it. A file
// that is newer than what is known has more, each signed by the one before.
function ensurePinned(told, keys, head, pins) {
  told.slice(0, pins.length).forEach((one, number) => {
    if (one.key !== pins[number].key || one.index !== pins[number].index) {
      throw new Refused(
        `It is signed for the log “${printable(head.origin, 200)}” with the key of the fingerprint ` +
          `${keys.at(-1).fingerprint}. If it comes from another site, check it there.`,
        FOREIGN,
      );
    }
  });
  const next = pins[told.length];
  if (next && head.size > next.index) throw new Refused("It is signed with a key that was retired before.", FOREIGN);
  if (!pins.length) throw new Refused("This page knows no key, because nothing has been signed here yet.", FOREIGN);
}

export const isLater = (one, other) => sortable(one) > sortable(other);
export const rootOf = (state) => fromHex(state.root);
