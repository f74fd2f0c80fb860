import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents.store.lock import writing
from scripts import add_documents, ask, evaluate, rebuild, remove_document
from tests.support.builders import long_articles, resolution_text
from tests.support.encoders import HashingEncoder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder(256)


@pytest.fixture
def bare(
    tmp_path: Path,
    encoder: HashingEncoder,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Run a command over one data folder with a fast encoder in the configured one's place."""
    for module in (ask, evaluate, rebuild):
        monkeypatch.setattr(module, "LazyEncoder", lambda _model, _data: encoder)

    def command(module: Any, *arguments: str) -> tuple[int, str, str]:
        try:
            code = module.main([*arguments, "--data", str(tmp_path / "data")])
        except SystemExit as end:
            code = int(str(end.code))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


@pytest.fixture
def run(
    bare: Run, tmp_path: Path, encoder: HashingEncoder, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command over a library of one resolution."""
    path = tmp_path / "nghi-quyet.txt"
    path.write_text(resolution_text(), "utf-8")
    add_documents.main([str(path), "--data", str(tmp_path / "data")], encoder=encoder)
    capsys.readouterr()
    return bare


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


QUESTION = "NQ 03: hồ sơ xử lý trên môi trường mạng"


def one_line(text: str) -> str:
    (line,) = text.splitlines()
    assert "Traceback" not in line
    return line


def test_ask_gives_machines_exactly_the_keys_of_the_contract(run: Run) -> None:
    said = json.loads(run(ask, QUESTION, "--json")[1])
    citation, passage = said["citations"][0], said["passages"][0]
    assert " ".join(said) == (
        "status certainty understood_as answer derivation reason confidence citations passages "
        "elapsed_ms"
    )
    assert " ".join(citation) == (
        "document_id title number kind issuer issued_on locator page quote replaced_by"
    )
    assert " ".join(passage) == ("passage_id document_id title number locator page score leg text")
    assert said["reason"] is None
    assert 0 < said["confidence"] <= 1
    assert (citation["kind"], citation["issued_on"]) == ("Nghị quyết", "2021-06-15")
    assert (citation["issuer"], citation["page"]) == ("Tỉnh ủy Kon Tum", None)
    assert (citation["locator"], citation["replaced_by"]) == ("Điều 1", None)


def test_quote_stands_in_a_passage_of_the_cited_document(run: Run) -> None:
    said = json.loads(run(ask, QUESTION, "--json", "--top-k", "10")[1])
    (citation,) = said["citations"]
    holding = [one for one in said["passages"] if citation["quote"] in one["text"]]
    assert [one["document_id"] for one in holding] == [citation["document_id"]]
    assert holding[0]["passage_id"].startswith(f"{citation['document_id']}/")


def test_top_k_keeps_the_first_passages_and_the_answer(
    run: Run, encoder: HashingEncoder, tmp_path: Path
) -> None:
    path = tmp_path / "nhieu.txt"
    path.write_text(resolution_text("05-NQ/TU", articles=long_articles(6)), "utf-8")
    add_documents.main([str(path), "--data", str(tmp_path / "data")], encoder=encoder)
    run(ask, "gì?")  # takes what adding has printed
    question = "NQ 05: cấp ủy triển khai nhiệm vụ theo kế hoạch"
    every = json.loads(run(ask, question, "--json", "--top-k", "10")[1])
    for count in (1, 3):
        fewer = json.loads(run(ask, question, "--json", "--top-k", str(count))[1])
        assert fewer["passages"] == every["passages"][:count]
        assert fewer["answer"] == every["answer"]
    assert len(json.loads(run(ask, question, "--json")[1])["passages"]) == 5
    scores = [one["score"] for one in every["passages"]]
    assert scores[1:] == sorted(scores[1:], reverse=True)  # the first is what is quoted
    printed = run(ask, question, "--top-k", "3")[1]
    _answer, further = printed.split("\nNguồn khác:\n")
    assert [line.split(".")[0].strip() for line in further.splitlines()] == ["2", "3"]


def test_nothing_is_answered_from_a_removed_document(run: Run, tmp_path: Path) -> None:
    assert json.loads(run(ask, QUESTION, "--json")[1])["status"] == "answered"
    assert run(remove_document, "03-NQ/TU")[0] == 0
    code, out, _err = run(ask, QUESTION, "--json")
    said = json.loads(out)
    assert (code, said["status"], said["reason"]) == (0, "not_found", "empty_library")
    assert (said["answer"], said["citations"], said["passages"]) == (None, [], [])


def test_question_of_marks_alone_is_not_found(run: Run) -> None:
    code, out, _err = run(ask, "?!", "--json")
    assert (code, json.loads(out)["reason"]) == (0, "empty_question")


@pytest.mark.parametrize("module", [ask, rebuild])
def test_command_without_a_library_names_the_folder_and_the_remedy(
    module: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere"
    question = ["gì?"] if module is ask else []
    assert module.main([*question, "--data", str(nowhere)]) == 1
    said = one_line(capsys.readouterr().err)
    assert str(nowhere) in said
    assert "scripts.add_documents" in said
    assert not nowhere.exists()


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        (ask, []),
        (ask, ["gì?", "nữa?"]),
        (ask, ["gì?", "--sai"]),
        (ask, ["gì?", "--top-k"]),
        (evaluate, []),
        (evaluate, ["--corpus", "a.jsonl"]),
        (evaluate, ["--corpus", "a", "--questions", "b", "--legs", "both"]),
        (rebuild, ["--sai"]),
        (rebuild, ["gì"]),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(bare: Run, module: Any, arguments: list[str]) -> None:
    code, out, err = bare(module, *arguments)
    assert (code, out) == (2, "")
    assert one_line(err).startswith("Lệnh chưa đúng")
    assert "--help" in err


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "1.5"])
def test_a_count_that_is_none_is_named_in_vietnamese(bare: Run, number: str) -> None:
    files = ["--corpus", "a", "--questions", "b"]
    for module, arguments in ((ask, ["gì?", "--top-k"]), (evaluate, [*files, "--limit"])):
        code, out, err = bare(module, *arguments, number)
        assert (code, out) == (2, "")
        assert f"“{number}” không phải số" in one_line(err)
    assert "từ 1 đến 10" in bare(ask, "gì?", "--top-k", "11")[2]


@pytest.mark.parametrize("module", [ask, evaluate, rebuild])
def test_help_is_printed_without_a_library(module: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        module.main(["--help"])
    printed = capsys.readouterr()
    assert (end.value.code, printed.err) == (0, "")
    assert printed.out.startswith(f"Cách dùng: python -m {module.__name__}")
    assert "--data" in printed.out


CORPUS = (
    {"id": "a", "title": "Đảng phí", "text": "Đảng viên đóng đảng phí theo quý."},
    {"id": "b", "title": "Sinh hoạt", "text": "Chi bộ sinh hoạt định kỳ mỗi tháng một lần."},
    {"id": "c", "title": "Hội họp", "text": "Giấy mời gửi trước ba ngày làm việc."},
)
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": 1, "question": "đảng phí đóng theo quý", "relevant": ["a"], "answers": ["theo quý"]},
    # b answers to more of these words than a: rank 2
    {
        "id": 2,
        "question": "chi bộ sinh hoạt định kỳ, đóng đảng phí",
        "relevant": ["a"],
        "answers": ["hằng năm"],
    },
    # no word of it stands in c: the sparse leg cannot find it
    {"id": 3, "question": "đảng phí đóng theo quý", "relevant": ["c"]},
    {"id": 4, "question": "zebra", "relevant": [], "unanswerable": True},
)


def judged(tmp_path: Path) -> tuple[Path, Path]:
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl"
    for path, rows in ((corpus, CORPUS), (questions, QUESTIONS)):
        path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), "utf-8")
    return corpus, questions


def measured(run: Run, tmp_path: Path, *options: str) -> dict[str, Any]:
    corpus, questions = judged(tmp_path)
    files = ["--corpus", str(corpus), "--questions", str(questions)]
    code, out, err = run(evaluate, *files, *options, "--json")
    assert (code, err) == (0, "")
    report: dict[str, Any] = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    return report


@pytest.mark.parametrize("options", [[], ["--strip-diacritics"]])
def test_figures_are_those_worked_out_by_hand(
    bare: Run, tmp_path: Path, options: list[str]
) -> None:
    """On the sparse leg, ranks 1, 2 and none; the unanswerable question does not count."""
    report = measured(bare, tmp_path, "--legs", "sparse", *options)
    assert report["questions"] == 4
    assert (report["legs"], report["strip_diacritics"]) == ("sparse", bool(options))
    assert report["hit_at_1"] == pytest.approx(1 / 3)
    assert report["hit_at_5"] == report["hit_at_10"] == pytest.approx(2 / 3)
    assert report["mrr_at_10"] == pytest.approx((1 + 1 / 2) / 3)
    assert report["ndcg_at_10"] == pytest.approx((1 + 1 / math.log2(3)) / 3)
    assert report["answer_in_quote"] == 0.5
    assert report["refusal_auroc"] == report["refusal_recall"] == 1.0
    assert report["refusal_precision_at_recall_80"] == 1.0
    assert 0 < report["p50_ms"] <= report["p95_ms"]


@pytest.mark.parametrize("legs", ["dense", "hybrid"])
def test_dense_leg_ranks_every_row(bare: Run, tmp_path: Path, legs: str) -> None:
    """Three rows are all among the first five; question 3's comes second or third."""
    report = measured(bare, tmp_path, "--legs", legs)
    assert report["legs"] == legs
    assert report["hit_at_5"] == report["hit_at_10"] == 1.0
    assert report["hit_at_1"] == pytest.approx(1 / 3)
    assert (1 + 1 / 2 + 1 / 3) / 3 <= report["mrr_at_10"] + 1e-9 <= (1 + 1 / 2 + 1 / 2) / 3 + 1e-8


def test_limit_asks_the_first_questions_alone(bare: Run, tmp_path: Path) -> None:
    report = measured(bare, tmp_path, "--legs", "sparse", "--limit", "2")
    assert report["questions"] == 2
    assert report["mrr_at_10"] == 0.75
    assert report["refusal_auroc"] is report["refusal_recall"] is None
    assert measured(bare, tmp_path, "--legs", "sparse", "--limit", "99")["questions"] == 4


def test_people_are_shown_hundredths_and_the_setting(bare: Run, tmp_path: Path) -> None:
    corpus, questions = judged(tmp_path)
    files = ["--corpus", str(corpus), "--questions", str(questions)]
    _code, out, _err = bare(evaluate, *files, "--legs", "sparse", "--strip-diacritics")
    heading, *rows = out.splitlines()
    assert heading == f"{questions} (sparse, không dấu)"
    assert [" ".join(row.split()) for row in rows[:6]] == [
        "số câu hỏi 4",
        "hit@1 33,33",
        "hit@5 66,67",
        "hit@10 66,67",
        "MRR@10 50,00",
        "nDCG@10 54,36",
    ]


def test_evaluate_again_encodes_no_passage(
    bare: Run, encoder: HashingEncoder, tmp_path: Path
) -> None:
    corpus, questions = judged(tmp_path)
    files = ["--corpus", str(corpus), "--questions", str(questions)]
    bare(evaluate, *files)
    before = len(encoder.encoded)
    code, out, _err = bare(evaluate, *files, "--limit", "1")
    assert code == 0
    assert "hit@1" in out
    assert len(encoder.encoded) == before


@pytest.mark.parametrize(
    ("content", "complaint"), [("{", "dòng 1"), ('{"id": 1}', "title"), (None, "không tìm thấy")]
)
def test_bad_corpus_is_one_line(
    bare: Run, tmp_path: Path, content: str | None, complaint: str
) -> None:
    corpus, questions = judged(tmp_path)
    corpus = tmp_path / "bad.jsonl"
    if content is not None:
        corpus.write_text(content)
    code, _out, err = bare(evaluate, "--corpus", str(corpus), "--questions", str(questions))
    assert code == 1
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "không có câu hỏi nào"),
        ("\n[]", "dòng 2: thiếu trường id, question"),
        (None, "không tìm thấy"),
    ],
)
def test_bad_questions_are_one_line(
    bare: Run, tmp_path: Path, content: str | None, complaint: str
) -> None:
    corpus, questions = judged(tmp_path)
    questions.unlink()
    if content is not None:
        questions.write_text(content)
    code, out, err = bare(evaluate, "--corpus", str(corpus), "--questions", str(questions))
    assert (code, out) == (1, "")
    assert complaint in one_line(err)
    assert questions.name in err


