import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.library import FILE_NAME, Library
from documents.splitting import indexed_text
from index.snapshot import Snapshot
from scripts import bench
from scripts._bench_figures import Figure, Row, measured
from scripts._bench_library import Real, grow, varied_text
from scripts._bench_page import Section, markdown, page
from tests.fakes import HashingEncoder

TEXTS = (
    "Chi bộ họp vào ngày 3 hằng tháng. Bí thư chủ trì cuộc họp.",
    "Đảng viên nộp đảng phí 12 tháng. Ủy viên thu và báo cáo. Danh sách kèm theo.",
    "Đảng ủy kiểm tra 45 chi bộ trong năm 2024.",
)


@pytest.fixture
def real() -> Real:
    titles = ("Quy chế", "Quy định", "Kế hoạch")
    return Real(titles, TEXTS, HashingEncoder(64).encode_passages(TEXTS))


def test_a_generated_library_has_the_size_that_was_asked_for(real: Real, tmp_path: Path) -> None:
    with grow(tmp_path, real, "hashing-64", 333) as library:
        keys = library.passage_keys()
        assert len(keys) == 333
        assert library.lacking_documents("hashing-64") == frozenset()
        snapshot = Snapshot.open(tmp_path / "index", library, "hashing-64", 64)
        assert snapshot.dense.keys().tolist() == keys.tolist()
        vectors = library.vectors("hashing-64", keys.tolist())
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.median((vectors @ real.vectors.T).max(axis=1)) == pytest.approx(0.95, abs=0.02)


def test_generated_passages_stand_verbatim_in_their_documents(real: Real, tmp_path: Path) -> None:
    with grow(tmp_path, real, "hashing-64", 60) as library:
        for document in library.documents():
            for passage in library.passages_of(document.document_id):
                assert document.text[passage.start : passage.end] == passage.text
                assert document.title in indexed_text(document.title, passage)


def test_a_generated_library_is_taken_up_where_it_was_left(real: Real, tmp_path: Path) -> None:
    grow(tmp_path / "twice", real, "hashing-64", 100).close()
    with (
        grow(tmp_path / "twice", real, "hashing-64", 100),
        grow(tmp_path / "once", real, "hashing-64", 100),
        Library(tmp_path / "twice" / FILE_NAME) as twice,
        Library(tmp_path / "once" / FILE_NAME) as once,
    ):
        assert [one.text for one in twice.documents()] == [one.text for one in once.documents()]


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(TEXTS), st.integers(0, 10**6))
def test_a_varied_text_has_the_same_words_and_as_many_digits(text: str, seed: int) -> None:
    varied = varied_text(text, random.Random(seed))
    assert sorted(re.sub(r"\d", "0", varied).split()) == sorted(re.sub(r"\d", "0", text).split())


def sections() -> tuple[Section, ...]:
    rows = (
        Row("1.000 đoạn", (Figure("ask_p50", 21.04), Figure("memory", 259)), 1_000),
        Row("10.000 đoạn", (Figure("ask_p50", 23.5),), 10_000),
        Row("khác <1>", (), missing="No module named 'khac'"),
    )
    return (Section("Theo cỡ thư viện", "Ghi chú.", rows),)


def test_the_tables_show_every_figure_and_what_was_not_measured() -> None:
    text = markdown("Đo hôm nay", sections())
    assert "| câu hỏi p50, ms | 21,0 | 23,5 | – |" in text
    assert "| bộ nhớ, MB | 259 | – | – |" in text
    assert "- khác <1>: No module named 'khac'" in text


def test_the_page_is_whole_and_plots_what_grows() -> None:
    shown = page("Đo hôm nay", sections())
    opened: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "path", "circle", "polyline"):
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in ("path", "circle", "polyline"):
                assert opened.pop() == tag

    Tags().feed(shown)
    assert opened == []
    assert shown.count("<svg") == 2
    assert "khác &lt;1&gt;" in shown
    assert "http" not in shown


def test_a_part_that_fails_is_named_by_its_last_line() -> None:
    failed = measured("hỏng", "_bench_child", ("no such part",))
    assert "no such part" in failed.missing
    assert failed.figures == ()


@pytest.mark.parametrize("sizes", ["0", "1000,", "nghìn", "-5"])
def test_a_size_must_be_a_positive_number(sizes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        bench.main(["--sizes", sizes])
    assert raised.value.code == 2
    assert "không phải số dương" in capsys.readouterr().err


def test_a_folder_without_sets_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACUU_DATA", str(tmp_path / "data"))
    assert bench.main(["--sets", str(tmp_path)]) == 1
    assert "không có bộ câu hỏi nào" in capsys.readouterr().err


@pytest.mark.slow
def test_a_small_run_measures_this_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the samples alone, in about a minute."""
    given = ["--data", str(tmp_path), "--sizes", "300,600", "--questions", "5", "--json"]
    assert bench.main(given) == 0
    encoders, grown = json.loads(capsys.readouterr().out)["sections"]
    assert encoders["rows"][0]["passages_a_second"] > 1
    for row in grown["rows"]:
        assert row["missing"] == ""
        assert {"build", "ready", "ask_p95", "command", "visible", "memory"} <= row.keys()
        assert row["added_passages"] >= 20
    assert "<svg" in (tmp_path / "bench" / "bench.html").read_text("utf-8")
