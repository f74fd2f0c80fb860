"""Tells talk ("cảm ơn đồng chí", "alo", an emoji) from a question; its words are in data/."""

import re
from collections.abc import Iterator
from enum import StrEnum

from documents.vietnamese.normalize import fold, normalize
from retrieval.question.phrases import any_of
from retrieval.question.telex import telex, vni


class Talk(StrEnum):
    """What is said to the bot without asking it anything."""

    COMPLAINT = "complaint"
    WHO = "who"
    THANKS = "thanks"
    FAREWELL = "farewell"
    GREETING = "greeting"
    PRESENCE = "presence"
    SORRY = "sorry"
    ASSENT = "assent"
    SIGN = "sign"  # no word at all: an emoji, "?!"


_LONGEST = 12  # words; who says more also asks something
_ANY = any_of("talk.tsv")
_ONLY_TALK = re.compile(rf"(?:(?:{'|'.join(_ANY.values())})(?: |$))+")
_KINDS = {
    Talk(kind): re.compile(rf"(?:^| ){said}(?= |$)")
    for kind, said in _ANY.items()
    if kind != "address"
}
# how somebody is addressed at either end of what is said: "…, đồng chí ơi"
ADDRESS = re.compile(r"^(?:(?:bot|dong chi) oi )|(?: (?:dong chi|bot|a|nhe|nha|vay|voi|oi|the))+$")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_HELD_KEY = re.compile(r"([^\W\d_])\1{2,}")  # "alooo"
_TWICE = re.compile(r"([^\W\d_])\1+")  # "okk"


def talk_in(typed: str) -> Talk | None:
    """Return what kind of talk a message is; None where it says more than that."""
    text = normalize(typed).lower()
    words = _BETWEEN_WORDS.sub(" ", text).split()
    if not words:
        return Talk.SIGN if text.strip() else None
    if len(words) > _LONGEST:
        return None
    for reading in _readings(words):
        if _ONLY_TALK.fullmatch(reading):
            return next((kind for kind, said in _KINDS.items() if said.search(reading)), None)
    return None


def _readings(words: list[str]) -> Iterator[str]:
    """Yield what was meant, folded: as typed, by keys that were off, by a key held too long."""
    typed = " ".join(words)
    yield fold(typed)
    yield fold(" ".join(telex(word) or word for word in words))
    yield fold(" ".join(vni(word) or word for word in words))
    once = _HELD_KEY.sub(r"\1", typed)
    yield fold(once)
    yield fold(" ".join(telex(word) or word for word in once.split()))
    yield fold(_TWICE.sub(r"\1", typed))
