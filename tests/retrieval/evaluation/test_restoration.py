from pathlib import Path

import pytest

from index.lexicon import Lexicon
from retrieval.evaluation.restoration import Restoration, read_sentences, restoration
from retrieval.question.spelling import Restorer

SENTENCES = ("Chi bộ phân công đảng viên, ngày 15/5.", "Đảng phí đóng theo quý!")


def restorer(*texts: str) -> Restorer:
    lexicon = Lexicon()
    lexicon.add(texts)
    return Restorer(lexicon)


def test_library_of_the_sentences_restores_all_of_them() -> None:
    assert restoration(restorer(*SENTENCES), SENTENCES) == Restoration(2, 12, 12)


def test_syllables_that_come_back_otherwise_are_counted_wrong() -> None:
    found = restoration(restorer("Đảng phí đóng theo quỹ, theo quỹ, theo quỹ"), SENTENCES[1:])
    assert (found.syllables, found.right) == (5, 4)
    assert found.share == 0.8


def test_place_of_the_tone_mark_is_no_difference() -> None:
    assert (
        restoration(restorer("thương lượng và hòa giải"), ["thương lượng và hoà giải"]).share == 1
    )


def test_nothing_to_restore_is_no_share() -> None:
    assert restoration(restorer("a"), []).share == 0


def test_comments_and_empty_lines_are_no_sentences(tmp_path: Path) -> None:
    path = tmp_path / "sentences.txt"
    path.write_text("# nguồn\n\nChi bộ họp.\n  Đảng phí. \n", "utf-8")
    assert read_sentences(path) == ("Chi bộ họp.", "Đảng phí.")


def test_real_sentences_are_all_read(shared_data: Path) -> None:
    (path,) = (shared_data / "diacritics").glob("*.txt")
    assert len(read_sentences(path)) == 55
    with pytest.raises(OSError, match="none"):
        read_sentences(path.with_name("none.txt"))
