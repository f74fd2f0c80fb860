from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.intent import Quantity as Q
from retrieval.readers.figure import Finding, find, format_number, indicators, percent

EXAMPLE = (
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%, tăng 38,15% "
    "so với thời điểm ban hành Nghị quyết và vượt 7,78% so với mục tiêu Nghị quyết."
)


def finding(asked: Q, sentence: str) -> Finding | None:
    (indicator,) = indicators(sentence)
    return find(asked, indicator)


def text_of(asked: Q, sentence: str) -> str | None:
    found = finding(asked, sentence)
    return found.text if found else None


@pytest.mark.parametrize(
    ("asked", "text", "derivation"),
    [
        (Q.TARGET, "70%", "77,78% − 7,78% = 70%"),
        (Q.EARLIER, "39,63%", "77,78% − 38,15% = 39,63%"),
        (Q.GAP, "vượt 7,78% so với mục tiêu", None),
        (Q.CHANGE, "tăng 38,15% so với thời điểm ban hành Nghị quyết", None),
        (Q.LEVEL, "77,78%", None),
        (Q.COUNT, "588", None),
        (Q.TOTAL, "756", None),
        (Q.REMAINING, "168", "756 − 588 = 168"),
    ],
)
def test_one_statement_answers_every_quantity(asked: Q, text: str, derivation: str | None) -> None:
    found = finding(asked, EXAMPLE)
    assert found is not None
    assert (found.text, found.derivation) == (text, derivation)


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        (Q.TARGET, ["77,78%", "7,78%"]),
        (Q.EARLIER, ["77,78%", "38,15%"]),
        (Q.COUNT, ["588"]),
        (Q.TOTAL, ["756"]),
        (Q.REMAINING, ["588/756"]),
    ],
)
def test_spans_point_at_the_figures_it_rests_on(asked: Q, places: list[str]) -> None:
    found = finding(asked, EXAMPLE)
    assert found is not None
    assert [EXAMPLE[start:end] for start, end in found.spans] == places


@pytest.mark.parametrize(
    ("asked", "sentence", "text"),
    [
        (
            Q.TARGET,
            "Có 60/100 chi bộ có chi ủy, đạt 60%, thấp hơn 5% so với mục tiêu.",
            "65%",
        ),
        (Q.TARGET, "Chi bộ loại tốt đạt 91,94%, thấp hơn 3,06% so với mục tiêu.", "95%"),
        (Q.TARGET, "Tỷ lệ đạt 35,88%, chưa đạt mục tiêu 40%.", "40%"),
        (
            Q.GAP,
            "Tỷ lệ đạt 35,88%, chưa đạt mục tiêu 40%.",
            "thấp hơn 4,12 điểm % so với mục tiêu",
        ),
        (
            Q.GAP,
            "Mục tiêu 95% chi bộ, đến nay đạt 97,46%.",
            "vượt 2,46 điểm % so với mục tiêu",
        ),
        (
            Q.TARGET,
            "Kết nạp 6.318 đảng viên, bằng 105,30% so với mục tiêu.",
            "khoảng 6.000 đảng viên",
        ),
        (Q.TARGET, "Phấn đấu có trên 80% thôn trưởng là đảng viên.", "trên 80%"),
        (Q.TARGET, "Có trên 95% chi bộ sinh hoạt, vượt 5% so với mục tiêu.", "khoảng 90%"),
        (Q.EARLIER, "Tỷ lệ đạt 65%, giảm 5% so với năm 2020.", "70%"),
        (
            Q.EARLIER,
            "Thu ngân sách đạt 1.250 tỷ đồng, tăng 25% so với năm 2019.",
            "khoảng 1.000 tỷ đồng",
        ),
        (Q.EARLIER, "Hộ nghèo giảm từ 12,5% năm 2019 xuống còn 5,4% năm 2023.", "12,5%"),
        (Q.LEVEL, "Hộ nghèo giảm từ 12,5% năm 2019 xuống còn 5,4% năm 2023.", "5,4%"),
        (
            Q.CHANGE,
            "Hộ nghèo giảm từ 12,5% năm 2019 xuống còn 5,4% năm 2023.",
            "giảm 7,1 điểm %",
        ),
        (Q.LEVEL, "Có 12/15 đồng chí được tặng Huy hiệu.", "80%"),
        (Q.COUNT, "Dân tộc thiểu số có 1.703 đồng chí.", "1.703 đồng chí"),
    ],
)
def test_statements_of_reports_give_what_is_asked(asked: Q, sentence: str, text: str) -> None:
    assert text_of(asked, sentence) == text


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Q.TARGET, "Có 588/756 thôn trưởng là đảng viên, đạt 77,78%."),
        (Q.EARLIER, "Có 588/756 thôn trưởng là đảng viên, đạt 77,78%."),
        (Q.CHANGE, "Chi bộ loại tốt đạt 91,94%."),
        (Q.REMAINING, "Chi bộ loại tốt đạt 91,94%."),
        (Q.EARLIER, "Tỷ lệ đạt 20%, tăng 38,15% so với năm 2016."),
        (Q.TARGET, "Tỷ lệ đạt 99%, thấp hơn 5% so với mục tiêu."),
    ],
)
def test_what_does_not_follow_is_not_answered(asked: Q, sentence: str) -> None:
    assert finding(asked, sentence) is None


