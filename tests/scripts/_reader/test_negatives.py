import re
from random import Random

import pytest

from scripts._reader.negatives import Bm25, exchanged, names_of, without_answer
from tests.support.reader_data import commune_text, members

TEXT = commune_text(3)
QUESTION = "Xã Thử 3 có 121 đảng viên hay 12,5 % ở Xuân Hòa?"


def test_a_cut_passage_no_longer_holds_the_answer() -> None:
    answer = f"{members(3)} đảng viên"
    start = TEXT.index(answer)
    rest = without_answer(TEXT, (start, start + len(answer)))
    assert rest
    assert answer not in rest
    assert rest == TEXT.replace(f"Đảng bộ có {answer}. ", "")


def test_a_passage_that_says_it_twice_is_not_cut() -> None:
    text = f"{TEXT} Vậy có {members(3)} đảng viên."
    start = text.index("121")
    assert without_answer(text, (start, start + len("121 đảng viên"))) is None


def test_a_passage_of_two_sentences_is_not_cut() -> None:
    assert without_answer("Có 3 xã. Có 4 phường.", (3, 7)) is None


@pytest.mark.parametrize("seed", range(20))
def test_exchanged_questions_differ_in_exactly_the_number(seed: int) -> None:
    made = exchanged(QUESTION, "Xã có 121 đảng viên.", {}, Random(seed))
    assert made
    pattern = re.escape(QUESTION).replace("121", r"(\d+)")
    match = re.fullmatch(pattern, made)
    assert match
    assert match[1] != "121"


def test_an_exchanged_number_does_not_stand_in_the_passage() -> None:
    shown = "Có 121 đảng viên, " + ", ".join(map(str, (118, 119, 120, 122, 123, 124, 126)))
    assert {exchanged(QUESTION, shown, {}, Random(seed)) for seed in range(20)} == {None}


def test_numbers_keep_their_form() -> None:
    made = {exchanged("Tháng 05?", "tháng 05", {}, Random(seed)) for seed in range(20)}
    assert {len(one) for one in made if one} == {len("Tháng 05?")}
    made = {exchanged("Đạt 12,5 %?", "đạt 12,5 %", {}, Random(seed)) for seed in range(20)}
    assert all(one and re.fullmatch(r"Đạt \d\d,\d %\?", one) for one in made)


def test_a_name_is_exchanged_for_one_of_another_question() -> None:
    names = names_of(["Ai ở Xuân Hòa?", "Ai ở Lam Châu?", "Ai ở Thủy Nguyên?"])
    asked = "Bí thư xã Xuân Hòa là ai?"
    made = {exchanged(asked, "Xã Xuân Hòa", names, Random(seed)) for seed in range(40)}
    assert made == {None, "Bí thư xã Lam Châu là ai?", "Bí thư xã Thủy Nguyên là ai?"}


def test_words_find_the_passage_that_has_them() -> None:
    texts = [commune_text(one) for one in range(10)]
    found = Bm25(texts).nearest(["dang vien xa Thu 7", "zzz"], count=4)
    assert found[0, 0] == 7
    assert found[1].tolist() == [-1] * 4
