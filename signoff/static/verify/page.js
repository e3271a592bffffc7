// The page “Verify”: takes a file or pasted words, finds out what they are, verifies them, and shows what it found.

import { TEXT_FORMAT, readText } from "./approved_text.js";
import { MOST_PDF_BYTES, attachmentOf, isPdf } from "./attachment.js";
import { BUNDLE_FORMAT, verifyBundle } from "./bundle.js";
import { canVerify, digestOf, utf8 } from "./hashing.js";
import { PROOF_FORMAT, verifyProof } from "./proof.js";
import { Result } from "./result.js";
import { Site } from "./site.js";
import { NOT_EVIDENCE, Refused, decoded } from "./strict_json.js";
import { Words, besideList, bundleWords, proofWords } from "./words.js";

const HEX_DIGEST = /^[0-9a-f]{64}$/;
const BYTES_TO_LOOK_AT = 300;
const TEXT_START = TEXT_FORMAT.split("/")[0];
const OF_A_PDF =
  "Only the file that is attached to this PDF was verified. Compare the text and the names below with the sheet: " +
  "anyone can print other words around a true attachment.";

class Page {
  constructor(root) {
    const { site, pins, locale, zone } = root.dataset;
    this.root = root;
    this.pins = JSON.parse(pins);
    this.clock = () => Date.now();
    this.site = new Site({ address: site ? new URL(site, location) : "", pins: this.pins, clock: this.clock });
    this.words = () => new Words({ now: this.clock(), locale, zone });
    this.result = new Result(document.getElementById("verdict"), this.words);
    this.before = {}; // what was verified last of each kind, to compare with
  }

  async start() {
    const isAble = await canVerify();
    this.root.querySelector("[data-without]").hidden = true;
    this.root.querySelector(isAble ? "[data-tool]" : "[data-unable]").hidden = false;
    if (!isAble) return;
    const [file, form] = [this.root.querySelector("input[type=file]"), this.root.querySelector("form")];
    file.addEventListener("change", () => file.files[0] && this.take(file.files[0]));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const pasted = form.elements.pasted.value.trim();
      // A text ends with a line break, which is easily lost on the way.
      this.check(utf8(pasted.startsWith(TEXT_START) ? `${pasted}\n` : pasted), { isPasted: true });
    });
    const drop = this.root.querySelector("[data-drop]");
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      addEventListener(kind, (event) => {
        event.preventDefault(); // so that a file that misses the box does not take the place of the page
        drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
        if (kind === "drop") this.takeDropped(event.dataTransfer);
      });
    }
  }

  takeDropped({ files }) {
    if (files.length) this.take(files[0]);
  }

  async take(file) {
    const isTooLarge = file.size > MOST_PDF_BYTES;
    await this.check(isTooLarge ? null : new Uint8Array(await file.arrayBuffer()), { name: file.name });
  }

  async check(bytes, { isPasted = false, name = "" } = {}) {
    this.result.wait();
    try {
      if (!bytes) throw new Refused("The file is larger than any evidence.", NOT_EVIDENCE);
      if (!bytes.length) throw new Refused(isPasted ? "Nothing was pasted." : "The file is empty.", NOT_EVIDENCE);
      const found = await this.verified(bytes);
      const again = () => this.check(bytes, { isPasted, name });
      this.result.show(found, name, found.isLogUnasked && this.site.address ? again : null);
    } catch (problem) {
      const refusal = problem instanceof Refused ? problem : new Refused("The file could not be read.", NOT_EVIDENCE);
      this.result.refuse(refusal, name);
    }
  }

  async verified(bytes) {
    if (isPdf(bytes)) {
      const words = await this.verifiedFile(await attachmentOf(bytes));
      return { ...words, more: [...words.more, OF_A_PDF] };
    }
    const start = new TextDecoder().decode(bytes.subarray(0, BYTES_TO_LOOK_AT));
    if (start.startsWith(TEXT_START)) {
      const text = decoded(bytes);
      return this.ofDigest(await digestOf(text), { fields: readText(text) });
    }
    const digest = start.toLowerCase().replace(/\s/g, "");
    return HEX_DIGEST.test(digest) ? this.ofDigest(digest, {}) : this.verifiedFile(bytes);
  }

  async verifiedFile(bytes) {
    const given = { now: this.clock(), pins: this.pins };
    const text = new TextDecoder().decode(bytes);
    const isProof = text.includes(`"format":"${PROOF_FORMAT}"`) && !text.includes(`"format":"${BUNDLE_FORMAT}"`);
    const verdict = isProof ? await verifyProof(bytes, given) : await verifyBundle(bytes, given);
    const site = await this.site.beside(verdict.position, verdict.anchor);
    const words = (isProof ? proofWords : bundleWords)(this.words(), verdict, site);
    return this.besideOther(words, verdict);
  }

  // A partner's proof and a bundle that were given one after the other are compared, on whatever page.
  besideOther(words, verdict) {
    this.before[verdict.kind] = verdict;
    const { proof, bundle } = this.before;
    if (!proof || !bundle || proof.position !== bundle.position) return words;
    const [mark, sentence] = besideList(this.words(), proof, bundle);
    const other = verdict.kind === "proof" ? "the evidence" : "the partner's proof";
    const more = [...words.more, `Beside ${other} that you checked before: ${sentence}`];
    return mark === "stop" ? { ...words, mark, state: "Contradiction", more } : { ...words, more };
  }

  // A text, or the digest of one, bears no signature: it is looked for in the newest evidence of the site.
  async ofDigest(digest, shown) {
    const address = await this.site.versionOf(digest);
    const slug = address && decodeURIComponent(/\/positions\/([^/#?]+)/.exec(address)[1]);
    const site = slug ? await this.site.beside(slug) : { how: "alone" };
    if (site.bundle?.digest === digest) {
      const words = bundleWords(this.words(), site.bundle, site);
      const same = shown.fields ? "Your text is exactly this text." : "Your digest is that of this text.";
      return { ...words, more: [same, ...words.more] };
    }
    const alone = shown.fields ? "A text alone bears no signature." : "A digest alone bears no signature.";
    const rest = {
      null: `${alone} This page cannot ask the site which text has this digest.`,
      "": `${alone} This site has published no text with this digest.`,
    }[address] ?? `${alone} This site published this text and does not publish it now.`;
    const says = "This shows no one's approval.";
    return { mark: "wait", state: "Not verified", says, more: [rest], shown: { ...shown, digest } };
  }
}

const root = document.getElementById("verifier");
if (root) new Page(root).start();
