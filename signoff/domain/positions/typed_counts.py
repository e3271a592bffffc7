"""Numbers of signatories that were typed into a text, where the number may be another when it is read."""

import re

_WHO = r"(?:organi[sz]ations|groups|signatories|signers|signees|co-?signers|undersigned|endorsers)"
_BESIDE = r"(?:[^\W\d_][\w’'-]*\s+){0,3}"
_NUMBER = r"(?<![\w$€£.,])\d{1,3}(?:,\d{3})+(?![\w%])|(?<![\w$€£.,])\d{1,5}(?![\w%])"
_COUNT = re.compile(rf"(?:{_NUMBER})\s+{_BESIDE}{_WHO}\b|\bundersigned\s+{_BESIDE}(?:{_NUMBER})", re.IGNORECASE)


def typed_counts(text: str) -> list[str]:
    """The places where a number stands beside a word for those who sign, each as written."""
    return list(dict.fromkeys(" ".join(result[0].split()) for result in _COUNT.finditer(text)))
