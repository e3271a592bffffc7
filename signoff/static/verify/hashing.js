// Hashes, trees and signatures, by the cryptography that the browser brings.

import { canonical } from "./strict_json.js";

export const utf8 = (text) => new TextEncoder().encode(text);

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export const digestOf = async (text) => toHex(await sha256(utf8(text)));

export const digestOfJson = (content) => digestOf(canonical(content));

export const isSame = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);

// The bytes of a Base64 text in its one canonical spelling; null for any other.
export function fromBase64(text) {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (one) => one.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// A leaf's hash; its prefix keeps it from passing for a node (RFC 6962, section 2.1).
export const leafHash = (content) => sha256(joined([0], utf8(canonical(content))));

export const nodeHash = (left, right) => sha256(joined([1], left, right));

// Whether a path leads from a leaf's hash at its place to the root of a tree of this size (RFC 9162, 2.1.3.2).
export async function isIncluded(leaf, index, size, path, root) {
  if (index >= size) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const beside of path.map(fromHex)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(beside, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSame(hash, root);
}

export async function isSigned(publicKey, signature, message) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

// RFC 8032, section 7.1, test 1: the signature of nothing.
const KNOWN_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const KNOWN_SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
  "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

// Whether this browser can check signatures: Chrome from 137, Firefox from 129 and Safari from 17 can.
export async function canVerify() {
  try {
    return await isSigned(fromHex(KNOWN_KEY), fromHex(KNOWN_SIGNATURE), new Uint8Array());
  } catch {
    return false;
  }
}
