"""Reads a folder that `signoff export` wrote, with nothing but Python, and computes again what can be computed.

    python read_export.py FOLDER

It checks the digest of every file and of every version's text, that each position that is published names exactly the
partners whose last answer approves that text under that name, that its bundle names the same ones, and that the public
log and the record give the roots of every head. It prints who is named. It does not check signatures: Python alone
cannot; `signoff verify bundles/SLUG.json` does. The exit code is 1 when anything is wrong.
"""

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path


def sha256(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def read_json(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def read_lines(folder, name):
    with (folder / name).open(encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


def read_version(path):
    """The facts and the text of a version: what stands between the lines `---`, and what follows them."""
    text = path.read_bytes().decode()
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    facts = {name: json.loads(value) for name, value in (line.split(": ", 1) for line in head.split("\n"))}
    return {**facts, "body": body.removesuffix("\n")}


def canonical_text(version, fields):
    """The bytes that are approved: a format tag, then each field that is not empty with its length in bytes."""
    parts = [b"signoff-text/1\n"]
    for name in fields:
        value = version.get(name, "").encode()
        if value:
            parts += [f"{name} {len(value)}\n".encode(), value, b"\n"]
    return b"".join(parts)


def canonical_json(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaf_of_entry(body):
    """What the record seals of an entry: a salted digest of each of its facts."""
    entry = json.loads(body)
    values = {name: entry[name] for name in ("kind", "at", "by")}
    values |= {f"facts.{name}": value for name, value in entry["facts"].items()}
    digests = {}
    for name, value in values.items():
        salt = hmac.digest(entry["salt"].encode(), f"signoff-leaf/1\n{name}".encode(), "sha256").hex()[:32]
        digests[name] = sha256(canonical_json({"facts": {name: value}, "salt": salt}))
    return canonical_json({"format": "signoff-leaf/1", "facts": digests})


class Tree:
    """A Merkle tree (RFC 6962) that grows leaf by leaf."""

    def __init__(self):
        self.size, self.heads = 0, []

    def add(self, leaf):
        node, size = hashlib.sha256(b"\0" + leaf).digest(), self.size
        while size & 1:
            node, size = hashlib.sha256(b"\1" + self.heads.pop() + node).digest(), size >> 1
        self.heads.append(node)
        self.size += 1

    def root(self):
        if not self.heads:
            return hashlib.sha256(b"").hexdigest()
        root, *others = reversed(self.heads)
        for node in others:
            root = hashlib.sha256(b"\1" + node + root).digest()
        return root.hex()


def wrong_with_files(folder, manifest):
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there ^ {*manifest["files"], "manifest.json"}):
        yield f"{name} is there but not in the manifest, or the other way around."
    for name, digest in manifest["files"].items():
        if name in there and sha256((folder / name).read_bytes()) != digest:
            yield f"{name} is not the file that was exported."


def wrong_with_texts(versions, fields):
    for (slug, number), version in versions.items():
        if sha256(canonical_text(version, fields)) != version["digest"]:
            yield f"The text of version {number} of {slug} does not have its digest."


def named_on(publication, version, answers, left):
    """Who is named: the partners whose last answer approves this text, under the name they approved; by partner."""
    last = {}
    for answer in answers:
        if (answer["position"], answer["version"]) == (publication["position"], publication["version"]):
            before = last.get(answer["partner"])
            if before is None or answer["sequence"] > before["sequence"]:
                last[answer["partner"]] = answer
    return {
        partner: answer["public_name"]
        for partner, answer in last.items()
        if answer["verdict"] == "approve"
        and answer["digest"] == version["digest"]
        and (left[partner] is None or left[partner] >= publication["published_at"])
    }


def wrong_with_bundle(folder, slug, version, named, fields):
    path = folder / "bundles" / f"{slug}.json"
    if not path.exists():
        return
    bundle = json.loads(path.read_text(encoding="utf-8"))
    if bundle["text"].encode() != canonical_text(version, fields):
        yield f"The bundle of {slug} has another text."
    if {one["partner"]: one["name"] for one in bundle["list"]["signatories"]} != named:
        yield f"The bundle of {slug} does not name those whose last answer approves it."


def wrong_with_log(folder):
    leaves, heads, tree = read_lines(folder, "log/leaves.jsonl"), read_json(folder, "log/heads.json"), Tree()
    roots = {}
    for leaf in leaves:
        tree.add(leaf.encode())
        roots[tree.size] = tree.root()
    for head in heads:
        _, size, root = head["note"].split("\n")[:3]
        signed = base64.b64decode(root).hex()
        if not (roots.get(head["size"]) == head["root"] == signed and int(size) == head["size"]):
            yield f"The head of {head['size']} leaves is not the root of the public log."
    if heads and heads[-1]["size"] != len(leaves):
        yield "The public log does not end with its last head."


def wrong_with_record(folder):
    entries = [json.loads(line) for line in read_lines(folder, "record.jsonl")]
    sealed, tree, roots = [entry for entry in entries if entry["place"] is not None], Tree(), {0: Tree().root()}
    for number, entry in enumerate(sorted(sealed, key=lambda entry: entry["place"])):
        if entry["place"] != number:
            yield f"Place {number} of the record is empty."
            return
        tree.add(leaf_of_entry(entry["body"]).encode())
        roots[tree.size] = tree.root()
    for head in read_json(folder, "log/heads.json"):
        if roots.get(head["record_size"]) != head["record_root"]:
            yield f"The record is not what the head of {head['size']} leaves was signed over."


def read(folder):
    """Everything that is wrong with an export, and who is named on which position."""
    manifest = read_json(folder, "manifest.json")
    if manifest["format"] != "signoff-export/1":
        return ["This is another format."], {}
    fields, wrong, named = manifest["fields"], list(wrong_with_files(folder, manifest)), {}
    read_versions = [read_version(path) for path in sorted(folder.glob("positions/*/version-*.md"))]
    versions = {(one["position"], one["version"]): one for one in read_versions}
    wrong += wrong_with_texts(versions, fields)
    left = {one["slug"]: one["left_at"] for one in read_json(folder, "partners.json")}
    answers = read_json(folder, "answers.json")
    for publication in read_json(folder, "publications.json"):
        if publication["ended_at"] is None:
            slug, version = publication["position"], versions[publication["position"], publication["version"]]
            named[slug] = named_on(publication, version, answers, left)
            wrong += wrong_with_bundle(folder, slug, version, named[slug], fields)
    return [*wrong, *wrong_with_log(folder), *wrong_with_record(folder)], named


def main():
    if len(sys.argv) != 2:
        sys.exit("Usage: python read_export.py FOLDER")
    try:
        wrong, named = read(Path(sys.argv[1]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        sys.exit(f"This export cannot be read: {problem!r}")
    if wrong:
        sys.exit("\n".join(wrong))
    for slug, names in sorted(named.items()):
        print(f"{slug}: {len(names)} named")
        for name in sorted(names.values()):
            print(f"  {name}")
    print("Every digest, the public log and the record are as they should be.")


if __name__ == "__main__":
    main()
