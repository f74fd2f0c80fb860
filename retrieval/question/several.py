"""Parts a message that asks several things: "Ai ký? Ban hành ngày nào?"."""

import re
from collections.abc import Iterator

from documents.vietnamese.normalize import fold, normalize
from retrieval.question.followup import asks
from retrieval.question.intent import fact_of
from retrieval.question.talk import talk_in

MOST = 3  # questions in one message; who asks more has pasted a list
_END = re.compile(r"(?<=[?])[\s\"”)]+|\n+|(?<=[.!…])\s+")
# "do ai ký và ban hành ngày nào?": two facts of one document
_JOINED = re.compile(r"\s*[,;]\s*(?:va\s+)?|\s+va\s+")


def questions_in(typed: str) -> tuple[str, ...]:
    """Return the questions of a message in order, each with the sentences that lead to it.

    The message itself where it asks one thing, or more than MOST.
    """
    questions: list[str] = []
    leading = ""
    for sentence in filter(None, map(str.strip, _END.split(normalize(typed)))):
        if talk_in(sentence) is not None:
            continue
        said = f"{leading} {sentence}".strip()
        if asks(sentence):
            questions += _facts(said)
            leading = ""
        else:
            leading = said
    if questions and leading:
        questions[-1] = f"{questions[-1]} {leading}"
    return tuple(questions) if 0 < len(questions) <= MOST else (typed,)


def _facts(question: str) -> Iterator[str]:
    """Part a question at a joint with another fact asked for on either side."""
    for joint in _JOINED.finditer(fold(question)):
        left, right = question[: joint.start()], question[joint.end() :]
        facts = fact_of(fold(left)), fact_of(fold(right))
        if None not in facts and facts[0] is not facts[1]:
            yield from (f"{left}?", right)
            return
    yield question
