"""Damaged files of every format: read or refused, never a crash, a hang or half a document."""

import random
import time
from pathlib import Path

import pytest

from documents.apart import Limits, ReadingProcess
from documents.library import FILE_NAME, Library
from documents.splitting import indexed_text
from index.ingest import add_files
from index.outcome import Options
from tests.conftest import SHARED_DATA
from tests.fakes import HashingEncoder
from tests.mutations import mutated, seeds

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


@pytest.mark.slow
def test_two_thousand_damaged_files_leave_no_half_document(tmp_path: Path) -> None:
    extra = SHARED_DATA if SHARED_DATA.is_dir() else None
    outcomes = fuzz(tmp_path, 2_000, seed=2_000, extra=extra)
    print(outcomes)
    assert sum(outcomes.values()) >= 2_000
