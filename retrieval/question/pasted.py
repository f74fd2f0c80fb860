"""Tells a paragraph that was pasted or sent on from a question about it."""

from documents.vietnamese.normalize import normalize
from documents.vietnamese.sentences import sentences
from index.tokens import syllables
from retrieval.question.followup import asks

LEAST_WORDS = 40  # questions are shorter, or say with a mark that they are ones
_END_WORDS = 4  # of a sentence, among which the word that asks stands: "… có được không"
_RUN = 3  # syllables that are compared at once
_SAME = 0.5  # share of these runs that a passage has to hold to be where a paragraph stands


def is_pasted(text: str, is_sent_on: bool = False) -> bool:
    """Tell whether a text asks nothing; one that is sent on may be short."""
    text = normalize(text)
    words = text.split()
    if not words or "?" in text or not (is_sent_on or len(words) >= LEAST_WORDS):
        return False
    said = [text[start:end] for start, end in sentences(text)]
    return not any(_asks_at_its_end(one) for one in (said[0], said[-1]))


def stands_in(text: str, passage: str) -> bool:
    """Tell whether a passage holds most of a text, or a text most of the passage."""
    ours, theirs = _runs(text), _runs(passage)
    least = min(len(ours), len(theirs))
    return least > 0 and len(ours & theirs) >= _SAME * least


def _asks_at_its_end(sentence: str) -> bool:
    return asks(" ".join(sentence.split()[-_END_WORDS:]))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = tuple(syllables(text))
    return frozenset(words[n : n + _RUN] for n in range(len(words) - _RUN + 1))
