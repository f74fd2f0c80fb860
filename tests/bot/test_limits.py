"""A limit follows the văn bản, whatever becomes of the bytes that it came in."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import FILE, MIGRATIONS, Access, Role
from bot.conversation.uploads import Sender, Uploads
from bot.limit_matching import DOUBTFUL, Limit, Tie, Version, resolve
from bot.texts import people
from bot.turn import Person
from documents.document import Document
from documents.store import lock, near_duplicates
from documents.store.database import Database
from documents.store.library import Library
from documents.store.records import Traits
from index.ingest.ingest import add_files
from index.ingest.results import Options, Outcome
from scripts import correct_documents
from tests.support.builders import long_articles, make_document, make_passages, resolution_text
from tests.support.commands import Shell
from tests.support.encoders import DirectReader

ADMIN, STAFF = Person("1", "Trưởng ban"), Person("601", "Bình")
ARTICLES = long_articles(6)
CORRECTED = (*ARTICLES[:5], "Điều này đã được đính chính theo công văn mới nhất.")
NUMBER = "03-NQ/TU"
PLAIN = "\n\n".join(("Báo cáo kết quả kiểm tra nội bộ quý một của cơ quan", *ARTICLES))


class Office(Shell):
    """A data folder with a bot that is asked after every step, or only in the end."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], *, watched: bool = False
    ) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder, capsys)
        self.watched = watched
        self.folder = folder
        (self.inbox / "sync").mkdir()
        self.add(self.write("khac.txt", resolution_text("07-CT/TU", "về việc khác")))

    def file(self, name: str, text: str) -> Path:
        return self.write(f"sync/{name}", text)

    def do(self, command: Callable[..., object], *arguments: object) -> None:
        command(*arguments)
        if self.watched:
            self.hidden()

    def in_step(self) -> None:
        self.do(self.sync, self.inbox / "sync", "--yes")

    def limit(self, least: Role = Role.STAFF) -> None:
        with closing(Access(self.data)) as access:
            for document in self.documents():
                access.limit(document.document_id, least)

    def hidden(self, role: Role = Role.CADRE) -> frozenset[str]:
        with closing(Access(self.data)) as access:
            return access.hidden_from(role)

    def documents(self) -> tuple[Document, ...]:
        """Everything that is answered from but the one document that is about something else."""
        with Library(self.data / "library.db") as library:
            return tuple(one for one in library.documents() if one.number != "07-CT/TU")

    def send(self, name: str, text: str, caption: str = "") -> list[str]:
        """Send a file in the chat; return what its sender and the administrators are told."""
        path = self.data / "uploads" / "1" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        with closing(Access(self.data, ("1",))) as access:
            access.give(STAFF, Role.STAFF, by="1")
            hidden = access.hidden_from(Role.STAFF)
            uploads = Uploads(self.data, self._added)
            turn = uploads.add(path, caption, Sender(STAFF, access), hidden)
        return [one.text for one in (*turn.messages, *(card for _, card in turn.elsewhere))]

    def _added(self, path: Path, replace: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
        with lock.writing(self.data), Library(self.data / "library.db") as library:
            options, reader = Options(replace=replace, hidden=hidden), DirectReader()
            return tuple(
                add_files(self.data, library, self.encoder, [path], options, reader=reader)
            )

    def correct(self, row: str) -> None:
        table = self.write("bang.csv", row)
        correct_documents.main([str(table), "--data", str(self.data)], encoder=self.encoder)


def numbered(articles: tuple[str, ...] = ARTICLES, number: str = NUMBER) -> str:
    return resolution_text(number, articles=articles)


def other_words(salt: str) -> tuple[str, ...]:
    """Write articles that share nothing with any others."""
    return tuple(" ".join(f"{salt}{place}{n}" for n in range(60)) for place in range(6))


Start = Callable[[Office], None]


def by_hand(office: Office) -> None:
    office.add(office.write("nq.txt", numbered()))


def by_folder(office: Office) -> None:
    office.file("nq.txt", numbered())
    office.in_step()


def without_number(office: Office) -> None:
    office.add(office.write("bao cao.txt", PLAIN))


def the_one(office: Office) -> Document:
    (document,) = office.documents()
    return document


def corrected_with_replace(office: Office) -> None:
    office.do(office.add, office.write("sua.txt", numbered(CORRECTED)), "--replace")


def rewritten_with_replace(office: Office) -> None:
    office.do(office.add, office.write("sua.txt", numbered(other_words("b"))), "--replace")


def sent_with_the_caption(office: Office) -> None:
    office.do(office.send, "sua.txt", numbered(CORRECTED), "thay")


def corrected_twice_then_removed_and_added(office: Office) -> None:
    corrected_with_replace(office)
    rewritten_with_replace(office)
    removed_and_added(office)


def removed_and_added(office: Office) -> None:
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("lai.txt", numbered()))


