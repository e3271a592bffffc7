// The one file that is attached to a PDF of ours. What it says is verified afterwards; the rest of the PDF never is.

import { MOST_BYTES, NOT_EVIDENCE, Refused } from "./strict_json.js";

export const MOST_PDF_BYTES = 2 * MOST_BYTES;
const EMBEDDED = /\/Type\s*\/EmbeddedFile(?![A-Za-z])/g;
const NEAR = 2_000; // bytes of the dictionary before a stream
const LENGTH = /\/Length\s+([0-9]{1,9})(?!\s+[0-9]+\s+R)(?![0-9])/;
const FILTER = /\/Filter\s*(?:\[\s*)?\/([A-Za-z0-9]+)/;
const NONE = "This PDF carries no evidence, so nothing in it can be checked.";
const SEVERAL = "This PDF has several attachments.";
const UNREADABLE = "The attachment of this PDF cannot be read.";
const WHY_NONE =
  "It may have been printed or saved by another program, or made before the evidence " +
  "was ready. Download it again from the page of the position.";

export const isPdf = (bytes) => String.fromCharCode(...bytes.subarray(0, 5)) === "%PDF-";

export async function attachmentOf(bytes) {
  if (bytes.length > MOST_PDF_BYTES) throw new Refused("The PDF is larger than any PDF of a position.", NOT_EVIDENCE);
  const text = new TextDecoder("latin1").decode(bytes);
  const found = [...text.matchAll(EMBEDDED)];
  if (!found.length) throw new Refused(WHY_NONE, NONE);
  if (found.length > 1) throw new Refused("A PDF of a position has one attachment.", SEVERAL);
  const { first, dictionary } = streamAt(text, found[0].index);
  const length = Number(LENGTH.exec(dictionary)?.[1] ?? NaN);
  const filter = FILTER.exec(dictionary)?.[1];
  const isWhole = /^\s{0,2}endstream/.test(text.slice(first + length, first + length + 11));
  if (!isWhole || (filter && filter !== "FlateDecode")) {
    throw new Refused("The attachment is not stored as in a PDF of a position.", UNREADABLE);
  }
  const content = bytes.subarray(first, first + length);
  return filter ? inflated(content) : content;
}

function streamAt(text, at) {
  const before = text.lastIndexOf(" obj", at);
  const keyword = text.slice(at, at + NEAR).search(/stream\r?\n/);
  if (before < at - NEAR || before < 0 || keyword < 0) {
    throw new Refused("The attachment is not stored as in a PDF of a position.", UNREADABLE);
  }
  const first = text.indexOf("\n", at + keyword) + 1;
  return { first, dictionary: text.slice(before, at + keyword) };
}

async function inflated(content) {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length > MOST_BYTES) break;
    }
  } catch {
    throw new Refused("The attachment of this PDF is damaged.");
  }
  if (length > MOST_BYTES) {
    await reader.cancel();
    throw new Refused("The attachment of this PDF is larger than any evidence.");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
