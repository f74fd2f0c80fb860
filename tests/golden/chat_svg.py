"""Draws a chat as a picture that needs no browser: text stays text, in the order it is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.turn import Message, Rows, Span

WIDTH = 460
SIZE, LEADING = 15, 21  # of the letters, and from line to line
EDGE, PADDING, GAP = 12, 12, 8
AROUND = 6  # a quote, above and below
BUBBLE = WIDTH - 2 * EDGE - 34  # what a bubble leaves free beside it tells whose it is
BUTTON = 34
HEADER = 40
# Widths in parts of the size, of the widest common letters: narrower ones leave room at the end.
NARROW, WIDE, CAPITAL, USUAL = 0.36, 0.95, 0.74, 0.62
_NARROW = frozenset("iíìỉĩịljtfrI.,:;'|!()[]/“” ")
_WIDE = frozenset("mwMW%−=")
FONTS = "Helvetica, Arial, 'Liberation Sans', Roboto, 'DejaVu Sans', sans-serif"
BACKGROUND, WHITE, GREEN, BLUE, PALE, GREY = (
    "#d5e3d0",
    "#ffffff",
    "#e6ffd1",
    "#3a7bc8",
    "#eef4fb",
    "#5f7f5a",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What fits side by side in a bubble."""

    pieces: tuple[Span, ...]

    @property
    def quoted(self) -> bool:
        return any(piece.quote for piece in self.pieces)


def chat_svg(name: str, question: str, answer: Message) -> str:
    """Return a question and its answer, with the buttons under it, as an SVG."""
    asked = lines((Span(question),), BUBBLE - 2 * PADDING)
    replied = lines(answer.spans, BUBBLE - 2 * PADDING)
    top = HEADER + EDGE
    shapes = [*_header(name), *_bubble(asked, WIDTH - EDGE - BUBBLE, top, GREEN)]
    top += _height(asked) + GAP
    shapes += _bubble(replied, EDGE, top, WHITE)
    top += _height(replied) + GAP // 2
    shapes += _buttons(answer.buttons, top)
    height = top + len(answer.buttons) * (BUTTON + GAP // 2) + EDGE
    body = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="{FONTS}" font-size="{SIZE}" fill="#1c1c1c">\n'
        f"<title>{escape(question)}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" rx="14" fill="{BACKGROUND}"/>\n'
        f"{body}\n</svg>\n"
    )


def lines(spans: Sequence[Span], width: float) -> tuple[Line, ...]:
    """Break spans into lines of at most that width, at their ends of lines and at spaces."""
    broken: list[Line] = []
    for paragraph in _paragraphs(spans):
        line: list[Span] = []
        for word in _words(paragraph):
            if line and _wide((*line, word)) > width:
                broken.append(Line(tuple(line)))
                line = []
            line.append(word)
        broken.append(Line(tuple(line)))
    return tuple(broken)


def _paragraphs(spans: Iterable[Span]) -> Iterator[list[Span]]:
    paragraph: list[Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        paragraph.append(_styled(span, first))
        for other in others:
            yield paragraph
            paragraph = [_styled(span, other)]
    yield paragraph


def _words(paragraph: Iterable[Span]) -> Iterator[Span]:
    """Yield every word with the space behind it."""
    for span in paragraph:
        *words, last = span.text.split(" ")
        for word in (*(f"{word} " for word in words), last):
            if word:
                yield _styled(span, word)


def _styled(span: Span, text: str) -> Span:
    return Span(text, span.bold, span.italic, span.quote)


def _wide(pieces: Iterable[Span]) -> float:
    return SIZE * sum(
        (1.08 if piece.bold else 1.0) * sum(map(_letter, piece.text)) for piece in pieces
    )


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return NARROW
    if letter in _WIDE:
        return WIDE
    return CAPITAL if letter.isupper() else USUAL


def _tops(shown: Sequence[Line]) -> tuple[int, ...]:
    """Return where each line begins below the bubble's top, and where the last one ends."""
    tops, top = [], PADDING
    for before, line in zip((None, *shown), shown, strict=False):
        top += AROUND if before and before.quoted != line.quoted else 0
        tops.append(top)
        top += LEADING
    return (*tops, top)


def _height(shown: Sequence[Line]) -> int:
    return _tops(shown)[-1] + PADDING


def _header(name: str) -> Iterator[str]:
    yield (
        f'<path d="M0 {HEADER}V14Q0 0 14 0H{WIDTH - 14}Q{WIDTH} 0 {WIDTH} 14V{HEADER}Z" '
        f'fill="{GREY}"/>'
    )
    yield f'<text x="{EDGE + 4}" y="26" fill="{WHITE}" font-weight="bold">{escape(name)}</text>'


def _bubble(shown: Sequence[Line], left: int, top: int, colour: str) -> Iterator[str]:
    yield (
        f'<rect x="{left}" y="{top}" width="{BUBBLE}" height="{_height(shown)}" rx="12" '
        f'fill="{colour}"/>'
    )
    tops = _tops(shown)
    quoted = [number for number, line in enumerate(shown) if line.quoted]
    if quoted:
        edge = top + tops[quoted[0]] - AROUND // 2
        high = tops[quoted[-1]] - tops[quoted[0]] + LEADING + AROUND
        yield (
            f'<rect x="{left + PADDING - 6}" y="{edge}" width="{BUBBLE - 2 * PADDING + 12}" '
            f'height="{high}" rx="4" fill="{PALE}"/>'
        )
        yield (
            f'<rect x="{left + PADDING - 6}" y="{edge}" width="3" height="{high}" fill="{BLUE}"/>'
        )
    for begin, line in zip(tops, shown, strict=False):
        if line.pieces:
            text = "".join(_tspan(piece) for piece in _joined(line.pieces)).rstrip()
            yield f'<text x="{left + PADDING}" y="{top + begin + SIZE}">{text}</text>'


def _joined(pieces: Iterable[Span]) -> Iterator[Span]:
    """Yield neighbours of one style as one."""
    held: Span | None = None
    for piece in pieces:
        if held and (held.bold, held.italic) == (piece.bold, piece.italic):
            held = _styled(held, held.text + piece.text)
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _tspan(piece: Span) -> str:
    style = ' font-weight="bold"' if piece.bold else ""
    style += ' font-style="italic"' if piece.italic else ""
    text = escape(piece.text, quote=False)
    return f"<tspan{style}>{text}</tspan>" if style else text


def _buttons(rows: Rows, top: int) -> Iterator[str]:
    for row in rows:
        width = (BUBBLE - (len(row) - 1) * GAP // 2) // len(row)
        for number, button in enumerate(row):
            left = EDGE + number * (width + GAP // 2)
            yield (
                f'<rect x="{left}" y="{top}" width="{width}" height="{BUTTON}" rx="8" '
                f'fill="{GREY}"/>'
            )
            yield (
                f'<text x="{left + width // 2}" y="{top + 22}" text-anchor="middle" '
                f'fill="{WHITE}" font-size="14">{escape(button.label)}</text>'
            )
        top += BUTTON + GAP // 2
