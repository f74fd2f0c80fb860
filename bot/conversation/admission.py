"""What is said at the door: to newcomers, and to the administrators who let them in or out."""

from collections.abc import Callable

from bot.access import ASKING, Access, Role
from bot.conversation.buttons import Code
from bot.texts import answers
from bot.texts import people as texts
from bot.turn import Chat, Message, Person, Turn
from documents.vietnamese.normalize import fold, normalize

CARDS_AT_ONCE = 10  # on /start; the rest come with the next one


class Admission:
    """The door in front of the conversation."""

    def __init__(self, access: Access) -> None:
        self.access = access

    def refusal(self, chat: Chat, person: Person) -> Turn | None:
        """Say why someone is not answered; None when they may ask."""
        role = self.access.role(person.user_id)
        if role in ASKING:
            return None
        if (
            not chat.private
            and role is not Role.REVOKED
            and self.access.group_allowed(chat.chat_id)
        ):
            return None
        if role is Role.PENDING or (chat.private and self.access.is_waiting(person.user_id)):
            return Turn.say(texts.WAITING)
        if role is Role.REVOKED:
            return Turn.say(texts.REVOKED)
        if not chat.private:
            return Turn.say(texts.ASK_IN_PRIVATE)
        button = Code.ASK_IN.button(texts.ASK_TO_USE)
        return Turn.say(texts.not_let_in(person.user_id), (button,))

    def is_admin(self, person: Person) -> bool:
        """Whether someone may let others in."""
        return self.access.role(person.user_id) is Role.ADMIN

    def hidden(self, chat: Chat, person: Person) -> frozenset[str]:
        """Return the documents that are not shown here: in a group, everybody reads along."""
        role = self.access.role(person.user_id) if chat.private else Role.CADRE
        return self.access.hidden_from(role)

    def come_in(self, chat: Chat, person: Person, code: str) -> Turn | None:
        """Let somebody in by an invitation; None for who needs none.

        Who was shut out or declined is let in by nothing but an administrator's decision.
        """
        if not chat.private or self.access.may_ask(person.user_id):
            return None
        if self.access.role(person.user_id) is Role.REVOKED:
            return self._ask_again(person, code)
        if not self.access.accept(person, code):
            return Turn.say(texts.BAD_INVITATION)
        return Turn.say(texts.LET_IN)

    def _ask_again(self, person: Person, code: str) -> Turn:
        if self.access.is_waiting(person.user_id):
            return Turn.say(texts.WAITING)
        if not self.access.ask_again(person, code):
            return Turn.say(texts.BAD_INVITATION)
        admins = self.access.having(Role.ADMIN)
        cards = (card for card, asker in self._readmissions() if asker == person.user_id)
        elsewhere = tuple((admin.user_id, card) for card in cards for admin in admins)
        return Turn((Message.plain(texts.ASKED_AGAIN),), elsewhere=elsewhere)

    def _readmissions(self) -> tuple[tuple[Message, str], ...]:
        return tuple(
            (
                _card(person, texts.readmission_card(person.name, person.user_id, host.name)),
                person.user_id,
            )
            for person, host in self.access.readmissions()
        )

    def invite(self, person: Person, words: str, link: Callable[[str], str]) -> Turn:
        """Carry out /thumoi: make an invitation for one person."""
        role = texts.ROLE_WORDS.get(_plain(words))
        if role is None:
            return Turn.say(texts.NO_SUCH_ROLE)
        code = self.access.invite(role, person.user_id)
        return Turn.say(texts.invitation(link(code), role))

    def group(self, chat: Chat, person: Person, allow: bool) -> Turn:
        """Carry out /chophepnhom and /thuhoinhom."""
        if chat.private:
            return Turn.say(texts.IN_GROUPS_ONLY)
        if allow:
            self.access.allow_group(chat.chat_id, chat.title, person.user_id)
            return Turn.say(texts.GROUP_ALLOWED)
        left = self.access.leave_group(chat.chat_id)
        return Turn.say(texts.GROUP_LEFT if left else texts.GROUP_NOT_ALLOWED)

    def ask_in(self, chat: Chat, person: Person) -> Turn:
        """Take a newcomer's request to be let in, and put it before the administrators."""
        if not chat.private:
            return Turn(notice=texts.ASK_IN_PRIVATE)
        if self.access.may_ask(person.user_id):
            return Turn.say(texts.LET_IN)
        if not self.access.request(person):
            refusal = self.refusal(chat, person)
            return Turn(notice=refusal.messages[0].text if refusal else None)
        card = _card(person, texts.request_card(person.name, person.user_id))
        cards = tuple((admin.user_id, card) for admin in self.access.having(Role.ADMIN))
        return Turn(edit=Message.plain(texts.REQUEST_SENT), elsewhere=cards)

    def decide(self, admin: Person, user_id: str, role: Role) -> Turn:
        """Take an administrator's answer to a request; the first one counts."""
        if not self.is_admin(admin):
            return Turn(notice=texts.ADMINS_ONLY)
        asker = self.access.find(user_id)
        if asker is None:
            return Turn(notice=answers.OLD_BUTTON)
        decided = self.access.decide(user_id, role, by=admin.user_id)
        if not decided and not self.is_admin(admin):
            return Turn(notice=texts.ADMINS_ONLY)
        let_in = self.access.may_ask(user_id)
        outcome = texts.agreed if let_in else texts.declined
        card = Message.plain(outcome(asker.name, user_id))
        if not decided:
            return Turn(edit=card, notice=texts.ALREADY_DECIDED)
        told = Message.plain(texts.LET_IN if let_in else texts.DECLINED)
        return Turn(edit=card, elsewhere=((user_id, told),))

    def pending_cards(self) -> tuple[Message, ...]:
        """Return the cards of the requests nobody has answered yet."""
        requests = (
            _card(person, texts.request_card(person.name, person.user_id))
            for person in self.access.having(Role.PENDING)
        )
        return (*requests, *(card for card, _ in self._readmissions()))[:CARDS_AT_ONCE]

    def command(self, person: Person, command: str, argument: str) -> Turn:
        """Carry out /capquyen ID [role] or /thuhoi ID."""
        if not self.is_admin(person):
            return Turn.say(texts.ADMINS_ONLY)
        argument, _, words = argument.partition(" ")
        user_id = self._id_of(argument)
        if user_id is None:
            return Turn.say(texts.GIVE_AN_ID.format(command=command))
        if command == "/thuhoi":
            return self._revoke(user_id, person)
        role = texts.ROLE_WORDS.get(_plain(words))
        if role is None:
            return Turn.say(texts.NO_SUCH_ROLE)
        return self._give(user_id, role, person)

    def _id_of(self, typed: str) -> str | None:
        """Read an id: anybody's on Telegram, of whom nothing need be known, or a known person's."""
        if typed.isascii() and typed.isdigit() and len(typed) <= 15:
            return str(int(typed))
        return typed if self.access.find(typed) else None

    def _give(self, user_id: str, role: Role, admin: Person) -> Turn:
        someone = self.access.find(user_id) or Person(user_id, user_id)
        before = self.access.role(user_id)
        if user_id == admin.user_id and role is not Role.ADMIN:
            return Turn.say(texts.NOT_YOURSELF)
        if user_id in self.access.seeds and role is not Role.ADMIN:
            return Turn.say(texts.ADMIN_BY_SETTING)
        if before is not role and not self.access.appoint(someone, role, by=admin.user_id):
            return Turn.say(texts.ADMINS_ONLY)
        said = Message.plain(texts.given(someone.name, user_id, role))
        told = () if before in ASKING else ((user_id, Message.plain(texts.LET_IN)),)
        return Turn((said,), elsewhere=told)

    def _revoke(self, user_id: str, admin: Person) -> Turn:
        someone = self.access.find(user_id)
        if someone is None:
            return Turn.say(texts.nobody(user_id))
        if user_id == admin.user_id:
            return Turn.say(texts.NOT_YOURSELF)
        if user_id in self.access.seeds:
            return Turn.say(texts.ADMIN_BY_SETTING)
        if not self.access.appoint(someone, Role.REVOKED, by=admin.user_id):
            return Turn.say(texts.ADMINS_ONLY)
        return Turn.say(texts.revoked(someone.name, user_id))


def _card(person: Person, text: str) -> Message:
    buttons = (
        Code.LET_IN.button(texts.AGREE, person.user_id),
        Code.TURN_AWAY.button(texts.DECLINE, person.user_id),
    )
    return Message.plain(text, buttons)


def _plain(words: str) -> str:
    return " ".join(fold(normalize(words)).split())
