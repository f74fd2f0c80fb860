import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Access, Role
from bot.conversation import reply_layout
from bot.conversation.admission import Admission
from bot.conversation.router import MAX_QUESTION, Conversation
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.texts import answers as messages
from bot.texts import welcome
from bot.turn import Button, Chat, Message, Person, Quote, Turn
from documents.store.library import Library
from retrieval.answer import Answer, NoAnswer
from tests.support.scripted_bot import (
    AGE,
    DOCUMENT,
    PASSAGES_TEXT,
    SENTENCES,
    SOURCE,
    Desk,
    a_library,
    citation,
    newer,
    response,
)

CHAT = Chat("501")
PERSON = Person("501", "Nguyễn Văn A")
QUESTION = "Tuổi đời của người vào Đảng?"


@dataclass
class Bench:
    """A conversation with its stores in reach."""

    data: Path
    desk: Desk
    library: Library
    query_log: QueryLog
    mailbox: Mailbox
    conversation: Conversation

    def ask(self, question: str = QUESTION) -> Message:
        (message,) = self.conversation.say(CHAT, PERSON, question).messages
        return message

    def press(self, action: str) -> Turn:
        return self.conversation.press(CHAT, PERSON, action)


@contextmanager
def a_bench(data: Path) -> Iterator[Bench]:
    with (
        closing(a_library(data)) as library,
        closing(QueryLog(data)) as query_log,
        closing(Mailbox(data)) as mailbox,
    ):
        desk = Desk()
        conversation = Conversation(desk, library, query_log, mailbox)
        yield Bench(data, desk, library, query_log, mailbox, conversation)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path) as opened:
        yield opened


def button(message: Message, label: str) -> Button:
    (found,) = (b for row in message.buttons for b in row if b.label == label)
    return found


def labels(message: Message) -> list[list[str]]:
    return [[b.label for b in row] for row in message.buttons]


def test_the_answer_leads_with_what_answers_in_bold_and_ends_with_its_source(bench: Bench) -> None:
    message = bench.ask()
    assert message.text == f"{AGE}\nNguồn: {SOURCE}"
    assert [span.text for span in message.spans if span.bold] == ["từ đủ 18 tuổi đến đủ 60 tuổi"]
    assert "".join(span.text for span in message.spans if span.quote is Quote.OPEN) == AGE
    assert labels(message) == [["Xem đoạn đầy đủ", "Nguồn khác"], ["👍", "👎"]]


def text_of(answer: Answer) -> str:
    return "".join(span.text for span in reply_layout.answer_screen(response(answer)))


@pytest.mark.parametrize("equals", ["=", "≈"])
def test_a_computed_figure_leads_in_bold_and_its_sentence_follows(equals: str) -> None:
    figure, whole = "70% (77,78% − 7,78%)", f"77,78% − 7,78% {equals} 70%"
    reply = Answer("Mục tiêu?", figure, whole, (citation(),), 0.9, ((0, 3),))
    spans = reply_layout.answer_screen(response(reply))
    assert text_of(reply) == f"{figure}\n{AGE}\nNguồn: {SOURCE}"
    assert [s.text for s in spans if s.bold] == ["70%"]
    assert [s.text for s in spans if s.quote is Quote.FOLDED] == [AGE]


def test_arithmetic_that_the_answer_does_not_show_stands_under_it() -> None:
    reply = Answer("Mục tiêu?", "70%", "77,78% − 7,78% = 70%", (citation(),), 0.9)
    assert text_of(reply).startswith(f"70%\n77,78% − 7,78% = 70%\n{AGE}")


def test_figures_that_contradict_each_other_are_flagged() -> None:
    reply = Answer("?", AGE, None, (citation(),), 0.9, inconsistency=("77,78%", "71,2%"))
    assert text_of(reply).endswith(
        "\nLưu ý: văn bản ghi 77,78%, nhưng tính từ số liệu trong văn bản thì được 71,2%"
    )


