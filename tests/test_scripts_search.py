import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import add_documents, ask, evaluate, rebuild
from tests.fakes import HashingEncoder
from tests.making import resolution_text

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command over one data folder with a fast encoder in the configured one's place."""
    encoder = HashingEncoder(256)
    for module in (ask, evaluate, rebuild):
        monkeypatch.setattr(module, "LazyEncoder", lambda _model, _data: encoder)
    path = tmp_path / "nghi-quyet.txt"
    path.write_text(resolution_text(), "utf-8")
    add_documents.main([str(path), "--data", str(tmp_path / "data")], encoder=encoder)
    capsys.readouterr()

    def command(module: Any, *arguments: str) -> tuple[int, str, str]:
        try:
            code = module.main([*arguments, "--data", str(tmp_path / "data")])
        except SystemExit as end:
            code = int(str(end.code))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_ask_prints_the_contract(run: Run) -> None:
    code, out, _err = run(ask, "NQ 03: hồ sơ xử lý trên môi trường mạng", "--json", "--top-k", "2")
    said = json.loads(out)
    assert code == 0
    assert said["status"] == "answered"
    assert "80% hồ sơ" in said["answer"]
    assert said["derivation"] is None
    assert said["elapsed_ms"] > 0
    (citation,) = said["citations"]
    assert citation["number"] == "03-NQ/TU"
    assert {"document_id", "title", "issuer", "issued_on", "locator", "page", "quote"} <= set(
        citation
    )
    assert 1 <= len(said["passages"]) <= 2
    assert {"passage_id", "document_id", "locator", "page", "score", "text"} <= set(
        said["passages"][0]
    )


def test_ask_says_not_found_with_exit_code_zero(run: Run) -> None:
    code, out, _err = run(ask, "Kết luận số 99-KL/TW quy định gì?", "--json")
    said = json.loads(out)
    assert (code, said["status"], said["answer"]) == (0, "not_found", None)
    assert said["reason"] == "no_such_document"


def test_ask_for_people_leads_with_the_answer(run: Run) -> None:
    code, out, _err = run(ask, "NQ 03: hồ sơ xử lý trên môi trường mạng")
    assert code == 0
    assert "80% hồ sơ" in out
    assert out.splitlines()[0].startswith("│")
    assert "Nguồn: Nghị quyết số 03-NQ/TU" in out


def test_missing_library_and_misuse_are_one_line_each(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask.main(["gì?", "--data", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    code, _out, err = run(ask, "gì?", "--top-k", "0")
    assert code == 2
    assert err.count("\n") == 1


def judged(tmp_path: Path) -> tuple[Path, Path]:
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "title": "Đảng phí", "text": "Đảng viên đóng đảng phí theo quý."},
        {"id": "b", "title": "Sinh hoạt", "text": "Chi bộ sinh hoạt định kỳ mỗi tháng một lần."},
    ]
    asked = [
        {"id": 1, "question": "đảng phí đóng theo quý", "relevant": ["a"], "answers": ["theo quý"]},
        {"id": 2, "question": "chi bộ sinh hoạt mỗi tháng", "relevant": ["b"]},
        {"id": 3, "question": "thời tiết Hà Nội", "relevant": [], "unanswerable": True},
    ]
    for path, lines in ((corpus, rows), (questions, asked)):
        path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    return corpus, questions


@pytest.mark.parametrize("options", [[], ["--strip-diacritics"], ["--legs", "sparse"]])
def test_evaluate_measures_by_hand(run: Run, tmp_path: Path, options: list[str]) -> None:
    corpus, questions = judged(tmp_path)
    files = ["--corpus", str(corpus), "--questions", str(questions)]
    code, out, _err = run(evaluate, *files, *options, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["questions"] == 3
    assert report["hit_at_1"] == report["mrr_at_10"] == report["ndcg_at_10"] == 1.0
    assert report["answer_in_quote"] == 1.0
    assert report["refusal_auroc"] is not None


def test_evaluate_again_encodes_no_passage(run: Run, tmp_path: Path) -> None:
    corpus, questions = judged(tmp_path)
    files = ["--corpus", str(corpus), "--questions", str(questions)]
    run(evaluate, *files)
    encoder = evaluate.LazyEncoder(None, tmp_path)  # the fixture's
    before = len(encoder.encoded)  # type: ignore[attr-defined]
    code, out, _err = run(evaluate, *files, "--limit", "1")
    assert code == 0
    assert "hit@1" in out
    assert len(encoder.encoded) == before  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "complaint"), [("{", "dòng 1"), ('{"id": 1}', "title"), (None, "không tìm thấy")]
)
def test_bad_corpus_is_one_line(
    run: Run, tmp_path: Path, content: str | None, complaint: str
) -> None:
    corpus, questions = judged(tmp_path)
    corpus = tmp_path / "bad.jsonl"
    if content is not None:
        corpus.write_text(content)
    code, _out, err = run(evaluate, "--corpus", str(corpus), "--questions", str(questions))
    assert code == 1
    assert complaint in err
    assert err.count("\n") == 1


def test_rebuild_encodes_for_another_model_and_ask_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = HashingEncoder(128, name="other")
    for module in (ask, rebuild):
        monkeypatch.setattr(module, "LazyEncoder", lambda _model, _data: other)
    code, _out, err = run(ask, "hồ sơ")
    assert code == 1
    assert "scripts.rebuild" in err
    assert run(rebuild)[0] == 0
    assert run(ask, "NQ 03: hồ sơ trên môi trường mạng")[0] == 0
