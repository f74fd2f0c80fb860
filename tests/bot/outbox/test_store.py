"""Nothing accepted is lost, whatever the moment at which the process ends."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.updates import kind_of, queued_update
from bot.errors import ServedAlreadyError
from bot.outbox.instance_lock import serving
from bot.outbox.models import UPLOAD, Fault, OutgoingMessage, QueuedUpdate, SetAside
from bot.outbox.store import FILE, MIGRATIONS, REMEMBERED, Mailbox
from documents.store.database import Database

SECRET = "Câu hỏi không ai được đọc lại"
UPDATES = tuple(
    QueuedUpdate(n, str(500 + n), f'{{"update_id": {n}}}', float(n)) for n in range(1, 4)
)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with closing(Mailbox(tmp_path)) as opened:
        yield opened


def reopened(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


def test_an_update_is_accepted_once_however_often_it_comes(mailbox: Mailbox) -> None:
    assert mailbox.accept(UPDATES[:2]) == UPDATES[:2]
    assert mailbox.accept(UPDATES) == UPDATES[2:]
    mailbox.settle(1, ())
    assert mailbox.accept(UPDATES) == ()


def test_what_is_unanswered_is_there_after_a_restart_in_order(
    mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.accept(UPDATES)
    mailbox.settle(2, ())
    for tries in (1, 2):
        with closing(reopened(tmp_path)) as again:
            waiting = again.waiting()
        assert [(update.update_id, update.tries) for update in waiting] == [(1, tries), (3, tries)]
        assert waiting[0].body == UPDATES[0].body


def test_an_answer_takes_the_place_of_its_question_once(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.accept(UPDATES[:1])
    messages = (("501", OutgoingMessage(text="Một")), ("501", OutgoingMessage(text="Hai")))
    queue = mailbox.settle(1, messages)
    assert queue is not None
    assert [(p.chat_id, p.message.text) for p in queue] == [("501", "Một"), ("501", "Hai")]
    assert mailbox.settle(1, messages) is None
    mailbox.taken(queue[0])
    with closing(reopened(tmp_path)) as again:
        assert again.waiting() == ()
        assert again.unsent() == queue[1:]


def test_long_work_keeps_its_update_and_says_something_first(mailbox: Mailbox) -> None:
    mailbox.accept(UPDATES[:1])
    said = mailbox.defer(1, [("501", OutgoingMessage(text="Đang xử lý"))])
    assert said is not None
    assert mailbox.defer(1, [("501", OutgoingMessage(text="Đang xử lý"))]) is None
    (waiting,) = mailbox.waiting()
    assert waiting.lane == UPLOAD
    assert mailbox.settle(1, ()) == ()


def test_an_answered_question_is_not_to_be_found_in_the_file(tmp_path: Path) -> None:
    with closing(Mailbox(tmp_path)) as mailbox:
        mailbox.accept([QueuedUpdate(1, "5", f'{{"text": "{SECRET}"}}')])
        queue = mailbox.settle(1, [("5", OutgoingMessage(text=SECRET))]) or ()
        for queued in queue:
            mailbox.taken(queued)
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert not any(SECRET.encode() in content for content in files)


def test_a_group_that_moved_gets_what_was_meant_for_it(mailbox: Mailbox) -> None:
    mailbox.accept(UPDATES[:1])
    mailbox.post([("501", OutgoingMessage(text="a"))])
    mailbox.move("501", "-100501")
    assert [update.chat_id for update in mailbox.waiting()] == ["-100501"]
    assert [queued.chat_id for queued in mailbox.unsent()] == ["-100501"]


def test_an_announcement_is_sent_once_and_tells_how_far_it_has_come(mailbox: Mailbox) -> None:
    announcement_id = mailbox.compose("Họp lúc 14 giờ.", by="1")
    composed = mailbox.announcement(announcement_id)
    assert composed is not None
    assert (composed.begun, composed.total, composed.left) == (False, 0, 0)
    said = OutgoingMessage(text=composed.text)
    queue = mailbox.announce(announcement_id, ("1", "2", "3"), said)
    assert mailbox.announce(announcement_id, ("1", "2", "3"), said) == ()
    mailbox.taken(queue[0])
    mailbox.set_aside(queue[1], SetAside(Fault.GONE, "2"))
    under_way = mailbox.announcement(announcement_id)
    assert under_way is not None
    assert (under_way.begun, under_way.total, under_way.failed, under_way.left) == (True, 3, 1, 1)
    assert [queued.announcement for queued in mailbox.unsent()] == [announcement_id]


def test_a_shortcut_stands_for_its_text_for_ever(mailbox: Mailbox, tmp_path: Path) -> None:
    number = mailbox.shortcut("Nghị quyết")
    assert mailbox.shortcut("Chỉ thị") != number == mailbox.shortcut("Nghị quyết")
    with closing(reopened(tmp_path)) as again:
        assert again.behind(number) == "Nghị quyết"
        assert again.behind(99_999) is None


def test_one_bot_at_a_time_serves_a_folder(tmp_path: Path) -> None:
    refused = pytest.raises(ServedAlreadyError, match="một bot khác")
    with serving(tmp_path), refused, serving(tmp_path):
        pass
    with serving(tmp_path):
        pass


def test_bots_of_different_names_serve_a_folder_together_and_one_without_a_name_alone(
    tmp_path: Path,
) -> None:
    refused = pytest.raises(ServedAlreadyError, match="một bot khác")
    with serving(tmp_path, "a"), serving(tmp_path, "b"):
        with refused, serving(tmp_path, "b"):
            pass
        with refused, serving(tmp_path):
            pass
    with serving(tmp_path), refused, serving(tmp_path, "a"):
        pass


def test_each_instance_goes_on_with_its_own_and_takes_no_update_twice(tmp_path: Path) -> None:
    with closing(Mailbox(tmp_path, "a")) as one, closing(Mailbox(tmp_path, "b")) as other:
        update = QueuedUpdate(7, "1", "{}")
        assert one.accept([update]) == (update,)
        assert other.accept([update]) == ()
        assert [waiting.update_id for waiting in one.waiting()] == [7]
        assert other.waiting() == ()
        one.settle(7, [("1", OutgoingMessage(text="a"))])
        assert len(one.unsent()) == 1
        assert other.unsent() == ()
        assert other.behind(one.shortcut("Nghị quyết")) == "Nghị quyết"


def test_only_the_newest_updates_are_remembered(mailbox: Mailbox) -> None:
    mailbox.accept([QueuedUpdate(n, "1", "{}") for n in range(1, REMEMBERED + 11)])
    for n in range(1, REMEMBERED + 11):
        if n in (1, 11):
            mailbox.settle(n, ())
    mailbox.waiting()
    assert [update.update_id for update in mailbox.accept([QueuedUpdate(11, "1", "{}")])] == []


TEXT = st.text(max_size=30)


@given(
    st.builds(
        OutgoingMessage,
        action=st.sampled_from(["message", "edit", "photo"]),
        text=TEXT,
        entities=st.lists(st.tuples(TEXT, st.integers(), st.integers()), max_size=3).map(tuple),
        rows=st.lists(st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple), max_size=2).map(
            tuple
        ),
        message_id=st.none() | st.integers(),
        owed=st.booleans(),
    )
)
def test_a_message_reads_back_as_it_was_written(message: OutgoingMessage) -> None:
    assert OutgoingMessage.from_json(message.to_json()) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["update_id", "message", "chat", "id", "from", "callback_query"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_an_update_or_none(update: object) -> None:
    queued = queued_update(update)
    assert queued is None or abs(int(queued.chat_id)) < 2**63 > abs(queued.update_id)
    assert kind_of(update)


def test_a_message_of_an_older_outbox_keeps_its_buttons() -> None:
    body = (
        '{"action": "message", "text": "Hai", "entities": [["bold", 0, 3]],'
        ' "rows": [[["👍", "press", "u:1"], ["👎", "press", "d:1"]]], "message_id": null,'
        ' "path": null, "name": null, "image": null, "owed": true}'
    )
    read = OutgoingMessage.from_json(body)
    assert read.rows == ((("👍", "u:1"), ("👎", "d:1")),)
    assert OutgoingMessage.from_json(read.to_json()) == read


def test_a_mailbox_of_the_first_version_is_gone_on_with(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE, MIGRATIONS[:1])) as old, old.writing() as database:
        database.execute(
            "INSERT INTO inbox (update_id, chat_id, lane, body, received_at)"
            " VALUES (7, -1001, 'chat', '{}', 1.0)"
        )
        database.execute(
            "INSERT INTO outbox (chat_id, body) VALUES (501, ?)",
            ('{"text": "Hai", "entities": [], "rows": [[["A", "press", "u:1"]]]}',),
        )
        database.execute("INSERT INTO announcements (body, by) VALUES ('Họp', 1)")
    with closing(Mailbox(tmp_path)) as mailbox:
        assert [(one.update_id, one.chat_id) for one in mailbox.waiting()] == [(7, "-1001")]
        assert [(one.chat_id, one.message.text) for one in mailbox.unsent()] == [("501", "Hai")]
        announcement = mailbox.announcement(1)
        assert announcement is not None
        assert announcement.by == "1"
        mailbox.move("-1001", "-1002")
        assert [one.chat_id for one in mailbox.waiting()] == ["-1002"]


def test_a_chat_of_a_channel_without_numbers_is_kept_as_it_is_called(mailbox: Mailbox) -> None:
    mailbox.accept([QueuedUpdate(9, "zalo:ab12", "{}")])
    mailbox.post([("zalo:ab12", OutgoingMessage(text="Một"))])
    assert [one.chat_id for one in mailbox.waiting()] == ["zalo:ab12"]
    assert [one.chat_id for one in mailbox.unsent()] == ["zalo:ab12"]
