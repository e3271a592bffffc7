// Heads of a log and its keys, as C2SP's tlog-checkpoint and signed-note have them, read in one spelling only.

import { fromBase64, isSigned, sha256, toHex, utf8 } from "./hashing.js";
import { Refused, printable } from "./strict_json.js";

const LONGEST_HEAD = 100_000;
const ORIGIN = /^[!-*,-~]{1,200}$/;
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;
const NOT_A_HEAD = "The head is not a checkpoint: a name, a size and a root, each on a line of its own.";

// A public key as “name+id+key” gives it.
export async function readKey(text) {
  const [name, id, ...rest] = text.split("+");
  const key = fromBase64(rest.join("+")) ?? new Uint8Array();
  const isKey = ORIGIN.test(name) && key.length === 33 && key[0] === 1;
  if (!isKey || id !== toHex(await idOf(name, key))) {
    throw new Refused("The public key cannot be read. It looks like “name+0a1b2c3d+AR…”.");
  }
  const publicKey = key.slice(1);
  return { text, name, id, publicKey, fingerprint: toHex(await sha256(publicKey)).slice(0, 16) };
}

async function idOf(name, key) {
  return (await sha256(new Uint8Array([...utf8(`${name}\n`), ...key]))).slice(0, 4);
}

// What a head says, without looking at its signatures.
export function readHead(note) {
  const [text] = note.length <= LONGEST_HEAD ? note.split("\n\n", 1) : [""];
  const [origin, size, root, ...more] = text.split("\n");
  const hash = fromBase64(root ?? "") ?? new Uint8Array();
  if (more.length || !ORIGIN.test(origin) || !SIZE.test(size) || hash.length !== 32) throw new Refused(NOT_A_HEAD);
  if (!Number.isSafeInteger(Number(size)) || !note.startsWith(`${text}\n`)) throw new Refused(NOT_A_HEAD);
  return { origin, size: Number(size), root: hash, text: `${text}\n` };
}

// The head in a note that bears one line of signature, by this key, and nothing else.
export async function openSole(note, key) {
  const head = readHead(note);
  const signatures = note.slice(head.text.length + 1);
  if (!note.startsWith(`${head.text}\n`) || signatures.indexOf("\n") !== signatures.length - 1 || !signatures) {
    throw new Refused("The head must have exactly one signature line.");
  }
  await ensureSigned(head, [signatures.slice(0, -1)], key);
  return head;
}

// The head in a fetched checkpoint, signed with the key that was the log's at that size. `signers` are its keys with
// their places; signatures of others are passed over.
export async function openFetched(note, signers) {
  const head = readHead(note);
  const signatures = note.slice(head.text.length + 1).split("\n").slice(0, -1);
  const signer = signers.findLast(({ index }) => index < head.size - 1);
  if (signer && (await isSignedHead(head, signatures, signer.key))) return head;
  throw new Refused("its newest head is not signed with a key that this page knows. Load the page again.");
}

async function ensureSigned(head, signatures, key) {
  if (key.name !== head.origin) {
    throw new Refused(`The key belongs to the log “${printable(key.name)}”, the head to another.`);
  }
  if (await isSignedHead(head, signatures, key)) return;
  throw new Refused(`The head does not have a valid signature of the log's key (fingerprint ${key.fingerprint}).`);
}

async function isSignedHead(head, signatures, key) {
  const start = `— ${key.name} `;
  for (const line of key.name === head.origin ? signatures.slice(0, 100) : []) {
    const signed = line.startsWith(start) ? fromBase64(line.slice(start.length)) : null;
    if (!signed || toHex(signed.slice(0, 4)) !== key.id) continue;
    if (await isSigned(key.publicKey, signed.slice(4), utf8(head.text))) return true;
  }
  return false;
}

const SIGNED_BY_BOTH = "A new key must be signed by itself and by the key before it.";

// All keys of a log in their order; each is introduced by a leaf that it and the key before it have signed.
export async function readKeys(changes, origin) {
  const keys = [];
  for (const change of changes) keys.push(await readChange(change, origin, keys.at(-1)));
  if (new Set(keys.map((key) => key.text)).size !== keys.length) throw new Refused("A retired key is used again.");
  return keys;
}

async function readChange({ key: text, after, signatures }, origin, before) {
  const key = await readKey(text);
  if (key.name !== origin) throw new Refused(`The key of “${printable(key.name)}” cannot sign for this log.`);
  if (after !== (before?.text ?? "")) throw new Refused("A key does not follow the key before it.");
  const signers = before ? [key, before] : [key];
  if (signatures.length !== signers.length || text === before?.text) throw new Refused(SIGNED_BY_BOTH);
  const statement = utf8(`signoff-key/1\n${after}\n${text}\n`);
  for (const [place, signer] of signers.entries()) {
    const signature = Uint8Array.from(signatures[place].match(/../g), (pair) => parseInt(pair, 16));
    if (!(await isSigned(signer.publicKey, signature, statement))) throw new Refused(SIGNED_BY_BOTH);
  }
  return key;
}
