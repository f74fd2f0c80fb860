"""The review command: what it lists, groups, shows, judges, exports and writes down of itself."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query_log.log import FILE, QueryLog, folded
from bot.query_log.schema import MIGRATIONS
from bot.review import clusters, days, views
from bot.review.filters import STATUSES, THUMBS, VIETNAM, Filter, local_time
from bot.review.reader import Entry, Reader
from documents.store.database import Database
from retrieval.evaluation.datasets import read_library_questions, read_questions
from scripts import review_queries
from scripts._review.session import whoami
from tests.bot.query_log.test_retention import an_older_log
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder
from tests.support.log_generator import fill
from tests.support.review_log import (
    ALIKE,
    ANSWERED,
    OTHER,
    PERSON,
    REFUSED,
    STRICTNESS,
    Committee,
    open_committee,
)
from tests.support.sample_library import DIRECTIVE, shelve


def some_questions(committee: Committee) -> None:
    committee.ask(ANSWERED)
    committee.ask(REFUSED)
    committee.ask(ALIKE, OTHER)
    disliked = committee.ask("Giấy mời họp gửi trước mấy ngày làm việc?", OTHER)
    committee.log.rate(disliked, -1)
    committee.log.give_reason(disliked, "Thiếu ý")


@pytest.fixture
def committee(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Committee]:
    with open_committee(tmp_path, capsys) as opened:
        some_questions(opened)
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Committee]:
    with open_committee(tmp_path_factory.mktemp("shared")) as opened:
        some_questions(opened)
        yield opened


@pytest.fixture
def reading(shared: Committee, capsys: pytest.CaptureFixture[str]) -> Committee:
    """One committee for all the tests that only look."""
    shared.capture = capsys
    return shared


def listed(committee: Committee, *arguments: str) -> list[int]:
    code, out, _ = committee.review(*arguments, "--json")
    assert code == 0
    return [one["question_id"] for one in json.loads(out)["questions"]]


def hashed(committee: Committee, user: str = PERSON) -> str:
    return committee.log.pseudonym("user", user)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ((), [4, 3, 2, 1]),
        (("--status", "answered"), [4, 1]),
        (("--status", "unanswered"), [3, 2]),
        (("--status", "disliked"), [4]),
        (("--status", "liked"), []),
        (("--search", "PHỤ CẤP"), [3, 2]),
        (("--search", "phu cap kiem nhiem"), [3, 2]),
        (("--search", "phụ cấp họp"), []),
        (("--search", '"; DROP TABLE questions'), []),
        (("--user", str(OTHER)), [4, 3]),
        (("--user", str(OTHER), "--status", "disliked", "--search", "giay moi"), [4]),
        (("--document", "09-CT/TU"), [4, 1]),
        (("--document", "09 ct tu", "--status", "disliked"), [4]),
        (("--reviewed", "no"), [4, 3, 2, 1]),
        (("--reviewed", "yes"), []),
        (("--since", "01/01/2020"), [4, 3, 2, 1]),
        (("--until", "31/12/2020"), []),
        (("--limit", "1"), [4]),
    ],
)
def test_filters_leave_the_questions_they_describe(
    reading: Committee, arguments: tuple[str, ...], ids: list[int]
) -> None:
    assert listed(reading, *arguments) == ids


def test_the_list_says_when_what_and_how_it_ended(reading: Committee) -> None:
    code, out, _ = reading.review()
    assert code == 0
    today = datetime.now(VIETNAM).strftime("%d/%m/%Y")
    assert out.count(today) == 4
    assert REFUSED in out
    assert "đã trả lời" in out
    assert "chỉ có đoạn gần nhất" in out
    assert "👎" in out
    assert hashed(reading) in out
    assert str(PERSON) not in out
    assert out.endswith("Tổng cộng 4 câu hỏi.\n")


def test_days_are_vietnams(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_committee(tmp_path, capsys) as committee:
        committee.ask(ANSWERED)
        with committee.log.database.writing() as database:
            # half past midnight in Hà Nội, on the day before in UTC
            database.execute("UPDATE questions SET asked_at = '2026-11-01T17:30:00.000+00:00'")
        assert listed(committee, "--since", "2/11/2026", "--until", "02/11/2026") == [1]
        assert listed(committee, "--until", "1/11/2026") == []
        code, out, _ = committee.review("--by", "days", "--json")
        assert [one["day"] for one in json.loads(out)["days"]] == ["2026-11-02"]
        assert "02/11/2026 00:30" in committee.review()[1]


def test_unanswered_questions_are_grouped_with_counts_the_commonest_first(
    committee: Committee,
) -> None:
    committee.ask("Chế độ nghỉ phép của giáo viên mầm non?")
    code, out, _ = committee.review("--by", "unanswered", "--json")
    assert code == 0
    groups = json.loads(out)["unanswered"]
    assert [(one["times"], one["ids"]) for one in groups] == [(2, [3]), (1, [5])]
    assert "Chế độ nghỉ phép" in committee.review("--by", "unanswered")[1]


def test_groups_of_one_meaning_hold_different_words_and_keep_topics_apart(tmp_path: Path) -> None:
    texts = {
        "đảng phí đóng bao nhiêu": 5,
        "đóng đảng phí bao nhiêu": 2,
        "bao nhiêu tiền đóng đảng phí": 1,
        "thẻ đảng viên bị mất": 4,
        "bị mất thẻ đảng viên": 3,
    }
    repeated = [
        views.Repeated(number, text, text, times)
        for number, (text, times) in enumerate(texts.items(), 1)
    ]
    with closing(QueryLog(tmp_path)) as log:
        groups = clusters.cluster(log, HashingEncoder(256), repeated)
    assert [(one.question, one.times) for one in groups] == [
        ("đảng phí đóng bao nhiêu", 8),
        ("thẻ đảng viên bị mất", 7),
    ]


def test_a_question_is_encoded_once_and_its_vector_goes_with_it(committee: Committee) -> None:
    encoder = HashingEncoder(256)
    encoded: list[str] = []
    original = encoder.encode_queries

    def counting(texts: list[str]) -> object:
        encoded.extend(texts)
        return original(texts)

    encoder.encode_queries = counting  # type: ignore[assignment, method-assign]
    committee.ask("Chế độ nghỉ phép của giáo viên mầm non?")
    for _ in range(2):
        questions = views.repeated(committee.log, Filter(), ("nearest", "refused"), 99)
        clusters.cluster(committee.log, encoder, questions)
        committee.ask(REFUSED)  # again, in the same words
    assert len(encoded) == 2
    assert {folded(text) for text in encoded} == {
        folded(ALIKE),
        folded("Chế độ nghỉ phép của giáo viên mầm non?"),
    }
    committee.log.forget(OTHER)
    kept = committee.log.database.rows("SELECT question_id FROM vectors")
    assert kept == [(5,)]


def test_documents_are_counted_by_the_replies_that_show_them_and_the_rest_listed(
    reading: Committee,
) -> None:
    _, out, _ = reading.review("--by", "documents", "--json")
    times = {one["document_id"]: one["times"] for one in json.loads(out)["documents"]}
    assert times[DIRECTIVE.document_id] == 2
    never = {one for one, count in times.items() if not count}
    shown = {
        row[0]
        for row in reading.log.database.rows("SELECT document_id FROM hits WHERE place IS NOT NULL")
    }
    assert never == {one.document_id for one in reading.searcher.library.documents()} - shown
    assert "chưa lần nào" in reading.review("--by", "documents")[1]


def test_slow_disliked_and_daily_views_show_their_questions(reading: Committee) -> None:
    _, slow, _ = reading.review("--by", "slow", "--json")
    times = [one["elapsed_ms"] for one in json.loads(slow)["slow"]]
    assert times == sorted(times, reverse=True)
    assert set(json.loads(slow)["slow"][0]["stages"]) == {
        "understand",
        "encode",
        "search",
        "compose",
    }
    _, disliked, _ = reading.review("--by", "disliked", "--json")
    assert [one["reason"] for one in json.loads(disliked)["disliked"]] == ["Thiếu ý"]
    (day,) = json.loads(reading.review("--by", "days", "--json")[1])["days"]
    counts = {name: day[name] for name in ("asked", "answered", "unanswered", "disliked", "askers")}
    assert counts == {"asked": 4, "answered": 2, "unanswered": 2, "disliked": 1, "askers": 2}
    for view in ("slow", "disliked", "days"):
        assert "Giấy mời" in reading.review("--by", view)[1] or view == "days"


def test_words_of_questions_that_no_document_has_are_listed(committee: Committee) -> None:
    committee.ask("Trợ cấp blockchain hằng tháng?")
    committee.ask("blockchain là gì, mấy năm, bao lâu?")
    committee.ask("what is the allowance of a teacher")
    _, out, _ = committee.review("--by", "words", "--json")
    words = {one["word"]: one["questions"] for one in json.loads(out)["words"]}
    assert words["blockchain"] == 2
    assert not words.keys() & {"hop", "may", "lau", "teacher", "allowance"}
    assert "blockchain" in committee.review("--by", "words")[1]


def test_show_puts_what_was_said_beside_what_is_said_today(
    committee: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACUU_STRICTNESS", str(STRICTNESS))
    code, out, _ = committee.review("show", "2", "--json")
    assert code == 0
    then = json.loads(out)
    assert then["question"] == REFUSED
    assert then["shown"].startswith("Chưa có câu trả lời chắc chắn.")
    assert then["today"]["status"] == "not_found"
    assert then["hits"][0]["leg"] == "hybrid"
    answering = make_document(
        "Mức phụ cấp kiêm nhiệm của trưởng thôn, bản là 0,3 mức lương cơ sở.", "77-QĐ/TU"
    )
    shelve(committee.searcher.library, HashingEncoder(256), (answering,))
    today = json.loads(committee.review("show", "2", "--json")[1])["today"]
    assert today["status"] == "answered"
    assert "0,3 mức lương cơ sở" in today["shown"]
    code, out, _ = committee.review("show", "2")
    assert "Trả lời khi đó" in out
    assert "Chưa có câu trả lời chắc chắn." in out
    assert "77-QĐ/TU" in out


def test_marked_questions_are_reviewed_with_note_and_document(committee: Committee) -> None:
    code, out, _ = committee.review("mark", "1", "4", "--note", "Đúng rồi")
    assert (code, out) == (0, "Đã ghi kết luận cho 2 câu hỏi.\n")
    assert listed(committee, "--reviewed", "yes") == [4, 1]
    assert "Đúng rồi" in committee.review()[1]
    committee.review("mark", "1")
    assert Reader(committee.log, "x").entry(1).note == "Đúng rồi"


def test_answered_by_also_marks_the_same_question_of_others(committee: Committee) -> None:
    _, out, _ = committee.review("mark", "2", "--answered-by", "77-QĐ/TU", "--json")
    assert json.loads(out) == {"marked": [2, 3]}
    assert Reader(committee.log, "x").entry(3).answered_by == "77-QĐ/TU"
    _, out, _ = committee.review("mark", "2", "--answered-by", "77-QĐ/TU")
    assert "khi thư viện có văn bản đó" in out


def test_a_promoted_question_is_in_a_set_that_evaluate_reads(committee: Committee) -> None:
    code, out, _ = committee.review("promote", "1", "--passage", "1", "--answer", "nửa ngày")
    assert code == 0
    committee.review("promote", "2", "--unanswerable")
    committee.review("promote", "1", "--passage", "1")
    folder = committee.data / "evaluation" / "own"
    unanswerable, judged = read_questions(folder / "questions.jsonl")
    assert (judged.question, judged.relevant) == (ANSWERED, {DIRECTIVE.document_id})
    assert (unanswerable.question, unanswerable.unanswerable) == (REFUSED, True)
    corpus = (folder / "corpus.jsonl").read_text("utf-8").splitlines()
    documents = committee.searcher.library.documents()
    assert {json.loads(line)["id"] for line in corpus} == {one.document_id for one in documents}
    assert f"--questions {folder / 'questions.jsonl'}" in out
    asked = read_library_questions(folder / "questions.jsonl", committee.searcher.library)
    assert [one.relevant for one in asked] == [set(), {DIRECTIVE.document_id}]
    row = json.loads((folder / "questions.jsonl").read_text("utf-8").splitlines()[1])
    assert row["source"] == DIRECTIVE.number
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*.jsonl")} == {0o600}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--identified",), "Nhật ký không ghi ID Telegram của ai"),
        (("--document", "88-NQ/TU"), "88-NQ/TU: không có văn bản nào như vậy"),
        (("show", "99"), "Nhật ký không có câu hỏi 99"),
        (("mark", "99"), "Nhật ký không có câu hỏi 99"),
        (("mark", "1", "--note", "x" * 2001), "Ghi chú dài quá 2000 ký tự"),
        (("promote", "1", "--passage", "không/có"), "Thư viện không có đoạn không/có"),
        (("promote", "1", "--passage", "99"), "không có đoạn hạng 99"),
        (("promote", "1", "--passage", "1", "--answer", "xyz"), "không có nguyên văn trong đoạn"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    reading: Committee, arguments: tuple[str, ...], complaint: str
) -> None:
    code, out, error = reading.review(*arguments)
    assert (code, out) == (1, "")
    assert complaint in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--since", "32/13/2026"), "“32/13/2026” không phải ngày"),
        (("--since", "hôm qua"), "không phải ngày"),
        (("--since", "02/01/2026", "--until", "01/01/2026"), "--since phải trước --until"),
        (("--export", "xls", "a.xls"), "không phải csv hay jsonl"),
        (("show",), "show cần đúng một MÃ"),
        (("mark",), "mark cần ít nhất một MÃ"),
        (("mark", "1", "--answered-by", " "), "--answered-by cần số hoặc mã của văn bản"),
        (("mark", "1", "--undo", "--note", "x"), "--undo chỉ dùng với mark"),
        (("show", "1", "--undo"), "--undo chỉ dùng với mark"),
        (("promote", "1"), "promote cần --passage hoặc --unanswerable"),
        (("show", "một"), "không phải mã câu hỏi"),
        (("--limit", "0"), "không phải số từ 1"),
        (("--by", "unanswered", "--search", "x"), "--by unanswered không dùng được với --search"),
        (("--by", "words", "--since", "1/1/2026"), "--by words không dùng được với --since"),
        (("--by", "days", "--export", "csv", "x"), "--by không dùng được cùng"),
        (("--by", "mây"), "--by"),
    ],
)
def test_misuse_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(SystemExit) as end:
        review_queries.main(arguments)
    out, error = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert complaint in error
    assert error.count("\n") == 1


def test_a_filter_that_matches_nothing_says_so_and_writes_nothing(
    reading: Committee, tmp_path: Path
) -> None:
    target = tmp_path / "x.csv"
    code, out, _ = reading.review("--search", "xyzzy", "--export", "csv", str(target))
    assert (code, out) == (0, "Không có câu hỏi nào khớp với bộ lọc.\n")
    assert not target.exists()


def test_a_missing_damaged_or_newer_log_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> str:
        assert review_queries.main(["--data", str(tmp_path)]) == 1
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        return error

    assert "chưa có nhật ký câu hỏi nào" in refused()
    (tmp_path / FILE).write_bytes(b"not a database " * 100)
    assert "tệp đã hỏng" in refused()
    (tmp_path / FILE).unlink()
    Database(tmp_path / FILE, MIGRATIONS).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "phiên bản phần mềm mới hơn" in refused()


def test_an_older_log_is_brought_up_to_date_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    an_older_log(tmp_path)
    assert review_queries.main(["--data", str(tmp_path), "--json"]) == 0
    out, error = capsys.readouterr()
    assert error == f"Đã nâng cấp nhật ký từ phiên bản 1 lên {len(MIGRATIONS)}.\n"
    assert [one["question_id"] for one in json.loads(out)["questions"]] == [5, 4, 3]
    assert review_queries.main(["--data", str(tmp_path), "--search", "dang phi"]) == 0
    assert capsys.readouterr().err == ""


def test_a_csv_opens_in_excel_and_holds_no_telegram_id_and_no_formula(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_committee(tmp_path, capsys, mode="full") as committee:
        committee.ask("=HYPERLINK(1)")
        committee.ask(ANSWERED)
        target = tmp_path / "câu hỏi.csv"
        code, out, _ = committee.review("--export", "csv", str(target))
        assert (code, out) == (0, f"Đã xuất 2 câu hỏi ra {target}.\n")
        assert target.read_bytes().startswith(b"\xef\xbb\xbf")
        assert target.stat().st_mode & 0o777 == 0o600
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["Câu hỏi"] for row in rows] == [ANSWERED, "'=HYPERLINK(1)"]
        assert rows[0]["Văn bản đã dẫn"].startswith("09-CT/TU – ")
        assert rows[0]["Kết quả"] == "đã trả lời"
        assert str(PERSON) not in target.read_text("utf-8")
        code, _, error = committee.review("--export", "csv", str(target))
        assert code == 1
        assert error == f"{target}: đã có tệp này; hãy chọn tên khác hoặc xóa tệp cũ trước.\n"
        named = tmp_path / "ids.csv"
        committee.review("--export", "csv", str(named), "--identified")
        assert f",{PERSON}\n" in named.read_text("utf-8")


def test_json_lines_hold_every_field_and_ids_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_committee(tmp_path, capsys, mode="full") as committee:
        committee.ask(ANSWERED)
        committee.review("--export", "jsonl", str(tmp_path / "a"))
        committee.review("--export", "jsonl", str(tmp_path / "b"), "--identified")
        plain, named = (json.loads((tmp_path / name).read_text("utf-8")) for name in "ab")
    assert (plain["question"], plain["status"]) == (ANSWERED, "answered")
    assert set(plain["stages"]) == {"understand", "encode", "search", "compose"}
    assert "user_id" not in plain
    assert named["user_id"] == int(PERSON)


def test_every_look_is_written_down_with_who_and_what(committee: Committee, tmp_path: Path) -> None:
    committee.review("--search", "phụ cấp")
    committee.review("show", "1")
    committee.review("--export", "jsonl", str(tmp_path / "all.jsonl"))
    committee.review("--by", "days")
    looks = Reader(committee.log, "x").accesses(9)
    assert [(one.action, one.rows) for one in looks] == [
        ("by days", 1),
        ("export", 4),
        ("show", 1),
        ("list", 2),
    ]
    assert {one.who for one in looks} == {whoami()}
    assert looks[3].detail == "search=phụ cấp"
    assert looks[1].detail == f"tất cả → {tmp_path / 'all.jsonl'}"
    assert "phụ cấp" in committee.review("--by", "accesses")[1]
    committee.review("--user", str(PERSON))
    (latest,) = Reader(committee.log, "x").accesses(1)
    assert latest.detail == f"user={committee.log.pseudonym('user', str(PERSON))}"


def test_with_the_log_off_nothing_said_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_committee(tmp_path, capsys, mode="off") as committee:
        committee.ask(REFUSED)
        _, out, _ = committee.review()
        assert "(nội dung không được lưu)" in out
        assert "phụ cấp" not in out
        assert committee.review("show", "1")[0] == 0
        code, _, error = committee.review("promote", "1", "--unanswerable")
        assert code == 1
        assert "không được lưu nội dung" in error


@settings(max_examples=25, deadline=None)
@given(
    status=st.sampled_from([None, *STATUSES, *THUMBS]),
    search=st.sampled_from([None, "đảng phí", "chi bộ", "xyzzy", "?"]),
    reviewed=st.sampled_from([None, True, False]),
    since=st.integers(0, 12),
    length=st.integers(0, 12),
)
def test_every_filter_agrees_with_reading_all_rows(
    generated: QueryLog,
    status: str | None,
    search: str | None,
    reviewed: bool | None,
    since: int,
    length: int,
) -> None:
    first = END.date() - timedelta(days=since)
    chosen = Filter(
        since=first,
        until=first + timedelta(days=length),
        status=status,
        search=search,
        reviewed=reviewed,
    )
    reader = Reader(generated, "x")
    everything = reader.entries(reader.ids(Filter()))

    def fits(entry: Entry) -> bool:
        day = local_time(entry.asked_at).date()
        wanted = STATUSES.get(status or "")
        words = set(folded(search or "").split())
        return (
            first <= day <= first + timedelta(days=length)
            and (wanted is None or entry.status in wanted)
            and (status not in THUMBS or entry.thumb == THUMBS[status or ""])
            and (
                search is None or bool(words) and words <= set(folded(entry.question or "").split())
            )
            and (reviewed is None or bool(entry.reviewed_at) is reviewed)
        )

    expected = [one.question_id for one in everything if fits(one)]
    assert list(reader.ids(chosen)) == expected
    assert reader.count(chosen) == len(expected)
    in_days = Filter(since=chosen.since, until=chosen.until)
    assert days.total(days.days(generated, in_days)).asked == reader.count(in_days)


END = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryLog]:
    with closing(QueryLog(tmp_path_factory.mktemp("generated"))) as log:
        fill(log, 400, END, days=14)
        with log.database.writing() as database:
            database.execute(
                "INSERT INTO reviews (question_id, reviewed_at, reviewer)"
                " SELECT id, 'x', 'y' FROM questions WHERE id % 3 = 0"
            )
        yield log


def test_percentiles_are_those_of_the_logged_times(generated: QueryLog) -> None:
    tally = days.total(days.days(generated, Filter()))
    times = sorted(
        row[0] for row in generated.database.rows("SELECT cast(elapsed_ms AS INT) FROM questions")
    )
    assert tally.percentile(0.5) == times[199]
    assert tally.percentile(0.95) == times[379]
    assert len(tally.users) == len(generated.database.rows("SELECT DISTINCT user FROM questions"))


def test_a_verdict_can_be_taken_back(committee: Committee) -> None:
    committee.review("mark", "2", "3", "--note", "chờ văn bản", "--answered-by", "77-NQ/TU")
    assert listed(committee, "--reviewed", "yes") == [3, 2]
    code, out, _ = committee.review("mark", "2", "--undo", "--json")
    assert (code, json.loads(out)) == (0, {"undone": [2]})
    assert listed(committee, "--reviewed", "yes") == [3]
    assert json.loads(committee.review("mark", "2", "--undo", "--json")[1]) == {"undone": []}


def test_what_was_reviewed_can_be_left_out_of_the_groups(committee: Committee) -> None:
    def groups(*arguments: str) -> list[list[int]]:
        _code, out, _ = committee.review("--by", "unanswered", *arguments, "--json")
        return [group["ids"] for group in json.loads(out)["unanswered"]]

    assert groups("--reviewed", "no") == groups()
    committee.review("mark", "2", "3")
    assert groups("--reviewed", "no") == []
    assert groups("--reviewed", "yes") == groups()


def test_documents_asked_for_in_vain_are_counted_until_they_are_there(
    committee: Committee,
) -> None:
    committee.ask("Nghị quyết 77-NQ/TU quy định mức phụ cấp nào?")
    committee.ask("nq 77 tu ai ký", OTHER)
    committee.ask("Chỉ thị 09-CT/TU nói gì về họp chuyên đề?", OTHER)
    _code, out, _ = committee.review("--by", "missing", "--json")
    (found,) = json.loads(out)["missing"]
    assert (found["times"], found["askers"]) == (2, 2)
    assert found["number"].startswith("77")


def test_a_follow_up_is_kept_by_all_that_it_means(committee: Committee) -> None:
    """Two people's "thế còn năm 2031?" upon different questions are two questions."""
    first, second = "Mức thưởng huy hiệu Đảng năm 2030?", "Mức đóng đảng phí năm 2030?"
    marked = [
        committee.ask_after(first, "thế còn năm 2031?", PERSON),
        committee.ask_after(second, "thế còn năm 2031?", OTHER),
    ]
    _code, out, _ = committee.review("mark", str(marked[0]), "--answered-by", "77-NQ/TU", "--json")
    assert json.loads(out) == {"marked": [marked[0]]}
    reader = Reader(committee.log, "x")
    assert reader.entry(marked[1]).reading == "Mức đóng đảng phí năm 2031?"


def test_an_export_holds_as_many_rows_as_were_asked_for(reading: Committee, tmp_path: Path) -> None:
    reading.review("--limit", "2", "--export", "jsonl", str(tmp_path / "two"))
    reading.review("--export", "jsonl", str(tmp_path / "all"))
    assert len((tmp_path / "two").read_text("utf-8").splitlines()) == 2
    assert len((tmp_path / "all").read_text("utf-8").splitlines()) == 4
