// Asks the site for its newest evidence. Nothing of a file is sent: only the address of its position, or a digest.

import { verifyBundle } from "./bundle.js";
import { besideLog } from "./consistency.js";
import { Refused } from "./strict_json.js";

// `address` is where the site is (empty in a saved page, which asks no one); `pins` are the keys that are known.
export class Site {
  constructor({ address, pins, clock }) {
    Object.assign(this, { address, pins, clock });
  }

  // What there is to say beside evidence about a position: the newest list, and how the public log goes together with
  // both. `given` is the anchor of the evidence; without it, the list itself is compared with the log.
  async beside(slug, given = null) {
    const checkpoint = await this.ask("log/checkpoint"); // before the list, which is then as new or newer
    const newest = await this.newest(slug);
    return { ...newest, log: await this.log(checkpoint, given ?? newest.bundle?.anchor, newest.bundle?.anchor) };
  }

  async log(checkpoint, given, newest) {
    if (!checkpoint || !given) return { relation: "unasked" };
    try {
      if (!checkpoint.ok) throw new Refused("it has no newest head at this moment.");
      const note = await checkpoint.text();
      return await besideLog({ note, given, newest, pins: this.pins, tile: (address) => this.tile(address) });
    } catch (problem) {
      if (problem instanceof Refused) return { relation: "refused", problem: problem.message };
      return { relation: "unasked" };
    }
  }

  async tile(address) {
    const answer = await this.ask(`log/tile/${address}`);
    if (!answer) throw new TypeError("The site cannot be asked.");
    if (!answer.ok) throw new Refused("it does not give all of its hashes.");
    return new Uint8Array(await answer.arrayBuffer());
  }

  // The newest verified bundle of a position, or how it is that there is none: alone, gone, changing, refused.
  async newest(slug) {
    const answer = await this.ask(`positions/${encodeURIComponent(slug)}/proof`);
    if (!answer) return { how: "alone" };
    if (answer.status === 404 || answer.status === 410) return { how: "gone" };
    if (answer.status === 503) return { how: "changing" };
    if (!answer.ok) return { how: "alone" };
    try {
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const bundle = await verifyBundle(bytes, { now: this.clock(), pins: this.pins });
      if (bundle.position !== slug) throw new Refused("it is about another position.");
      return { how: "bundle", bundle };
    } catch (problem) {
      return { how: "refused", problem: problem instanceof Refused ? problem.message : "it cannot be read." };
    }
  }

  // The address of the version that has a digest, as the site says; empty when it has none, null when it cannot say.
  async versionOf(digest) {
    const answer = await this.ask(`verify?digest=${digest}`);
    if (!answer) return null;
    return answer.redirected && /\/positions\/[^/]+/.test(answer.url) ? answer.url : "";
  }

  async ask(path) {
    if (!this.address) return null;
    try {
      return await fetch(new URL(path, this.address), { cache: "no-cache", credentials: "omit" });
    } catch {
      return null;
    }
  }
}
