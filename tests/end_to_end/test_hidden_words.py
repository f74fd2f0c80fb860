"""A walk through all that the bot can say: no word of a limited document reaches who may not read.

Each line is typed by somebody of their own, and every button under what comes is pressed, and under
what comes of that. A word counts as told unless the person typed it.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, product
from pathlib import Path

import pytest

from bot.access import Access, Role
from bot.channels.terminal import OPERATOR, Console
from bot.conversation.admission import Admission
from bot.conversation.buttons import Code
from bot.conversation.router import Conversation
from bot.conversation.uploads import Uploads
from bot.conversation.welcome import Examples
from bot.outbox.store import Mailbox
from bot.query_log.log import QueryLog
from bot.review.page import render
from bot.review.period import gather
from bot.texts.welcome import EXAMPLES
from bot.turn import Button, Chat, Message, Person, Turn
from documents.document import Document
from documents.store.library import Library
from index.ingest.ingest import add_files
from index.ingest.results import Options, Outcome, Overrides
from retrieval.answer import NoAnswer, Reason, Response
from retrieval.pipeline import Searcher
from retrieval.question.followup import Earlier
from tests.support.builders import make_document
from tests.support.encoders import DirectReader, HashingEncoder
from tests.support.sample_library import DIRECTIVE, DOCUMENTS, shelve
from tests.support.scripted_bot import answer

BODY = "\n".join(
    f"{place}. Cấp ủy cơ sở số {place} triển khai nhiệm vụ {7 * place} theo kế hoạch đã đề ra."
    for place in range(3, 90)
)
TWIN = make_document(
    f"Điều 1. Tổ chức thực hiện\n1. Chi bộ họp mỗi tháng một lần.\n{BODY}",
    number="31-HD/TU",
    kind="Hướng dẫn",
    issuer="Tỉnh ủy Sơn Lĩnh",
    issued_on=date(2022, 3, 4),
    title="Về tổ chức thực hiện nhiệm vụ ở cơ sở",
)
OPEN = (*DOCUMENTS, TWIN)
SECRET_NUMBER = "99-ĐA/TU"
SECRET_TEXT = f"""TỈNH ỦY SƠN LĨNH
VĂN PHÒNG QUẸNH TUẾCH
*
Số {SECRET_NUMBER}

Sơn Lĩnh, ngày 02 tháng 01 năm 2025

ĐỀ ÁN
về trạm xuyên khuếch
-----
Điều 1. Tổ chức thực hiện
1. Trạm xuyên khuếch đặt tại thung lũng Xoẻn Ngoặm và do tổ Choẽn Quyệt vận hành.
2. Lập Ban Chỉ đạo Xoẻn Khuếch (BCĐXK); BCĐXK họp 17 lần một năm; BCĐXK giải thể năm 2031; BCĐXK \
báo cáo bằng văn bản.
{BODY}
| Hạng mục | Diện tích (m2) |
| --- | --- |
| Nhà Loẹt Xoạng | 48.713 |

Thay thế Chỉ thị số 09-CT/TU.

