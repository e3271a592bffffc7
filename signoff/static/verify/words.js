// What the page says: plain sentences that claim no more than was proved, with the time as of which they hold.

import { milliseconds } from "./anchors.js";
import { areForked, compare } from "./proof.js";

const ONE_DAY = 86_400_000;
const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const GET_NEW = "Get a new file to see who stands behind it now.";
const ANSWERS = {
  approve: "approved this text",
  decline: "declined to approve this text",
  abstain: "abstained",
  withdraw: "withdrew its approval",
  contest: "stated that the answer given in its name was not its own",
  remove: "was removed from the list by the staff",
};

// The words for one reader: the time at which they are read, and the locale and zone of the installation.
export class Words {
  constructor({ now, locale, zone }) {
    Object.assign(this, { now, locale, zone });
  }

  // “2:03 p.m. EST today”, or “November 28, 2026, 9:51 p.m. EST”.
  time(moment) {
    const date = new Date(milliseconds(moment));
    const clock = this.formatted(date, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
    const time = clock.replace(/[\u202f\u00a0]/g, " ").replace(/ AM\b/, "\u00a0a.m.").replace(/ PM\b/, "\u00a0p.m.");
    const isToday = this.day(date) === this.day(new Date(this.now));
    return isToday ? `${time} today` : `${this.day(date)}, ${time}`;
  }

  // How a sentence begins: “Today at 2:03 p.m. EST” or “On November 28, 2026, 9:51 p.m. EST”.
  when(moment) {
    const time = this.time(moment);
    return time.endsWith(" today") ? `Today at ${time.slice(0, -" today".length)}` : `On ${time}`;
  }

  day(date) {
    return this.formatted(date, { dateStyle: "long" });
  }

  formatted(date, options) {
    return new Intl.DateTimeFormat(this.locale, { timeZone: this.zone, ...options }).format(date);
  }

  // A number as it stands in a sentence.
  number(count) {
    return SMALL[count] ?? count.toLocaleString(this.locale);
  }

  age(moment) {
    const seconds = Math.max(0, Math.floor((this.now - milliseconds(moment)) / 1000));
    const [size, unit] = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]].find(
      ([size]) => seconds >= size || size === 1,
    );
    const count = Math.floor(seconds / size);
    return `${this.number(count)} ${unit}${count === 1 ? "" : "s"}`;
  }

  isOld(moment) {
    return this.now - milliseconds(moment) > ONE_DAY;
  }

  // “These 46 organizations stand behind exactly this text, as of 2:03 p.m. EST today.”
  stand(bundle) {
    const asOf = this.time(bundle.anchor.time);
    const count = bundle.signatories.length;
    if (count === 0) return `No organization stands behind this text, as of ${asOf}.`;
    if (count === 1) return `This organization stands behind exactly this text, as of ${asOf}.`;
    return `These ${this.number(count)} organizations stand behind exactly this text, as of ${asOf}.`;
  }

  stood(bundle) {
    const asOf = this.time(bundle.anchor.time);
    const count = bundle.signatories.length;
    if (count === 0) return `No organization stood behind this text, as of ${asOf}.`;
    if (count === 1) return `This organization stood behind exactly this text, as of ${asOf}.`;
    return `These ${this.number(count)} organizations stood behind exactly this text, as of ${asOf}.`;
  }
}

// What comparing with the site's public log showed.
const logWords = ({ relation, problem }) =>
  ({
    same: "Compared with the site's public log just now: it shows nothing newer.",
    continues:
      "Compared with the site's public log just now: the log continues from this evidence, and nothing before it " +
      "was changed.",
    behind: "The site's public log ends before this evidence, so the site does not show all that it has signed.",
    refused: `The site's public log could not be compared with this evidence: ${problem}`,
    unasked: "The site's public log was not checked, so it is not known whether this evidence is still part of it.",
  })[relation];

// What is said of evidence, with what is said of it beside the log.
const withLog = (found, log) => ({
  ...found,
  mark: found.mark === "good" && ["behind", "refused"].includes(log.relation) ? "wait" : found.mark,
  more: [...found.more, logWords(log)],
  isLogUnasked: log.relation === "unasked",
});

const sameList = (one, other) => JSON.stringify(one.signatories) === JSON.stringify(other.signatories);

// What to say of a verified bundle, given what the site answered when it was asked for its newest list and its log.
export function bundleWords(words, bundle, site) {
  const isForked = site.log.relation === "forked" || (site.bundle && areForked(bundle.anchor, site.bundle.anchor));
  return isForked ? forked(bundle) : withLog(besideAnswer(words, bundle, site), site.log);
}

function besideAnswer(words, bundle, site) {
  if (site.bundle && site.bundle.anchor.head.size >= bundle.anchor.head.size && !site.log.isListOlder) {
    return besideNewest(words, bundle, site.bundle);
  }
  const sentences = {
    gone: "This site says that it no longer publishes this position. Nothing signed shows when or why.",
    changing: "This site has no signed list right now: it may just have changed. Try again in a minute.",
    refused: `This site answered with evidence that is not valid: ${site.problem} Keep your file.`,
    bundle:
      "This site answered with an older list than it has signed. Try again. If this keeps happening, the site is hiding newer lists.",
    alone: "This page cannot ask the site for a newer list, so it does not know what happened after that.",
  };
  const isOld = words.isOld(bundle.anchor.time);
  return {
    mark: isOld || site.how !== "alone" ? "wait" : "good",
    state: isOld ? "Verified, but old" : "Verified",
    says: words.stood(bundle),
    more: [
      ...(isOld ? [`That was ${words.age(bundle.anchor.time)} ago. ${GET_NEW}`] : []),
      sentences[site.how],
    ],
    shown: bundle,
  };
}

