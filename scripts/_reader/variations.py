"""A question in the manner of those who ask by telephone: by rule, from small tables."""

import unicodedata
from functools import cache
from random import Random

from scripts._reader.sources import lines_of

VARIANTS = 4  # beside the question as it is written

# How often each change is made; together one question in four is left nearly as it was.
ABBREVIATED, TRIED, EACH = 0.45, 14, 0.6  # questions, abbreviations tried, and each made
OPENED, CLOSED, TOLD = 0.4, 0.35, 0.13
QUESTION_MARK, SMALL_LETTER = 0.5, 0.4
STRIPPED, SLIPPED = 0.16, 0.12
WORDS_A_SLIP = 10


def strip_marks(text: str) -> str:
    """Return a text without diacritics, case kept."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def varied(question: str, random: Random, *, is_english: bool = False) -> str:
    """Return a question as somebody might type it; of English ones only the case changes."""
    bare = question.rstrip(" ?.!")
    if is_english:
        return bare.lower() if random.random() < 0.5 else question
    for chance, change in (
        (ABBREVIATED, _abbreviate),
        (OPENED, _open),
        (CLOSED, _close),
        (TOLD, _tell),
    ):
        if random.random() < chance:
            bare = change(bare, random)
    if random.random() < QUESTION_MARK:
        bare += "?"
    if random.random() < SMALL_LETTER:
        bare = _small(bare)
    manner = random.random()
    if manner < STRIPPED:
        return strip_marks(bare)
    return _slip(bare, random) if manner < STRIPPED + SLIPPED else bare


@cache
def _table(name: str) -> tuple[str, ...]:
    return lines_of(name)


@cache
def _abbreviations() -> tuple[tuple[str, str], ...]:
    rows = (line.split("\t") for line in lines_of("abbreviations.tsv"))
    return tuple((long, short) for long, short in rows)


def _abbreviate(text: str, random: Random) -> str:
    for long, short in random.sample(_abbreviations(), TRIED):
        start = text.lower().find(long)
        if start >= 0 and random.random() < EACH:
            text = text[:start] + short + text[start + len(long) :]
    return text


def _open(text: str, random: Random) -> str:
    return random.choice(_table("openings.txt")) + random.choice((" ", ", ", " là ")) + _small(text)


def _close(text: str, random: Random) -> str:
    return f"{text} {random.choice(_table('closings.txt'))}"


def _tell(text: str, random: Random) -> str:
    story = random.choice(_table("stories.txt")).format(
        age=random.randint(18, 70), count=random.randint(1, 20), month=random.randint(1, 12)
    )
    return f"{story} {text[:1].upper()}{text[1:]}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _slip(text: str, random: Random) -> str:
    """Strip, transpose or drop letters in one word of ten."""
    words = text.split()
    for _ in range(max(1, len(words) // WORDS_A_SLIP) if words else 0):
        place = random.randrange(len(words))
        words[place] = _slipped(words[place], random)
    return " ".join(words)


def _slipped(word: str, random: Random) -> str:
    manner = random.random()
    if manner < 0.5:
        return strip_marks(word)
    if len(word) < 3:
        return word
    at = random.randrange(len(word) - 1)
    moved = word[at] if manner < 0.75 else ""
    return word[:at] + word[at + 1] + moved + word[at + 2 :]
