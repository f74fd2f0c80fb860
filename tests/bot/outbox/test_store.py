"""Nothing accepted is lost, whatever the moment at which the process ends."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.updates import kind_of, letter_of
from bot.errors import ServedAlreadyError
from bot.outbox.instance_lock import serving
from bot.outbox.models import UPLOAD, Draft, Letter
from bot.outbox.store import REMEMBERED, Mailbox

SECRET = "Câu hỏi không ai được đọc lại"
LETTERS = tuple(Letter(n, 500 + n, f'{{"update_id": {n}}}', float(n)) for n in range(1, 4))


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with closing(Mailbox(tmp_path)) as opened:
        yield opened


def reopened(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


def test_an_update_is_accepted_once_however_often_it_comes(mailbox: Mailbox) -> None:
    assert mailbox.accept(LETTERS[:2]) == LETTERS[:2]
    assert mailbox.accept(LETTERS) == LETTERS[2:]
    mailbox.settle(1, ())
    assert mailbox.accept(LETTERS) == ()


def test_what_is_unanswered_is_there_after_a_restart_in_order(
    mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.accept(LETTERS)
    mailbox.settle(2, ())
    for tries in (1, 2):
        with closing(reopened(tmp_path)) as again:
            waiting = again.waiting()
        assert [(letter.update_id, letter.tries) for letter in waiting] == [(1, tries), (3, tries)]
        assert waiting[0].body == LETTERS[0].body


def test_an_answer_takes_the_place_of_its_question_once(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.accept(LETTERS[:1])
    drafts = ((501, Draft(text="Một")), (501, Draft(text="Hai")))
    parcels = mailbox.settle(1, drafts)
    assert parcels is not None
    assert [(p.chat_id, p.draft.text) for p in parcels] == [(501, "Một"), (501, "Hai")]
    assert mailbox.settle(1, drafts) is None
    mailbox.taken(parcels[0])
    with closing(reopened(tmp_path)) as again:
        assert again.waiting() == ()
        assert again.unsent() == parcels[1:]


def test_long_work_keeps_its_update_and_says_something_first(mailbox: Mailbox) -> None:
    mailbox.accept(LETTERS[:1])
    said = mailbox.defer(1, [(501, Draft(text="Đang xử lý"))])
    assert said is not None
    assert mailbox.defer(1, [(501, Draft(text="Đang xử lý"))]) is None
    (waiting,) = mailbox.waiting()
    assert waiting.lane == UPLOAD
    assert mailbox.settle(1, ()) == ()


def test_an_answered_question_is_not_to_be_found_in_the_file(tmp_path: Path) -> None:
    with closing(Mailbox(tmp_path)) as mailbox:
        mailbox.accept([Letter(1, 5, f'{{"text": "{SECRET}"}}')])
        parcels = mailbox.settle(1, [(5, Draft(text=SECRET))]) or ()
        for parcel in parcels:
            mailbox.taken(parcel)
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert not any(SECRET.encode() in content for content in files)


def test_a_group_that_moved_gets_what_was_meant_for_it(mailbox: Mailbox) -> None:
    mailbox.accept(LETTERS[:1])
    mailbox.post([(501, Draft(text="a"))])
    mailbox.move(501, -100_501)
    assert [letter.chat_id for letter in mailbox.waiting()] == [-100_501]
    assert [parcel.chat_id for parcel in mailbox.unsent()] == [-100_501]


def test_an_announcement_is_sent_once_and_tells_how_far_it_has_come(mailbox: Mailbox) -> None:
    announcement_id = mailbox.compose("Họp lúc 14 giờ.", by=1)
    composed = mailbox.announcement(announcement_id)
    assert composed is not None
    assert (composed.begun, composed.total, composed.left) == (False, 0, 0)
    parcels = mailbox.announce(announcement_id, (1, 2, 3), Draft(text=composed.text))
    assert mailbox.announce(announcement_id, (1, 2, 3), Draft(text=composed.text)) == ()
    mailbox.taken(parcels[0])
    mailbox.taken(parcels[1], refused=True)
    under_way = mailbox.announcement(announcement_id)
    assert under_way is not None
    assert (under_way.begun, under_way.total, under_way.failed, under_way.left) == (True, 3, 1, 1)
    assert [parcel.announcement for parcel in mailbox.unsent()] == [announcement_id]


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
        letter = Letter(7, 1, "{}")
        assert one.accept([letter]) == (letter,)
        assert other.accept([letter]) == ()
        assert [waiting.update_id for waiting in one.waiting()] == [7]
        assert other.waiting() == ()
        one.settle(7, [(1, Draft(text="a"))])
        assert len(one.unsent()) == 1
        assert other.unsent() == ()
        assert other.behind(one.shortcut("Nghị quyết")) == "Nghị quyết"


def test_only_the_newest_updates_are_remembered(mailbox: Mailbox) -> None:
    mailbox.accept([Letter(n, 1, "{}") for n in range(1, REMEMBERED + 11)])
    for n in range(1, REMEMBERED + 11):
        if n in (1, 11):
            mailbox.settle(n, ())
    mailbox.waiting()
    assert [letter.update_id for letter in mailbox.accept([Letter(11, 1, "{}")])] == []


TEXT = st.text(max_size=30)


@given(
    st.builds(
        Draft,
        action=st.sampled_from(["message", "edit", "photo"]),
        text=TEXT,
        entities=st.lists(st.tuples(TEXT, st.integers(), st.integers()), max_size=3).map(tuple),
        rows=st.lists(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2).map(tuple), max_size=2).map(
            tuple
        ),
        message_id=st.none() | st.integers(),
        owed=st.booleans(),
    )
)
def test_a_draft_reads_back_as_it_was_written(draft: Draft) -> None:
    assert Draft.from_json(draft.to_json()) == draft


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
def test_any_json_is_a_letter_or_none(update: object) -> None:
    letter = letter_of(update)
    assert letter is None or abs(letter.chat_id) < 2**63 > abs(letter.update_id)
    assert kind_of(update)
