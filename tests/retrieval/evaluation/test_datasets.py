import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from documents.store.library import Library
from retrieval.errors import CorpusError
from retrieval.evaluation.datasets import (
    corpus_library,
    file_library,
    read_library_questions,
    read_questions,
)
from tests.support.encoders import HashingEncoder

ROWS = (
    {"id": "a", "title": "Luật_mẫu", "text": "Đảng viên đóng đảng phí theo quý."},
    {"id": 2, "title": "Sinh hoạt", "text": "Chi bộ họp mỗi tháng một lần."},
)


def lines(*rows: Any) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text(lines(*ROWS), "utf-8")
    return path


def opened(
    corpus: Path,
    encoder: HashingEncoder,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Library:
    return corpus_library(corpus, corpus.parent / "evaluation", encoder, on_progress)


def test_rows_become_documents_under_their_ids(corpus: Path, encoder: HashingEncoder) -> None:
    with opened(corpus, encoder) as library:
        documents = {one.document_id: (one.title, one.text) for one in library.documents()}
        assert documents == {
            "a": ("Luật mẫu", "Đảng viên đóng đảng phí theo quý."),
            "2": ("Sinh hoạt", "Chi bộ họp mỗi tháng một lần."),
        }
        (passage,) = library.passages_of("a")
        assert passage.text == "Đảng viên đóng đảng phí theo quý."
        vectors = library.vectors(encoder.fingerprint, library.passage_keys().tolist())
        assert vectors.shape == (2, encoder.dimension)


def test_rerun_encodes_nothing_and_changes_nothing(corpus: Path, encoder: HashingEncoder) -> None:
    with opened(corpus, encoder) as first:
        encoded, generation = list(encoder.encoded), first.generation
    with opened(corpus, encoder) as again:
        assert again.path == first.path
        assert again.generation == generation
    assert encoder.encoded == encoded


def test_another_model_encodes_the_same_library_anew(corpus: Path, encoder: HashingEncoder) -> None:
    other = HashingEncoder(32, name="other")
    opened(corpus, encoder).close()
    with opened(corpus, other) as library:
        assert sorted(other.encoded) == sorted(encoder.encoded)
        keys = library.passage_keys().tolist()
        assert library.vectors(encoder.fingerprint, keys).shape == (2, 64)
        assert library.vectors(other.fingerprint, keys).shape == (2, 32)


def test_changed_corpus_gets_a_library_of_its_own(corpus: Path, encoder: HashingEncoder) -> None:
    with opened(corpus, encoder) as first:
        pass
    corpus.write_text(lines(ROWS[0]), "utf-8")
    with opened(corpus, encoder) as second:
        assert [one.document_id for one in second.documents()] == ["a"]
    assert second.path != first.path


class Failing(HashingEncoder):
    """An encoder whose machine goes down after some batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def encode_passages(self, texts: Any) -> NDArray[np.float32]:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return super().encode_passages(texts)


def test_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    rows = [{"id": n, "title": "Bảng", "text": f"Dòng số {n}."} for n in range(300)]
    corpus.write_text(lines(*rows), "utf-8")
    encoder = Failing(batches=1)
    with pytest.raises(KeyboardInterrupt):
        opened(corpus, encoder)
    assert len(encoder.encoded) == 256
    encoder.left = 9
    said: list[tuple[int, int]] = []
    with opened(corpus, encoder, lambda done, total: said.append((done, total))) as library:
        assert len(library.documents()) == 300
    assert said == [(44, 44)]
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 300


def test_rows_without_text_are_left_out_and_equal_texts_encoded_once(
    corpus: Path, encoder: HashingEncoder
) -> None:
    twin = ROWS[0] | {"id": "twin"}
    corpus.write_text(lines(*ROWS, twin, {"id": "empty", "title": "", "text": " "}), "utf-8")
    with opened(corpus, encoder) as library:
        assert sorted(one.document_id for one in library.documents()) == ["2", "a", "twin"]
        assert len(encoder.encoded) == 2


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "dòng 2: không phải JSON"),
        ('{"id": "b", "title": "t"}', "dòng 2: thiếu trường text"),
        ('{"title": "t"}', "dòng 2: thiếu trường id, text"),
        ('["id", "title", "text"]', "dòng 2: thiếu trường id, title, text"),
        ("5", "dòng 2: thiếu trường id, title, text"),
    ],
)
def test_bad_row_is_named_with_its_line(
    corpus: Path, encoder: HashingEncoder, bad: str, complaint: str
) -> None:
    corpus.write_text(f"{lines(ROWS[0])}\n{bad}\n", "utf-8")
    with pytest.raises(CorpusError) as raised:
        opened(corpus, encoder)
    assert str(raised.value).startswith(f"{corpus}, {complaint}")
    assert encoder.encoded == []


def test_file_that_is_not_utf8_is_named(corpus: Path, encoder: HashingEncoder) -> None:
    corpus.write_bytes("Đảng".encode("utf-16"))
    with pytest.raises(CorpusError, match=r"corpus\.jsonl: không phải văn bản UTF-8"):
        opened(corpus, encoder)


def test_questions_are_read_with_what_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    rows = (
        {"id": 1, "question": "hỏi?", "relevant": ["a", 2], "answers": ["theo quý"]},
        {"id": "x", "question": "gì?", "relevant": None, "answers": None, "unanswerable": True},
        {"id": "y", "question": "đâu?"},
    )
    path.write_text("\n\n" + lines(*rows) + "\r\n\n", "utf-8")
    first, second, third = read_questions(path)
    assert (first.question_id, first.relevant) == ("1", frozenset({"a", "2"}))
    assert (first.answers, first.unanswerable) == (("theo quý",), False)
    assert (second.relevant, second.answers, second.unanswerable) == (frozenset(), (), True)
    assert (third.relevant, third.answers, third.unanswerable) == (frozenset(), (), False)


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\u000b"])
def test_only_a_newline_ends_a_row(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(lines({"id": 1, "question": f"một{separator}hai"}), "utf-8")
    (question,) = read_questions(path)
    assert question.question == f"một{separator}hai"


def test_question_without_its_text_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1}', "utf-8")
    with pytest.raises(CorpusError, match="dòng 1: thiếu trường question"):
        read_questions(path)


def test_what_a_library_beside_it_has_encoded_is_taken_over(
    corpus: Path, encoder: HashingEncoder
) -> None:
    with opened(corpus, encoder) as first:
        keys = first.passage_keys().tolist()
        expected = dict(
            zip(first.indexed_texts(keys), first.vectors(encoder.fingerprint, keys), strict=True)
        )
    encoded = len(encoder.encoded)
    more = {"id": "c", "title": "Thi đua", "text": "Tập thể được tặng giấy khen."}
    corpus.write_text(lines(*ROWS[1:], more), "utf-8")
    with opened(corpus, encoder) as second:
        assert encoder.encoded[encoded:] == [
            text for text in second.indexed_texts(second.passage_keys().tolist()) if "khen" in text
        ]
        keys = second.passage_keys().tolist()
        rows = second.vectors(encoder.fingerprint, keys)
        shared = [
            (row, expected[text])
            for text, row in zip(second.indexed_texts(keys), rows, strict=True)
            if text in expected
        ]
    assert len(shared) == 1
    for row, before in shared:
        np.testing.assert_array_equal(row, before)


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_library_beside_it_that_is_damaged_is_passed_over(
    corpus: Path, encoder: HashingEncoder, content: bytes
) -> None:
    beside = corpus.parent / "evaluation" / "old" / "library.db"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(content)
    with opened(corpus, encoder) as library:
        assert len(library.documents()) == 2


def test_vectors_of_another_model_are_not_taken_over(corpus: Path) -> None:
    opened(corpus, HashingEncoder()).close()
    other = HashingEncoder(name="other")
    corpus.write_text(lines(ROWS[0]), "utf-8")
    with opened(corpus, other) as library:
        assert other.encoded == list(library.indexed_texts(library.passage_keys().tolist()))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    texts = {"quy-dinh.txt": "Đảng viên đóng đảng phí theo quý.", "tin.md": "# Tin\n\nChi bộ họp."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tuple(tmp_path / name for name in texts)


def library_of(files: tuple[Path, ...], encoder: HashingEncoder) -> Library:
    folder = files[0].parent / "evaluation"
    return file_library(files, folder, encoder, lambda _done, _total: None)


def test_files_become_a_library_that_is_encoded_once(
    files: tuple[Path, ...], encoder: HashingEncoder
) -> None:
    with library_of(files, encoder) as library:
        home, sources = library.path, {one.source for one in library.documents()}
    encoded = len(encoder.encoded)
    assert sources == {"quy-dinh.txt", "tin.md"}
    assert encoded > 0
    with library_of(files, encoder) as library:
        assert library.path == home
        assert len(library.documents()) == 2
    assert len(encoder.encoded) == encoded
    files[0].write_text("Đảng viên đóng đảng phí theo tháng.", "utf-8")
    with library_of(files, encoder) as library:
        assert library.path != home
        assert len(library.documents()) == 2


def test_file_that_cannot_be_read_is_named(
    files: tuple[Path, ...], encoder: HashingEncoder, tmp_path: Path
) -> None:
    empty = tmp_path / "rong.txt"
    empty.write_text("")
    with pytest.raises(CorpusError, match="rong.txt"):
        library_of((*files, empty), encoder)


def test_questions_about_files_point_to_their_documents(
    files: tuple[Path, ...], encoder: HashingEncoder, tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    asked = {"id": 1, "question": "đóng khi nào?", "source": "quy-dinh.txt", "answers": ["quý"]}
    absent = {"id": 2, "question": "ai ký?", "source": None, "kind": "no_answer"}
    path.write_text(lines(asked, absent), "utf-8")
    with library_of(files, encoder) as library:
        first, second = read_library_questions(path, library)
        (document_id,) = first.relevant
        document = library.document(document_id)
        assert document is not None
        assert document.source == "quy-dinh.txt"
        assert (first.answers, first.unanswerable, first.kind) == (("quý",), False, "")
        assert (second.relevant, second.unanswerable) == (frozenset(), True)
        assert second.kind == "no_answer"
        path.write_text(lines({"id": 3, "question": "gì?", "source": "mat.pdf"}), "utf-8")
        with pytest.raises(CorpusError, match=r"câu 3 nói đến mat\.pdf: không có"):
            read_library_questions(path, library)
