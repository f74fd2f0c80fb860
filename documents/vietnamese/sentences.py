"""Where sentences end in Vietnamese official prose."""

import re

# a stop, what may close after it, then space; or the end of a line
_BREAK = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s)|;(?=\s*\n)|\n+")
# written with a stop that ends no sentence: "TP. Hà Nội", "đ/c. Nam", "PGS. Trần"
_ABBREVIATION = re.compile(
    r"(?:[^\W\d_]{1,2}/[^\W\d_]{1,2}|tp|tx|ts|pgs|gs|ths|gs\.ts|pgs\.ts|ts\.bs|bs|ks|nxb|tr|st|mr|mrs|dr"
    r"|jr|ph|th|sđd|sn|đc|kt|tm|tl|tuq|q|p|[a-zđ]\))",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[A-ZĐ](?:\.[A-ZĐ])*")  # "V. I. Lênin", "John F. Kennedy"
_LINE_NUMBER = re.compile(
    r"(?:(?:Điều|Chương|Mục|Phần|Khoản|Bước|Phụ lục)\s+)?(?:[\d.]*\d[a-z]?|[IVX]+|[A-Za-zđĐ])",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the sentences, in order; each line break ends one.

    Every character that is not a space lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if text[match.start()] != "\n" and not _ends_sentence(text, start, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Add the span without the spaces around it, unless nothing is left."""
    sentence = text[start:end]
    start += len(sentence) - len(sentence.lstrip())
    end = start + len(sentence.strip())
    if start < end:
        spans.append((start, end))


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 40].lstrip(" ")
    if following.startswith("\n") or not following:
        return True
    if not (following[0].isupper() or following[0].isdigit() or following[0] in "\"“‘'(-–+["):
        return False
    if stop.group() != ".":
        return True
    word = re.split(r"[\s(\[“\"]", text[max(start, stop.start() - 20) : stop.start()])[-1]
    if _LINE_NUMBER.fullmatch(text[start : stop.start()].strip()):
        return False  # "1. ", "II. ", "a. ", "Điều 5. " at the head of a line
    before = text[start : stop.start() - len(word)].rstrip()
    if _INITIAL.fullmatch(word):
        return before[-1:].isdigit()  # "ở 50 C." ends, "C. Mác" does not
    return not _ABBREVIATION.fullmatch(word)
