import unicodedata

import pytest

from scripts._reader.passages import Pieces, locate
from scripts._reader.rows import Answer, Example, Material, Text

LONG = " ".join(f"Câu thứ {one} nói về chi bộ số {one} của xã." for one in range(60))


def pieces_of(text: str, *examples: Example) -> Pieces:
    return Pieces(Material({"a": Text("Báo cáo", text)}, list(examples)))


def example(*answers: Answer, source: str = "mlqa_dev", whole: str | None = None) -> Example:
    return Example("Ai?", "a", source, answerable=True, answers=answers, whole=whole)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_spans_are_found_after_normalisation(form: str) -> None:
    text = unicodedata.normalize(form, "Bí thư là đồng chí Hòa,\u00a0quê ở Thủy Nguyên.")  # noqa: RUF001
    one = example(Answer(unicodedata.normalize("NFD", "Thuỷ Nguyên")))
    pieces = pieces_of(text, one)
    asked = pieces.asked(one)
    assert asked
    ((number, span),) = asked.positives.items()
    assert span
    assert pieces.all[number].text[slice(*span)] == "Thủy Nguyên"


def test_the_place_nearest_to_the_given_start_is_taken() -> None:
    assert locate("3 xã và 3 xã", Answer("3 xã", 7)) == (8, 12)
    assert locate("3 xã và 3 xã", Answer("3 xã")) == (0, 4)
    assert locate("3 xã", Answer("3 XÃ")) == (0, 4)
    assert locate("3 xã", Answer("4 xã")) is None


def test_every_span_is_within_its_piece() -> None:
    one = example(Answer("chi bộ số 41"))
    pieces = pieces_of(LONG, one)
    assert len(pieces.all) > 2
    asked = pieces.asked(one)
    assert asked
    ((number, span),) = asked.positives.items()
    assert span
    assert pieces.all[number].text[slice(*span)] == "chi bộ số 41"
    assert asked.own == tuple(range(len(pieces.all)))


def test_a_long_answer_of_a_rule_counts_where_most_of_it_stands() -> None:
    first, second = pieces_of(LONG, example()).all[:2]
    ending = first.text[-90:].strip()
    crossing = f"{ending} {second.text[:20]}"
    assert pieces_of(LONG, one := example(Answer(crossing))).asked(one) is None
    asked = pieces_of(LONG, one := example(Answer(crossing), source="written")).asked(one)
    assert asked
    assert asked.positives == {0: (len(first.text) - len(ending), len(first.text))}


def test_a_whole_passage_answers_where_its_words_are_not_known() -> None:
    passage = pieces_of(LONG, example()).all[1].text
    one = example(source="own", whole=passage)
    asked = pieces_of(LONG, one).asked(one)
    assert asked
    assert asked.positives == {1: None}


def test_a_title_is_context_unless_the_passage_says_it() -> None:
    assert pieces_of("Xã có 3 chi bộ.", example()).all[0].context == "Báo cáo"
    assert pieces_of("Báo cáo nói xã có 3 chi bộ.", example()).all[0].context == ""
