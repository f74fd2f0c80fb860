"""The report: its figures, its plots, its page, and the command that writes it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query_log.log import FILE, QueryLog
from bot.review import days
from bot.review.charts import HEIGHT, WIDTH, Series, bars, lines
from bot.review.filters import VIETNAM, Filter, last_days
from bot.review.page import render
from bot.review.pdf import browser
from bot.review.period import Figures, gather
from bot.review.reader import Reader
from documents.store.library import Library
from scripts import report
from tests.bot.query_log.test_retention import EXCHANGE
from tests.support.encoders import HashingEncoder
from tests.support.log_generator import fill
from tests.support.sample_library import DOCUMENTS, shelve
from tests.support.scripted_bot import answer, response

END = datetime(2026, 11, 24, 5, tzinfo=UTC)
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 24)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with closing(QueryLog(folder)) as log, Library(folder / "library.db") as library:
        fill(log, 600, END, days=60)
        shelve(library, HashingEncoder(64), DOCUMENTS)
    return folder


@pytest.fixture(scope="module")
def log(data: Path) -> Iterator[QueryLog]:
    with closing(QueryLog(data)) as opened:
        yield opened


@pytest.fixture(scope="module")
def figures(data: Path, log: QueryLog) -> Figures:
    with Library(data / "library.db") as library:
        return gather(log, library, HashingEncoder(64), SINCE, UNTIL)


def test_the_figures_are_those_of_the_period_and_of_the_one_before(
    log: QueryLog, figures: Figures
) -> None:
    reader = Reader(log, "x")
    for tally, since, until in (
        (figures.total, SINCE, UNTIL),
        (figures.before, date(2026, 10, 8), date(2026, 10, 31)),
    ):
        for status, counted in (
            (None, tally.asked),
            ("answered", tally.answered),
            ("unanswered", tally.unanswered),
            ("failed", tally.failed),
            ("liked", tally.liked),
            ("disliked", tally.disliked),
        ):
            assert counted == reader.count(Filter(since=since, until=until, status=status))


def test_the_bars_add_up_and_leave_no_day_out(figures: Figures) -> None:
    assert [step.first for step in figures.steps] == [
        SINCE + timedelta(days=number) for number in range(24)
    ]
    assert sum((step.tally for step in figures.steps), days.Tally()) == figures.total


@pytest.mark.parametrize(("length", "name"), [(62, "day"), (63, "week"), (401, "month")])
def test_long_periods_have_a_bar_a_week_or_a_month(log: QueryLog, length: int, name: str) -> None:
    since = UNTIL - timedelta(days=length - 1)
    found = gather(log, None, HashingEncoder(64), since, UNTIL)
    assert found.step_name == name
    assert len(found.steps) <= 62
    assert sum(step.tally.asked for step in found.steps) == found.total.asked == 600


def test_every_unanswered_question_is_in_a_group_and_the_commonest_come_first(
    log: QueryLog, figures: Figures
) -> None:
    times = [group.times for group in figures.unanswered]
    assert times == sorted(times, reverse=True)
    everything = gather(log, None, HashingEncoder(64), date(2026, 1, 1), UNTIL)
    assert sum(topic.times for topic in everything.topics) <= everything.total.asked
    for group in everything.unanswered:
        for member in group.members:
            asked = log.database.rows(
                "SELECT count(*) FROM questions WHERE plain = ?"
                " AND status IN ('nearest', 'refused')",
                (member.plain,),
            )
            assert asked == [(member.times,)]


def test_documents_that_no_reply_showed_are_listed(figures: Figures) -> None:
    assert figures.documents == figures.never_cited_count == len(DOCUMENTS)
    assert any(name.startswith("15-QĐ/TU – ") for name in figures.never_cited)


class Read(HTMLParser):
    """Checks that tags are closed in order, and collects the texts."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.tags: Counter[str] = Counter()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_is_whole_and_needs_nothing_else(figures: Figures) -> None:
    page = render(figures, END)
    read = Read(page)
    assert read.open == []
    assert read.tags["svg"] == 3
    assert read.tags["script"] == 0
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "url(" not in page
    assert "Kỳ báo cáo: 01/11/2026 – 24/11/2026. Lập lúc 12:00, ngày 24/11/2026." in page
    assert not re.search(r"None|nan|\{\{", page)


def test_a_question_cannot_put_markup_into_the_page(tmp_path: Path) -> None:
    with closing(QueryLog(tmp_path)) as log:
        asked = "<script>alert(1)</script><b>&"
        log.record(replace(EXCHANGE, question=asked, response=response(answer(asked))))
        since, until = last_days(7, datetime.now(UTC))
        page = render(gather(log, None, HashingEncoder(64), since, until), END)
    assert Read(page).tags["script"] == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;&amp;" in page


