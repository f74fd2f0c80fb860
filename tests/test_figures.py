from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.arithmetic import Asked, asked_of, find
from retrieval.figures import Role, format_number, indicators, parse_number

EXAMPLE = (
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%, tăng 38,15% "
    "so với thời điểm ban hành Nghị quyết và vượt 7,78% so với mục tiêu Nghị quyết."
)


def text_of(asked: Asked, sentence: str) -> str | None:
    (indicator,) = indicators(sentence)
    finding = find(asked, indicator)
    return finding.text if finding else None


@pytest.mark.parametrize(
    ("asked", "text", "derivation"),
    [
        (Asked.TARGET, "70%", "77,78% − 7,78% = 70%"),
        (Asked.EARLIER, "39,63%", "77,78% − 38,15% = 39,63%"),
        (Asked.GAP, "vượt 7,78% so với mục tiêu", None),
        (Asked.CHANGE, "tăng 38,15% so với thời điểm ban hành Nghị quyết", None),
        (Asked.LEVEL, "77,78%", None),
        (Asked.COUNT, "588", None),
        (Asked.TOTAL, "756", None),
        (Asked.REMAINING, "168", "756 − 588 = 168"),
    ],
)
def test_one_statement_answers_every_quantity(
    asked: Asked, text: str, derivation: str | None
) -> None:
    (indicator,) = indicators(EXAMPLE)
    finding = find(asked, indicator)
    assert finding is not None
    assert (finding.text, finding.derivation) == (text, derivation)


def test_spans_point_at_the_figures() -> None:
    (indicator,) = indicators(EXAMPLE)
    finding = find(Asked.TARGET, indicator)
    assert finding is not None
    assert [EXAMPLE[start:end] for start, end in finding.spans] == ["77,78%", "7,78%"]


def test_indicators_of_one_sentence_are_not_mixed() -> None:
    first, second = indicators(
        "Phân công cấp ủy viên phụ trách các xã 373/377, đạt 98,94%, tăng 4,72% so với năm 2016; "
        "đảng ủy xã phân công 1.529/1.529 đồng chí phụ trách các chi bộ, đạt 100%."
    )
    assert (first.count, first.total, second.count, second.total) == (373, 377, 1529, 1529)
    assert second.figure(Role.CHANGE) is None


def test_shortfall_is_added_to_the_level() -> None:
    sentence = "Có 60/100 chi bộ có chi ủy, đạt 60%, thấp hơn 5% so với mục tiêu."
    assert text_of(Asked.TARGET, sentence) == "65%"


def test_share_of_the_target_gives_the_target_about() -> None:
    sentence = "Kết nạp được 6.318 đảng viên, bằng 105,30% so với mục tiêu."
    assert text_of(Asked.TARGET, sentence) == "khoảng 6.000 đảng viên"


def test_amount_that_grew_by_per_cent_is_divided_not_subtracted() -> None:
    sentence = "Thu ngân sách đạt 1.250 tỷ đồng, tăng 25% so với năm 2019."
    assert text_of(Asked.EARLIER, sentence) == "khoảng 1.000 tỷ đồng"


def test_range_gives_both_ends_and_the_change_in_points() -> None:
    sentence = "Tỷ lệ hộ nghèo giảm từ 12,5% năm 2019 xuống còn 5,4% năm 2023."
    assert text_of(Asked.LEVEL, sentence) == "5,4%"
    assert text_of(Asked.EARLIER, sentence) == "12,5%"
    assert text_of(Asked.CHANGE, sentence) == "giảm 7,1 điểm %"


def test_stated_target_is_read_with_its_qualifier() -> None:
    assert text_of(Asked.TARGET, "Phấn đấu có trên 80% thôn trưởng là đảng viên.") == "trên 80%"


def test_percentage_that_its_fraction_does_not_give_is_flagged() -> None:
    (wrong,) = indicators("Có 588/756 thôn trưởng là đảng viên, đạt 87,78%.")
    assert wrong.inconsistency == (Decimal("87.78"), Decimal("77.78"))
    (right,) = indicators(EXAMPLE)
    assert right.inconsistency is None


def test_days_are_no_fractions() -> None:
    assert indicators("Đợt 3/2, đợt 19/5 và ngày 02/9 hằng năm.") == ()


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what was the target ratio of village heads who are party members", Asked.TARGET),
        ("muc tieu ty le thon truong la dang vien", Asked.TARGET),
        ("Vượt mục tiêu bao nhiêu phần trăm?", Asked.GAP),
        ("Trước khi ban hành Nghị quyết tỷ lệ là bao nhiêu?", Asked.EARLIER),
        ("Tỷ lệ tăng bao nhiêu so với năm 2016?", Asked.CHANGE),
        ("Còn bao nhiêu thôn trưởng chưa là đảng viên?", Asked.REMAINING),
        ("Tỷ lệ đạt bao nhiêu?", Asked.LEVEL),
        ("Có bao nhiêu đảng viên?", Asked.COUNT),
        ("Ai ký quyết định?", None),
    ],
)
def test_question_asks_for_one_quantity(question: str, asked: Asked | None) -> None:
    assert asked_of(question) is asked


@given(st.integers(0, 10**9))
def test_numbers_are_written_as_they_are_read(hundredths: int) -> None:
    value = Decimal(hundredths) / 100
    assert parse_number(format_number(value)) == value


@given(st.integers(2, 5_000), st.data())
def test_target_and_earlier_level_are_exact(total: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, total - 1))
    level = round(Decimal(100) * count / total, 2)
    gap = Decimal(data.draw(st.integers(1, max(1, int(level * 100))))) / 100
    change = Decimal(data.draw(st.integers(1, max(1, int(level * 100))))) / 100
    sentence = (
        f"Có {format_number(Decimal(count))}/{format_number(Decimal(total + 20))} chi bộ, đạt "
        f"{format_number(level)}%, tăng {format_number(change)}% so với năm 2016 và vượt "
        f"{format_number(gap)}% so với mục tiêu."
    )
    if gap > level or change > level:
        return
    assert text_of(Asked.TARGET, sentence) == format_number(level - gap) + "%"
    assert text_of(Asked.EARLIER, sentence) == format_number(level - change) + "%"