@st.composite
def statements(draw: st.DrawFn) -> tuple[str, Decimal, Decimal, Decimal]:
    """A report's sentence with its level, its signed change and its signed gap to the target."""
    total = draw(st.integers(13, 9_999))
    count = draw(st.integers(1, total - 1))
    level = round(Decimal(100) * count / total, 2)
    limit = min(int(level * 100), int((100 - level) * 100))
    change = Decimal(draw(st.integers(-limit, limit))) / 100
    gap = Decimal(draw(st.integers(-limit, limit))) / 100
    rise = "tăng" if change >= 0 else "giảm"
    over = draw(st.sampled_from(("vượt", "cao hơn"))) if gap >= 0 else "thấp hơn"
    since = draw(st.sampled_from(("năm 2016", "thời điểm ban hành", "cùng kỳ")))
    goal = draw(st.sampled_from(("mục tiêu", "chỉ tiêu", "mục tiêu Nghị quyết đề ra")))
    joint = draw(st.sampled_from((" và ", ", ")))
    what = draw(st.sampled_from(("chi bộ có chi ủy", "thôn trưởng là đảng viên", "xã đạt chuẩn")))
    reached = draw(st.sampled_from(("đạt", "chiếm", "đạt tỷ lệ", "bằng")))
    sentence = (
        f"Có {format_number(Decimal(count))}/{format_number(Decimal(total))} {what}, {reached} "
        f"{percent(level)}, {rise} {percent(abs(change))} so với {since}{joint}{over} "
        f"{percent(abs(gap))} so với {goal}."
    )
    return sentence, level, change, gap


@given(statements())
def test_target_and_earlier_level_of_a_report_are_exact(
    statement: tuple[str, Decimal, Decimal, Decimal],
) -> None:
    sentence, level, change, gap = statement
    assert text_of(Q.LEVEL, sentence) == percent(level)
    assert text_of(Q.TARGET, sentence) == percent(level - gap)
    assert text_of(Q.EARLIER, sentence) == percent(level - change)


@given(statements())
def test_shown_sum_comes_to_its_result(statement: tuple[str, Decimal, Decimal, Decimal]) -> None:
    for asked in (Q.TARGET, Q.EARLIER):
        found = finding(asked, statement[0])
        assert found is not None
        assert found.derivation is not None
        left, result = found.derivation.replace("%", "").replace(",", ".").split(" = ")
        first, sign, second = left.split()
        difference = Decimal(second) if sign == "+" else -Decimal(second)
        assert Decimal(first) + difference == Decimal(result)