def removed_and_added_rewritten(office: Office) -> None:
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("lai.txt", numbered(other_words("c"))))


def renumbered_by_staff_removed_and_added_rewritten(office: Office) -> None:
    office.do(office.correct, f"Mã;Số\n{the_one(office).document_id};99-NQ/TU\n")
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("lai.txt", numbered(other_words("d"), "99-NQ/TU")))


def read_with_another_number(office: Office) -> None:
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("lai.txt", numbered(number="08-NQ/TU")))


def beside_it_with_another_number(office: Office) -> None:
    office.do(office.add, office.write("lai.txt", numbered(CORRECTED, "08-NQ/TU")))


def beside_it_without_its_number(office: Office) -> None:
    text = numbered(CORRECTED).replace(f"Số {NUMBER}", "")
    office.do(office.add, office.write("lai.txt", text))


def older_version_added_again(office: Office) -> None:
    corrected_with_replace(office)
    office.do(office.add, office.write("nq.txt", numbered()), "--replace")


def backup_of_before_restored(office: Office) -> None:
    target = office.folder / "truoc.zip"
    office.do(office.backup, target)
    corrected_with_replace(office)
    office.do(office.restore, target, "--overwrite")


def backup_of_the_correction_restored(office: Office) -> None:
    corrected_with_replace(office)
    target = office.folder / "sau.zip"
    office.do(office.backup, target)
    removed_and_added_rewritten(office)
    office.do(office.restore, target, "--overwrite")


def library_made_anew(office: Office) -> None:
    for path in office.data.glob("library.db*"):
        path.unlink()
    office.do(office.add, office.write("khac.txt", resolution_text("07-CT/TU", "về việc khác")))
    office.do(office.add, office.write("nq.txt", numbered(CORRECTED)))


def corrected_in_the_folder(office: Office) -> None:
    office.file("nq.txt", numbered(CORRECTED))
    office.in_step()


def renumbered_in_the_folder(office: Office) -> None:
    office.file("nq.txt", numbered(other_words("e"), "05-NQ/TU"))
    office.in_step()


def renumbered_in_the_folder_then_gone_and_back(office: Office) -> None:
    renumbered_in_the_folder(office)
    path = office.inbox / "sync" / "nq.txt"
    office.file("giu.txt", resolution_text("11-NQ/TU", "về việc ba", long_articles(3, "khác")))
    path.unlink()
    office.in_step()
    (office.inbox / "sync" / "giu.txt").unlink()
    office.file("ten moi.txt", numbered(other_words("g"), "05-NQ/TU"))
    office.in_step()


def moved_and_corrected_in_the_folder(office: Office) -> None:
    (office.inbox / "sync" / "nq.txt").unlink()
    office.file("moi.txt", numbered(CORRECTED))
    office.in_step()


def corrected_without_a_number(office: Office) -> None:
    office.do(office.add, office.write("ban hai.txt", PLAIN.replace("thứ", "điểm") + "\n\nHết."))


def sent_without_a_number(office: Office) -> None:
    office.do(office.send, "ban hai.txt", f"{PLAIN}\n\nĐã đính chính.", "thay")


def the_same_words_in_other_bytes(office: Office) -> None:
    office.do(office.add, office.write("ban hai.txt", PLAIN.replace("\n\n", "\n\n\n")))


def rewritten_under_its_title(office: Office) -> None:
    title = PLAIN.split("\n", 1)[0]
    text = "\n\n".join((f"{title} (sửa)", *other_words("h")))
    office.do(office.add, office.write("ban hai.txt", text))


def rewritten_under_its_file_name(office: Office) -> None:
    (office.inbox / "khac").mkdir()
    text = "\n\n".join(("Ghi chép cuộc họp", *other_words("i")))
    office.do(office.add, office.write("khac/bao cao.txt", text))


