"""Damaged files of every format: read or refused, never a crash, a hang or half a document."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from documents.formats.sandbox import Limits, ReadingProcess
from documents.metadata.extract import describe
from documents.splitting.passages import indexed_text, split
from documents.store.library import FILE_NAME, Library
from documents.vietnamese.normalize import normalize
from index.ingest.ingest import add_files
from index.ingest.results import Options
from tests.conftest import SHARED_DATA
from tests.support.builders import make_document
from tests.support.damaged_files import mutated, seeds
from tests.support.encoders import HashingEncoder

LIMITS = Limits(silent_seconds=20)
SLOWEST = 25  # seconds for a file, the start of a new process with it


def fuzz(folder: Path, count: int, seed: int, extra: Path | None) -> dict[str, int]:
    """Add damaged files one by one and check the library after; return how they fared."""
    kinds = seeds(extra)
    pool = [content for contents in kinds.values() for content in contents]
    draw = random.Random(seed)
    encoder, outcomes = HashingEncoder(), dict.fromkeys(("added", "refused", "other"), 0)
    suffixes = [suffix for suffix in kinds if suffix not in (".png", ".jpg", ".tif")]
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    with Library(folder / FILE_NAME) as library, ReadingProcess(LIMITS) as reader:
        for place in range(count):
            suffix = suffixes[place % len(suffixes)]
            file = inbox / f"{place}{suffix}"
            file.write_bytes(mutated(draw.choice(kinds[suffix]), draw, pool))
            begun = time.monotonic()
            options = Options(replace=bool(place % 2), allow_secret=frozenset((file.resolve(),)))
            for outcome in add_files(folder, library, encoder, [file], options, reader=reader):
                status = outcome.status if outcome.status in outcomes else "other"
                outcomes[status] += 1
                assert outcome.status != "refused" or one_line(outcome.reason, file), place
            assert time.monotonic() - begun < SLOWEST, (place, suffix)
            file.unlink()
        check(library, encoder)
    return outcomes


def one_line(reason: str | None, file: Path) -> bool:
    return bool(reason) and "\n" not in str(reason) and file.name in str(reason)


def check(library: Library, encoder: HashingEncoder) -> None:
    """Every document is whole: its passages are spans of it, and each has its vector."""
    assert library.faults() == ()
    for document in library.documents():
        passages = library.passages_of(document.document_id)
        assert passages
        for passage in passages:
            assert document.text[passage.start : passage.end] == passage.text
        texts = [indexed_text(document.title, passage) for passage in passages]
        assert library.lacking_vectors(encoder.fingerprint, texts) == ()
        assert library.indexed_texts_of(document.document_id) == tuple(texts)


def test_a_hundred_damaged_files_leave_no_half_document(tmp_path: Path) -> None:
    outcomes = fuzz(tmp_path, 100, seed=4, extra=None)
    assert sum(outcomes.values()) >= 100
    assert outcomes["refused"] > 10
    assert outcomes["added"] > 10


HEAD = "TỈNH ỦY SƠN LĨNH\nSố 1-QĐ/TU\nSơn Lĩnh, ngày 1 tháng 2 năm 2024\nQUY ĐỊNH\nvề việc\n"
PIECES = (
    ("1 ", " ", "\t", "(", "a - ", "1.", "1.1.", "- ", "# ", "|", "a | ", "A. ", "I. ", "CẤP ỦY ")
    + ("Căn cứ Quy định số 1-QĐ/TU ", "Quy định này ", "Quy định này có hiệu lực ", "thay thế ")
    + ("và 1/2-A, ", "số 1/2024/NĐ-CP ", "Nguyễn Văn A ", "KT. ", "BÍ THƯ ", "ngày 1 tháng 2 ")
    + ("sửa đổi, bổ sung một số điều ", "12,5% ", "“", "mật ", "của ", "[", "*", "Điều 1. ", "; ")
)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("head", ["", HEAD])
def test_no_line_however_long_takes_long_to_describe_and_split(head: str, piece: str) -> None:
    line = piece * (30_000 // len(piece))
    for text in (f"{head}{line}", f"{head}{piece * 20}\n{line}\nNơi nhận:\n{line}\n- Lưu."):
        text = normalize(text)
        begun = time.process_time()
        described = describe(text, "a.txt")
        document = replace(make_document(text), title=described.title)
        split(document)
        assert time.process_time() - begun < 5


@pytest.mark.slow
def test_two_thousand_damaged_files_leave_no_half_document(tmp_path: Path) -> None:
    extra = SHARED_DATA if SHARED_DATA.is_dir() else None
    outcomes = fuzz(tmp_path, 2_000, seed=2_000, extra=extra)
    print(outcomes)
    assert sum(outcomes.values()) >= 2_000
