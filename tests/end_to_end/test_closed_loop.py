"""From a question nobody could answer to the asker who is told, and to the committee's own test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.conversation.answering import Ask
from bot.conversation.notifications import News, Notice
from bot.query_log.log import Exchange, QueryLog
from bot.review.reader import Reader
from bot.texts import answers, people
from bot.turn import Person
from documents.store.library import Library
from retrieval.evaluation.datasets import corpus_library, read_questions
from retrieval.evaluation.run import evaluate
from retrieval.pipeline import Searcher
from scripts import add_documents, review_queries
from tests.support.builders import resolution_text
from tests.support.encoders import HashingEncoder
from tests.support.review_log import ALIKE, ANSWERED, REFUSED, STRICTNESS
from tests.support.running_bot import ADMIN, CADRE, GROUP, Office, press
from tests.support.sample_library import DOCUMENTS, shelve
from tests.telegram_server.server import BotApiServer

NUMBER = "77-NQ/TU"
RULE = "Mức phụ cấp kiêm nhiệm của trưởng thôn, bản là 0,3 mức lương cơ sở."
OTHER = 502


def reviewed(data: Path, *arguments: str) -> None:
    assert review_queries.main(["--data", str(data), *arguments], encoder=HashingEncoder(256)) == 0


def added(data: Path, folder: Path) -> None:
    path = folder / "nghi-quyet-77.txt"
    path.write_text(resolution_text(NUMBER, "về chế độ phụ cấp", (RULE,)), "utf-8")
    arguments = ["--data", str(data), str(path)]
    assert add_documents.main(arguments, encoder=HashingEncoder(256)) == 0


def a_shelf(data: Path) -> Library:
    library = Library(data / "library.db")
    if not library.heads():
        shelve(library, HashingEncoder(256), DOCUMENTS)
    return library


def asking(data: Path) -> Ask:
    """Return a search that follows the library of a data folder, as the bot's does."""
    library = a_shelf(data)
    return Searcher.open(data, library, HashingEncoder(256), STRICTNESS).ask


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
    monkeypatch.setattr("bot.channels.telegram.app.NEWS_SECONDS", 0.05)


