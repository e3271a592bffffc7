"""Similar positions: others on the same matter, so that two do not contradict each other unnoticed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from signoff.assist.stems import EMPTY_STEMS, stem, stems_of, words_of
from signoff.domain.positions.markdown import plain_text
from signoff.domain.positions.text import Wording
from signoff.models import Position, Version
from signoff.models.full_text import VECTOR

MOST = 5
_CANDIDATES = 40
_MOST_WORDS = 40
_LEAST_SHARED = 3
_LEAST_LIKENESS = 0.3
# Words that nearly every position of a coalition for schools uses, and that tell no two apart.
_USUAL = EMPTY_STEMS | frozenset(
    stems_of(
        "also ask child children coalition community district education every family give local make many may need "
        "new partner people public require school state student support than these those work year young"
    )
)


@dataclass(frozen=True)
class SimilarPosition:
    """Another position's newest version, the words it shares with the draft, and which part of the draft's that is."""

    version: Version
    shared: tuple[str, ...]
    likeness: float


def index_version(session: Session, version: Version) -> None:
    """Let a version that was saved be found by its words; PostgreSQL's index sees to it by itself."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text("INSERT INTO version_words (rowid, title, summary, body) VALUES (:id, :title, :summary, :body)"),
            {"id": version.id, "title": version.title, "summary": version.summary, "body": version.body},
        )


def similar_positions(session: Session, wording: Wording, *, besides: Position | None = None) -> list[SimilarPosition]:
    """Positions whose newest version shares the telling words of a draft's title and summary, the likest first.

    The database finds the candidates by its full-text index; which of them are near is reckoned here, alike on both.
    """
    wanted = _telling([wording.title, wording.summary])
    if len(wanted) < _LEAST_SHARED:
        return []
    words = list(wanted.values())[:_MOST_WORDS]
    result = _candidates(session, words, besides.id if besides else 0)
    near = [similar_position for version in result if (similar_position := _near(version, wanted)) is not None]
    return sorted(near, key=lambda similar_position: (-similar_position.likeness, similar_position.version.id))[:MOST]


def _telling(texts: Iterable[str]) -> dict[str, str]:
    """The telling words of texts by their stems, as they stand, in their order."""
    result: dict[str, str] = {}
    for word in (word for part in texts for word in words_of(part)):
        if len(word) > 2 and not word.isdigit() and stem(word) not in _USUAL:
            result.setdefault(stem(word), word)
    return result


def _candidates(session: Session, words: Sequence[str], besides: int) -> Sequence[Version]:
    if session.get_bind().dialect.name == "sqlite":
        ranked = text(
            "SELECT rowid FROM version_words WHERE version_words MATCH :wanted AND rowid IN "
            "(SELECT MAX(id) FROM version GROUP BY position_id) ORDER BY bm25(version_words, 8, 3, 1) LIMIT :most"
        )
        wanted = " OR ".join(f'"{word}"' for word in words)
    else:
        ranked = text(
            f"SELECT id FROM version WHERE {VECTOR} @@ to_tsquery('english', :wanted) AND id IN "  # noqa: S608 - no input
            "(SELECT MAX(id) FROM version GROUP BY position_id) "
            f"ORDER BY ts_rank({VECTOR}, to_tsquery('english', :wanted), 1) DESC LIMIT :most"
        )
        wanted = " | ".join(f"'{word.replace(chr(39), '')}'" for word in words)
    ids = session.scalars(ranked, {"wanted": wanted, "most": _CANDIDATES}).all()
    return session.scalars(
        select(Version).where(Version.id.in_(ids), Version.position_id != besides).options(joinedload(Version.position))
    ).all()


def _near(version: Version, wanted: dict[str, str]) -> SimilarPosition | None:
    says = set(_telling([version.title, version.summary, plain_text(version.body)]))
    shared = [word for key, word in wanted.items() if key in says]
    likeness = len(shared) / len(wanted)
    if len(shared) < _LEAST_SHARED or likeness < _LEAST_LIKENESS:
        return None
    return SimilarPosition(version, tuple(shared), likeness)
