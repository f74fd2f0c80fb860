from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.document import Document
from documents.store.library import Library
from documents.store.near_duplicates import ALIKE, shares, sketch
from tests.support.builders import long_articles, make_document, make_passages

WORDS = [f"chữ{place}" for place in range(400)]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=150, max_size=400).map(" ".join)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as opened:
        yield opened


def put(library: Library, text: str, number: str | None = None) -> Document:
    document = make_document(text, number=number)
    library.add(document, make_passages(document))
    return document


def share(one: str, other: str) -> float:
    return float(shares(sketch(one), np.stack([sketch(other)]))[0])


@settings(deadline=None, max_examples=30)
@given(TEXTS, TEXTS)
def test_likeness_is_close_to_the_share_of_common_runs(one: str, other: str) -> None:
    def runs(text: str) -> set[str]:
        words = text.split()
        return {" ".join(words[at : at + 5]) for at in range(len(words) - 4)}

    mixed = f"{one} {other}"
    exact = len(runs(one) & runs(mixed)) / len(runs(one) | runs(mixed))
    assert share(one, mixed) == pytest.approx(exact, abs=0.2)
    assert share(one, mixed) == share(mixed, one)
    assert share(one, one) == 1.0


def test_marks_case_and_layout_do_not_make_documents_unlike() -> None:
    text = "\n".join(long_articles(5))
    assert share(text, text.upper().replace("\n", "  ")) == 1.0


def test_documents_of_one_template_about_other_things_are_not_alike() -> None:
    def report(place: int) -> str:
        return "\n".join(long_articles(5, f"xã {place}")) + " ".join(WORDS[place : place + 200])

    assert share(report(0), report(199)) < ALIKE


def test_nearly_equal_documents_know_each_other_whichever_came_first(library: Library) -> None:
    text = " ".join(WORDS[:300])
    one = put(library, text)
    two = put(library, f"{text} thêm một câu.")
    put(library, " ".join(reversed(WORDS)))
    for document, other in ((one, two), (two, one)):
        (found,) = library.likenesses.of(document.document_id)
        assert found.document_id == other.document_id
        assert ALIKE <= found.share <= 1
    library.remove(one.document_id)
    assert library.likenesses.of(two.document_id) == ()


def test_an_older_version_is_no_near_duplicate(library: Library) -> None:
    text = " ".join(WORDS[:300])
    old = put(library, text, "03-NQ/TU")
    new = make_document(f"{text} đã sửa.")
    library.replace(old.document_id, new, make_passages(new))
    assert library.likenesses.of(new.document_id) == ()


def test_a_document_without_a_sketch_is_named_until_it_has_one(library: Library) -> None:
    document = make_document(" ".join(WORDS))
    library.add_all([(document, make_passages(document))])
    assert library.likenesses.lacking() == (document.document_id,)
    library.likenesses.sketch(document.document_id, document.text)
    assert library.likenesses.lacking() == ()