def removed_and_a_near_copy_removed_and_added(office: Office) -> None:
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("hai.txt", f"{PLAIN}\n\n{'Thêm một câu mới. ' * 5}"))
    office.do(office.remove, the_one(office).document_id)
    office.do(office.add, office.write("ba.txt", f"{PLAIN}\n\n{'Thêm hai câu mới nữa. ' * 5}"))


WAYS: tuple[tuple[Start, Callable[[Office], None]], ...] = (
    *(
        (by_hand, way)
        for way in (
            corrected_with_replace,
            rewritten_with_replace,
            sent_with_the_caption,
            corrected_twice_then_removed_and_added,
            removed_and_added,
            removed_and_added_rewritten,
            renumbered_by_staff_removed_and_added_rewritten,
            read_with_another_number,
            beside_it_with_another_number,
            beside_it_without_its_number,
            older_version_added_again,
            backup_of_before_restored,
            backup_of_the_correction_restored,
            library_made_anew,
        )
    ),
    *(
        (by_folder, way)
        for way in (
            corrected_in_the_folder,
            renumbered_in_the_folder,
            renumbered_in_the_folder_then_gone_and_back,
            moved_and_corrected_in_the_folder,
        )
    ),
    *(
        (without_number, way)
        for way in (
            corrected_without_a_number,
            sent_without_a_number,
            the_same_words_in_other_bytes,
            rewritten_under_its_title,
            rewritten_under_its_file_name,
            removed_and_a_near_copy_removed_and_added,
        )
    ),
)
each_way = pytest.mark.parametrize(
    ("start", "way"), WAYS, ids=[f"{start.__name__}-{way.__name__}" for start, way in WAYS]
)