@pytest.fixture
async def office(tmp_path: Path, server: BotApiServer, quickly: None) -> AsyncIterator[Office]:
    data = tmp_path / "data"
    data.mkdir()
    opened = Office(data, server, asking(data), shelve=a_shelf)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_refused_question_comes_back_answered_and_becomes_a_test(
    office: Office, server: BotApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = await server.ask(CADRE, REFUSED)
    assert refused.text.startswith(answers.UNSURE)
    said = len(server.screen(CADRE))
    await asyncio.to_thread(
        reviewed, office.data, "mark", "1", "--note", "Chờ văn bản", "--answered-by", NUMBER
    )
    await asyncio.sleep(0.3)
    assert len(server.screen(CADRE)) == said

    await asyncio.to_thread(added, office.data, tmp_path)
    async with asyncio.timeout(20):
        while len(server.screen(CADRE)) == said:
            await asyncio.sleep(0.02)
    await server.idle()
    told = server.screen(CADRE)[-1]
    assert told.text == answers.can_be_answered(REFUSED, f"Nghị quyết số {NUMBER}")
    await press(server, told, answers.SEE_ANSWER)
    assert "0,3 mức lương cơ sở" in server.screen(CADRE)[-1].text

    said = len(server.screen(CADRE))
    await office.restart()
    await asyncio.sleep(0.3)
    assert len(server.screen(CADRE)) == said  # nobody is told twice
    assert server.rejected == []

    found = office.data / "evaluation" / "own"
    await asyncio.to_thread(reviewed, office.data, "promote", "2", "--passage", "1")
    (judged,) = read_questions(found / "questions.jsonl")
    assert judged.question == REFUSED
    encoder = HashingEncoder(256)
    corpus = found / "corpus.jsonl"
    with corpus_library(corpus, tmp_path / "eval", encoder, lambda *_: None) as library:
        searcher = Searcher.open(library.path.parent, library, encoder, STRICTNESS)
        report = evaluate(searcher, [judged])
    assert report.hit_at_1 == 1.0
    with closing(QueryLog(office.data)) as log:
        entry = Reader(log, "x").entry(1)
        assert entry.note == "Chờ văn bản"
        assert entry.told_at is not None
        assert Reader(log, "x").entry(2).promoted_at is not None


class Bench:
    """The news of a data folder, without a channel."""

    def __init__(self, data: Path, mode: str = "pseudonymous") -> None:
        self.data = data
        self.log = QueryLog(data, mode)
        self.library = a_shelf(data)
        self.access = Access(data, (str(ADMIN),))
        for user_id in (CADRE, OTHER):
            self.access.give(Person(str(user_id), "Cán bộ"), Role.CADRE, by=str(ADMIN))
        self.searcher = Searcher.open(data, self.library, HashingEncoder(256), STRICTNESS)
        self.asked: list[str] = []
        self.news = News(self._ask, self.library, self.log, self.access)

    def _ask(self, typed: str, *rest: object) -> object:
        self.asked.append(typed)
        return self.searcher.ask(typed, *rest)  # type: ignore[arg-type]

    def refuse(self, question: str = REFUSED, user: int = CADRE, chat: int | None = None) -> int:
        response = self.searcher.ask(question)
        return self.log.record(
            Exchange(str(chat or user), str(user), question, response, "Không tìm thấy", 1.0)
        )

    def tell(self) -> tuple[Notice, ...]:
        due = self.news.due()
        for notice in due:
            self.news.told(notice)
        return due

    def close(self) -> None:
        for store in (self.log, self.library, self.access):
            store.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    data = tmp_path / "data"
    data.mkdir()
    with closing(Bench(data)) as opened:
        yield opened


def test_everybody_who_asked_in_the_same_words_is_told_once(bench: Bench, tmp_path: Path) -> None:
    first = bench.refuse()
    again, alike = bench.refuse(), bench.refuse(ALIKE, OTHER)
    reviewed(bench.data, "mark", str(first), "--answered-by", NUMBER)
    added(bench.data, tmp_path)
    told = bench.tell()
    assert {one.user_id: one.question_ids for one in told} == {
        str(CADRE): (first, again),
        str(OTHER): (alike,),
    }
    assert bench.tell() == ()


def test_who_was_shut_out_meanwhile_is_not_told(bench: Bench, tmp_path: Path) -> None:
    reviewed(bench.data, "mark", str(bench.refuse()), "--answered-by", NUMBER)
    added(bench.data, tmp_path)
    bench.access.give(Person(str(CADRE), "Cán bộ"), Role.REVOKED, by=str(ADMIN))
    assert bench.tell() == ()


def test_who_may_not_see_the_document_does_not_hear_of_it(bench: Bench, tmp_path: Path) -> None:
    reviewed(bench.data, "mark", str(bench.refuse()), "--answered-by", NUMBER)
    added(bench.data, tmp_path)
    (document,) = bench.library.find(NUMBER)
    bench.access.limit(document.document_id, Role.STAFF)
    assert bench.tell() == ()


def test_a_question_of_a_group_is_told_to_its_asker_alone(bench: Bench, tmp_path: Path) -> None:
    reviewed(bench.data, "mark", str(bench.refuse(chat=GROUP)), "--answered-by", NUMBER)
    added(bench.data, tmp_path)
    (told,) = bench.tell()
    assert told.user_id == str(CADRE)
    assert told.message.buttons == ()  # a button would stand for a question of another chat


def test_nothing_is_told_while_the_document_does_not_answer_and_it_is_asked_once_a_change(
    bench: Bench, tmp_path: Path
) -> None:
    reviewed(bench.data, "mark", str(bench.refuse()), "--answered-by", "09-CT/TU")
    assert bench.tell() == bench.tell() == ()
    assert bench.asked == [REFUSED]
    added(bench.data, tmp_path)
    assert bench.tell() == ()  # answered now, but not by the document that was named
    assert bench.asked == [REFUSED, REFUSED]
    reviewed(bench.data, "mark", "1", "--answered-by", NUMBER)
    assert len(bench.tell()) == 1


def test_an_answered_question_is_never_told_of(bench: Bench) -> None:
    bench.refuse(ANSWERED)
    reviewed(bench.data, "mark", "1", "--answered-by", "09-CT/TU")
    assert bench.tell() == ()


async def test_what_administrators_look_at_in_the_bot_is_written_down(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(CADRE, REFUSED)
    listed = await server.ask(ADMIN, "/chuatraloi")
    assert REFUSED in listed.text
    with closing(QueryLog(office.data)) as log:
        (look,) = Reader(log, "x").accesses(9)
        who = f"Telegram {log.pseudonym('user', str(ADMIN))}"
        assert (look.who, look.action) == (who, "/chuatraloi")
        with log.database.writing():  # the log cannot be written
            assert (await server.ask(ADMIN, "/chuatraloi")).text == people.LOG_UNWRITABLE
    assert server.rejected == []
