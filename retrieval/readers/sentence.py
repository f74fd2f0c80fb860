"""The words of a passage that answer: chosen by terms and by the kind of answer wanted."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from documents.document import Passage
from documents.vietnamese.normalize import CAPITALS, fold
from documents.vietnamese.sentences import sentences
from index.tokens import tokens
from retrieval.question.intent import NUMBERS, SHORT_ANSWERS, AnswerType, Intent, Quantity
from retrieval.question.question import Question
from retrieval.ranking.ranking import Idf
from retrieval.ranking.retrieve import Candidate
from retrieval.readers.base import Case, Draft, Quote, Span, Strength
from retrieval.readers.lists import with_list

MOST_WORDS = 60  # a quote that a phone shows without scrolling

NAMES = (
    "syllables covered",
    "pairs covered",
    "syllables covered with the one before",
    "syllables covered with the one after",
    "terms covered with the neighbours",
    "terms covered behind the best",
    "wanted thing present",
    "new wanted thing present",
    "length",
    "first",
    "passage's cosine behind the best",
)
_COVERED = NAMES.index("terms covered behind the best")
_COSINE = NAMES.index("passage's cosine behind the best")
_HEADING_WORDS = 12
_NUMBERED = re.compile(r"(?:[\d.]+\.?|[IVX]+\.|[a-zđ]\)|Điều \d+\.|Bước \d+:?)\s")
_CLAUSE_END = re.compile(r"[;:,]\s+|\n")
_CLAUSE_WORDS = 12  # shorter clauses of a long sentence stay with their neighbour

# of texts as they are written, with their marks
_NUMBER = r"\d+(?:\.\d{3})*(?:,\d+)?(?:/\d+(?:\.\d{3})*)?"
_WORD_NUMBER = (
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|trăm|nghìn|ngàn|triệu|tỷ|tỉ|vạn|chục|nửa)"
)
_UNIT_OF_TIME = r"(?:giờ|phút|ngày(?: làm việc)?|tuần|tháng|quý|năm|nhiệm kỳ|thập kỷ|thế kỷ)"
_CAPITALISED = rf"(?<!\w)[{CAPITALS}][\w’'-]*"
_NAME = rf"{_CAPITALISED}(?:\s+(?:{_CAPITALISED}|và(?=\s+[{CAPITALS}]))){{0,5}}"
_BODY = (
    r"(?:ban (?:thường vụ|chấp hành|bí thư|tổ chức|tuyên giáo|dân vận|nội chính|chỉ đạo)"
    r"|bộ chính trị|ủy ban|hội đồng|cấp ủy|đảng ủy|tỉnh ủy|thành ủy|huyện ủy|chi bộ|chi ủy"
    r"|đảng bộ|văn phòng"
    r"|đồng chí|bí thư|chủ tịch|chủ tọa|tòa án|viện kiểm sát|chính phủ|quốc hội|bộ trưởng"
    r"|thủ tướng|cơ quan"
    r"|thủ trưởng|người đứng đầu|giám đốc)"
)
_CALENDAR = (
    r"(?:ngày\s+)?\d{1,2}[/-]\d{1,2}[/-]\d{4}|ngày\s+\d{1,2}(?:[/-]\d{1,2}|\s+tháng\s+\d{1,2})?"
    r"(?:\s+năm\s+\d{4})?|tháng\s+\d{1,2}(?:[/-]\d{4}|(?:,?\s+năm)?\s+\d{4})?"
    r"|quý\s+[IVX\d]+(?:/\d{4})?|năm\s+\d{3,4}"
)
_DATE = (
    rf"{_CALENDAR}|(?<![\d.,/])(?:1\d{{3}}|20\d\d)(?![\d.,/%])|thế kỷ\s+(?:thứ\s+)?[\dIVXLC]+"
    r"|thập (?:niên|kỷ)\s+\d+"
)
_THINGS = {
    AnswerType.PERCENTAGE: rf"{_NUMBER}\s*(?:%|phần trăm)|{_NUMBER}\s*điểm phần trăm",
    AnswerType.DURATION: rf"(?:{_NUMBER}|{_WORD_NUMBER}(?:\s+{_WORD_NUMBER})*)\s*(?:\([^)]*\)\s*)?"
    rf"{_UNIT_OF_TIME}",
    AnswerType.COUNT: rf"{_NUMBER}(?:\s*(?:%|phần trăm|triệu|tỷ|tỉ|nghìn))?"
    rf"|(?<!\w){_WORD_NUMBER}(?!\w)(?:\s+{_WORD_NUMBER}(?!\w))*",
    AnswerType.WHEN: _DATE,
    AnswerType.WHO: rf"(?i:{_BODY})|{_NAME}",
    AnswerType.WHERE: rf"(?i:tại|ở|từ|đến|thuộc)\s+{_NAME}|{_NAME}",
    AnswerType.WHY: r"(?i:vì|do|bởi|nhằm|để|nguyên nhân|lý do|nhờ|dẫn đến|khiến)",
    AnswerType.CONDITION: r"(?i:phải|đủ|từ|trở lên|khi|nếu|trường hợp|điều kiện|tiêu chuẩn|có)",
    AnswerType.DEFINITION: r"(?i:(?<!\w)là(?!\w)|được hiểu|bao gồm|gồm)",
    AnswerType.LIST: r"(?i:gồm|bao gồm|như|sau đây|:)|;|,",
    AnswerType.STEPS: r"(?i:bước|sau đó|trước khi|sau khi|tiến hành|thực hiện|lập|gửi|trình"
    r"|xem xét)",
    AnswerType.VERDICT: r"(?i:được|không|phải|có thể|cấm|chỉ)",
}
_PATTERNS = {wanted: re.compile(pattern) for wanted, pattern in _THINGS.items()}
# what an answer may name in the place of the unit asked for: "21 đồng chí" of people
_SAME_UNITS = {
    "tien": re.compile(r"(?<!\w)dong(?! chi)(?!\w)"),
    "nguoi": re.compile(r"(?<!\w)(?:dong chi|dang vien|dang uy vien|can bo|hoi vien)(?!\w)"),
}


def read(case: Case) -> Draft | None:
    """Return the likeliest sentence of what comes first in the ranking."""
    if case.trust is None:
        return None
    passage, quote = case.trust.lead.passage, case.trust.quote
    things = new_things(passage.text, quote.sentence, case.question)  # a reader marks others
    return Draft(
        passage,
        quote.sentence,
        quote.window,
        Strength.QUOTED,
        marks=quote.marks,
        probability=case.trust.probability,
        lacks_number=lacks_number(case.question, passage, quote.sentence, things),
    )


def lacks_number(question: Question, passage: Passage, span: Span, marks: Sequence[Span]) -> bool:
    """Tell whether a number is asked for and a sentence has none of that kind.

    A target must be called one, in the sentence or in the heading over it.
    """
    if question.intent.quantity is Quantity.TARGET:
        heading = (passage.locator.heading or "").rsplit(" › ", 1)[-1]
        if not names_target(f"{heading} {passage.text[slice(*span)]}"):
            return True
    return question.intent.answer in NUMBERS and not marks and not question.is_english


@dataclass(frozen=True)
class QuoteModel:
    """Weights of the features of a sentence, fitted by ``python -m scripts.fit_ranking``."""

    weights: tuple[float, ...]

    @classmethod
    def load(cls) -> "QuoteModel":
        """Read the weights that ship with the project."""
        file = resources.files("retrieval.ranking").joinpath("weights", "quote.json")
        stored = json.loads(file.read_text())
        return cls(tuple(float(stored[name]) for name in NAMES))

    def best(self, group: Sequence[Candidate], question: Question, idf: Idf) -> Quote:
        """Return the best quote of one or more passages of a document.

        The window with the greatest summed probability wins; the sentence is its likeliest one.
        """
        texts = [one.passage.text for one in group]
        spans = [units(text) for text in texts]
        rows = sentence_features(texts, spans, [one.dense for one in group], question, idf)
        return self._chosen(texts, spans, rows, question, idf)

    def each(self, texts: Sequence[str], question: Question, idf: Idf) -> tuple[Quote, ...]:
        """Return the best quote of every passage by itself."""
        spans = [units(text) for text in texts]
        rows = _features(texts, spans, question, idf)
        quotes, end = [], 0
        for text, own in zip(texts, spans, strict=True):
            start, end = end, end + len(own)
            alone = _compared(rows[start:end])
            quotes.append(self._chosen([text], [own], alone, question, idf))
        return tuple(quotes)

    def _chosen(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        rows: NDArray[np.float64],
        question: Question,
        idf: Idf,
    ) -> Quote:
        logits = rows @ np.array(self.weights)
        chances = np.exp(logits - logits.max())
        chances /= chances.sum()
        best = (-1.0, 0, (0, 0))
        offset = 0
        for place, text in enumerate(texts):
            own = chances[offset : offset + len(spans[place])].tolist()
            for share, run in _runs(text, spans[place], own):
                if share > best[0]:
                    best = (share, place, run)
            offset += len(spans[place])
        share, place, (first, last) = best
        start = sum(map(len, spans[:place]))
        likeliest = first + int(np.argmax(chances[start + first : start + last]))
        text = texts[place]
        sentence = shown_with_list(text, spans[place], likeliest, question.intent)
        window = spans[place][first][0], spans[place][last - 1][1]
        weights = {term: idf(term) for term in question.terms}
        held = frozenset(tokens(text[slice(*sentence)]))
        covered = sum(weight for term, weight in weights.items() if term in held)
        return Quote(
            place=place,
            sentence=sentence,
            window=(min(window[0], sentence[0]), max(window[1], sentence[1])),
            marks=_things_of(text, sentence, question)[1],
            covered=covered / (sum(weights.values()) or 1.0),
            share=share,
        )


def units(text: str) -> tuple[Span, ...]:
    """Return the spans that can answer.

    A heading goes with what it heads, and a sentence too long for a quote is cut at clauses.
    """
    found: list[Span] = []
    start: int | None = None
    spans = sentences(text) or ((0, len(text)),)
    for place, (begin, end) in enumerate(spans):
        start = begin if start is None else start
        if place + 1 < len(spans) and _is_heading(text[begin:end]):
            continue
        found += _clauses(text, start, end)
        start = None
    return tuple(found)


def shown_with_list(text: str, spans: Sequence[Span], place: int, intent: Intent) -> Span:
    """Return a span with the list it announces, or is an item of where lists are asked for."""
    start, end = spans[place]
    if not text[start:end].endswith(":") and intent.answer not in (
        AnswerType.LIST,
        AnswerType.STEPS,
    ):
        return start, end
    return with_list(text, spans, place, intent.answer)


def _is_heading(line: str) -> bool:
    if len(line.split()) > _HEADING_WORDS + 4:
        return False
    if _NUMBERED.match(line):
        return len(line.split()) <= _HEADING_WORDS or line[-1] not in ".;:,"
    return line[-1] not in ".;:,!?…”\"')"


def _clauses(text: str, start: int, end: int) -> list[Span]:
    """Cut a span of more than MOST_WORDS words behind commas, colons and semicolons."""
    if len(text[start:end].split()) <= MOST_WORDS:
        return [(start, end)]
    cuts = [start + match.end() for match in _CLAUSE_END.finditer(text[start:end])]
    found: list[Span] = []
    for cut in (*cuts, end):
        words = text[start:cut].split()
        if len(words) >= _CLAUSE_WORDS or (cut == end and words):
            found.append((start, start + len(text[start:cut].rstrip())))
            start = cut
    return found


def _runs(text: str, spans: Sequence[Span], chances: Sequence[float]) -> list[tuple[float, Span]]:
    """Return (summed chance, (first, last)) of the runs of spans of at most MOST_WORDS words."""
    words = [len(text[start:end].split()) for start, end in spans]
    found = []
    for first in range(len(spans)):
        total, share = 0, 0.0
        for last in range(first, len(spans)):
            total += words[last]
            if total > MOST_WORDS and last > first:
                break
            share += chances[last]
            found.append((share, (first, last + 1)))
    return found


def sentence_features(
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
    cosines: Sequence[float],
    question: Question,
    idf: Idf,
) -> NDArray[np.float64]:
    """Return one row a span, those of the first text first, shape (sum of spans, len(NAMES)).

    Coverage is the share of the question's IDF mass; the length is a natural logarithm.
    """
    rows = _features(texts, spans, question, idf)
    rows[:, _COSINE] = np.repeat(np.array(cosines), [len(own) for own in spans])
    return _compared(rows)


def _compared(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set what is measured behind the best of all rows against it."""
    for column in (_COVERED, _COSINE):
        rows[:, column] -= rows[:, column].max()
    return rows


