"""The full evaluation: its table, its report, its page and its baseline, with a fast encoder."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from documents.store.library import Library
from scripts import add_documents, evaluate
from tests.support.builders import resolution_text
from tests.support.encoders import HashingEncoder

Run = Callable[..., tuple[int, str, str]]

CORPUS = (
    {"id": "a", "title": "Đảng phí", "text": "Đảng viên đóng đảng phí theo quý."},
    {"id": "b", "title": "Sinh hoạt", "text": "Chi bộ sinh hoạt định kỳ, đóng góp hằng năm."},
    {"id": "c", "title": "<Thi đua> & khen thưởng", "text": "Tập thể được tặng giấy khen."},
)
QUESTIONS = (
    {"id": "q1", "question": "đảng phí đóng theo quý", "relevant": ["a"], "answers": ["theo quý"]},
    {
        "id": "q2",
        "question": "<b>chi bộ</b> họp bao lâu",
        "relevant": ["c"],
        "answers": ["90 phút"],
    },
    {"id": "q3", "question": "giá vàng & bạc", "relevant": [], "unanswerable": True},
    {"id": "q4", "question": "ai được tặng giấy khen", "relevant": ["c"], "answers": ["Tập thể"]},
)


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder(256)


@pytest.fixture
def run(
    tmp_path: Path,
    encoder: HashingEncoder,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    monkeypatch.setattr(evaluate, "LazyEncoder", lambda _model, _data: encoder)
    monkeypatch.setattr(evaluate, "BASELINE", tmp_path / "baseline.json")

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = evaluate.main([*arguments, "--data", str(tmp_path / "data")])
        except SystemExit as end:
            code = int(str(end.code))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """A folder with one of the known sets, under its known names."""
    folder = tmp_path / "sets"
    for name, rows in (("corpus", CORPUS), ("questions", QUESTIONS)):
        path = folder / "viquad" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), "utf-8")
    return folder


def report(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out, parse_constant=lambda name: pytest.fail(name))


def test_every_leg_is_asked_with_and_without_marks(run: Run, sets: Path) -> None:
    (one,) = report(run, "--sets", str(sets))["sets"]
    assert one["name"] == "viquad"
    ways = {(way["legs"], way["strip_diacritics"]) for way in one["runs"]}
    assert ways == {
        (legs, bare) for legs in ("dense", "sparse", "hybrid") for bare in (True, False)
    }
    assert all(way["questions"] == 4 for way in one["runs"])
    assert [way["right"] is None for way in one["runs"]] == [
        way["legs"] != "hybrid" for way in one["runs"]
    ]


def test_each_wording_is_encoded_once(run: Run, encoder: HashingEncoder, sets: Path) -> None:
    asked: list[str] = []
    encode = encoder.encode_queries

    def counting(texts: list[str]) -> Any:
        asked.extend(texts)
        return encode(texts)

    encoder.encode_queries = counting  # type: ignore[method-assign, assignment]
    report(run, "--sets", str(sets))
    assert len(set(asked)) == len(asked) >= 4
    passages = len(encoder.encoded)
    report(run, "--sets", str(sets))
    assert len(encoder.encoded) == passages


def test_legs_and_marks_narrow_the_table(run: Run, sets: Path) -> None:
    (one,) = report(run, "--sets", str(sets), "--legs", "sparse", "--strip-diacritics")["sets"]
    assert [(way["legs"], way["strip_diacritics"]) for way in one["runs"]] == [("sparse", True)]
    (one,) = report(run, "--sets", str(sets), "--limit", "2")["sets"]
    assert {way["questions"] for way in one["runs"]} == {2}


def test_figures_stand_within_their_bounds_and_kinds_add_up(run: Run, sets: Path) -> None:
    (one,) = report(run, "--sets", str(sets))["sets"]
    for way in one["runs"]:
        for figure in way["figures"].values():
            assert 0 <= figure["low"] <= figure["value"] <= figure["high"] <= 1
            assert "change" not in figure
        assert way["figures"]["hit_at_1"]["value"] == way["hit_at_1"]
        assert sum(kind["questions"] for kind in way["kinds"].values()) == way["questions"]


def test_failures_tell_what_was_expected_and_what_was_found(run: Run, sets: Path) -> None:
    (one,) = report(run, "--sets", str(sets))["sets"]
    failures = {failure["question_id"]: failure for failure in one["failures"]}
    wrong = failures["q2"]
    assert wrong["fault"] in ("document", "refused")
    assert wrong["sources"] == ["<Thi đua> & khen thưởng"]
    assert wrong["answers"] == ["90 phút"]
    assert wrong["found"]
    assert "q1" not in failures or failures["q1"]["fault"] == "refused"


def test_run_is_compared_with_the_baseline_that_was_saved(run: Run, sets: Path) -> None:
    code, out, _err = run("--sets", str(sets), "--save-baseline")
    assert code == 0
    assert "Chưa có mốc" in out
    (one,) = report(run, "--sets", str(sets))["sets"]
    changes = [figure["change"] for way in one["runs"] for figure in way["figures"].values()]
    assert changes
    assert {change["verdict"] for change in changes} == {"same"}
    _code, out, _err = run("--sets", str(sets))
    assert f"So với mốc, {len(changes)} số đo: {len(changes)} không đổi" in out


def test_table_shows_vietnamese_numbers_and_every_way(run: Run, sets: Path) -> None:
    code, out, err = run("--sets", str(sets), "--legs", "sparse")
    assert (code, err) == (0, "")
    rows = [line.split() for line in out.splitlines() if line.strip().startswith("từ khóa")]
    assert [row[:2] for row in rows] == [["từ", "khóa"], ["từ", "khóa,"]]
    assert rows[0][2:5] == ["4", "66,7", "66,7"]
    assert "." not in "".join(cell for row in rows for cell in row)


class Page(HTMLParser):
    """Checks that every element is closed in order, and keeps what is asked for."""

    EMPTY = frozenset(("meta", "br", "rect", "path"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def page(run: Run, sets: Path, tmp_path: Path) -> str:
    run("--sets", str(sets), "--save-baseline")
    path = sets / "viquad" / "questions.jsonl"
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(rows[:3]), "utf-8")
    assert run("--sets", str(sets), "--report", str(tmp_path / "out"))[0] == 0
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["sets"]
    return (tmp_path / "out" / "report.html").read_text("utf-8")


def test_page_is_well_formed_and_needs_nothing_from_elsewhere(page: str) -> None:
    parsed = Page()
    parsed.feed(page)
    parsed.close()
    assert parsed.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(parsed.tags)
    assert not [name for name, _value in parsed.attributes if name in ("src", "href", "onclick")]
    assert "url(" not in page
    assert "@import" not in page
    assert {"svg", "details", "table", "blockquote"} <= set(parsed.tags)


def test_page_shows_questions_as_they_were_typed(page: str) -> None:
    parsed = Page()
    parsed.feed(page)
    for text in (
        "<b>chi bộ</b> họp bao lâu",
        "90 phút",
        "<Thi đua> & khen thưởng",
        "giá vàng & bạc",
    ):
        assert text in parsed.text
    assert "<b>chi" not in page


def test_every_plot_is_a_drawing_that_says_what_it_shows(page: str) -> None:
    plots = [part.split("</svg>")[0] for part in page.split("<svg")[1:]]
    assert len(plots) > 10
    for plot in plots:
        drawing = ElementTree.fromstring(f"<svg{plot}</svg>")
        assert drawing.get("aria-label")
        assert "nan" not in plot


@pytest.mark.parametrize(
    "arguments",
    [
        ["--corpus", "a.jsonl"],
        ["--table"],
        ["--save-baseline"],
        ["--samples", "--save-baseline", "--limit", "2"],
        ["--samples", "--save-baseline", "--legs", "dense"],
    ],
)
def test_misuse_is_refused_in_one_line(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_what_cannot_be_used_is_named(run: Run, sets: Path, tmp_path: Path) -> None:
    code, out, err = run("--sets", str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert "nowhere: không có bộ câu hỏi nào" in err
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    code, out, err = run("--sets", str(sets), "--baseline", str(bad))
    assert (code, out) == (1, "")
    assert "bad.json: không phải tệp mốc so sánh" in err
    code, _out, err = run("--sets", str(sets), "--baseline", str(tmp_path / "none.json"))
    assert code == 1
    assert "none.json" in err
    assert err.count("\n") == 1


def test_own_set_gets_the_whole_table_when_asked(run: Run, sets: Path) -> None:
    files = [str(sets / "viquad" / f"{name}.jsonl") for name in ("corpus", "questions")]
    (one,) = report(run, "--corpus", files[0], "--questions", files[1], "--table")["sets"]
    assert len(one["runs"]) == 6


def test_samples_are_asked_end_to_end(run: Run, encoder: HashingEncoder) -> None:
    narrow = ("--samples", "--legs", "hybrid", "--strip-diacritics", "--limit")
    (one,) = report(run, *narrow, "95")["sets"]
    (bare,) = one["runs"]
    assert bare["questions"] == 95
    kinds = bare["kinds"]
    assert kinds["no_answer"]["refusal_recall"] == kinds["no_answer"]["right"]
    assert kinds["percentage"]["hit_at_1"] is not None
    named = {failure["question_id"] for failure in one["failures"]}
    assert not {"s038", "s091", "s092"} & named  # places and numbers need no model
    before = len(encoder.encoded)
    report(run, *narrow, "1")
    assert len(encoder.encoded) == before


def rewritten(path: Path, ranks: str) -> None:
    """Put another rank of every question in every run of a baseline."""
    held = json.loads(path.read_text("utf-8"))
    for one in held["sets"]:
        for kept in one["runs"]:
            kept["ranks"] = ranks * len(kept["ranks"])
    path.write_text(json.dumps(held), "utf-8")


@pytest.mark.parametrize(("ranks", "verdict", "sign"), [(".", "better", "▲"), ("1", "worse", "▼")])
def test_change_beyond_noise_is_named_in_table_report_and_page(
    run: Run, sets: Path, tmp_path: Path, ranks: str, verdict: str, sign: str
) -> None:
    path = sets / "viquad" / "questions.jsonl"
    rows = [{"id": n, "question": f"đảng phí {n}", "relevant": ["ac"[ranks == "1"]]} for n in "abc"]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    narrow = ("--sets", str(sets))
    assert run(*narrow, "--save-baseline")[0] == 0
    rewritten(tmp_path / "baseline.json", ranks)
    (one,) = report(run, *narrow, "--legs", "sparse")["sets"]
    change = one["runs"][0]["figures"]["hit_at_1"]["change"]
    assert change["verdict"] == verdict
    assert (change["before"], change["after"]) == ((0, 1) if ranks == "." else (1, 0))
    _code, out, _err = run(*narrow, "--legs", "sparse")
    assert f"{sign} ViQuAD (từ khóa), hit@1" in out
    page = (tmp_path / "data" / "evaluation" / "report.html").read_text("utf-8")
    assert f'class="change {verdict}"' in page


def test_own_library_is_asked_end_to_end_by_name_number_or_id(
    run: Run, encoder: HashingEncoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nghi-quyet.txt"
    path.write_text(resolution_text(), "utf-8")
    data, questions = tmp_path / "data", tmp_path / "cau-hoi.jsonl"
    add_documents.main([str(path), "--data", str(data)], encoder=encoder)
    capsys.readouterr()
    with Library(data / "library.db") as library:
        (document,) = library.documents()
    assert document.number
    sources = (document.source, document.number, document.document_id)
    rows = [
        {"id": n, "question": "hồ sơ xử lý trên môi trường mạng", "source": source}
        for n, source in enumerate(sources)
    ]
    questions.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), "utf-8")
    (one,) = report(run, "--questions", str(questions), "--legs", "hybrid")["sets"]
    assert [way["hit_at_1"] for way in one["runs"]] == [1, 1]
    with questions.open("a", encoding="utf-8") as file:
        file.write('\n{"id": 9, "question": "gì?", "source": "99-QĐ/TU"}')
    code, out, err = run("--questions", str(questions))
    assert (code, err) == (0, "Bỏ qua câu 9: kho không còn văn bản 99-QĐ/TU.\n")


def test_own_questions_keep_their_own_baseline(
    run: Run, encoder: HashingEncoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nghi-quyet.txt"
    path.write_text(resolution_text(), "utf-8")
    data, questions = tmp_path / "data", tmp_path / "cau-hoi.jsonl"
    add_documents.main([str(path), "--data", str(data)], encoder=encoder)
    capsys.readouterr()
    row = {"id": 1, "question": "hồ sơ xử lý trên môi trường mạng", "source": path.name}
    questions.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert run("--questions", str(questions), "--save-baseline")[0] == 0
    assert (data / "evaluation" / "own" / "baseline.json").is_file()
    assert not evaluate.BASELINE.exists()


def test_own_library_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    code, _out, err = run("--questions", str(tmp_path / "a.jsonl"))
    assert code == 1
    assert "chưa có thư viện nào" in err
