"""The commands that Telegram lists beside the text field, by who sees them."""

import logging

from telegram import (
    Bot,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.access import Role
from bot.conversation import commands

log = logging.getLogger(__name__)


async def set_up(bot: Bot) -> None:
    """Set the lists that are the same for everybody, in Vietnamese and in English."""
    scopes = (
        (BotCommandScopeDefault(), commands.ANYWHERE),
        (BotCommandScopeAllGroupChats(), commands.IN_GROUPS),
        (BotCommandScopeAllPrivateChats(), commands.OF_ROLE[Role.CADRE]),
    )
    try:
        for scope, listed in scopes:
            await bot.set_my_commands(commands.described(listed), scope=scope)
            await bot.set_my_commands(
                commands.described(listed, english=True), scope=scope, language_code="en"
            )
    except TelegramError as error:  # the lists of the last start are still there
        log.warning("the lists of commands could not be set: %s", type(error).__name__)


class OwnMenus:
    """Gives staff and administrators the lists of their roles, when they write."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._set: dict[int, Role | None] = {}

    async def fit(self, user_id: int, role: Role | None) -> None:
        """See that a person's private chat lists the commands of their role."""
        before = self._set.get(user_id, Role.CADRE)
        if before is role:
            return
        scope = BotCommandScopeChat(user_id)
        try:
            if role in (Role.STAFF, Role.ADMIN):
                await self._bot.set_my_commands(
                    commands.described(commands.OF_ROLE[role]), scope=scope
                )
            elif before in (Role.STAFF, Role.ADMIN):
                await self._bot.delete_my_commands(scope=scope)
        except TelegramError as error:
            log.info("a list of commands could not be set: %s", type(error).__name__)
            return
        self._set[user_id] = role
