from pathlib import Path

import pytest

from scripts._reader import rows
from scripts._reader.rows import Answer, Material, RowsError, read_material
from tests.support.reader_data import (
    COMMUNES,
    commune_text,
    write_folder,
    write_reading,
    write_rows,
)


def read(folder: Path) -> Material:
    return read_material([folder], written=None)


def test_written_rows_are_read_with_their_texts(tmp_path: Path) -> None:
    material = read(write_folder(tmp_path))
    assert material.texts["xa-3"].text == commune_text(3)
    assert len(material.examples) == 4 * COMMUNES
    first, *_others, last = material.examples
    assert (first.answers, first.answerable) == ((Answer("100 đảng viên"),), True)
    assert (last.answers, last.answerable) == ((), False)
    assert {one.verdict for one in material.examples} == {"neither", "yes"}


def test_rows_whose_answer_does_not_stand_in_their_text_are_left_out(tmp_path: Path) -> None:
    write_rows(tmp_path / "documents.jsonl", [{"id": "a", "title": "", "text": "Có 3 chi bộ."}])
    write_rows(
        tmp_path / "questions.jsonl",
        [
            {"doc": "a", "q": "Mấy chi bộ?", "answer": "3 chi bộ"},
            {"doc": "a", "q": "Mấy chi bộ?", "answer": "4 chi bộ"},
            {"doc": "b", "q": "Mấy chi bộ?", "answer": "3 chi bộ"},
        ],
    )
    material = read(tmp_path)
    assert [one.answers for one in material.examples] == [(Answer("3 chi bộ"),)]
    assert material.left_out == {rows.NO_ANSWER: 1, rows.NO_TEXT: 1}


def test_a_question_that_follows_another_is_left_out(tmp_path: Path) -> None:
    asked = {"src": "vicoqa", "history": ["Ai họp?"]}
    long = "Đại hội của đảng bộ xã bàn về việc gì?"
    folder = write_reading(
        tmp_path, [asked | {"question": "Ở đâu?"}, asked | {"question": long}], "Đại hội họp."
    )
    material = read(folder)
    assert [one.question for one in material.examples] == [long]
    assert material.left_out == {rows.FOLLOW_UP: 1}


def test_texts_by_which_the_project_is_measured_are_never_learned(tmp_path: Path) -> None:
    text = "Huyện có 12 xã."
    write_rows(tmp_path / "viquad" / "corpus.jsonl", [{"id": "v", "text": text.upper()}])
    folder = write_reading(tmp_path, [{"question": "Huyện có mấy xã?"}], text)
    write_folder(folder)
    material = read(folder)
    assert material.left_out == {rows.MEASURED: 1}
    assert {one.source for one in material.examples} == {"own"}


def test_claims_are_no_questions(tmp_path: Path) -> None:
    folder = write_reading(tmp_path, [{"question": "Xã đạt.", "src": "vifactcheck_dev"}], "Xã đạt.")
    write_folder(folder)
    assert read(folder).left_out == {rows.THINNED: 1}


def test_english_questions_are_known_as_such(tmp_path: Path) -> None:
    asked = ["How many communes are there in the district?", "Huyện có mấy xã?"]
    folder = write_reading(tmp_path, [{"question": one} for one in asked], "Huyện có 12 xã.")
    assert [one.is_english for one in read(folder).examples] == [True, False]


def test_half_of_the_questions_on_laws_are_kept_for_measuring(tmp_path: Path) -> None:
    folder = tmp_path / "alqac"
    write_rows(folder / "corpus.jsonl", [{"id": "Luật A#1", "title": "Luật A", "text": "Quyền."}])
    write_rows(
        folder / "questions.jsonl",
        (
            {"id": f"train_{one}", "question": f"Quyền {one}?", "relevant": ["Luật A#1"]}
            for one in range(200)
        ),
    )
    material = read(tmp_path)
    assert 80 < len(material.examples) < 120
    assert material.left_out[rows.MEASURED] == 200 - len(material.examples)
    assert material.distractors == {"Luật A#1"}


def test_a_committees_own_questions_are_read_as_they_were_promoted(tmp_path: Path) -> None:
    own = tmp_path / "data" / "evaluation" / "own"
    document = {"id": "d1", "title": "Quy định", "text": commune_text(1)}
    write_rows(own / "corpus.jsonl", [document])
    write_rows(
        own / "questions.jsonl",
        [
            {
                "id": "log-1",
                "question": "mấy đảng viên",
                "relevant": ["d1"],
                "answers": ["107 đảng viên"],
                "passage": commune_text(1),
            },
            {"id": "log-2", "question": "ai là trưởng công an", "relevant": []},
            {"id": "log-3", "question": "văn bản đã gỡ", "relevant": ["d2"]},
        ],
    )
    material = read_material([], tmp_path / "data", written=None)
    answered, unanswerable = material.examples
    assert (answered.text_id, answered.answers) == ("own:d1", (Answer("107 đảng viên"),))
    assert (unanswerable.text_id, unanswerable.answerable) == (None, False)
    assert material.left_out == {rows.NO_TEXT: 1}


def test_a_folder_without_anything_to_learn_from_is_named(tmp_path: Path) -> None:
    with pytest.raises(RowsError, match=f"{tmp_path}: không có reading/"):
        read(tmp_path)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path)
    with (tmp_path / "questions.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(RowsError, match=f"questions.jsonl, dòng {4 * COMMUNES + 1}"):
        read(tmp_path)


def test_every_row_in_the_repository_stands_in_its_text() -> None:
    material = read_material([], written=rows.WRITTEN)
    assert set(material.left_out) <= {rows.NO_TEXT}  # those over texts that are not shipped
    assert len(material.texts) > 100
    assert len(material.examples) > 4_000