def test_an_empty_period_is_said_to_be_empty(log: QueryLog) -> None:
    found = gather(log, None, HashingEncoder(64), date(2020, 1, 1), date(2020, 1, 7))
    read = Read(render(found, END))
    assert "Trong kỳ không có câu hỏi nào." in read.texts
    assert read.tags["svg"] == 0


heights = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=1, max_size=70
)


@given(heights)
def test_bars_are_as_high_as_their_values_and_stay_inside(values: list[tuple[int, int]]) -> None:
    parts = tuple(
        Series(f"phần {n}", "good", tuple(float(pair[n]) for pair in values)) for n in range(2)
    )
    svg = ElementTree.fromstring(bars("a < b & c", [str(n) for n in range(len(values))], parts))
    drawn = [
        (float(one.attrib["height"]), float(one.attrib["x"]), float(one.attrib["y"]))
        for one in svg.iter("rect")
    ]
    sizes = [value for pair in values for value in pair if value]
    assert len(drawn) == len(sizes)
    for (height, x, y), size in zip(drawn, sizes, strict=True):
        assert 0 <= y <= HEIGHT - height
        assert 0 <= x <= WIDTH
        tallest = max(one for one, _, _ in drawn)
        assert abs(height / tallest - size / max(sizes)) < 0.02


@given(st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=70))
def test_a_line_has_a_point_for_every_value_and_none_where_there_is_none(
    values: list[float | None],
) -> None:
    labels = [str(number) for number in range(len(values))]
    svg = ElementTree.fromstring(lines("x", labels, (Series("p50", "good", tuple(values)),)))
    (line,) = svg.iter("polyline")
    points = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert len(points) == sum(value is not None for value in values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)


def written(data: Path, *arguments: str) -> int:
    return report.main(["--data", str(data), *arguments], encoder=HashingEncoder(64))


def test_the_command_writes_a_page_for_the_days_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(QueryLog(tmp_path)) as log:
        log.record(EXCHANGE)
    today = datetime.now(VIETNAM).date()
    for option, length in (("--week", 7), ("--month", 30)):
        out = tmp_path / f"{length}.html"
        assert written(tmp_path, "--out", str(out), option, "--json") == 0
        said = json.loads(capsys.readouterr().out)
        assert said["until"] == today.isoformat()
        assert said["since"] == (today - timedelta(days=length - 1)).isoformat()
        assert (said["asked"], said["answered"]) == (1, 1)
        assert Read(out.read_text("utf-8")).open == []
    out = tmp_path / "tất cả.html"
    assert written(tmp_path, "--out", str(out), "--until", f"{today:%d/%m/%Y}") == 0
    assert f"{today:%d/%m/%Y} – {today:%d/%m/%Y}" in capsys.readouterr().out
    with closing(QueryLog(tmp_path)) as log:
        looks = [one.action for one in Reader(log, "x").accesses(9)]
    assert looks == ["report"] * 3


def test_a_report_that_is_there_is_kept_unless_it_is_to_be_replaced(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    out.write_text("của tôi")
    assert written(data, "--out", str(out)) == 1
    assert capsys.readouterr().err == (
        f"{out}: đã có tệp này; hãy chọn tên khác, hoặc thêm --replace để ghi đè.\n"
    )
    assert out.read_text() == "của tôi"
    assert written(data, "--out", str(out), "--replace") == 0
    assert "Báo cáo" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--week", "--month"), "chỉ chọn một trong"),
        (("--week", "--since", "1/1/2026"), "chỉ chọn một trong"),
        (("--since", "2/1/2026", "--until", "1/1/2026"), "--since phải trước --until"),
        (("--since", "30/2/2026"), "không phải ngày"),
        (("--since", "1/1/2999"), "trước hôm nay khi không có --until"),
        (("--out", "a.html", "--pdf", "a.html"), "--pdf phải là tệp khác với --out"),
    ],
)
def test_misuse_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    complaint: str,
) -> None:
    with pytest.raises(SystemExit) as end:
        report.main(["--out", str(tmp_path / "x.html"), *arguments])
    error = capsys.readouterr().err
    assert end.value.code == 2
    assert complaint in error
    assert error.count("\n") == 1


def test_a_folder_that_is_not_there_or_a_damaged_log_is_one_line(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert written(data, "--out", str(tmp_path / "no" / "x.html")) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (tmp_path / FILE).write_bytes(b"not a database " * 99)
    assert written(tmp_path, "--out", str(tmp_path / "x.html")) == 1
    assert "tệp đã hỏng" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


@pytest.mark.skipif(browser() is None, reason="no Chromium on this machine")
def test_the_command_prints_a_pdf_beside_the_page(data: Path, tmp_path: Path) -> None:
    page, printed = tmp_path / "a.html", tmp_path / "a.pdf"
    assert written(data, "--out", str(page), "--pdf", str(printed)) == 0
    assert printed.read_bytes().startswith(b"%PDF-")
    assert page.exists()
