"""Partners' proofs, each beside a bundle: all the ways in which the two can go together."""

from datetime import timedelta

from tests.evidence.public_log import ALDER, BIRCH, START, PublicLog, small_log, text_of


def beside_each_other() -> list[tuple[str, str]]:
    """A partner's proof and a bundle, together in every way in which they can be."""
    pairs = []
    for verdict in ("decline", "withdraw", "remove", "approve"):
        log = PublicLog()
        number = log.record(verdict)
        log.publish(names=(ALDER,))
        log.publish("aid", text=text_of(title="Aid"))
        log.head()
        proof = log.proof(number)
        pairs += [(proof, log.bundle()), (proof, log.bundle("aid"))]
        later = {**ALDER, "approved_at": "2025-11-28T09:00:01Z"}
        for names in ((BIRCH,), (later,), ({**ALDER, "note": "Yes"},), ({**ALDER, "name": "Alder & Co"},)):
            log.list(names=names)
            log.head()
            pairs.append((proof, log.bundle()))
        pairs.append((log.proof(number), small_log().bundle()))
    fork = small_log()
    fork.list(names=(BIRCH,))
    fork.head(START + timedelta(seconds=-1))
    even = small_log()
    even.list(names=(BIRCH,))
    even.head(START)
    pairs += [(small_log().proof(0), even.bundle()), (even.proof(0), small_log().bundle())]
    return [*pairs, (small_log().proof(0), fork.bundle())]