def test_an_answer_in_other_words_is_followed_by_the_quote_in_a_folded_box() -> None:
    reply = Answer("?", "Từ 18 đến 60 tuổi", None, (citation(),), 0.9)
    spans = reply_layout.answer_screen(response(reply))
    assert "".join(s.text for s in spans) == f"Từ 18 đến 60 tuổi\n{AGE}\nNguồn: {SOURCE}"
    assert [s.text for s in spans if s.quote is Quote.FOLDED] == [AGE]


def test_several_citations_are_numbered() -> None:
    reply = Answer("?", AGE, None, (citation(0, 1), citation(1, 2)), 0.9)
    text = "".join(span.text for span in reply_layout.answer_screen(response(reply)))
    assert text.startswith(f"{AGE}\n[1] {SOURCE}\n{SENTENCES[1]}\n[2] Quy định số 294-QĐ/TW")


def test_the_reading_of_a_question_is_shown_only_when_it_differs(bench: Bench) -> None:
    assert bench.ask("tuoi doi cua nguoi vao dang?").text.endswith(
        "\n\nHiểu là: tuổi đời của người vào Đảng"
    )
    assert "Hiểu là" not in bench.ask("  Tuổi đời  của người vào Đảng ?").text


def test_a_source_with_damaged_letters_is_to_be_compared_with_the_original() -> None:
    noted = replace(citation(), is_doubtful=True)
    assert text_of(Answer("?", AGE, None, (noted,), 0.9)).endswith(
        f"{SOURCE}\nLưu ý: {messages.DOUBTFUL}"
    )


def test_a_notice_about_the_source_stands_under_it() -> None:
    noted = replace(citation(), replaced_by="Quy định số 1-QĐ/TW")
    spans = reply_layout.answer_screen(response(Answer("?", AGE, None, (noted,), 0.9)))
    assert "".join(s.text for s in spans).endswith(
        f"{SOURCE}\nLưu ý: đã được thay thế bởi Quy định số 1-QĐ/TW"
    )


def test_an_answer_from_a_draft_says_that_it_has_no_force() -> None:
    noted = replace(citation(), kind="Dự thảo quy định")
    shown = "".join(
        span.text
        for span in reply_layout.answer_screen(response(Answer("?", AGE, None, (noted,), 0.9)))
    )
    assert shown.endswith("\nLưu ý: đây là dự thảo, chưa có hiệu lực")
    assert "Dự thảo quy định số 294-QĐ/TW" in shown


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, SOURCE),
        (
            {"kind": None},
            "Số 294-QĐ/TW, ngày 26/5/2025, Ban Chấp hành Trung ương – Thi hành Điều lệ Đảng; "
            "mục 1.1, trang 1",
        ),
        (
            {"number": None, "issuer": None},
            "Quy định, ngày 26/5/2025 – Thi hành Điều lệ Đảng; mục 1.1, trang 1",
        ),
        (
            {"kind": None, "number": None, "issuer": None, "issued_on": None},
            "Thi hành Điều lệ Đảng; mục 1.1, trang 1",
        ),
        ({"page": None, "locator": ""}, SOURCE.partition(";")[0]),
        (
            {"title": "Quy định số 294-QĐ/TW về thi hành Điều lệ Đảng", "issuer": None},
            "Quy định số 294-QĐ/TW về thi hành Điều lệ Đảng, ngày 26/5/2025; mục 1.1, trang 1",
        ),
        ({"title": ""}, SOURCE.replace(" – Thi hành Điều lệ Đảng", "")),
    ],
)
def test_the_source_line_leaves_out_what_is_not_known(
    changes: dict[str, str | None], line: str
) -> None:
    assert reply_layout.source_line(replace(citation(), **changes)) == line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "written"),
    [((2025, 5, 26), "26/5/2025"), ((2024, 8, 2), "02/8/2024"), ((2023, 2, 18), "18/02/2023")],
)
def test_dates_are_written_as_in_official_documents(
    day: tuple[int, int, int], written: str
) -> None:
    assert f"ngày {written}," in reply_layout.source_line(replace(citation(), issued_on=date(*day)))


