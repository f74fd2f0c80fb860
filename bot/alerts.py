"""Which of the bot's own troubles administrators are told, and who counts as somebody let in."""

from bot.access import ASKING, Access, Role
from bot.outbox.models import Fault, SetAside
from bot.texts import alerts as texts
from bot.turn import Message

Addressed = tuple[tuple[str, Message], ...]


class Alerts:
    """Speaks to the administrators; without ``access`` there are none."""

    def __init__(self, access: Access | None) -> None:
        self._access = access

    def serves(self, chat_id: str, user_id: str) -> bool:
        """Whether what somebody says there is answered, and not only refused."""
        if self._access is None:
            return True
        role = self._access.role(user_id)
        is_shut_out = role is Role.REVOKED
        return role in ASKING or (not is_shut_out and self._access.group_allowed(chat_id))

    def forget_expired(self) -> None:
        """Delete what nobody can use any more, so that no clock makes it valid again."""
        if self._access:
            self._access.forget_expired()

    def set_aside(self, why: SetAside, chat_id: str) -> Addressed:
        """Say what could not be sent; never who asked for it, nor what was in it."""
        if why.fault is Fault.FILE:
            return self._tell(texts.file_not_sent(why.subject, why.reason))
        if why.fault is Fault.REFUSED:
            return self._tell(texts.message_refused(why.reason))
        if why.fault is Fault.UNSURE:
            return self._tell(texts.message_unsure(why.subject))
        if not self.serves(chat_id, chat_id):
            return ()  # strangers come and go
        known = self._access.find(chat_id) if self._access else None
        text = texts.chat_gone(known.name if known else chat_id, chat_id)
        return tuple(one for one in self._tell(text) if one[0] != chat_id)

    def storage(self, trouble: str | None) -> Addressed:
        """Say that nothing can be written, and why; with None, that all is well again."""
        return self._tell(texts.not_stored(trouble) if trouble else texts.STORED_AGAIN)

    def _tell(self, text: str) -> Addressed:
        admins = self._access.having(Role.ADMIN) if self._access else ()
        return tuple((admin.user_id, Message.plain(text)) for admin in admins)
