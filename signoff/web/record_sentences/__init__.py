"""What each entry of the record says: whole sentences for people, made from an entry's facts alone."""

from signoff.web.record_sentences import accounts, news, positions, publications, register, rounds
from signoff.web.record_sentences.facts import Facts, Sentence

SENTENCES: dict[str, Sentence] = {
    **accounts.SENTENCES,
    **register.SENTENCES,
    **positions.SENTENCES,
    **rounds.SENTENCES,
    **publications.SENTENCES,
    **news.SENTENCES,
}

__all__ = ["SENTENCES", "Facts"]