def test_a_refusal_leads_with_its_verdict_and_folds_the_nearest_passage_alone(bench: Bench) -> None:
    message = bench.ask("Câu hỏi lạ?")
    first, quote, source = message.text.splitlines()
    assert first == "Chưa có câu trả lời chắc chắn. Các đoạn liên quan nhất:"
    assert quote == SENTENCES[2]
    assert [s.text for s in message.spans if s.quote] == [quote]
    assert [s.quote for s in message.spans if s.quote] == [Quote.FOLDED]
    assert source.startswith("Nguồn: Quy định số 294-QĐ/TW")
    assert labels(message) == [["Xem đoạn đầy đủ", "Nguồn khác"], ["👍", "👎"]]
    (others,) = bench.press(button(message, "Nguồn khác").action).messages
    assert AGE in others.text
    assert SENTENCES[2] not in others.text


def test_a_refusal_without_a_passage_says_so_in_a_line(bench: Bench) -> None:
    bench.desk.nearest = False
    assert bench.ask("Câu hỏi lạ?").text == "Không tìm thấy trong kho văn bản."


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        (NoAnswer("?", "empty_library"), "Kho văn bản chưa có tài liệu nào."),
        (
            NoAnswer("?", "no_such_document", subject="03-NQ/TU"),
            "Kho văn bản không có văn bản “03-NQ/TU”.",
        ),
        (NoAnswer("?", "no_such_document"), "Kho văn bản không có văn bản được hỏi."),
        (NoAnswer("?", "no_such_place", subject="Điều 99"), "Văn bản không có “Điều 99”."),
    ],
)
def test_each_reason_for_no_answer_has_its_line(reply: NoAnswer, line: str) -> None:
    spans = reply_layout.answer_screen(response(reply, found=0))
    assert "".join(s.text for s in spans) == f"Không tìm thấy trong kho văn bản.\n{line}"
    near = replace(reply, nearest=(citation(),))
    if reply.reason != "empty_library":
        (verdict,) = (s.text for s in reply_layout.answer_screen(response(near)) if s.bold)
        assert verdict == line


@given(
    st.text("ab ế\n.;", min_size=1, max_size=4000),
    st.text("ế b", max_size=600),
    st.integers(1, 8),
    st.booleans(),
)
def test_a_reply_fits_one_screen(text: str, title: str, cited: int, is_answer: bool) -> None:
    one = replace(citation(), quote=text, title=title)
    many = tuple(replace(one, marker=n) for n in range(1, cited + 1))
    question = "dài " * 200
    reply = Answer(question, text, None, many, 0.9) if is_answer else NoAnswer(question, "x", many)
    kept = reply_layout.brief(response(reply, "khác"), question)
    shown = reply_layout.answer_screen(kept, question, reply_layout.LONGEST)
    assert sum(len(span.text) for span in shown) <= reply_layout.LONGEST


def test_the_full_passage_comes_with_its_source_and_the_quote_in_bold(bench: Bench) -> None:
    action = button(bench.ask(), "Xem đoạn đầy đủ").action
    (message,) = bench.press(action).messages
    assert message.text == f"{SOURCE}\n{PASSAGES_TEXT[0]}\nĐoạn 1/8"
    assert [s.text for s in message.spans if s.bold and s.quote] == [AGE]
    assert "".join(s.text for s in message.spans if s.quote) == PASSAGES_TEXT[0]


def test_other_sources_are_paged_and_never_repeat_what_the_answer_showed(bench: Bench) -> None:
    (page,) = bench.press(button(bench.ask(), "Nguồn khác").action).messages
    seen = [page.text]
    assert labels(page) == [["Xem đoạn 1", "Xem đoạn 2", "Xem đoạn 3"], ["Trang sau ›"]]
    while labels(page)[-1][-1] == "Trang sau ›":
        edit = bench.press(button(page, "Trang sau ›").action).edit
        assert edit is not None
        page = edit
        seen.append(page.text)
    assert [text.splitlines()[0] for text in seen] == [
        f"Nguồn khác (trang {n}/3)" for n in (1, 2, 3)
    ]
    assert labels(page) == [["Xem đoạn 7"], ["‹ Trang trước"]]
    assert all(sum(s in text for text in seen) == 1 for s in SENTENCES[1:])
    assert AGE not in "".join(seen)
    back = bench.press(button(page, "‹ Trang trước").action).edit
    assert back is not None
    assert back.text == seen[1]
    (whole,) = bench.press(button(page, "Xem đoạn 7").action).messages
    assert PASSAGES_TEXT[7] in whole.text