def test_rebuild_encodes_only_what_lacks(run: Run, encoder: HashingEncoder) -> None:
    code, out, _err = run(rebuild, "--json")
    passages = json.loads(out)["passages"]
    assert code == 0
    assert json.loads(out) == {
        "passages": passages,
        "encoded": 0,
        "model": encoder.fingerprint,
        "switched": False,
    }
    assert passages == len(encoder.encoded) > 0
    assert f"{passages} đoạn, mã hóa thêm 0 đoạn" in one_line(run(rebuild)[1])


def test_rebuild_brings_back_a_lost_index(run: Run, tmp_path: Path) -> None:
    before = json.loads(run(ask, QUESTION, "--json")[1])
    shutil.rmtree(tmp_path / "data" / "index")
    assert run(rebuild)[0] == 0
    assert len(list((tmp_path / "data" / "index").glob("generation-*"))) == 1
    after = json.loads(run(ask, QUESTION, "--json")[1])
    assert after | {"elapsed_ms": 0} == before | {"elapsed_ms": 0}


def test_rebuild_waits_for_nobody_who_is_changing_the_library(run: Run, tmp_path: Path) -> None:
    with writing(tmp_path / "data"):
        code, out, err = run(rebuild)
    assert (code, out) == (1, "")
    assert "tiến trình khác" in one_line(err)


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