def _features(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], question: Question, idf: Idf
) -> NDArray[np.float64]:
    """Return the features of each span before they are compared, with cosines of 0."""
    terms = tuple(dict.fromkeys(question.terms))
    weights = np.array([idf(term) for term in terms])
    is_pair = np.array(["_" in term for term in terms], np.bool_)
    singles, pairs = np.where(is_pair, 0.0, weights), np.where(is_pair, weights, 0.0)
    all_spans = [(text, span) for text, own in zip(texts, spans, strict=True) for span in own]
    words = [frozenset(tokens(text[slice(*span)])) for text, span in all_spans]
    held = np.array([[term in found for term in terms] for found in words], np.bool_)
    held = held.reshape(len(words), len(terms))
    first = np.zeros(len(words), np.bool_)
    first[np.cumsum([0, *(len(own) for own in spans)])[:-1]] = True
    before, after = np.zeros_like(held), np.zeros_like(held)
    before[1:] = held[:-1] & ~first[1:, None]
    after[:-1] = held[1:] & ~first[1:, None]
    found_things = [_things_of(text, span, question) for text, span in all_spans]
    columns = {
        "syllables covered": _share(held, singles),
        "pairs covered": _share(held, pairs),
        "syllables covered with the one before": _share(before | held, singles),
        "syllables covered with the one after": _share(held | after, singles),
        "terms covered with the neighbours": _share(before | held | after, weights),
        "terms covered behind the best": _share(held, weights),
        "wanted thing present": [holds for holds, _new in found_things],
        "new wanted thing present": [bool(new) for _holds, new in found_things],
        "length": np.log([len(found) + 1 for found in words]),
        "first": first,
        "passage's cosine behind the best": np.zeros(len(words)),
    }
    return np.array([columns[name] for name in NAMES], np.float64).T


