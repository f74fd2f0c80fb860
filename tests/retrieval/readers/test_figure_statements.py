from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers.figure import (
    Figure,
    Indicator,
    Role,
    format_number,
    indicators,
    parse_number,
)

EXAMPLE = (
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%, tăng 38,15% "
    "so với thời điểm ban hành Nghị quyết và vượt 7,78% so với mục tiêu Nghị quyết."
)


def only(sentence: str) -> Indicator:
    (indicator,) = indicators(sentence)
    return indicator


def figure(sentence: str, role: Role) -> Figure:
    found = only(sentence).figure(role)
    assert found is not None
    return found


def roles(sentence: str) -> list[tuple[str, str]]:
    return [(one.role.value, format_number(one.value)) for one in only(sentence).figures]


def test_example_is_one_indicator_with_all_its_figures() -> None:
    indicator = only(EXAMPLE)
    assert (indicator.count, indicator.total) == (588, 756)
    assert roles(EXAMPLE) == [("level", "77,78"), ("change", "38,15"), ("gap", "7,78")]
    assert figure(EXAMPLE, Role.CHANGE).baseline == "thời điểm ban hành Nghị quyết"
    assert indicator.fraction is not None
    assert EXAMPLE[slice(*indicator.fraction)] == "588/756"
    assert [EXAMPLE[one.start : one.end] for one in indicator.figures] == [
        "77,78%",
        "38,15%",
        "7,78%",
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Có chi ủy đạt 60%, thấp hơn 5% so với mục tiêu.", [("level", "60"), ("gap", "−5")]),
        ("Đạt 60%, còn thiếu 5% so với chỉ tiêu.", [("level", "60"), ("gap", "−5")]),
        ("Đạt 35,88%, chưa đạt mục tiêu 40%.", [("level", "35,88"), ("target", "40")]),
        ("Đạt 65%, giảm 5% so với năm 2020.", [("level", "65"), ("change", "−5")]),
        (
            "Đạt 96,79%, cao hơn 12,12% so với tháng 8/2016.",
            [("level", "96,79"), ("change", "12,12")],
        ),
        ("Đạt 80%, cao hơn 5% so với mục tiêu.", [("level", "80"), ("gap", "5")]),
        (
            "Đạt 80%, giảm 5% so với năm 2020 và còn thiếu 10% so với chỉ tiêu.",
            [("level", "80"), ("change", "−5"), ("gap", "−10")],
        ),
        ("Mục tiêu 95% chi bộ, đến nay đạt 97,46%.", [("target", "95"), ("level", "97,46")]),
        ("Phấn đấu có 40% doanh nghiệp có tổ chức đảng.", [("target", "40")]),
        (
            "Kết nạp 6.318 đảng viên, bằng 105,30% so với mục tiêu.",
            [("amount", "6.318"), ("share of target", "105,3")],
        ),
        ("Thu 105 tỷ đồng, đạt 105% kế hoạch.", [("amount", "105"), ("share of target", "105")]),
        ("Hộ nghèo giảm từ 12,5% xuống còn 5,4%.", [("level", "5,4"), ("change", "−7,1")]),
        ("Tỷ lệ nâng từ 60% lên 75%.", [("level", "75"), ("change", "15")]),
    ],
)
def test_words_before_and_after_a_figure_say_what_it_is(
    sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert roles(sentence) == expected


def test_points_are_told_from_per_cent() -> None:
    sentence = "Đạt 77,78%, tăng 38,15 điểm phần trăm so với năm 2016."
    assert (figure(sentence, Role.LEVEL).unit, figure(sentence, Role.CHANGE).unit) == (
        "%",
        "điểm %",
    )


@pytest.mark.parametrize("word", ["trên", "dưới", "gần", "khoảng", "ít nhất", "xấp xỉ", "chưa đạt"])
def test_word_that_makes_a_figure_inexact_is_kept(word: str) -> None:
    assert figure(f"Có {word} 80% chi bộ sinh hoạt chuyên đề.", Role.LEVEL).vague == word


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("Dân tộc thiểu số có 1.703 đồng chí.", "đồng chí"),
        ("Hỗ trợ 200.000 đồng mỗi tháng.", "đồng"),
        ("Tổng thu 1.250,5 tỷ đồng.", "tỷ đồng"),
        ("Có 588 thôn trưởng là đảng viên.", "thôn trưởng"),
        ("Lập mới 232 tổ chức đảng.", "tổ chức đảng"),
    ],
)
def test_amount_carries_what_it_counts(sentence: str, unit: str) -> None:
    assert figure(sentence, Role.AMOUNT).unit == unit


