import re
from random import Random

from scripts._reader.sources import known, lines_of
from scripts._reader.variations import strip_marks, varied

QUESTION = "Chi bộ có bao nhiêu đảng viên?"


def many(question: str = QUESTION, *, is_english: bool = False) -> list[str]:
    return [varied(question, Random(seed), is_english=is_english) for seed in range(400)]


def test_the_same_draw_gives_the_same_manner() -> None:
    assert many() == many()
    assert len(set(many())) > 200


def test_each_manner_occurs() -> None:
    made = many()
    assert any(one == strip_marks(one) for one in made)
    assert any(one.startswith("dạ anh ơi") for one in made)
    assert any(one.endswith("vậy ạ?") for one in made)
    assert any("ĐV" in one for one in made)
    assert any(re.match(r"Tôi năm nay \d+ tuổi", one) for one in made)


def test_what_is_asked_stays() -> None:
    kept = ("dang vien", "dv")
    plain = [strip_marks(one).lower() for one in many()]
    assert sum(any(word in one for word in kept) for one in plain) > 0.93 * len(plain)


def test_english_questions_get_no_vietnamese_opening() -> None:
    asked = "How many members are there?"
    assert set(many(asked, is_english=True)) == {asked, "how many members are there"}


def test_the_tables_are_whole() -> None:
    assert all(len(line.split("\t")) == 2 for line in lines_of("abbreviations.tsv"))
    assert {"written", "own", "exchanged", "alqac_ret"} <= set(known())
    assert all(one.terms for one in known().values())