def _share(held: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row the share of the weights of what it holds."""
    total = float(weights.sum())
    found: NDArray[np.float64] = held @ weights
    return found / total if total else np.zeros(len(held))


def new_things(text: str, span: Span, question: Question) -> tuple[Span, ...]:
    """Return what is of the wanted kind within a span and not already in the question."""
    return _things_of(text, span, question)[1]


def _things_of(text: str, span: Span, question: Question) -> tuple[bool, tuple[Span, ...]]:
    """Tell whether a span holds what is wanted; and the things of that kind new to the question."""
    start, end = span
    sentence, intent = text[start:end], question.intent
    if intent.answer is AnswerType.DEFINITION:
        return defines(intent.defined, sentence), ()
    found = things(intent.answer, sentence)
    if intent.answer not in SHORT_ANSWERS:
        return bool(found), ()
    understood = question.understood.lower()
    new = tuple((start + a, start + b) for a, b in found if sentence[a:b].lower() not in understood)
    if new and intent.unit and intent.answer is AnswerType.COUNT:
        new = tuple(one for one in new if is_counted(text, one[1], intent.unit))
    return bool(found), new


def is_counted(text: str, end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a number that ends at ``end`` counts the unit: "60 tuổi", "498 TCCSĐ"."""
    following = re.findall(r"\w+", text[end : end + 40])[:4]
    if following and len(following[0]) > 1 and following[0].isupper():
        return True  # an abbreviation of what is counted
    return _names_unit([fold(word) for word in following], unit)


def counts(text: str, span: tuple[int, int], end: int, unit: tuple[str, ...]) -> bool:
    """Tell whether a figure is of the unit: within its span, or right behind it or ``end``."""
    within = re.findall(r"\w+", fold(text[slice(*span)]))
    return (
        _names_unit(within, unit) or is_counted(text, span[1], unit) or is_counted(text, end, unit)
    )


def _names_unit(words: list[str], unit: tuple[str, ...]) -> bool:
    same = _SAME_UNITS.get(unit[0])
    return unit[0] in words or bool(same and same.search(" ".join(words)))


def defines(thing: str, text: str) -> bool:
    """Tell whether a text says what a thing is, given by its folded name: "X là …"."""
    return bool(thing) and bool(re.search(rf"(?<!\w){defining(thing)}", fold(text)))


def defining(thing: str) -> str:
    """Return a pattern of what says what a thing is."""
    return rf"{re.escape(thing)}(?:\s*\([^)]*\))?\W{{0,3}}(?:la|duoc hieu|(?:bao )?gom)(?!\w)"


_TARGET = re.compile(
    "muc tieu|chi tieu|muc phan dau|target|goal|objective|phan dau|yeu cau|ke hoach|nhiem vu"
)


def names_target(text: str) -> bool:
    """Tell whether a text speaks of a target."""
    return bool(_TARGET.search(fold(text)))


_VAGUE_ONE = re.compile(r"\s+(?:số|bộ phận|phần|cách|trong|khi|vài|loạt|ít|cơ sở)(?!\w)")
# numbers that count nothing: of a day, a place, a document, and those that number what follows
_NO_COUNTS = re.compile(
    rf"{_CALENDAR}|(?:Điều|[Kk]hoản|[Mm]ục|[Tt]iết|[Đđ]iểm|[Tt]rang|[Pp]hụ lục|[Mm]ẫu)\s+\d[\d.]*"
    r"|\d+(?:/\d{4})?-[A-ZĐ]|^\s*\d+(?:\.\d+)*[.)]\s",
    re.MULTILINE,
)
_OPENS = re.compile(r"(?:^|[\n:.!?;“\"(–-])\s*$")
_BODIES = re.compile(_BODY, re.IGNORECASE)


def things(wanted: AnswerType, text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text that are of the wanted kind."""
    pattern = _PATTERNS.get(wanted)
    if pattern is None:
        return ()
    spans = [match.span() for match in pattern.finditer(text) if _is_one(wanted, match)]
    if wanted is AnswerType.COUNT:
        others = [match.span() for match in _NO_COUNTS.finditer(text)]
        spans = [one for one in spans if not any(a < one[1] and one[0] < b for a, b in others)]
    return tuple(spans)


def _is_one(wanted: AnswerType, match: re.Match[str]) -> bool:
    """Tell a number from "một số", and a name from a word that only begins a sentence."""
    if wanted is AnswerType.COUNT:
        return match[0] != "một" or not _VAGUE_ONE.match(match.string, match.end())
    if wanted in (AnswerType.WHO, AnswerType.WHERE) and " " not in match[0]:
        begins = _OPENS.search(match.string[max(0, match.start() - 3) : match.start()])
        return not begins or bool(_BODIES.match(match[0]))
    return True