def test_a_thumb_is_kept_and_shown_on_its_button(bench: Bench) -> None:
    message = bench.ask()
    up = bench.press(button(message, "👍").action)
    assert (up.notice, up.rows and [b.label for b in up.rows[1]]) == (
        messages.THANKS_UP,
        ["👍 ✓", "👎"],
    )
    down = bench.press(button(message, "👎").action)
    assert down.rows is not None
    assert [b.label for b in down.rows[1]] == ["👍", "👎 ✓"]
    logged = bench.query_log.find(1, CHAT.chat_id)
    assert logged is not None
    assert logged.thumb == -1


def test_buttons_work_after_a_restart(bench: Bench) -> None:
    message = bench.ask()
    with closing(a_library(bench.data)) as library, closing(QueryLog(bench.data)) as query_log:
        restarted = Conversation(Desk(), library, query_log, bench.mailbox)
        for label in ("Xem đoạn đầy đủ", "Nguồn khác"):
            action = button(message, label).action
            assert restarted.press(CHAT, PERSON, action) == bench.press(action)


def test_a_button_of_another_chat_answers_politely(bench: Bench) -> None:
    message = bench.ask()
    for row in message.buttons:
        for pressed in row:
            turn = bench.conversation.press(Chat("999"), Person("999", "B"), pressed.action)
            assert turn == Turn(notice=messages.OLD_BUTTON)


@given(st.text(max_size=64) | st.from_regex(r"[pstudea]:[0-9]{0,3}(:[0-9]{0,20})?", fullmatch=True))
def test_any_action_is_answered(action: str) -> None:
    # One library for all examples: the answers to strange buttons change nothing.
    bench = SHARED[0]
    turn = bench.press(action)
    assert turn.notice or turn.edit or turn.messages or turn.rows


SHARED: list[Bench] = []


