"""From rows to arrays: splitting, spans, made negatives, the askers' manner, passages alike."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from scripts._reader.arrays import Arrays, Tokenise, arrays_of, held_out
from scripts._reader.negatives import Bm25, exchanged, names_of, without_answer
from scripts._reader.passages import Asked, Piece, Pieces
from scripts._reader.pool import cleaned
from scripts._reader.rows import NO_ANSWER, Material
from scripts._reader.variations import VARIANTS, varied

SEED = 7
MOST_EXCHANGED = 7_000  # questions about another number or name: a ninth of all
RULES = ("written", "own", "virhe", "alqac", "uit", "politics")  # sources of texts like ours
CUT_OF_RULES, CUT_OF_OTHERS = 0.5, 0.2  # of whose answers the sentence is cut out of a copy
TRIED = 0.95  # of questions, whether a number or name can be exchanged
NOT_EXCHANGED = ("vire4mrc", "xquad_en")  # any review answers; names in English are written apart


@dataclass(frozen=True, slots=True)
class Prepared:
    """The arrays, and what they were made of: counts by source and of what was left out."""

    arrays: Arrays
    counts: dict[str, int]
    left_out: dict[str, int]


def prepare(material: Material, tokenise: Tokenise) -> Prepared:
    """Make the arrays; the same material gives the same arrays."""
    pieces = Pieces(material)
    found = [pieces.asked(example) for example in material.examples]
    asked = [one for one in found if one]
    left_out = Counter(material.left_out)
    left_out[NO_ANSWER] += len(found) - len(asked)
    random = Random(SEED)
    asked, made = _cut(asked, pieces.all, random)
    asked += _exchanged(asked, pieces.all, random)
    variants = [
        [
            one.question,
            *(varied(one.question, random, is_english=one.is_english) for _ in range(VARIANTS)),
        ]
        for one in asked
    ]
    words = Bm25([f"{piece.context} {piece.text}" for piece in pieces.all])
    arrays = arrays_of(
        pieces=[*pieces.all, *made],
        real=len(pieces.all),
        asked=asked,
        variants=variants,
        pool=words.nearest([one.question for one in asked]),
        held_out_texts=held_out(material.texts, asked),
        tokenise=tokenise,
    )
    counts = Counter(one.source for one in asked)
    return Prepared(
        replace(arrays, pool=cleaned(arrays, arrays.pool)),
        dict(sorted(counts.items())),
        {reason: count for reason, count in left_out.items() if count},
    )


def _cut(
    asked: Sequence[Asked], pieces: Sequence[Piece], random: Random
) -> tuple[list[Asked], list[Piece]]:
    """Give some questions a copy of their piece that no longer answers."""
    kept, made = [], []
    for one in asked:
        chance = CUT_OF_RULES if one.source.startswith(RULES) else CUT_OF_OTHERS
        copy = _copy(one, pieces) if one.answerable and random.random() <= chance else None
        if copy:
            made.append(copy)
            one = replace(one, cut=len(pieces) + len(made) - 1)
        kept.append(one)
    return kept, made


def _copy(one: Asked, pieces: Sequence[Piece]) -> Piece | None:
    number, span = next(iter(one.positives.items()))
    rest = without_answer(pieces[number].text, span) if span else None
    return replace(pieces[number], text=rest, start=-1) if rest else None


def _exchanged(asked: Sequence[Asked], pieces: Sequence[Piece], random: Random) -> list[Asked]:
    """Return questions about another number or name, which their texts do not answer."""
    names = names_of(one.question for one in asked)
    made = []
    for one in asked:
        if not one.answerable or one.source in NOT_EXCHANGED or random.random() > TRIED:
            continue
        piece = pieces[next(iter(one.positives))]
        question = exchanged(one.question, f"{piece.context}\n{piece.text}", names, random)
        if question:
            made.append(
                Asked(
                    question,
                    {},
                    one.own,
                    "exchanged",
                    text_id=one.text_id,
                    is_english=one.is_english,
                )
            )
    random.shuffle(made)
    return made[:MOST_EXCHANGED]
