// The bundle of a position: its text, check and whole list of names, as of the time of a signed head.

import { HEADED, STATE_WITH_RECORD, ensureInLog, isLater, readAnchor, rootOf } from "./anchors.js";
import { readText } from "./approved_text.js";
import { digestOf, digestOfJson, isIncluded, leafHash } from "./hashing.js";
import {
  DIGEST,
  INDEX,
  PATH,
  SLUG,
  VERSION,
  day,
  ensureFormat,
  line,
  lines,
  listOf,
  moment,
  objectOf,
  whole,
  word,
} from "./shapes.js";
import { Refused, inOrder, readCanonical } from "./strict_json.js";

export const BUNDLE_FORMAT = "signoff-bundle/2";

const FINDING = objectOf({
  criterion: line(200),
  name: line(1_000),
  verdict: word("advances", "not_engaged", "works_against", "cannot_tell"),
  rationale: lines(100_000, 0),
  quotes: listOf(lines(100_000), { most: 1_000 }),
});
const CHECK = objectOf({
  edition: whole(1, 1_000_000),
  adopted_on: day,
  completed_at: moment,
  findings: listOf(FINDING, { least: 1, most: 1_000 }),
});
const SIGNATORY = objectOf({ partner: SLUG, name: line(1_000), note: line(10_000, 0), approved_at: moment });
const BUNDLE = objectOf({
  format: word(BUNDLE_FORMAT),
  position: SLUG,
  version: VERSION,
  text: lines(1_000_000),
  check: CHECK,
  publication: objectOf({ at: moment, index: INDEX, path: PATH }),
  list: objectOf({ index: INDEX, path: PATH, salt: DIGEST, signatories: listOf(SIGNATORY, { most: 100_000 }) }),
  row: objectOf({ index: INDEX, path: PATH }),
  state: STATE_WITH_RECORD,
  ...HEADED,
});

// What a bundle proves at the moment `now`, in milliseconds. `pins` are the keys that are known, with their places in
// the log; without them any key will do.
export async function verifyBundle(bytes, { now, pins = null }) {
  const bundle = readCanonical(bytes);
  ensureFormat(bundle, BUNDLE_FORMAT);
  BUNDLE(bundle, "");
  const fields = readText(bundle.text);
  const digest = await digestOf(bundle.text);
  ensureOrder(bundle);
  const anchor = await readAnchor(bundle, bundle.state.record, { pins, now });
  await ensureRecorded(bundle, digest, anchor.head);
  const { position, version, check } = bundle;
  const [signatories, publishedAt] = [bundle.list.signatories, bundle.publication.at];
  return { kind: "bundle", position, version, digest, fields, check, signatories, publishedAt, anchor };
}

function ensureOrder({ list, check, publication, state }) {
  const { signatories } = list;
  const isOrdered = signatories.every((one, at) => at === 0 || inOrder(signatories[at - 1].partner, one.partner) < 0);
  if (!isOrdered) throw new Refused("“list.signatories” must be in the order of “partner”, each partner once.");
  if (new Set(signatories.map((one) => one.name)).size !== signatories.length) {
    throw new Refused("“list.signatories” has one name twice.");
  }
  if (new Set(check.findings.map((one) => one.criterion)).size !== check.findings.length) {
    throw new Refused("“check.findings” has one criterion twice.");
  }
  if (publication.index >= list.index) throw new Refused("The list must be in the log after the publication.");
  const acts = [publication.at, check.completed_at, ...signatories.map((one) => one.approved_at)];
  if (acts.some((act) => isLater(act, state.time))) {
    throw new Refused("Something in the bundle is later than its head.");
  }
}

async function ensureRecorded({ position, version, check, publication, list, row, state }, digest, head) {
  const about = { position, version, text: digest };
  const { salt, signatories } = list;
  const hashed = await digestOfJson({ format: "signoff-list/1", ...about, salt, signatories });
  const leaf = await leafHash({ ...about, list: hashed });
  if (!(await isIncluded(leaf, row.index, state.positions, row.path, rootOf(state)))) {
    throw new Refused("The text with this list is not what the head says: the text, the list or the head is another.");
  }
  const checked = await digestOfJson({ format: "signoff-check/1", ...check });
  const published = { kind: "published", ...about, check: checked, at: publication.at };
  await ensureInLog(published, publication.index, publication.path, head, "The publication");
  await ensureInLog({ kind: "signatories", ...about, list: hashed }, list.index, list.path, head, "The list");
}
