"""What askers tell of an answer, and what is kept of their own questions."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.access import Role
from bot.conversation import reply_layout
from bot.conversation.admission import Admission
from bot.conversation.answering import Memory, answer_rows
from bot.conversation.buttons import Code
from bot.outbox.store import Mailbox
from bot.query_log.log import Logged, QueryLog
from bot.review.filters import VIETNAM
from bot.texts import answers
from bot.texts import library as texts
from bot.turn import Chat, Message, Person, Span, Turn
from documents.errors import LibraryError

log = logging.getLogger(__name__)

SHOWN = 15  # of a person's own questions
QUESTION_LENGTH = 150  # characters of one in the list
ANSWERED = "answered"


class Feedback:
    """Keeps thumbs, reasons and reports; shows and removes a person's own questions."""

    def __init__(
        self,
        query_log: QueryLog,
        memory: Memory,
        admission: Admission | None,
        mailbox: Mailbox,
    ) -> None:
        self._query_log = query_log
        self._memory = memory
        self._admission = admission
        self._mailbox = mailbox

    def rate(self, logged: Logged, thumb: int) -> Turn:
        """Keep a thumb; under a 👎 the reasons to choose from."""
        thanks = answers.THANKS_UP if thumb > 0 else answers.THANKS_DOWN
        try:
            self._query_log.rate(logged.question_id, thumb)
        except LibraryError as error:
            log.warning("a thumb could not be logged: %s", error)
            return Turn(notice=answers.NOT_KEPT)
        rated = replace(logged, thumb=thumb)
        return Turn(rows=answer_rows(rated, reasons=thumb < 0), notice=thanks)

    def give_reason(self, logged: Logged, number: int) -> Turn:
        """Keep why an answer was not liked."""
        if not 0 <= number < len(texts.REASONS):
            return Turn(notice=answers.OLD_BUTTON)
        if not self._keeps(logged, texts.REASONS[number]):
            return Turn(notice=answers.NOT_KEPT)
        return _disliked(logged, texts.REASON_KEPT)

    def report(self, logged: Logged, person: Person) -> Turn:
        """Put a wrong answer before the administrators, without a word of who reports it.

        However often somebody presses the button, it counts once.
        """
        if not self._keeps(logged, texts.REPORT):
            return Turn(notice=answers.NOT_KEPT)
        turn = _disliked(logged, texts.REPORTED)
        try:
            is_new = self._query_log.report(logged.question_id, person.user_id)
        except LibraryError as error:
            log.warning("a report could not be logged: %s", error)
            return Turn(notice=answers.NOT_KEPT)
        if self._admission is None or not is_new:
            return turn
        admins = self._admission.access.having(Role.ADMIN)
        told = Message.plain(texts.reported(logged.question_id))
        return replace(turn, elsewhere=tuple((admin.user_id, told) for admin in admins))

    def history(self, person: Person) -> Turn:
        """List a person's own latest questions."""
        if self._query_log.mode == "off":
            return Turn.say(texts.NOTHING_KEPT)
        asked = self._query_log.history(person.user_id, SHOWN)
        if not asked:
            return Turn.say(texts.NO_HISTORY)
        lines = []
        for n, one in enumerate(asked, 1):
            at = datetime.fromisoformat(one.asked_at).astimezone(VIETNAM)
            mark = "" if one.status == ANSWERED else f" ({texts.UNANSWERED})"
            question = reply_layout.clipped(one.question, QUESTION_LENGTH)
            lines.append(f"\n{n}. {at:%d/%m %H:%M} – {question}{mark}")
        head = Span(texts.HISTORY_HEAD, bold=True)
        return Turn((Message((head, *(Span(line) for line in lines))),))

    def ask_forget(self) -> Turn:
        """Ask whether all of a person's questions are to be removed."""
        return Turn.say(
            texts.ASK_FORGET,
            (Code.FORGET.button(texts.FORGET), Code.KEEP.button(texts.KEEP)),
        )

    def forget(self, chat: Chat, person: Person) -> Turn:
        """Remove a person's questions."""
        if not chat.private:
            return Turn(notice=answers.OLD_BUTTON)
        self._memory.forget(person.user_id)
        removed = self._query_log.forget(person.user_id)
        self._mailbox.scrub()  # what was asked and said has gone through there
        text = texts.forgotten(removed) if removed else texts.NO_HISTORY
        return Turn(edit=Message.plain(text))

    def keep(self, chat: Chat) -> Turn:
        """Leave a person's questions where they are."""
        if not chat.private:
            return Turn(notice=answers.OLD_BUTTON)
        return Turn(edit=Message.plain(texts.KEPT))

    def _keeps(self, logged: Logged, reason: str) -> bool:
        """Keep what is wrong with an answer; False where the log cannot be written."""
        try:
            if logged.thumb != -1:
                self._query_log.rate(logged.question_id, -1)
            self._query_log.give_reason(logged.question_id, reason)
        except LibraryError as error:
            log.warning("a reason could not be logged: %s", error)
            return False
        return True


def _disliked(logged: Logged, notice: str) -> Turn:
    return Turn(rows=answer_rows(replace(logged, thumb=-1)), notice=notice)