@each_way
def test_a_limit_holds_however_the_bytes_change_or_come_back(
    start: Start,
    way: Callable[[Office], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office = Office(tmp_path / "phong", capsys)  # nobody asks the bot meanwhile
    start(office)
    office.limit()
    before = {one.document_id for one in office.documents()}
    way(office)
    after = {one.document_id for one in office.documents()}
    assert after
    assert after <= office.hidden(Role.CADRE)
    assert not office.hidden(Role.STAFF)
    shown = {one.document_id for one in live(office)} - office.hidden(Role.CADRE)
    assert len(shown) == 1  # the one that is about something else
    assert before - after <= office.hidden(Role.CADRE)


@each_way
def test_without_a_limit_nothing_is_hidden(
    start: Start,
    way: Callable[[Office], None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    office = Office(tmp_path / "phong", capsys, watched=True)
    start(office)
    way(office)
    assert office.hidden(Role.CADRE) == frozenset()


def live(office: Office) -> tuple[Document, ...]:
    with Library(office.data / "library.db") as library:
        return library.documents()


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path / "phong", capsys)


OTHERS = {
    "another number of the series": numbered(other_words("k"), "04-NQ/TU"),
    "the same number of another year": numbered(other_words("l"))
    .replace("ngày 15 tháng 6 năm 2021", "ngày 15 tháng 6 năm 2016")
    .replace("về chuyển đổi số", "về phát triển du lịch cộng đồng"),
    "no number and other words": "\n\n".join(("Ghi chép cuộc họp", *other_words("m"))),
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_a_document_that_is_surely_another_is_not_hidden(office: Office, text: str) -> None:
    by_hand(office)
    office.limit()
    office.add(office.write("khac hai.txt", text))
    assert len(live(office)) == 3
    assert len(office.hidden()) == 1


def test_a_document_in_doubt_is_hidden_until_an_administrator_says(office: Office) -> None:
    without_number(office)
    office.limit(Role.ADMIN)
    said, *cards = office.send("hai.txt", f"{PLAIN}\n\nĐã đính chính.")
    own = office.hidden(Role.STAFF)
    (doubtful,) = (one for one in office.documents() if one.source == "hai.txt")
    assert doubtful.document_id in own
    assert said.endswith(people.held_upload(doubtful.document_id, Role.ADMIN))
    title = PLAIN.split("\n", 1)[0]
    assert title not in said.replace(doubtful.title, "")  # nothing of the one that is limited
    assert cards == [people.held(doubtful.title, doubtful.document_id, Role.ADMIN, title)]
    with closing(Access(office.data)) as access:
        access.limit(doubtful.document_id, None)
        assert access.hidden_from(Role.STAFF) == own - {doubtful.document_id}
        assert access.limits.of(doubtful.document_id) is None
    office.remove(doubtful.document_id)
    office.add(office.write("hai.txt", f"{PLAIN}\n\nĐã đính chính."))
    assert doubtful.document_id not in office.hidden(Role.STAFF)  # the same bytes again


def test_a_document_in_doubt_may_be_limited_for_good(office: Office) -> None:
    without_number(office)
    office.limit(Role.ADMIN)
    office.add(office.write("hai.txt", f"{PLAIN}\n\nĐã đính chính."))
    (doubtful,) = (one for one in office.documents() if one.source == "hai.txt")
    with closing(Access(office.data)) as access:
        access.limit(doubtful.document_id, Role.STAFF)
        limited = access.limits.of(doubtful.document_id)
    assert limited is not None
    assert (limited.role, limited.like) == (Role.STAFF, None)


def test_a_command_says_what_it_added_that_not_everybody_sees(office: Office) -> None:
    by_hand(office)
    office.limit()
    said = office.add(office.write("sua.txt", numbered(CORRECTED)), "--replace")
    assert people.limited("Nghị quyết số 03-NQ/TU", Role.STAFF) in said.out
    said = office.add(office.write("tam.txt", numbered(number="08-NQ/TU")))
    (doubtful,) = (one for one in office.documents() if one.number == "08-NQ/TU")
    assert (
        people.held("Nghị quyết số 08-NQ/TU", doubtful.document_id, Role.STAFF, NUMBER) in said.out
    )


def test_lifting_a_limit_shows_every_version(office: Office) -> None:
    by_hand(office)
    office.limit()
    corrected_with_replace(office)
    with closing(Access(office.data)) as access:
        access.limit(the_one(office).document_id, None)
    rewritten_with_replace(office)
    assert office.hidden() == frozenset()


def test_a_limit_of_an_earlier_version_of_the_software_reaches_the_present_bytes(
    office: Office,
) -> None:
    by_hand(office)
    older = the_one(office).document_id
    rewritten_with_replace(office)
    with closing(Database(office.data / FILE, MIGRATIONS[:3])) as old, old.writing() as database:
        database.execute("INSERT INTO limits VALUES (?, 'staff')", (older,))
        database.execute("INSERT INTO limits VALUES ('ffffffffffff', 'admin')")
    assert office.hidden(Role.CADRE) == {older, the_one(office).document_id, "ffffffffffff"}
    assert office.hidden(Role.STAFF) == {"ffffffffffff"}
    removed_and_added_rewritten(office)
    assert the_one(office).document_id in office.hidden(Role.CADRE)


def test_a_label_of_an_older_version_is_kept_until_staff_take_it_back(office: Office) -> None:
    by_folder(office)
    office.correct(f"Mã;Độ mật\n{the_one(office).document_id};Lưu hành nội bộ\n")
    corrected_in_the_folder(office)
    assert the_one(office).secrecy == "Lưu hành nội bộ"
    office.correct(f"Mã;Độ mật\n{the_one(office).document_id};-\n")
    renumbered_in_the_folder(office)
    assert the_one(office).secrecy is None


class Shelf:
    """One văn bản in a library, through every change that there is."""

    def __init__(self, data: Path) -> None:
        self.library, self.access = Library(data / "library.db"), Access(data)
        self.version, self.number = 0, 3
        self.present: str | None = None
        self.limited = False
        self.add()

    def edit(self) -> None:
        self.version += 1
        document = make_document(
            " ".join(f"{self.version}từ{n}" for n in range(40)), f"{self.number:02}-NQ/TU"
        )
        if self.present:
            self.library.replace(self.present, document, make_passages(document))
        else:
            self.library.add(document, make_passages(document))
        self.present = document.document_id

    def renumber(self) -> None:
        """Only where it takes the place of what was there does anything tie the two together."""
        self.number += self.present is not None
        self.edit()

    def add(self) -> None:
        if not self.present:
            self.edit()

    def remove(self) -> None:
        """As the commands do: they look at the limits before they remove."""
        if self.present:
            self.look()
            self.library.remove(self.present)
            self.present = None

    def look(self) -> None:
        self.access.limits.all()

    def limit(self) -> None:
        if self.present:
            self.access.limit(self.present, Role.STAFF)
            self.limited = True

    def close(self) -> None:
        self.access.close()
        self.library.close()


@given(
    st.lists(
        st.sampled_from(("edit", "renumber", "remove", "add", "look", "limit")),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_in_any_order_of_changes_what_was_limited_stays_so(steps: list[str]) -> None:
    with TemporaryDirectory() as folder, closing(Shelf(Path(folder))) as shelf:
        for step in steps:
            getattr(shelf, step)()
            if shelf.present:
                hidden = shelf.access.hidden_from(Role.CADRE)
                assert (shelf.present in hidden) == shelf.limited


def traits(document_id: str, title: str, number: str | None, words: str) -> Traits:
    sketch = near_duplicates.packed(near_duplicates.sketch(words))
    return Traits(document_id, title, number, source=f"{document_id}.txt", sketch=sketch)


WORDS = " ".join(f"từ{n}" for n in range(400))
HALF = " ".join(f"từ{n}" if n < 280 else f"khác{n}" for n in range(400))
OTHER = " ".join(f"riêng{n}" for n in range(400))


@pytest.mark.parametrize(
    ("number", "title", "words", "is_hidden"),
    [
        ("03-NQ/TU", "Tên hoàn toàn khác hẳn", OTHER, True),
        ("04-NQ/TU", "Về kiểm tra nội bộ năm nay", OTHER, False),
        ("04-NQ/TU", "Về kiểm tra nội bộ năm nay", HALF, True),
        ("04-NQ/TU", "Tên hoàn toàn khác hẳn", HALF, False),
        ("04-NQ/TU", "Tên hoàn toàn khác hẳn", WORDS, True),
        (None, "Tên hoàn toàn khác hẳn", HALF, True),
        (None, "Về kiểm tra nội bộ năm qua", OTHER, True),
        (None, "Về kiểm tra nội bộ năm 2025", OTHER, False),
        (None, "Tên hoàn toàn khác hẳn", OTHER, False),
    ],
)
def test_number_words_and_title_tell_together(
    number: str | None, title: str, words: str, is_hidden: bool
) -> None:
    known = traits("a", "Về kiểm tra nội bộ năm nay", "03-NQ/TU", WORDS)
    limit = Limit(1, Role.STAFF, (Version(Tie.DECIDED, known),))
    found = resolve([limit], [known, traits("b", title, number, words)]).limited
    assert ("b" in found) == is_hidden


def test_doubt_does_not_spread_from_one_document_in_doubt_to_the_next() -> None:
    own = near_duplicates.sketch(WORDS)
    far = " ".join(f"từ{n}" if 150 < n < 280 else f"khác{n}" for n in range(400))
    half, third = near_duplicates.sketch(HALF), near_duplicates.sketch(far)
    shares = near_duplicates.shares
    assert shares(own, half[None])[0] > DOUBTFUL > shares(own, third[None])[0]
    documents = [traits("a", "A b c", None, WORDS), traits("b", "D e f", None, HALF)]
    documents.append(traits("c", "G h i", None, far))
    limit = Limit(1, Role.STAFF, (Version(Tie.DECIDED, documents[0]),))
    first = resolve([limit], documents)
    learned = Limit(1, Role.STAFF, (*limit.versions, *first.versions[1]))
    assert set(first.limited) == set(resolve([learned], documents).limited) == {"a", "b"}


def test_the_strictest_limit_of_a_document_holds() -> None:
    known = traits("a", "A b c", "03-NQ/TU", WORDS)
    limits = [
        Limit(1, Role.ADMIN, (Version(Tie.SAME, known),)),
        Limit(2, Role.STAFF, (Version(Tie.SAME, known),)),
    ]
    for ordered in (limits, limits[::-1]):
        assert resolve(ordered, [known]).limited["a"].role is Role.ADMIN


def test_a_file_sent_before_its_sender_lost_the_right_is_not_added(office: Office) -> None:
    sent_at = datetime.now(UTC)
    path = office.data / "uploads" / "1" / "nq.txt"
    path.parent.mkdir(parents=True)
    path.write_text(numbered(), "utf-8")
    with closing(Access(office.data, ("1",))) as access:
        access.give(STAFF, Role.STAFF, by="1")
        access.give(STAFF, Role.REVOKED, by="1")
        access.give(STAFF, Role.STAFF, by="1")
        uploads = Uploads(office.data, office._added)
        turn = uploads.add(path, "", Sender(STAFF, access, sent_at), frozenset())
    assert "không được thêm" in turn.messages[0].text
    assert office.documents() == ()
    assert not path.exists()
