import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from documents.document import Document
from documents.errors import DocumentError, LibraryInUseError
from documents.formats.find_files import gather
from documents.formats.read import Reading
from documents.layout.secrecy import Mark
from documents.store import originals
from documents.store.library import Library
from documents.store.lock import writing
from documents.vietnamese.normalize import fold
from index.ingest.encoding import BATCH
from index.ingest.ingest import add_files, remove_document
from index.ingest.results import Options, Outcome, Overrides
from tests.support import office_files
from tests.support.builders import long_articles, make_document, resolution_text
from tests.support.encoders import DirectReader, HashingEncoder


class Desk:
    """A data folder with what is needed to add to it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.library = Library(self.data / "library.db")
        self.encoder = HashingEncoder()

    def write(self, name: str, text: str) -> Path:
        path = self.inbox / name
        path.write_text(text, encoding="utf-8")
        return path

    def add(self, *paths: Path, options: Options | None = None) -> list[Outcome]:
        return list(
            add_files(
                self.data,
                self.library,
                self.encoder,
                paths,
                options=options or Options(),
                reader=DirectReader(),
            )
        )

    def state(self) -> tuple[object, ...]:
        """Everything that a run may change."""
        entries = [(entry.document, entry.passages) for entry in self.library.entries()]
        kept = sorted(path.name for path in (self.data / "originals").glob("*"))
        return self.library.generation, entries, kept, len(self.encoder.encoded)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.library:
        yield made


def added(outcome: Outcome) -> Document:
    assert outcome.document is not None, outcome.reason
    return outcome.document


def test_a_file_is_added_with_its_passages_vectors_and_original(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    (outcome,) = desk.add(path)
    document = added(outcome)
    assert (outcome.status, document.number, document.source) == ("added", "03-NQ/TU", "nq.txt")
    passages = desk.library.passages_of(document.document_id)
    assert outcome.passages == len(passages) > 0
    assert all(document.text[one.start : one.end] == one.text for one in passages)
    keys = desk.library.passage_keys()
    assert np.array_equal(
        desk.library.vectors(desk.encoder.fingerprint, keys),
        HashingEncoder().encode_passages(desk.library.indexed_texts(keys)),
    )
    kept = originals.place(desk.data, document)
    assert kept.read_bytes() == path.read_bytes()
    assert kept.suffix == ".txt"


def test_the_same_bytes_again_are_unchanged_under_any_name(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    copy = desk.write("bản sao.txt", resolution_text())
    (first,) = desk.add(path)
    before = desk.state()
    again, other = desk.add(path, copy)
    assert (again.status, other.status) == ("unchanged", "unchanged")
    assert again.passages == first.passages
    assert desk.state() == before
    assert desk.library.find("ban sao.txt") == (added(first),)


def test_other_bytes_of_a_known_number_are_refused_naming_the_remedy(desk: Desk) -> None:
    desk.add(desk.write("nq.txt", resolution_text()))
    before = desk.state()
    path = desk.write("nq-sua.txt", resolution_text(articles=("Bản đã sửa.",)))
    (outcome,) = desk.add(path)
    assert outcome.status == "refused"
    assert outcome.reason is not None
    assert str(path) in outcome.reason
    assert "03-NQ/TU" in outcome.reason
    assert "--replace" in outcome.reason
    assert desk.state() == before


def test_a_new_version_takes_the_place_of_the_old_one_when_asked(desk: Desk) -> None:
    (first,) = desk.add(desk.write("nq.txt", resolution_text()))
    path = desk.write("nq-sua.txt", resolution_text(articles=("Bản đã sửa.",)))
    (outcome,) = desk.add(path, options=Options(replace=True))
    assert outcome.status == "replaced"
    old = desk.library.document(added(first).document_id)
    assert old is not None
    assert old.status == "superseded"
    assert desk.library.documents() == (added(outcome),)
    assert desk.library.passages_of(old.document_id) == ()
    assert originals.place(desk.data, old).is_file()


def test_an_older_version_comes_back_only_when_asked(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    newer = desk.write("nq-sua.txt", resolution_text(articles=("Bản đã sửa.",)))
    desk.add(path)
    desk.add(newer, options=Options(replace=True))
    assert desk.add(path)[0].status == "refused"
    (outcome,) = desk.add(path, options=Options(replace=True))
    assert outcome.status == "replaced"
    assert [document.source for document in desk.library.documents()] == ["nq.txt"]


def test_one_number_of_another_organ_is_another_document(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text()))
    other = resolution_text().replace("KON TUM", "GIA LAI").replace("Kon Tum", "Gia Lai")
    assert desk.add(desk.write("b.txt", other))[0].status == "added"


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_document_that_replaces_another_marks_it_whichever_comes_first(
    desk: Desk, newest_first: bool
) -> None:
    older = desk.write("cu.txt", resolution_text("02-NQ/TU", "về đất đai"))
    newer = desk.write("moi.txt", resolution_text("03-NQ/TU"))
    said = Options(overrides=Overrides(replaces=("02-NQ/TU",)))
    steps: list[tuple[Path, Options]] = [(older, Options()), (newer, said)]
    for path, options in reversed(steps) if newest_first else steps:
        desk.add(path, options=options)
    statuses = {one.number: one.status for one in desk.library.documents()}
    assert statuses == {"02-NQ/TU": "replaced", "03-NQ/TU": "current"}


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_state_secret_is_refused_unless_that_very_file_is_allowed(desk: Desk, stamp: str) -> None:
    path = desk.write("mat.txt", resolution_text(stamp=stamp))
    other = desk.write("mat-khac.txt", resolution_text("04-NQ/TU", stamp=stamp))
    outcomes = desk.add(path, other, options=Options(allow_secret=frozenset({path.resolve()})))
    assert [outcome.status for outcome in outcomes] == ["added", "refused"]
    assert outcomes[1].reason is not None
    assert "bí mật nhà nước" in outcomes[1].reason
    assert not any(other.read_bytes() == kept.read_bytes() for kept in _kept(desk))


def test_what_may_be_a_state_secret_is_held_until_that_very_file_is_allowed(desk: Desk) -> None:
    path = desk.write("ngo.txt", resolution_text(stamp="Mật"))
    before = desk.state()
    (held,) = desk.add(path)
    assert (held.status, held.secrecy, held.document) == ("held", "Mật", None)
    assert held.reason is not None
    assert held.reason.startswith(f"{path}: có thể có dấu “MẬT” ở dòng 4")
    assert "--allow-secret" in held.reason
    assert "\n" not in held.reason
    assert desk.state() == before
    (allowed,) = desk.add(path, options=Options(allow_secret=frozenset({path.resolve()})))
    assert (allowed.status, added(allowed).secrecy) == ("added", "Mật")


def test_a_stamp_outside_the_text_is_refused_with_its_place(desk: Desk) -> None:
    document = docx.Document()
    for line in filter(None, resolution_text().split("\n")):
        document.add_paragraph(line)
    document.sections[0].footer.paragraphs[0].text = "T Ố I  M Ậ T"
    path = desk.inbox / "mat.docx"
    document.save(str(path))
    (outcome,) = desk.add(path)
    assert (outcome.status, outcome.secrecy) == ("refused", "Tối mật")


def _kept(desk: Desk) -> list[Path]:
    return list((desk.data / "originals").iterdir())


def test_what_the_operator_says_comes_before_what_the_text_says(desk: Desk) -> None:
    overrides = Overrides(number="09-NQ/TU", title="Tên đúng", issuer="Tỉnh ủy Gia Lai")
    path = desk.write("nq.txt", resolution_text())
    (outcome,) = desk.add(path, options=Options(overrides=overrides))
    document = added(outcome)
    assert (document.number, document.title, document.issuer) == (
        "09-NQ/TU",
        "Tên đúng",
        "Tỉnh ủy Gia Lai",
    )
    assert desk.add(path)[0].status == "unchanged"
    assert desk.library.documents() == (document,)


def test_a_known_file_takes_a_correction_of_its_description(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    (first,) = desk.add(path)
    (outcome,) = desk.add(path, options=Options(overrides=Overrides(title="Tên đúng")))
    assert outcome.status == "replaced"
    assert [one.title for one in desk.library.documents()] == ["Tên đúng"]
    assert outcome.passages == first.passages == len(desk.library.passage_keys())


def test_a_dry_run_foretells_the_run_and_changes_nothing(desk: Desk) -> None:
    desk.add(desk.write("co-san.txt", resolution_text("01-NQ/TU", "về đất đai")))
    paths = [
        desk.write("co-san-2.txt", resolution_text("01-NQ/TU", "về đất đai")),
        desk.write("a.txt", resolution_text()),
        desk.write("a-2.txt", resolution_text()),
        desk.write("a-sua.txt", resolution_text(articles=("Bản đã sửa.",))),
        desk.write("a-sua-2.txt", resolution_text(articles=("Bản đã sửa lần hai.",))),
        desk.write("rong.txt", ""),
    ]
    for replace in (True, False):
        before = desk.state()
        planned = desk.add(*paths, options=Options(dry_run=True, replace=replace))
        assert desk.state() == before
        done = desk.add(*paths, options=Options(replace=replace))
        assert [one.status for one in planned] == [one.status for one in done]
        assert [one.passages for one in planned] == [one.passages for one in done]
    assert [one.status for one in done].count("refused") > 1


def test_documents_of_the_same_text_are_both_kept_and_reported(desk: Desk) -> None:
    path = desk.write("a.txt", "Thông tin nội bộ của chi bộ.\nTháng này họp ngày 5.\n")
    copy = desk.inbox / "b.txt"
    copy.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (first,) = desk.add(path)
    (second,) = desk.add(copy)
    assert second.status == "added"
    assert second.note is not None
    assert "giống hệt" in second.note
    assert added(first).document_id in second.note


class FailingEncoder(HashingEncoder):
    """Gives out after some batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.batches == 0:
            raise KeyboardInterrupt
        self.batches -= 1
        return super().encode_passages(texts)


