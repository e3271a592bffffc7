// A partner's proof: what the partner said and when, in the private record, under a public head that commits to it.

import { HEADED, STATE, isLater, readAnchor } from "./anchors.js";
import { digestOfJson, fromHex, isIncluded, leafHash } from "./hashing.js";
import {
  DIGEST,
  INDEX,
  PATH,
  SLUG,
  VERSION,
  ensureFormat,
  hexadecimal,
  line,
  mapOf,
  moment,
  nothingOr,
  objectOf,
  sortable,
  whole,
  word,
} from "./shapes.js";
import { Refused, readCanonical } from "./strict_json.js";

export const PROOF_FORMAT = "signoff-proof/2";
const MOST_PROOF_BYTES = 200_000;
const HIDDEN = /^(?:by|facts\.[a-z_]{1,40})$/;

const SHOWN = {
  at: moment,
  "facts.digest": DIGEST,
  "facts.partner": SLUG,
  "facts.position": SLUG,
  "facts.version": VERSION,
};
const SHOWN_OF_KIND = new Map([
  [
    "partner_answered",
    {
      ...SHOWN,
      kind: word("partner_answered"),
      "facts.verdict": word("approve", "decline", "abstain", "withdraw", "contest"),
      "facts.public_name": nothingOr(line(1_000)),
      "facts.public_note": line(10_000, 0),
    },
  ],
  ["name_removed", { ...SHOWN, kind: word("name_removed"), "facts.verdict": word("remove") }],
]);

function shapeFor(shown) {
  const opened = Object.entries(shown).map(([name, value]) => [name, objectOf({ value, salt: hexadecimal(16) })]);
  return objectOf({
    format: word(PROOF_FORMAT),
    entry: objectOf({
      shown: objectOf(Object.fromEntries(opened)),
      hidden: mapOf(DIGEST, { names: HIDDEN, most: 40 }),
      index: INDEX,
      path: PATH,
    }),
    record: objectOf({ size: whole(1), root: DIGEST, salt: DIGEST }),
    state: STATE,
    ...HEADED,
  });
}

// What a partner's proof proves at the moment `now`; see `verifyBundle`.
export async function verifyProof(bytes, { now, pins = null }) {
  const proof = readCanonical(bytes, MOST_PROOF_BYTES);
  ensureFormat(proof, PROOF_FORMAT);
  const kind = proof.entry?.shown?.kind?.value;
  shapeFor(SHOWN_OF_KIND.get(kind) ?? SHOWN_OF_KIND.get("partner_answered"))(proof, "");
  const said = Object.fromEntries(Object.entries(proof.entry.shown).map(([name, one]) => [name, one.value]));
  await ensureInRecord(proof.entry, said, proof.record);
  const { size, root, salt } = proof.record;
  const committed = await digestOfJson({ format: "signoff-record-head/1", size, root, salt });
  const anchor = await readAnchor(proof, committed, { pins, now });
  if (isLater(said.at, anchor.time)) throw new Refused("The answer is later than the head that is said to cover it.");
  return {
    kind: "proof",
    partner: said["facts.partner"],
    verdict: said["facts.verdict"],
    publicName: said["facts.public_name"] ?? "",
    publicNote: said["facts.public_note"] ?? "",
    at: said.at,
    position: said["facts.position"],
    version: said["facts.version"],
    digest: said["facts.digest"],
    anchor,
  };
}

async function ensureInRecord(entry, said, record) {
  const twice = Object.keys(entry.shown).find((name) => Object.hasOwn(entry.hidden, name));
  if (twice) throw new Refused(`“entry” has “${twice}” both shown and hidden.`);
  const facts = { ...entry.hidden };
  for (const [name, { value, salt }] of Object.entries(entry.shown)) {
    facts[name] = await digestOfJson({ facts: { [name]: value }, salt });
  }
  const leaf = await leafHash({ facts, format: "signoff-leaf/1" });
  if (!(await isIncluded(leaf, entry.index, record.size, entry.path, fromHex(record.root)))) {
    throw new Refused(
      "The answer is not in the record that the file names: a fact, its salt or its place is another.",
    );
  }
  if ((said["facts.verdict"] === "approve") !== ((said["facts.public_name"] ?? null) !== null)) {
    throw new Refused("An approval, and nothing else, has a public name.");
  }
}

// How a verified list goes together with a verified answer: "agrees", "contradicts", "forked",
// "question" or "unrelated".
export function compare(proof, bundle) {
  const [ours, theirs] = [proof.anchor, bundle.anchor];
  if (ours.keys[0].text !== theirs.keys[0].text) return "unrelated";
  if (areForked(ours, theirs)) return "forked";
  if (proof.position !== bundle.position || proof.version !== bundle.version) return "unrelated";
  if (proof.digest !== bundle.digest) return "contradicts";
  if (theirs.head.size < ours.head.size) return "unrelated";
  const named = bundle.signatories.find((one) => one.partner === proof.partner);
  const [answered, approved] = [sortable(proof.at), named ? sortable(named.approved_at) : ""];
  if (proof.verdict !== "approve") {
    if (!named) return "agrees";
    return approved <= answered ? "contradicts" : "question";
  }
  if (!named || approved > answered) return "question";
  const isAsApproved = named.name === proof.publicName && named.note === proof.publicNote;
  return approved === answered && isAsApproved ? "agrees" : "contradicts";
}

// In one log larger heads are later, and one size has one root.
export function areForked(ours, theirs) {
  const [mine, other] = [ours.head, theirs.head];
  if (mine.size === other.size) return mine.root.some((byte, place) => byte !== other.root[place]);
  const [smaller, larger] = mine.size < other.size ? [ours, theirs] : [theirs, ours];
  return sortable(smaller.time) >= sortable(larger.time);
}
