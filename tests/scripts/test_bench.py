import json
import random
import re
import sys
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.splitting.passages import indexed_text
from documents.store.library import FILE_NAME, Library
from index.legs.dense import DenseIndex
from index.snapshot.snapshot import Snapshot
from scripts import bench
from scripts._bench import child, measurements, run
from scripts._bench.kept import Kept
from scripts._bench.library import Real, grow, varied_text
from scripts._bench.measurements import Figure, Row, measured, tell_memory
from scripts._bench.page import markdown, page
from scripts._bench.peer import Asked, _settle_threads
from scripts._bench.peers import PEERS, Given
from scripts._bench.plots import plots
from scripts._bench.sections import Section, compared
from tests.support.encoders import HashingEncoder

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
    told: list[tuple[int, int]] = []
    with grow(tmp_path, real, "hashing-64", 333, lambda *one: told.append(one)) as library:
        assert told[-1] == (333, 333)
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


def peer(title: str, p50: float, hit: float, stripped: float) -> Row:
    figures = (Figure("ask_p50", p50), Figure("hit", hit), Figure("hit_stripped", stripped))
    return Row(title, figures, remark="trả về một đoạn")


def peers() -> Section:
    section = Section("Bên các công cụ khác", "", (peer("Tra Cứu", 20, 96.5, 95),))
    section = section.with_row(peer("chậm", 50, 90, 20)).with_row(peer("nhanh", 0.2, 97, 95))
    return compared(section.with_row(Row("vắng", (), missing="chưa cài được")))


def test_the_tables_show_every_figure_and_what_was_not_measured() -> None:
    text = markdown("Đo hôm nay", sections())
    assert "| câu hỏi p50, ms | 21,0 | 23,5 | – |" in text
    assert "| cả bộ nhớ, MB | 259 | – | – |" in text
    assert "- khác <1>: không đo được: No module named 'khac'" in text


def test_peers_stand_in_lines_and_it_is_said_who_wins_by_what() -> None:
    text = markdown("Đo hôm nay", (peers(),))
    assert "|  | câu hỏi p50, ms | hit@1, % | hit@1 không dấu, % |" in text
    assert "| chậm | 50,0 | 90,0 | 20,0 |" in text
    assert (
        "- chậm: trả về một đoạn; so với Tra Cứu chậm hơn 2,5 lần; hit@1 thấp hơn 6,5 điểm; "
        "không dấu thấp hơn 75,0 điểm." in text
    )
    assert "nhanh hơn 100,0 lần; hit@1 cao hơn 0,5 điểm; không dấu bằng nhau." in text
    assert "- Tra Cứu: trả về một đoạn.\n" in text
    assert "- vắng: không đo được: chưa cài được" in text


def test_the_page_is_whole_and_plots_what_grows() -> None:
    shown = page("Đo hôm nay", (*sections(), peers()))
    opened: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag != "meta":
                opened.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Tags().feed(shown)
    assert opened == []
    assert shown.count("<svg") == 3
    assert "khác &lt;1&gt;" in shown
    assert "http" not in shown


def test_a_plot_as_a_file_is_whole_svg_with_its_values_and_a_tenfold_is_a_step() -> None:
    rows = tuple(Row(f"{n}", (Figure("build", n / 100),), n) for n in (1_000, 10_000, 1_000_000))
    (plot,) = plots(Section("", "", rows))
    root = ET.fromstring(plot.file())
    space = {"s": "http://www.w3.org/2000/svg"}
    assert {"10", "100", "1.000", "10.000", "1 triệu"} <= {
        one.text for one in root.findall("s:text", space)
    }
    marks = [
        (float(one.attrib["cx"]), float(one.attrib["cy"]))
        for one in root.findall("s:circle", space)
    ]
    steps = np.diff(np.array(marks), axis=0)
    assert np.allclose(steps[1], 2 * steps[0], atol=0.3)


