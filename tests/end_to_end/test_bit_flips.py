"""One flipped bit in any file of a data folder: the answers stay, or the fault is named, or nothing
is said. Never another answer, never a trace.

``pytest tests/end_to_end/test_bit_flips.py --bit-flips 2000`` tries so many of each file.
"""

import logging
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.outbox.models import OutgoingMessage, QueuedUpdate
from bot.outbox.store import Mailbox
from bot.query_log.log import Exchange, QueryLog
from bot.turn import Person
from documents.errors import TraCuuError
from documents.store.library import FILE_NAME, Library
from retrieval.answer import Answer, Citation, Reply
from retrieval.pipeline import Searcher
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import DOCUMENTS, open_searcher

SEED = 20
ENCODER = HashingEncoder(256)
QUESTIONS = (
    "Mục tiêu Nghị quyết đề ra tỷ lệ thôn trưởng, tổ trưởng tổ dân phố là đảng viên là bao nhiêu?",
    "Bao nhiêu bí thư chi bộ kiêm thôn trưởng?",
    "Điều 5 Quy định 15-QĐ/TU quy định gì?",
    "Giấy mời họp gửi trước mấy ngày?",
    "Quy định 22-QĐ/TU ban hành ngày nào?",
    "Quy định 15-QĐ/TU thay thế văn bản nào?",
)
READER, LIMITED = "5", DOCUMENTS[3].document_id
UPDATE = QueuedUpdate(7, READER, '{"text": "Giấy mời gửi trước mấy ngày?"}', 1.0)
MESSAGE = OutgoingMessage(text="Giấy mời gửi trước ba ngày làm việc.")

Told = tuple[object, ...]
# A trace is a fault, too: all that a damaged row may raise where nobody names it.
UNFORESEEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)


def asked(data: Path) -> tuple[Told, list[str]]:
    """Ask everything; return the replies and what was named as damaged."""
    with closing(Library(data / FILE_NAME)) as library:
        searcher = Searcher.open(data, library, ENCODER, strictness=0.0)
        replies = tuple(as_shown(searcher.ask(question).reply) for question in QUESTIONS)
        listed = tuple(sorted(head.title for head in library.heads()))
        return (*replies, listed), list(library.damage.lines)


def as_shown(reply: Reply) -> object:
    if isinstance(reply, Answer):
        return reply.text, reply.derivation, tuple(map(cited, reply.citations))
    return reply.reason, tuple(map(cited, reply.nearest))


def cited(citation: Citation) -> object:
    return replace(citation, marker=1)


def logged(data: Path) -> tuple[Told, list[str]]:
    """Read the log as the buttons, the history and the next question do: it answers nothing."""
    with closing(QueryLog(data)) as log:
        log.find(1, READER)
        log.history(READER, 5)
        log.record(exchange("Còn gì nữa?"))
        return (), []


def let_in(data: Path) -> tuple[Told, list[str]]:
    """Ask who may do what, and who may see what."""
    with closing(Access(data)) as access:
        roles = tuple(access.role(one) for one in ("1", READER, "6"))
        people = tuple(sorted(one.user_id for role in Role for one in access.having(role)))
        return (roles, people, access.hidden_from(Role.CADRE), access.group_allowed("-9")), []


def delivered(data: Path) -> tuple[Told, list[str]]:
    """Take up what an earlier run left."""
    with closing(Mailbox(data)) as mailbox:
        waiting = tuple(replace(one, tries=0) for one in mailbox.waiting())
        return (waiting, mailbox.unsent(), mailbox.behind(1), mailbox.announcement(1)), []


def exchange(question: str) -> Exchange:
    return Exchange(READER, READER, question, None, "", 1.0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small library, its index, people, a log and what is under way."""
    data = tmp_path_factory.mktemp("sound")
    open_searcher(data).library.close()
    asked(data)
    with closing(QueryLog(data)) as log:
        for question in QUESTIONS:
            log.record(exchange(question))
    with closing(Access(data)) as access:
        access.give(Person("1", "Quản trị"), Role.ADMIN, by=None)
        access.give(Person(READER, "Cán bộ"), Role.CADRE, by="1")
        access.give(Person("6", "Đã thu hồi"), Role.REVOKED, by="1")
        access.limit(LIMITED, Role.ADMIN)
    with closing(Mailbox(data)) as mailbox:
        mailbox.accept([UPDATE])
        mailbox.post([(READER, MESSAGE)])
        mailbox.shortcut("Quy định")
        mailbox.compose("Thông báo", "1")
    return data


FILES: dict[str, Callable[[Path], tuple[Told, list[str]]]] = {
    "library.db": asked,
    "index": asked,
    "queries.db": logged,
    "access.db": let_in,
    "mail.db": delivered,
}


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_never_changes_what_is_said(
    sound: Path,
    tmp_path: Path,
    name: str,
    pytestconfig: pytest.Config,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    chance = random.Random(f"{SEED} {name}")  # noqa: S311  # a sample, no secret
    read = FILES[name]
    expected, _ = read(copied(sound, tmp_path / "first"))
    counts: Counter[str] = Counter()
    wrong = []
    for _ in range(pytestconfig.getoption("--bit-flips")):
        data = copied(sound, tmp_path / "data")
        place = flip(data, name, chance)
        try:
            counts[outcome(read, data, expected)] += 1
        except (AssertionError, *UNFORESEEN) as error:
            wrong.append(f"{place}: {error!r}"[:500])
    print(name, dict(counts))  # noqa: T201  # for whoever runs many
    assert not wrong, "\n".join(wrong)


def outcome(read: Callable[[Path], tuple[Told, list[str]]], data: Path, expected: Told) -> str:
    try:
        told, damage = read(data)
    except TraCuuError as error:
        is_one_line = len(str(error).splitlines()) == 1
    else:
        if told == expected:
            return "as before"
        assert damage, told
        for reply in told:
            assert_true(reply)
        return "named"
    assert is_one_line
    return "refused"


def assert_true(reply: object) -> None:
    """What is said beside the named fault is still what a document says."""
    if not (isinstance(reply, tuple) and reply and isinstance(reply[-1], tuple)):
        return
    for one in reply[-1]:
        if isinstance(one, Citation):
            (document,) = (each for each in DOCUMENTS if each.document_id == one.document_id)
            assert one.quote in document.text
            assert (one.number, one.issued_on) == (document.number, document.issued_on)


def copied(sound: Path, data: Path) -> Path:
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(sound, data)
    return data


def flip(data: Path, name: str, chance: random.Random) -> str:
    """Turn one bit of a file, or of one of a folder's; return where.

    Three of four where something is written: half of a small database is empty pages.
    """
    place = data / name
    paths: Iterator[Path] = (one for one in sorted(place.rglob("*")) if one.is_file())
    path = place if place.is_file() else chance.choice([p for p in paths if p.stat().st_size])
    content = bytearray(path.read_bytes())
    byte = chance.randrange(len(content))
    if chance.random() < 0.75:
        byte = chance.choice([at for at, one in enumerate(content) if one])
    bit = 8 * byte + chance.randrange(8)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return f"{path.relative_to(data)}: bit {bit}"
