"""A small picture of questions a day: what was answered and what was not. Home of Pillow."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 960, 480  # what a phone shows without being asked to enlarge
MARGIN, FOOT = 64, 56
ANSWERED, UNANSWERED, INK, RULE = "#3d7dca", "#ef8e3b", "#333333", "#dddddd"
LABELS = 6  # days named under the bars: more would run into each other


@dataclass(frozen=True, slots=True)
class Bar:
    """One day; ``label`` holds digits and marks alone, which the built-in font has."""

    label: str
    answered: int
    unanswered: int


def draw(bars: Sequence[Bar]) -> bytes:
    """Return the bars as a PNG; the legend stands in the text beside it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(20)
    top = max((bar.answered + bar.unanswered for bar in bars), default=0) or 1
    floor, high = HEIGHT - FOOT, HEIGHT - FOOT - MARGIN / 2
    for level in sorted({top, top // 2, 0}):
        y = floor - high * level / top
        pen.line((MARGIN, y, WIDTH - MARGIN / 2, y), fill=RULE, width=2)
        pen.text((MARGIN - 8, y), str(level), fill=INK, font=font, anchor="rm")
    step = (WIDTH - 1.5 * MARGIN) / max(1, len(bars))
    named = max(1, -(-len(bars) // LABELS))
    for place, bar in enumerate(bars):
        left, right = MARGIN + step * (place + 0.15), MARGIN + step * (place + 0.85)
        middle = floor - high * bar.answered / top
        upper = middle - high * bar.unanswered / top
        if bar.answered:
            pen.rectangle((left, middle, right, floor), fill=ANSWERED)
        if bar.unanswered:
            pen.rectangle((left, upper, right, middle), fill=UNANSWERED)
        if place % named == 0:
            pen.text(((left + right) / 2, floor + 10), bar.label, fill=INK, font=font, anchor="mt")
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