def test_a_row_is_kept_and_one_with_a_fault_is_measured_again(tmp_path: Path) -> None:
    sound = Row("a", (Figure("build", 1.5),), 10, remark="xong")
    Kept(tmp_path, reuse=False).row("a", lambda: sound)
    Kept(tmp_path, reuse=False).row("b", lambda: Row("b", (), missing="hỏng"))
    again = Kept(tmp_path, reuse=True)
    assert again.row("a", lambda: Row("a", ())) == sound
    assert again.row("b", lambda: sound) == sound
    assert Kept(tmp_path, reuse=False).row("a", lambda: Row("mới", ())).title == "mới"
    assert again.oldest() is not None
    assert Kept(tmp_path / "none", reuse=True).oldest() is None


def test_a_part_that_failed_is_measured_again_without_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    faults = {"recall": "hết bộ nhớ"}

    def measured(title: str, _module: str, given: tuple[str, ...], size: int) -> Row:
        done.append(given[0])
        return Row(title, (Figure(given[0], 1.0),), size, faults.pop(given[0], ""))

    monkeypatch.setattr(run, "measured", measured)
    given = (10, tmp_path / "library-10", tmp_path / "questions.json")
    first = run._grown(*given, Kept(tmp_path, reuse=False), print)
    assert (first.missing, len(first.figures)) == ("hết bộ nhớ", 4)
    again = run._grown(*given, Kept(tmp_path, reuse=True), print)
    assert (again.missing, len(again.figures)) == ("", 4)
    assert done == ["build", "search", "recall", "add", "recall"]


def test_the_own_memory_of_a_process_is_part_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    tell_memory()
    told = capsys.readouterr().out
    every, own = (float(line.split()[-1]) for line in told.splitlines())
    assert 10 < own <= every


def test_the_nearest_of_all_are_found_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_CHUNK", 60)
    rows = np.random.default_rng(1).normal(size=(203, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    dense = DenseIndex(16)
    dense.add(np.arange(5, 208), rows)
    least = child._least(dense, rows[:7])
    assert np.allclose(least, np.sort(rows[:7] @ rows.T, axis=1)[:, -50], atol=1e-6)


@pytest.mark.parametrize("name", ["bm25s", "bm25s-folded"])
def test_a_peer_answers_from_what_it_saved(name: str, tmp_path: Path) -> None:
    pytest.importorskip("bm25s")
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"id": n, "title": "Quy chế", "text": text} for n, text in enumerate(TEXTS)]
    corpus.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    folder = tmp_path / "index"
    folder.mkdir()
    given = Given(corpus, tmp_path, folder)
    PEERS[name].ingest(given)
    with PEERS[name].opened(given) as first:
        assert first("nộp đảng phí") == "1"
        assert (first("nop dang phi") == "1") == (name == "bm25s-folded")


def test_a_part_that_fails_is_named_by_its_last_line() -> None:
    failed = measured("hỏng", "child", ("no such part",))
    assert "no such part" in failed.missing
    assert failed.figures == ()


def test_torch_keeps_the_threads_that_answer_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    class Torch:
        threads = 8

        def get_num_threads(self) -> int:
            return self.threads

        def set_num_threads(self, threads: int) -> None:
            self.threads = threads

    torch = Torch()
    monkeypatch.setitem(sys.modules, "torch", torch)
    asked = (Asked("chi bộ", "chi bo", ("1",)),)
    for slow, kept in ((8, 1), (1, 8)):
        torch.threads = 8

        def first(_question: str, slow: int = slow) -> str:
            time.sleep(0.02 if torch.threads == slow else 0)
            return "1"

        _settle_threads(first, asked)
        assert torch.threads == kept


def test_a_part_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurements, "LIMIT_SECONDS", 0.02)
    assert measured("chậm", "child", ()).missing.startswith("quá")


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
        assert {"build", "ready", "ask_p95", "command", "visible", "memory", "recall"} <= row.keys()
        assert row["added_passages"] == 30
    assert "<svg" in (tmp_path / "bench" / "bench.html").read_text("utf-8")