@pytest.fixture(autouse=True, scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    data = tmp_path_factory.mktemp("shared")
    with a_bench(data) as opened:
        SHARED.append(opened)
        SHARED[0].ask()
        yield
        SHARED.clear()


def test_every_action_fits_64_bytes_at_the_largest_ids(bench: Bench) -> None:
    largest = f"{2**63 - 1}:{2**31}"
    assert len(f"p:{largest}".encode()) <= 64
    turn = bench.conversation.say(CHAT, PERSON, "/start")
    assert all(len(b.action.encode()) <= 64 for row in turn.messages[0].buttons for b in row)


def test_a_passage_removed_since_answers_politely(bench: Bench) -> None:
    message = bench.ask()
    bench.library.remove(DOCUMENT.document_id)
    assert bench.press(button(message, "Xem đoạn đầy đủ").action).notice == messages.PASSAGE_GONE
    assert bench.press(button(message, "Nguồn khác").action).notice == messages.NO_MORE_SOURCES


def test_a_passage_of_a_document_replaced_since_says_so(bench: Bench) -> None:
    message = bench.ask()
    bench.library.add(newer("300-QĐ/TW"), [])
    (whole,) = bench.press(button(message, "Xem đoạn đầy đủ").action).messages
    assert "Lưu ý: đã được thay thế bởi Quy định số 300-QĐ/TW" in whole.text


def test_with_the_log_off_buttons_work(tmp_path: Path) -> None:
    with (
        closing(a_library(tmp_path)) as library,
        closing(QueryLog(tmp_path, "off")) as query_log,
        closing(Mailbox(tmp_path)) as mailbox,
    ):
        off = Conversation(Desk(), library, query_log, mailbox)
        (message,) = off.say(CHAT, PERSON, QUESTION).messages
        turn = off.press(CHAT, PERSON, button(message, "Xem đoạn đầy đủ").action)
        (start,) = off.say(CHAT, PERSON, "/start").messages
    assert PASSAGES_TEXT[0] in turn.messages[0].text
    assert "Câu hỏi không được lưu lại." in start.text


def test_when_the_log_cannot_be_written_the_answer_still_goes_out(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    message = bench.ask()
    bench.query_log._database.rows("PRAGMA max_page_count = 1")
    bench.query_log._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    answers = [bench.ask(f"{QUESTION} {'dài ' * 200}{n}") for n in range(20)]
    assert {a.text for a in answers} == {message.text}
    assert answers[-1].buttons == ()
    assert "could not be logged" in caplog.text
    assert QUESTION not in caplog.text


def test_a_log_locked_by_another_process_holds_an_answer_up_for_a_second_at_most(
    bench: Bench,
) -> None:
    with closing(sqlite3.connect(bench.data / "queries.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        message = bench.ask()
        assert time.monotonic() - began < 3
    assert message.text.startswith(AGE)
    assert message.buttons == ()


def test_a_search_that_fails_is_logged_as_failed_and_raised(bench: Bench) -> None:
    with pytest.raises(RuntimeError):
        bench.ask("Câu hỏi hỏng?")
    logged = bench.query_log.find(1, CHAT.chat_id)
    assert logged is not None
    assert logged.status == "failed"


def test_question_texts_stay_out_of_the_log_file(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.press(button(bench.ask(), "👍").action)
    assert caplog.messages
    assert "Tuổi đời" not in caplog.text


def test_a_question_longer_than_the_limit_is_refused_kindly(bench: Bench) -> None:
    assert bench.ask("a" * MAX_QUESTION).text.startswith(AGE)
    assert bench.ask("a" * (MAX_QUESTION + 1)).text == messages.too_long(MAX_QUESTION)
    assert "1.000 ký tự" in messages.too_long(MAX_QUESTION)
    assert len(bench.desk.asked) == 1


def test_start_greets_says_what_is_kept_and_offers_questions_that_are_answered(
    bench: Bench,
) -> None:
    message = bench.ask("/start")
    assert message.text.startswith("Kính chào đồng chí.")
    assert welcome.privacy("pseudonymous", 365) in message.text
    assert len(message.buttons) == 3
    asked = len(bench.desk.asked)
    bench.ask("/start@tracuu_bot xin")
    assert len(bench.desk.asked) == asked
    question = message.buttons[0][0]
    (answered,) = bench.press(question.action).messages
    assert answered.text.startswith(AGE)
    assert f"Câu hỏi: {question.label}" in answered.text


def test_help_and_unknown_commands_are_answered(bench: Bench) -> None:
    assert bench.ask("/help").text == welcome.HELP
    for text in ("/", "/khongco", "/thuhoi 5"):
        assert bench.ask(text).text == messages.NO_SUCH_COMMAND


def test_what_is_not_text_gets_a_kind_line(bench: Bench) -> None:
    assert bench.conversation.show(CHAT, PERSON).messages[0].text == messages.TEXT_ONLY


@pytest.mark.parametrize("role", [None, Role.PENDING, Role.REVOKED])
def test_nobody_is_answered_before_being_let_in(bench: Bench, role: Role | None) -> None:
    with closing(Access(bench.data, ("1",))) as access:
        guarded = Conversation(
            bench.desk, bench.library, bench.query_log, bench.mailbox, Admission(access)
        )
        access.give(PERSON, Role.CADRE, by="1")
        (message,) = guarded.say(CHAT, PERSON, QUESTION).messages
        if role:
            access.give(PERSON, role, by="1")
        person = PERSON if role else Person("888", "B")
        bench.desk.asked.clear()
        chat = Chat(person.user_id)
        turns = [guarded.say(chat, person, text) for text in (QUESTION, "/start", "/help", "")]
        turns.append(guarded.show(chat, person))
        turns += [guarded.press(CHAT, person, b.action) for row in message.buttons for b in row]
    assert bench.desk.asked == []
    assert all(AGE not in m.text for turn in turns for m in turn.messages)
    assert all(turn.messages or turn.notice for turn in turns)


@given(st.text(max_size=1200))
def test_any_text_is_answered(text: str) -> None:
    turn = SHARED[0].conversation.say(CHAT, PERSON, text.replace("hỏng", ""))
    assert turn.messages
    assert all(message.text.strip() for message in turn.messages)