T/M VĂN PHÒNG
CHÁNH VĂN PHÒNG
(đã ký)
Nguyễn Ngoẵn
"""
OVERRIDES = Overrides(replaces=("09-CT/TU",))
WORDS = (
    *("khuếch", "quẹnh", "tuếch", "xoẻn", "ngoặm", "choẽn", "quyệt", "bcđxk", "loẹt", "xoạng"),
    *("48.713", "ngoẵn", SECRET_NUMBER.casefold(), "2025", "đề án"),
)
PASTED = (
    "Trạm đặt tại thung lũng và do một tổ vận hành. Lập Ban Chỉ đạo; Ban Chỉ đạo họp nhiều lần một "
    "năm; Ban Chỉ đạo giải thể sau khi xong việc; Ban Chỉ đạo báo cáo bằng văn bản với cấp ủy cơ "
    "sở về kết quả triển khai nhiệm vụ theo kế hoạch đã đề ra và đề xuất nhiệm vụ của năm sau."
)
TYPED: tuple[tuple[str, ...], ...] = (
    *(("/start",), ("/help",), ("/huongdan",), ("/nguon",), ("/lichsu",), ("/khongco",)),
    *(("/vanban",), ("/vanban tram",), ("/vanban văn phòng",), ("/vanban son linh",), ("/moi",)),
    *(("/gioihan 99 canbo",), ("/thongke",), ("/chuatraloi",), ("/nguoidung",), ("/thongbao x",)),
    ("Trạm đặt ở thung lũng nào?",),
    ("tram xuyen khuech dat o thung lung nao",),
    ("Tram xuyen khuechh dat tai dau?",),
    ("trạm xuyên khuêchs ở đâu",),
    ("Tổ choen quyet làm gì?",),
    ("to choenn quyetj lam gi",),
    ("BCDXK họp mấy lần một năm?",),
    ("bcdxk la gi",),
    ("Ban chi dao xoen giai the nam nao?",),
    ("Văn bản số 99 nói gì?",),
    ("99-da/tu noi gi",),
    ("Ai ký văn bản về trạm xuyên?",),
    ("Văn phòng nào ban hành văn bản 99?",),
    ("van ban cua van phong quenh tuech",),
    ("dong chi nguyen ngoan giu chuc vu gi",),
    ("Nhà loet xoang rộng bao nhiêu m2?",),
    ("dien tich nha loet xoang",),
    ("What does the station in the valley do?",),
    ("Who signed document 99?",),
    ("Chỉ thị 09-CT/TU nói gì?",),
    ("Cuộc họp chuyên đề kéo dài bao lâu?",),
    ("Giấy mời họp gửi trước mấy ngày?", "ai ký?", "thế còn năm 2024?"),
    ("Chỉ thị 09-CT/TU ban hành ngày nào?", "văn bản này được thay thế bởi văn bản nào?"),
    ("Văn bản nào thay thế Chỉ thị 09-CT/TU?",),
    ("Cấp ủy cơ sở số 3 triển khai nhiệm vụ gì?", "/nguon"),
    ("Chi bộ họp mỗi tháng mấy lần?", "/nguon"),
    ("Chi bộ họp năm 2031 mấy lần?",),
    ("Văn bản mới nhất là văn bản nào?",),
    ("Kho có bao nhiêu văn bản?",),
    # of a document as a whole: its card, its file, a page, whether it holds
    ("99-da/tu",),
    ("294",),
    ("văn bản 99",),
    ("tải văn bản 99",),
    ("trang 1 văn bản 99",),
    ("văn bản 99 còn hiệu lực không?",),
    ("ve tram xuyen khuech",),
    ("Về tổ chức thực hiện nhiệm vụ ở cơ sở", "tải văn bản này"),
    ("09-CT/TU", "còn hiệu lực không?", "trang 1", "ai ký?"),
    ("Chỉ thị 09-CT/TU còn hiệu lực không?",),
    ("Chỉ thị 09-CT/TU bị thay thế bởi văn bản nào?",),
    ("tải văn bản",),
    ("trang 1",),
    ("còn hiệu lực không?", "/nguon"),
    # several questions, talk, a paragraph
    ("Trạm đặt ở thung lũng nào? BCDXK họp mấy lần một năm?",),
    ("Chỉ thị 09-CT/TU còn hiệu lực không? Nhà loet xoang rộng bao nhiêu?",),
    ("cảm ơn", "chào bot"),
    (PASTED,),
    (BODY[:900],),
)
BEFORE = (
    "tram xuyen khuech dat o thung lung nao",
    "tram xuyen khuech dat o thung lung nao nam 2025",
    "BCDXK họp mấy lần một năm?",
    "99-da/tu noi gi",
    "Cuộc họp chuyên đề kéo dài bao lâu?",
    "/start",
    "/vanban",
    "/moi",
    "99-da/tu",
    "tải văn bản",
    "Chỉ thị 09-CT/TU còn hiệu lực không?",
    "Trạm đặt ở thung lũng nào? BCDXK họp mấy lần một năm?",
    PASTED,
)
AFTERWARDS = (
    "",
    "ai ký?",
    "văn bản này ban hành ngày nào?",
    "thế còn năm 2024?",
    "tải văn bản này",
    "/nguon",
    "/lichsu",
)
QUOTED = ("tram xuyen khuech", "Trạm đặt ở thung lũng nào?", "dong chi nguyen ngoan", "bcdxk la gi")
GROUP = Chat("-5", private=False, title="Chi bộ")
VAIN = "tram xuyen khuech dat o thung lung nao"
PRESSES = 2  # that follow each other


@dataclass
class Told:
    """What somebody was told: what they did, and the words that came of it."""

    did: str
    said: str
    typed: str

    @property
    def words(self) -> set[str]:
        """The hidden words in it that they did not say themselves."""
        said, typed = self.said.casefold(), self.typed.casefold()
        return {word for word in WORDS if word in said and word not in typed}


@dataclass
class House:
    """A bot with its stores, and somebody new for everything that is done."""

    data: Path
    library: Library
    searcher: Searcher
    access: Access
    query_log: QueryLog
    secret: Document
    answering: Conversation
    refusing: Conversation
    numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    def somebody(self, role: Role) -> Person:
        """Let in somebody of a role who has said nothing yet."""
        person = Person(str(next(self.numbers)), "An")
        self.access.give(person, role, by="1")
        return person

    def walk(self, role: Role, chat: Chat | None = None) -> Iterator[Told]:
        """Type every line, and press every button under what comes."""
        for bot in (self.answering, self.refusing):
            for lines in TYPED:
                person = self.somebody(role)
                where = chat or Chat(person.user_id)
                for line in lines:
                    asked = f"/hoi {line}" if chat and not line.startswith("/") else line
                    yield from self.told(bot, where, person, asked, " ".join(lines))

    def told(
        self, bot: Conversation, chat: Chat, person: Person, line: str, typed: str
    ) -> Iterator[Told]:
        turn = bot.say(chat, person, line)
        yield Told(line, said_in(turn), typed)
        yield from self.pressed(bot, chat, person, turn, line, typed)

    def pressed(
        self,
        bot: Conversation,
        chat: Chat,
        person: Person,
        turn: Turn,
        did: str,
        typed: str,
        depth: int = PRESSES,
    ) -> Iterator[Told]:
        """Press every button under a turn, and under what comes of it."""
        for button in buttons_of(turn) if depth else ():
            came = bot.press(chat, person, button.action)
            path = f"{did} > {button.label}"
            yield Told(path, said_in(came), typed)
            yield from self.pressed(bot, chat, person, came, path, typed, depth - 1)


def buttons_of(turn: Turn) -> tuple[Button, ...]:
    messages = (*turn.messages, *((turn.edit,) if turn.edit else ()))
    rows = [row for one in messages for row in one.buttons] + list(turn.rows or ())
    unsaid = (Code.FORGET.value, Code.KEEP.value)
    return tuple(button for row in rows for button in row if button.action not in unsaid)


def said_in(turn: Turn) -> str:
    """Return all words of a turn: of its messages, buttons, notices and files."""
    messages: list[Message] = [*turn.messages, *((turn.edit,) if turn.edit else ())]
    messages += [message for _chat, message in turn.elsewhere]
    parts = [turn.notice or "", *(button.label for button in buttons_of(turn))]
    for message in messages:
        parts.append(message.text)
        if message.file:
            parts += [message.file.name, message.file.path.read_text("utf-8", "replace")]
    return "\n".join(parts)


def leaks(told: Sequence[Told]) -> dict[str, set[str]]:
    return {one.did: one.words for one in told if one.words}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("data")
    encoder = HashingEncoder(256)
    with ExitStack() as stores:
        library = stores.enter_context(closing(Library(data / "library.db")))
        path = data / "incoming" / "99.txt"
        path.parent.mkdir()
        path.write_text(SECRET_TEXT, "utf-8")

        def add(path: Path, replacing: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
            options = Options(replace=replacing, hidden=hidden)
            reader = DirectReader()
            return tuple(add_files(data, library, encoder, [path], options, reader=reader))

        options = Options(OVERRIDES)
        added = tuple(add_files(data, library, encoder, [path], options, reader=DirectReader()))
        secret = added[0].document
        assert secret is not None
        shelve(library, encoder, OPEN)
        searcher = Searcher.open(data, library, encoder, strictness=0.0)
        query_log = stores.enter_context(closing(QueryLog(data)))
        access = stores.enter_context(closing(Access(data, ("1",))))
        mailbox = stores.enter_context(closing(Mailbox(data)))
        access.allow_group(GROUP.chat_id, GROUP.title, by="1")

        def bot(strictness: float) -> Conversation:
            return Conversation(
                replace(searcher, strictness=strictness).ask,
                library,
                query_log,
                mailbox,
                Admission(access),
                Uploads(data, add),
                rate=100_000,
                correct=searcher.suggestion,
            )

        yield House(data, library, searcher, access, query_log, secret, bot(0.0), bot(2.0))


@dataclass
class Walked:
    """What was told to those who may not read, in private and in a group, and to who may."""

    limited: list[Told]
    in_group: list[Told]
    free: list[Told]
    afterwards: list[Told]


@pytest.fixture(scope="module")
def walked(house: House) -> Walked:
    begun: list[tuple[Conversation, Person, str, str, Turn]] = []
    for bot, line, later in product((house.answering, house.refusing), BEFORE, AFTERWARDS):
        person = house.somebody(Role.CADRE)
        turn = bot.say(Chat(person.user_id), person, line)
        begun.append((bot, person, line, later, turn))
    house.access.limit(house.secret.document_id, Role.ADMIN)
    afterwards: list[Told] = []
    for bot, person, line, later, turn in begun:
        chat, said = Chat(person.user_id), f"{line} {later}"
        if later:
            afterwards += house.told(bot, chat, person, later, said)
        afterwards += house.pressed(bot, chat, person, turn, said, said)
    return Walked(
        limited=[*house.walk(Role.CADRE), *house.walk(Role.STAFF)],
        in_group=list(house.walk(Role.ADMIN, GROUP)),
        free=list(house.walk(Role.ADMIN)),
        afterwards=afterwards,
    )


def test_the_hidden_words_stand_nowhere_else(house: House) -> None:
    everything = " ".join((*(one.text + one.title for one in OPEN), *EXAMPLES)).casefold()
    assert [word for word in WORDS if word in everything] == []
    known = house.searcher.snapshot().lexicon
    without_library = house.searcher.views.latest().words
    for word in WORDS:
        if word.isalpha() and " " not in word and word != "bcđxk":
            assert known.count(word) > 0
            assert without_library.count(word) == known.count(word)
    assert house.library.likenesses.of(TWIN.document_id)[0].document_id == (
        house.secret.document_id
    )
    assert [one.number for one in house.library.replaced_by(DIRECTIVE.document_id)] == [
        SECRET_NUMBER
    ]


def test_nobody_who_may_not_read_is_told_a_hidden_word(walked: Walked) -> None:
    assert leaks(walked.limited) == {}
    assert len({one.said for one in walked.limited}) > 100


def test_in_a_group_nobody_is_told_a_hidden_word(walked: Walked) -> None:
    assert leaks(walked.in_group) == {}
    assert len({one.said for one in walked.in_group}) > 40


def test_what_was_said_before_the_limit_tells_nothing_after_it(walked: Walked) -> None:
    assert leaks(walked.afterwards) == {}
    assert len({one.said for one in walked.afterwards}) > 20


def test_who_may_read_is_told_every_hidden_word(walked: Walked) -> None:
    assert set().union(*(one.words for one in walked.free)) == set(WORDS)
    assert len(leaks(walked.free)) > 100


def test_a_button_forged_for_a_hidden_document_tells_nothing(house: House, walked: Walked) -> None:
    one = house.secret.document_id
    of_passages = (f"n:{one}:0", f"n:{one}:1:e", f"n:{one}:99")
    codes = (f"vd:{one}", f"o:{one}", f"vc:{one}:0", f"vp:{one}:1", f"q:{one}", f"k:{one}")
    person, admin = house.somebody(Role.CADRE), house.somebody(Role.ADMIN)
    for bot in (house.answering, house.refusing):
        for code in (*codes, *of_passages):
            told = bot.press(Chat(person.user_id), person, code)
            gone = bot.press(Chat(person.user_id), person, code.replace(one, "f" * 12))
            assert told == gone
            assert bot.press(Chat(admin.user_id), admin, code) != gone


def test_no_passage_of_a_hidden_document_is_quoted_in_other_chats(
    house: House, walked: Walked
) -> None:
    for role in (Role.CADRE, Role.STAFF, Role.ADMIN):
        person = house.somebody(role)
        for text in QUOTED:
            snippets = house.answering.quote(person, text)
            assert snippets
            said = " ".join(
                f"{one.title} {one.about} {''.join(span.text for span in one.spans)}"
                for one in snippets
            )
            assert Told(text, said, text).words == set()


def test_at_a_terminal_somebody_who_may_not_read_is_told_no_hidden_word(
    house: House, walked: Walked
) -> None:
    def told_to(role: Role) -> list[Told]:
        house.access.give(OPERATOR, role, by="1")
        told = []
        for lines in TYPED:
            target = io.StringIO()
            source = io.StringIO("\n".join((*lines, "1", "1")))
            Console(house.answering, source, target).run()
            told.append(Told(lines[0], target.getvalue(), " ".join(lines)))
        return told

    assert leaks(told_to(Role.CADRE)) == {}
    assert leaks(told_to(Role.ADMIN)) != {}


@pytest.mark.parametrize("caption", ["", "thay"])
def test_whoever_sends_a_file_is_told_nothing_of_a_hidden_one(
    house: House, walked: Walked, caption: str
) -> None:
    def told_to(role: Role) -> dict[str, str]:
        notice = SECRET_TEXT.replace("ĐỀ ÁN\nvề trạm xuyên khuếch", "THÔNG BÁO\nvề tổ chức")
        sent = {
            "nearly the same": notice.replace(SECRET_NUMBER, f"5{len(caption)}-TB/{role.upper()}"),
            "the same file": SECRET_TEXT,
            "another version": SECRET_TEXT.replace("đặt tại", f"đóng {caption} {role} tại"),
        }
        before = house.library.document_ids()
        told = {what: answered(role, text) for what, text in sent.items()}
        for added in set(house.library.document_ids()).difference(before):
            house.library.remove(added)
        return told

    def answered(role: Role, text: str) -> str:
        person = house.somebody(role)
        path = house.answering.place(int(person.user_id), "tep.txt")
        assert path is not None
        path.write_text(text, "utf-8")
        given = caption if role is Role.STAFF else ""
        return said_in(house.answering.fetched(Chat(person.user_id), person, path, given))

    of_secret = (house.secret.document_id, SECRET_NUMBER, house.secret.title)
    refused = "Bị từ chối tep.txt: chưa thêm được; hãy chuyển tệp này cho quản trị viên."
    told = told_to(Role.STAFF)
    assert told["the same file"] == told["another version"] == f"\n{refused}"
    assert [one for one in of_secret if one in told["nearly the same"]] == []
    assert house.library.document(house.secret.document_id) == house.secret
    told = told_to(Role.ADMIN)
    assert all(any(one in text for one in of_secret) for text in told.values())


def test_a_question_asked_in_vain_is_not_called_answered_by_a_hidden_document(
    house: House, walked: Walked
) -> None:
    person, admin = house.somebody(Role.CADRE), house.somebody(Role.ADMIN)
    for one in (person, admin):
        house.refusing.say(Chat(one.user_id), one, VAIN)
    with house.query_log.database.writing() as database:
        database.execute(
            "INSERT INTO reviews (question_id, reviewed_at, reviewer, answered_by)"
            " SELECT id, asked_at, 'x', ? FROM questions WHERE plain = ? AND id NOT IN"
            " (SELECT question_id FROM reviews)",
            (SECRET_NUMBER, VAIN),
        )
    answered = [one for one in house.answering.news() if one.question_ids]
    assert person.user_id not in {one.user_id for one in answered}
    assert [SECRET_NUMBER in one.message.text for one in answered if one.user_id == admin.user_id]


def test_a_report_and_the_log_name_no_limited_document(house: House, walked: Walked) -> None:
    admin = house.somebody(Role.ADMIN)
    house.answering.say(Chat(admin.user_id), admin, "tram xuyen khuech dat o thung lung nao")
    house.answering.say(Chat(admin.user_id), admin, "ai ký?")
    kept = house.query_log.database.rows(
        "SELECT understood_as, shown FROM questions ORDER BY id DESC LIMIT 2"
    )
    for reading, shown in kept:
        assert reading is None
        assert Told("", shown, "").words == set()
    for _time in range(60):  # among the most asked
        house.answering.say(Chat(admin.user_id), admin, "Trạm xuyên khuếch đặt ở thung lũng nào?")
    today = datetime.now(UTC).date() + timedelta(days=1)
    since = today - timedelta(days=2)

    def report(hidden: frozenset[str]) -> set[str]:
        figures = gather(house.query_log, house.library, HashingEncoder(256), since, today, hidden)
        named = [*figures.never_cited, *(one.name for one in figures.cited)]
        page = render(figures, datetime.now(UTC))
        return Told("", " ".join((*named, page)), today.isoformat()).words

    assert report(house.access.hidden_from(Role.CADRE)) & {"khuếch", SECRET_NUMBER.casefold()} == (
        set()
    )
    assert report(frozenset()) & {"khuếch", SECRET_NUMBER.casefold()}


def test_a_question_that_hidden_documents_alone_answer_is_no_example(house: House) -> None:
    hidden = frozenset({house.secret.document_id})

    def ask(
        typed: str, _previous: Earlier | None = None, hidden: frozenset[str] = frozenset()
    ) -> Response:
        answered = typed != EXAMPLES[0] or not hidden
        reply = answer(typed) if answered else NoAnswer(typed, Reason.NOTHING_FOUND)
        return Response(reply, typed)

    examples = Examples(ask, house.library)
    assert EXAMPLES[0] in examples.questions(frozenset())
    assert EXAMPLES[0] not in examples.questions(hidden)
    assert EXAMPLES[0] in examples.questions(frozenset())
