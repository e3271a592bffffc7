// The public log as it is now beside signed heads: whether it goes on from them, by the hashes of its tiles.

import { isSame, nodeHash } from "./hashing.js";
import { openFetched, readKey } from "./heads.js";
import { Refused } from "./strict_json.js";

const TILE_WIDTH = 256;
const HASH_BYTES = 32;

// How the log goes together with what was verified. `note` is its checkpoint, `given` the anchor of the file, `newest`
// that of the newest list where there is one, and `tile` gives the bytes at an address after “/tile/”. Refused when
// the log cannot be read. The `relation` is
// - "same": the file ends with the newest head; "continues": the file's head is part of the log;
// - "behind": the log ends before the file; "forked": both are signed, and they are of two histories.
// `isListOlder` says that the newest list is not under the newest head.
export async function besideLog({ note, given, newest, pins, tile }) {
  const anchors = newest ? [given, newest] : [given];
  const fetched = await openFetched(note, await signersOf(anchors, pins));
  const later = newest && newest.head.size > fetched.size ? newest.head : fetched;
  const isListOlder = Boolean(newest) && newest.head.size < later.size;
  const nodes = nodesOf(tile, later.size);
  for (const head of [given.head, fetched, ...(newest ? [newest.head] : [])]) {
    if (head.size > later.size) return { relation: "behind", isListOlder };
    if (!(await goesOn(nodes, head, later))) return { relation: "forked", isListOlder };
  }
  return { relation: given.head.size === later.size ? "same" : "continues", isListOlder };
}

// The keys that may have signed a head, each with its place: as many as the page, the file or the newest list knows.
async function signersOf(anchors, pins) {
  const pinned = await Promise.all(pins.map(async ({ key, index }) => ({ key: await readKey(key), index })));
  const told = anchors.map(({ keys, places }) => keys.map((key, number) => ({ key, index: places[number] })));
  return [pinned, ...told].reduce((most, one) => (one.length > most.length ? one : most));
}

async function goesOn(nodes, head, later) {
  if (head.size === later.size) return isSame(head.root, later.root);
  const roots = await rootsOf(nodes, head.size, later.size);
  if (!isSame(roots.later, later.root)) throw new Refused("its hashes do not match its own signed head.");
  return isSame(roots.earlier, head.root);
}

// The roots of the first `earlier` leaves, one or more, and of the first `later`, more than those, from the same
// hashes: if the later root is the signed one, the earlier belongs to it. `nodes` gives the hash of a complete subtree.
export async function rootsOf(nodes, earlier, later) {
  const left = [];
  const over = async (start, end) => {
    const level = levelOf(end - start);
    const isAcross = start < earlier && earlier < end;
    if (2 ** level === end - start && !isAcross) {
      const hash = await nodes(level, start / 2 ** level);
      if (end <= earlier) left.push(hash);
      return hash;
    }
    const middle = start + 2 ** levelOf(end - start - 1);
    return nodeHash(await over(start, middle), await over(middle, end));
  };
  const root = await over(0, later);
  let before = left.pop();
  while (left.length) before = await nodeHash(left.pop(), before);
  return { earlier: before, later: root };
}

// The level of the largest complete subtree that fits into so many leaves.
function levelOf(count) {
  let level = 0;
  while (2 ** (level + 1) <= count) level += 1;
  return level;
}

// Hashes of complete subtrees of a log of this size, read from its tiles (C2SP tlog-tiles), each of which is got once.
export function nodesOf(tile, size) {
  const got = new Map();
  return async (level, index) => {
    const within = level % 8;
    const tier = (level - within) / 8;
    const first = index * 2 ** within;
    const number = Math.floor(first / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** tier) - number * TILE_WIDTH);
    const address = `${tier}/${tileNumber(number)}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
    if (!got.has(address)) got.set(address, await tile(address));
    const hashes = got.get(address);
    if (hashes.length !== width * HASH_BYTES) throw new Refused("a part of it is incomplete.");
    return subtreeOf(hashes, first % TILE_WIDTH, 2 ** within);
  };
}

// As addresses have it: in groups of three digits, all but the last after an x.
const tileNumber = (number) =>
  String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").replace(/\d{3}(?=\d)/g, "x$&/");

async function subtreeOf(hashes, start, count) {
  if (count === 1) return hashes.slice(start * HASH_BYTES, (start + 1) * HASH_BYTES);
  const half = count / 2;
  return nodeHash(await subtreeOf(hashes, start, half), await subtreeOf(hashes, start + half, half));
}