function besideNewest(words, bundle, newest) {
  const from = `The file is from ${words.time(bundle.anchor.time)}.`;
  if (newest.version !== bundle.version || newest.digest !== bundle.digest) {
    return {
      mark: "wait",
      state: "Verified, but out of date",
      says: words.stood(bundle),
      more: [`Version ${newest.version} has replaced this text, as of ${words.time(newest.anchor.time)}. ` +
        "The names below are not those of the new version."],
      shown: bundle,
    };
  }
  const isOld = words.isOld(newest.anchor.time);
  const old = `This site has signed nothing newer, and that was ${words.age(newest.anchor.time)} ago.`;
  if (sameList(bundle, newest)) {
    const isNewest = newest.anchor.head.size === bundle.anchor.head.size;
    const same = isNewest
      ? "This is the newest list that the site has signed."
      : `${from} The newest signed list is the same.`;
    return {
      mark: isOld ? "wait" : "good",
      state: isOld ? "Verified, but old" : "Verified",
      says: isOld ? words.stood(newest) : words.stand(newest),
      more: [isOld ? old : same],
      shown: newest,
    };
  }
  return {
    mark: "wait",
    state: "Verified, but out of date",
    says: isOld ? words.stood(newest) : words.stand(newest),
    more: [`${from} ${difference(words, bundle, newest)} Below is the newest signed list.`, ...(isOld ? [old] : [])],
    shown: newest,
  };
}

// The names of those who left are no one's business, so they are counted and not listed.
function difference(words, bundle, newest) {
  const [before, after] = [bundle, newest].map((one) => new Set(one.signatories.map((signatory) => signatory.name)));
  const left = [...before].filter((name) => !after.has(name)).length;
  const joined = [...after].filter((name) => !before.has(name)).length;
  if (!left && !joined) return "The names are the same since then, but a note or a date of approval has changed.";
  const parts = [];
  if (left) parts.push(`${words.number(left)} of its names ${left === 1 ? "is" : "are"} no longer on the list`);
  if (joined) parts.push(`${words.number(joined)} ${joined === 1 ? "name is" : "names are"} new`);
  const sentence = parts.join(", and ");
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}.`;
}

const forked = (shown) => ({
  mark: "stop",
  state: "Contradiction",
  says: "This file and this site cannot both be true.",
  more: [
    "Both are signed for the same log, but they belong to two different histories of it. " +
      "Keep the file: it shows that someone who holds the key signed both.",
  ],
  shown,
});

// What to say of a partner's proof, beside the newest list where there is one, and the log.
export function proofWords(words, proof, site) {
  const under = proof.publicName ? [" under the name “", { name: proof.publicName }, "”"] : [];
  const answer = `” ${ANSWERS[proof.verdict]}`;
  const says = [`${words.when(proof.at)}, the partner “`, { name: proof.partner }, answer, ...under, "."];
  const recorded = `The record of this site had this answer by ${words.time(proof.anchor.time)}.`;
  const alone = {
    gone: "This site does not publish the position now, so there is no list to compare it with.",
    changing: "This site has no signed list to compare with at this moment. Try again in a minute.",
    refused: `This site answered with evidence that is not valid: ${site.problem}`,
    alone: "This page cannot ask the site for its list. The proof does not show whether the partner answered again.",
  };
  if (site.log.relation === "forked") return forked(proof);
  const [mark, sentence] = site.bundle ? besideList(words, proof, site.bundle) : ["good", alone[site.how]];
  const state = mark === "stop" ? "Contradiction" : "Verified";
  return withLog({ mark, state, says, more: [recorded, sentence], shown: proof }, site.log);
}

export function besideList(words, proof, bundle) {
  const list = `The list as of ${words.time(bundle.anchor.time)}`;
  const isNamed = bundle.signatories.some((one) => one.partner === proof.partner);
  const isApproval = proof.verdict === "approve";
  const sentences = {
    agrees: ["good", isApproval ? `${list} names the partner as it approved.` : `${list} does not name the partner.`],
    contradicts: [
      "stop",
      proof.digest !== bundle.digest
        ? "The published text is not the text that the partner answered about."
        : isApproval
          ? `${list} names the partner otherwise than the partner approved.`
          : `${list} names the partner by an approval that no longer counted.`,
    ],
    forked: ["stop", `${list} and this proof belong to two different histories of the log. Keep the proof.`],
    question: [
      "wait",
      isNamed
        ? `${list} names a later approval of the partner. Its own proof shows it.`
        : `${list} does not name the partner. The proof of what ended the approval shows why.`,
    ],
    unrelated: ["good", `${list} is about another version, or from before the answer, so it says nothing about it.`],
  };
  return sentences[compare(proof, bundle)];
}
