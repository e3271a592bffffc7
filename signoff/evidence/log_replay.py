"""Replays a public log: each leaf must be allowed by those before it, each state must be what they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from signoff.evidence.heads import Head, open_head
from signoff.evidence.key_changes import read_change
from signoff.evidence.log_leaves import Ended, KeyChange, Leaf, Listed, Published, State, read_leaf
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.evidence.notes import Verifier
from signoff.evidence.public_state import Row, state_tree
from signoff.evidence.shapes import read_moment
from signoff.evidence.strict_json import Refused


@dataclass
class LogReplay:
    """What a log has said so far. After a Refused the log is not to be followed further."""

    origin: str
    frontier: Frontier = field(default_factory=Frontier)
    keys: tuple[Verifier, ...] = ()
    rows: dict[str, Row] = field(default_factory=dict)
    time: datetime | None = None
    _published: set[tuple[str, int]] = field(default_factory=set)
    _acts: list[str] = field(default_factory=list)
    _ends_with_state: bool = False
    _root: str = ""  # of the rows; empty when they changed since it was computed

    def add(self, leaf: bytes) -> Leaf:
        """Take the next leaf; Refused, with its place, when it cannot follow those before it."""
        try:
            said = read_leaf(leaf)
            self._take(said)
        except Refused as problem:
            raise Refused(f"Leaf {self.frontier.size} of the log: {problem}") from None
        self.frontier = self.frontier.grown([leaf_hash(leaf)])
        self._ends_with_state = isinstance(said, State)
        return said

    def ensure_head(self, note: str) -> Head:
        """The head in a checkpoint, which must be the head of exactly these leaves; Refused otherwise."""
        if not self.keys:
            raise Refused("The log has no key yet.")
        head = open_head(note, self.keys[-1])
        if head != Head(self.origin, self.frontier.size, self.frontier.root):
            raise Refused(f"The head of {head.size} leaves is not the head of the leaves of this log.")
        if not self._ends_with_state:
            raise Refused(f"The head of {head.size} leaves does not end with a state.")
        return head

    def saved(self) -> dict[str, Any]:
        """What is needed to go on later, as JSON; only after a head, which ends with a state."""
        if not self._ends_with_state or self.time is None:
            raise ValueError("a replay is saved only where a head may stand")
        return {
            "origin": self.origin,
            "size": self.frontier.size,
            "frontier": [item.hex() for item in self.frontier.heads],
            "keys": [str(key) for key in self.keys],
            "rows": [vars(row) for row in self.rows.values()],
            "published": sorted(map(list, self._published)),
            "time": self.time.isoformat(),
        }

    @staticmethod
    def restored(saved: Mapping[str, Any]) -> "LogReplay":
        """A replay that goes on where it was saved; ValueError, KeyError or TypeError for anything else."""
        return LogReplay(
            saved["origin"],
            frontier=Frontier(saved["size"], tuple(map(bytes.fromhex, saved["frontier"]))),
            keys=tuple(map(Verifier.read, saved["keys"])),
            rows={row["position"]: Row(**row) for row in saved["rows"]},
            time=datetime.fromisoformat(saved["time"]),
            _published={(position, version) for position, version in saved["published"]},
            _ends_with_state=True,
        )

    def _take(self, said: Leaf) -> None:
        if not self.keys and not isinstance(said, KeyChange):
            raise Refused("the log must begin with its first key.")
        if not isinstance(said, State):
            self._root = ""
        match said:
            case KeyChange():
                before = self.keys[-1] if self.keys else None
                key = read_change(said, origin=self.origin, before=before)
                if key in self.keys:
                    raise Refused("a retired key is used again.")
                self.keys += (key,)
            case Published():
                self._publish(said)
            case Listed():
                self._list(said)
            case Ended():
                self._end(said)
            case State():
                self._compare(said)

    def _publish(self, said: Published) -> None:
        if said.position in self.rows:
            raise Refused(f"“{said.position}” is published while another version of it is.")
        if (said.position, said.version) in self._published:
            raise Refused(f"version {said.version} of “{said.position}” is published again.")
        self._published.add((said.position, said.version))
        self.rows[said.position] = Row(said.position, said.version, said.text, list="")
        self._acts.append(said.at)

    def _list(self, said: Listed) -> None:
        row = self._live(said.position, said.version)
        if row.text != said.text or row.list == said.list:
            raise Refused(f"the list of “{said.position}” is of another text, or no other list than before.")
        self.rows[said.position] = replace(row, list=said.list)

    def _end(self, said: Ended) -> None:
        self._live(said.position, said.version)
        del self.rows[said.position]
        self._acts.append(said.at)

    def _live(self, position: str, version: int) -> Row:
        row = self.rows.get(position)
        if row is None or row.version != version:
            raise Refused(f"version {version} of “{position}” is not published.")
        return row

    def _compare(self, said: State) -> None:
        time, rows = read_moment(said.time), list(self.rows.values())
        if self.time is not None and time <= self.time:
            raise Refused("the time of a state is not later than that of the one before.")
        if any(read_moment(act) > time for act in self._acts):
            raise Refused("the time of a state is earlier than what it covers.")
        self._root = self._root or _root_of(rows)
        if (said.positions, said.root) != (len(rows), self._root):
            raise Refused("the state is not what the leaves before it make.")
        self.time, self._acts = time, []


def _root_of(rows: list[Row]) -> str:
    if without := next((row for row in rows if not row.list), None):
        raise Refused(f"“{without.position}” is published without a list.")
    return state_tree(rows).root.hex()
