"""Every numbered place of every shipped document, asked for by name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.first_run import add_samples
from documents.document import Document
from documents.store.library import Library
from documents.vietnamese.provisions import Place
from retrieval.answer import Answer, NoAnswer
from retrieval.evaluation.run import strip_diacritics
from retrieval.pipeline import Searcher
from retrieval.readers.provision import clause_span
from tests.support.builders import make_document
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import open_searcher

LABEL = re.compile(r"(?:Điều\s+(\d+)\.|([IVX]+)\.|(\d+(?:\.\d+)*)\.|([a-zđ])\))\s")


def places_of(document: Document) -> dict[str, str]:
    """Return what a question would call each place, with the line that begins it first."""
    places: dict[str, str] = {}
    article = above = None
    for line in document.text.split("\n"):
        match = LABEL.match(line)
        if match is None:
            continue
        if match[1]:
            article = name = above = f"Điều {match[1]}"
        elif match[2]:
            article, name = None, f"mục {match[2]}"
            above = name
        elif match[3]:
            name = f"{article} khoản {match[3]}" if article else f"mục {match[3]}"
            above = name
        else:
            name = f"{above} điểm {match[4]}"
        places.setdefault(name, line)
    return places


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    data = tmp_path_factory.mktemp("data")
    encoder = HashingEncoder(256)
    with Library(data / "library.db") as library:
        assert add_samples(data, library, encoder) == ()
        yield Searcher.open(data, library, encoder, strictness=0.0)


def test_every_place_of_a_named_document_is_shown(searcher: Searcher) -> None:
    asked = 0
    for document in searcher.library.documents():
        for name, line in places_of(document).items() if document.number else ():
            question = f"{name} của {document.kind} số {document.number}"
            reply = searcher.ask(question).reply
            assert isinstance(reply, Answer), question
            assert reply.citations[0].document_id == document.document_id, question
            assert line[:40] in reply.citations[0].quote, question
            asked += 1
    assert asked > 100


@pytest.mark.parametrize(
    "question",
    ["Điều 5 khoản 4 Quy định 15-QĐ/TU", "quy định 15 điều 5 khoản 4", "khoản 4, Điều 5 QĐ 15"],
)
def test_place_is_found_however_it_is_asked_for(searcher: Searcher, question: str) -> None:
    for typed in (question, strip_diacritics(question), question.upper()):
        reply = searcher.ask(typed).reply
        assert isinstance(reply, Answer)
        assert reply.text.startswith("4. ")
        assert "05 ngày làm việc" in reply.text


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Điều 20 Quy định 15-QĐ/TU nói gì?", "Điều 20"),
        ("Điều 5 khoản 19 của quy định 15", "Điều 5, khoản 19"),
        ("mục 1.9 của chỉ thị 09", "mục 1.9"),
    ],
)
def test_place_that_the_document_lacks_is_refused_by_name(
    searcher: Searcher, question: str, subject: str
) -> None:
    reply = searcher.ask(question).reply
    assert isinstance(reply, NoAnswer)
    assert (reply.reason, reply.subject) == ("no_such_place", subject)


def test_a_place_that_goes_on_is_marked_where_it_is_cut(searcher: Searcher) -> None:
    goes_on = searcher.ask("Điều 5 quy định 15").reply
    assert isinstance(goes_on, Answer)
    assert goes_on.behind == "\n…"
    ends = searcher.ask("Điều 5 khoản 4 quy định 15").reply
    assert isinstance(ends, Answer)
    assert ends.behind == ""


PACKED = (
    "Điều 5. Thủ tục\n1. Nộp đơn:\na) tại chi bộ;\nd) qua thư;\nđ) qua mạng.\n2. Nhận kết quả:\n"
    "a) trong 05 ngày."
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place("5"), PACKED),
        (Place("5", "2"), "2. Nhận kết quả:\na) trong 05 ngày."),
        (Place("5", "2", "a"), "a) trong 05 ngày."),
        (Place("5", "1", "a"), "a) tại chi bộ;"),
        (Place("5", "1", "d"), "d) qua thư;"),
        (Place("5", "1", "đ"), "đ) qua mạng."),
        (Place("5", "3"), PACKED),
    ],
)
def test_place_is_cut_out_of_a_passage_that_packs_several(place: Place, text: str) -> None:
    start, end = clause_span(PACKED, place)
    assert PACKED[start:end] == text


SECTIONS = (
    "II. NỘI DUNG\n1. Đối tượng\n1.1. Bí thư chi bộ.\n1.2. Cấp ủy viên.\n2. Thời gian\nIII. TỔ CHỨC"
)


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("1", "1. Đối tượng\n1.1. Bí thư chi bộ.\n1.2. Cấp ủy viên."),
        ("1.1", "1.1. Bí thư chi bộ."),
        ("2", "2. Thời gian"),
        ("ii", SECTIONS.removesuffix("\nIII. TỔ CHỨC")),
    ],
)
def test_section_holds_its_own_parts_and_no_sibling(section: str, text: str) -> None:
    start, end = clause_span(SECTIONS, Place(section=section))
    assert SECTIONS[start:end] == text


@pytest.mark.parametrize(
    ("text", "article", "reason"),
    [
        ("Điều 1. Họp\nHọp sáng.\nĐiều 2. Chi\nChi đủ.", "3", "no_such_place"),
        ("Điều 2. Họp\nHọp sáng.\nĐiều 3. Chi\nChi đủ.", "1", "nothing_found"),
        ("Điều 1. Họp\nHọp sáng.\nĐiều 3. Chi\nChi đủ.", "2", "nothing_found"),
        ("Điều 1. Họp\nHọp sáng và chuyển đổi số Điều 2. Chi đủ.", "2", "nothing_found"),
        ("Chi bộ họp buổi sáng.\nChi bộ chi đủ tiền.", "2", "nothing_found"),
    ],
)
def test_a_place_is_said_to_lack_only_where_the_numbering_is_certain(
    tmp_path: Path, text: str, article: str, reason: str
) -> None:
    document = make_document(text, number="77-QĐ/TU", kind="Quy định")
    searcher = open_searcher(tmp_path, [document])
    reply = searcher.ask(f"Điều {article} Quy định 77-QĐ/TU nói gì?").reply
    searcher.library.close()
    assert isinstance(reply, NoAnswer)
    assert reply.reason == reason