def test_indicators_of_one_sentence_are_not_mixed() -> None:
    first, second = indicators(
        "Phân công cấp ủy viên phụ trách các xã 373/377, đạt 98,94%, tăng 4,72% so với năm 2016; "
        "đảng ủy xã phân công 1.529/1.529 đồng chí phụ trách các chi bộ, đạt 100%."
    )
    assert (first.count, first.total, second.count, second.total) == (373, 377, 1529, 1529)
    assert second.figure(Role.CHANGE) is None
    assert "phụ trách các xã" in first.subject
    assert "phụ trách các chi bộ" in second.subject


def test_three_indicators_keep_their_own_figures_and_subjects() -> None:
    women, young, minorities = indicators(
        "Có 2.931/6.318 đảng viên mới là nữ, đạt 46,39%, vượt 1,39% so với mục tiêu; có "
        "3.987/6.318 đảng viên mới dưới 30 tuổi, đạt 63,11%, vượt 3,11% so với mục tiêu; người "
        "dân tộc thiểu số 1.703 đồng chí, chiếm 26,95%."
    )
    gaps = [one.figure(Role.GAP) for one in (women, young, minorities)]
    assert [gap and gap.value for gap in gaps] == [Decimal("1.39"), Decimal("3.11"), None]
    assert "là nữ" in women.subject
    assert "30 tuổi" in young.subject
    assert "dân tộc" in minorities.subject
    assert "là nữ" not in young.subject


@pytest.mark.parametrize(
    "sentence",
    [
        "Có 588/756 (77,78%) thôn trưởng là đảng viên.",
        "Có 588/756 thôn trưởng là đảng viên, đạt 77,78%.",
        "Thôn trưởng là đảng viên: 588/756, đạt 77,78%.",
    ],
)
def test_subject_holds_the_words_that_say_which_indicator(sentence: str) -> None:
    assert "hôn trưởng là đảng viên" in only(sentence).subject


@pytest.mark.parametrize(
    "sentence",
    [
        "Đợt 3/2, đợt 19/5 và ngày 02/9 hằng năm.",
        "Trao Huy hiệu Đảng dịp 7/11.",
        "Thực hiện từ ngày 15/6/2021 đến ngày 30/6/2021.",
        "Nghị quyết số 03/2021/NQ-HĐND.",
        "Quyết định 991/QĐ-UBND.",
    ],
)
def test_dates_and_document_numbers_are_no_figures(sentence: str) -> None:
    assert indicators(sentence) == ()


def test_dates_beside_a_fraction_leave_it_alone() -> None:
    indicator = only("Đợt 3/2 và 19/5, có 12/15 đồng chí được tặng Huy hiệu.")
    assert (indicator.count, indicator.total) == (12, 15)


def test_percentage_that_its_fraction_does_not_give_is_flagged() -> None:
    wrong = only("Có 588/756 thôn trưởng là đảng viên, đạt 87,78%.")
    assert wrong.inconsistency == (Decimal("87.78"), Decimal("77.78"))
    assert only(EXAMPLE).inconsistency is None


@pytest.mark.parametrize("stated", ["77,78%", "77,8%", "trên 77%"])
def test_rounding_and_vague_words_are_no_inconsistency(stated: str) -> None:
    assert only(f"Có 588/756 thôn trưởng là đảng viên, đạt {stated}.").inconsistency is None


@given(st.integers(-(10**9), 10**9))
def test_numbers_are_read_as_they_are_written(hundredths: int) -> None:
    value = Decimal(hundredths) / 100
    written = format_number(value)
    assert parse_number(written.replace("−", "-")) == value
    assert format_number(parse_number(written.replace("−", "-"))) == written


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.251", "1251"), ("77,78", "77.78"), ("1.204.377", "1204377"), ("1.250,5", "1250.5")],
)
def test_points_group_thousands_and_commas_are_decimal(written: str, value: str) -> None:
    assert parse_number(written) == Decimal(value)
    assert format_number(Decimal(value)) == written


@given(st.integers(2, 9_999), st.data())
def test_fraction_and_its_true_percentage_are_always_consistent(
    total: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, total))
    level = format_number(Decimal(100) * count / total)
    fraction = f"{format_number(Decimal(count))}/{format_number(Decimal(total))}"
    for indicator in indicators(f"Có {fraction} chi bộ sinh hoạt chuyên đề, đạt {level}%."):
        assert indicator.inconsistency is None


@given(
    st.text(alphabet="đạt tăng giảm vượt mục tiêu so với có 0123456789,.%/;-từ xuống", max_size=90)
)
def test_spans_lie_within_any_sentence_and_hold_their_digits(sentence: str) -> None:
    for indicator in indicators(sentence):
        assert 0 <= indicator.start <= indicator.end <= len(sentence)
        for one in indicator.figures:
            assert sentence[one.start : one.end][0].isdigit()
        if indicator.fraction is not None:
            assert "/" in sentence[slice(*indicator.fraction)]