def test_an_interrupted_run_encodes_nothing_twice(desk: Desk) -> None:
    path = desk.write("dai.txt", resolution_text(articles=long_articles(3 * BATCH)))
    failing = FailingEncoder(batches=2)
    desk.encoder = failing
    with pytest.raises(KeyboardInterrupt):
        desk.add(path)
    assert desk.library.documents() == ()
    assert len(failing.encoded) == 2 * BATCH
    desk.encoder = HashingEncoder()
    (outcome,) = desk.add(path)
    assert outcome.status == "added"
    assert not set(failing.encoded) & set(desk.encoder.encoded)
    assert len(failing.encoded) + len(desk.encoder.encoded) == outcome.passages


def test_adding_again_with_another_model_encodes_for_it(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    (first,) = desk.add(path)
    desk.encoder = HashingEncoder(name="another")
    (again,) = desk.add(path)
    assert again.status == "unchanged"
    assert again.note is not None
    assert len(desk.encoder.encoded) == first.passages
    keys = desk.library.passage_keys()
    assert len(desk.library.vectors(desk.encoder.fingerprint, keys)) == first.passages


def test_progress_is_told_up_to_the_last_passage(desk: Desk) -> None:
    path = desk.write("dai.txt", resolution_text(articles=long_articles(2 * BATCH)))
    told: list[tuple[int, int]] = []
    (outcome,) = add_files(
        desk.data,
        desk.library,
        desk.encoder,
        [path],
        options=Options(),
        on_progress=lambda _path, done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (outcome.passages, outcome.passages)


def test_an_original_that_was_damaged_is_mended_by_adding_again(desk: Desk) -> None:
    path = desk.write("nq.txt", resolution_text())
    (outcome,) = desk.add(path)
    kept = originals.place(desk.data, added(outcome))
    kept.write_text("khác")
    assert desk.add(path)[0].status == "unchanged"
    assert kept.read_bytes() == path.read_bytes()


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nq.txt"
    path.write_text("đang ghi dở")
    with pytest.raises(DocumentError, match="bị thay đổi"):
        originals.keep(tmp_path, path, make_document())
    assert list((tmp_path / originals.FOLDER).iterdir()) == []


def test_removing_deletes_the_document_its_older_versions_and_their_originals(desk: Desk) -> None:
    desk.add(desk.write("nq.txt", resolution_text()))
    path = desk.write("nq-sua.txt", resolution_text(articles=("Bản đã sửa.",)))
    (outcome,) = desk.add(path, options=Options(replace=True))
    assert len(_kept(desk)) == 2
    remove_document(desk.data, desk.library, added(outcome))
    assert list(desk.library.entries()) == []
    assert len(desk.library.passage_keys()) == 0
    assert _kept(desk) == []


def test_a_folder_gives_its_documents_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.TXT", ".an.txt", "~$a.docx", "README.md", "x.exe"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("nội dung")
    gathered = gather([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in gathered.files] == [
        "a.md",
        "b.txt",
        "sub/c.TXT",
    ]
    assert len(gathered.ignored) == 1
    assert gathered.refused == ()


def test_a_name_that_is_not_unicode_is_stored_readably(desk: Desk) -> None:
    path = Path(os.fsdecode(os.fsencode(desk.inbox) + b"/h\xe0.txt"))
    path.write_text(resolution_text())
    (outcome,) = desk.add(path)
    assert added(outcome).source == "h?.txt"
    assert desk.library.find("h?.txt") == (added(outcome),)


def test_a_pipe_is_refused_at_once(desk: Desk) -> None:
    path = desk.inbox / "ong.txt"
    os.mkfifo(path)
    (outcome,) = desk.add(path)
    assert outcome.status == "refused"
    assert outcome.reason is not None
    assert str(path) in outcome.reason


def test_two_writers_exclude_each_other_and_the_second_is_told_at_once(tmp_path: Path) -> None:
    holder = str(os.getpid())
    with writing(tmp_path), pytest.raises(LibraryInUseError, match=holder), writing(tmp_path):
        pytest.fail("two writers at once")
    with writing(tmp_path):
        assert (tmp_path / ".writing.lock").read_text() == holder


def with_attachment(path: Path, name: str, content: bytes, text: str = "") -> Path:
    """Write a PDF with an attached file; without a text it is no more than a cover."""
    made = pypdfium2.PdfDocument(office_files.pdf([office_files.words(text, 60, 780)]))
    made.new_attachment(name).set_data(content)
    made.save(path)
    made.close()
    return path


COVER = "The list of the classes for the members is attached to this letter of the committee."


def test_a_file_attached_to_a_pdf_is_a_document_of_its_own(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "ds.txt", resolution_text().encode(), COVER)
    whole, inside = desk.add(path)
    assert (whole.status, inside.status) == ("added", "added")
    assert inside.path == path / "ds.txt"
    assert inside.document
    assert inside.document.number == "03-NQ/TU"
    assert [one.status for one in desk.add(path)] == ["unchanged"]


def test_a_pdf_that_is_only_a_cover_is_refused_and_what_it_holds_is_added(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "ds.txt", resolution_text().encode())
    cover, inside = desk.add(path)
    assert (cover.status, inside.status) == ("refused", "added")
    assert "1 tệp đính kèm" in (cover.reason or "")


def test_an_attached_file_of_another_kind_is_said_to_be_unread(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "may.exe", b"MZ", COVER)
    whole, inside = desk.add(path)
    assert (whole.status, inside.status) == ("added", "refused")
    assert "không đọc" in (inside.reason or "")


def test_what_is_attached_is_no_less_secret_than_the_whole(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "ds.txt", resolution_text().encode(), COVER)
    options = Options(overrides=Overrides(secrecy="Lưu hành nội bộ"))
    assert [one.document.secrecy for one in desk.add(path, options=options) if one.document] == [
        "Lưu hành nội bộ"
    ] * 2


class Stamped(DirectReader):
    """Sees on a PDF, beside its text, what may be a stamp of secrecy."""

    def read(self, path: Path) -> Reading:
        marks = (Mark("Mật", "hộp chữ"),) if path.suffix == ".pdf" else ()
        return dataclasses.replace(super().read(path), marks=marks)


def test_what_is_attached_to_a_file_that_is_held_is_not_added_either(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "ds.txt", resolution_text().encode(), COVER)
    library, encoder, options = desk.library, desk.encoder, Options()
    added_files = add_files(desk.data, library, encoder, [path], options, reader=Stamped())
    assert [one.status for one in added_files] == ["held"]
    assert not desk.library.document_ids()


def test_what_is_said_of_one_document_is_not_said_of_what_is_attached_to_it(desk: Desk) -> None:
    path = with_attachment(desk.inbox / "a.pdf", "ds.txt", resolution_text().encode(), COVER)
    _, inside = desk.add(path, options=Options(overrides=Overrides(number="9-CV/TU")))
    assert inside.document
    assert inside.document.number == "03-NQ/TU"


def test_a_document_with_damaged_letters_is_added_with_a_warning_and_left_for_review(
    desk: Desk,
) -> None:
    (outcome,) = desk.add(desk.write("a.txt", fold(resolution_text())))
    assert "chữ có thể hỏng" in (outcome.note or "")
    assert outcome.document
    assert outcome.document.is_doubtful
    assert [head.is_doubtful for head in desk.library.heads_of([outcome.document.document_id])] == [
        True
    ]


def test_the_parts_of_a_saved_page_and_what_systems_leave_are_nobodys_documents(
    desk: Desk,
) -> None:
    page = desk.write("Trang.html", "<p>Bài</p>")
    (desk.inbox / "Trang_files").mkdir()
    (desk.inbox / "Trang_files" / "saved_resource.html").write_text("<p>Quảng cáo</p>")
    desk.write("Thumbs.db", "x")
    other = desk.write("phim.mp4", "x")
    gathered = gather([desk.inbox])
    assert (gathered.files, gathered.ignored) == ((page,), (other,))
