"""Numbers of signatories that were typed into a text, where the number may be another when it is read."""

import re

_WHO = r"(?:organi[sz]ations|groups|signatories|signers|signees|co-?signers|undersigned|endorsers)"
_WORD = r"[^\W\d_][\w’'-]*"
# A few words beside it: any three, or a list without the small words that begin another thought.
_LISTED = rf"(?:(?!(?:in|for|to|with|from|by|at|on|that|who|which|is|are|was|were|has|have)\b){_WORD},?\s+|&\s+)"
_BESIDE = rf"(?:(?:{_WORD}\s+){{0,3}}|{_LISTED}{{4,7}})"
_DIGITS = r"(?<![\w$€£.,])\d{1,3}(?:,\d{3})+(?![\w%])|(?<![\w$€£.,])\d{1,5}(?![\w%])"
# Written out, from twenty on: fewer are counted in many sentences that speak of others.
_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|an?)"
)
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_MANY = rf"(?:{_TENS}|hundred|thousand|dozen)"
_WRITTEN_OUT = rf"\b(?:{_SMALL}[\s-]+)?{_MANY}(?:[\s-]+(?:and\s+)?(?:{_SMALL}|{_MANY}))*\b"
_NUMBER = rf"(?:{_DIGITS}|{_WRITTEN_OUT})"
_MARK = r"(?:\s?\+|\))?"
_COUNT = re.compile(
    rf"\(?{_NUMBER}{_MARK}\s+(?:{_BESIDE}|{_LISTED}{{1,3}}){_WHO}\b|\bundersigned\W{{1,3}}{_BESIDE}\(?{_NUMBER}{_MARK}",
    re.IGNORECASE,
)


def typed_counts(text: str) -> list[str]:
    """The places where a number stands beside a word for those who sign, each as written."""
    return list(dict.fromkeys(" ".join(result[0].split()) for result in _COUNT.finditer(text)))
