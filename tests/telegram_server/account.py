"""The methods about the bot itself and its chats: who am I, updates, commands, files, members."""

import asyncio
import re

from tests.telegram_server.parameters import Parameters
from tests.telegram_server.rules import commands
from tests.telegram_server.text import utf16_length
from tests.telegram_server.types import Wire, bad_request
from tests.telegram_server.updates import MAX_BATCH
from tests.telegram_server.webhook import Webhook
from tests.telegram_server.world import World

MAX_POLL = 50  # seconds, Telegram's own cap on a long poll
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


class AccountMethods:
    """Serves the calls that send nothing to a chat."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhook = Webhook(world.updates)

    async def get_me(self, call: Parameters) -> Wire:
        return {
            **self.world.bot.wire(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    async def get_updates(self, call: Parameters) -> list[Wire]:
        limit = call.integer("limit", MAX_BATCH)
        if not 0 <= limit <= MAX_BATCH:
            raise bad_request("limit must be between 1 and 100")
        self.world.updates.allow(call.decoded("allowed_updates"))
        timeout = min(max(call.integer("timeout"), 0), MAX_POLL)
        return await self.world.updates.poll(call.integer("offset"), limit, timeout)

    async def set_webhook(self, call: Parameters) -> bool:
        secret = call.text("secret_token")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        self.world.updates.allow(call.decoded("allowed_updates"))
        await self._drop_pending(call)
        await self.webhook.point_to(call.text("url"), secret)
        return True

    async def delete_webhook(self, call: Parameters) -> bool:
        await self._drop_pending(call)
        await self.webhook.point_to("", "")
        return True

    async def get_webhook_info(self, call: Parameters) -> Wire:
        return {
            "url": self.world.updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates.pending),
        }

    async def get_file(self, call: Parameters) -> Wire:
        stored = self.world.files.get(call.text("file_id"))
        if stored is None:
            raise bad_request("invalid file_id")
        if len(stored.content) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        body = stored.wire()
        kept = ("file_id", "file_unique_id", "file_size")
        return {
            **{name: body[name] for name in kept},
            "file_path": f"documents/{stored.file_id}",
        }

    async def set_my_commands(self, call: Parameters) -> bool:
        listed = commands(call.decoded("commands"))
        self.world.commands[self._scope(call), _language(call)] = listed
        return True

    async def get_my_commands(self, call: Parameters) -> list[Wire]:
        listed = self.world.commands.get((self._scope(call), _language(call)), ())
        return [{"command": name, "description": text} for name, text in listed]

    async def delete_my_commands(self, call: Parameters) -> bool:
        self.world.commands.pop((self._scope(call), _language(call)), None)
        return True

    async def set_my_description(self, call: Parameters) -> bool:
        return self._describe(call, "description", MAX_DESCRIPTION)

    async def set_my_short_description(self, call: Parameters) -> bool:
        return self._describe(call, "short_description", MAX_SHORT_DESCRIPTION)

    async def get_my_description(self, call: Parameters) -> Wire:
        return self._description(call, "description")

    async def get_my_short_description(self, call: Parameters) -> Wire:
        return self._description(call, "short_description")

    async def get_chat(self, call: Parameters) -> Wire:
        return {
            **self.world.chat(call.text("chat_id")).wire(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    async def get_chat_member(self, call: Parameters) -> Wire:
        chat = self.world.chat(call.text("chat_id"))
        known = self.world.members.get((chat.chat_id, call.integer("user_id")))
        if known is None:
            raise bad_request("PARTICIPANT_ID_INVALID")
        person, status = known
        extra: Wire = {"is_anonymous": False} if status == "creator" else {}
        return {"user": person.wire(), "status": status, **extra}

    async def leave_chat(self, call: Parameters) -> bool:
        chat = self.world.chat(call.text("chat_id"))
        if chat.type == "private":
            raise bad_request("chat member status can't be changed in private chats")
        self.world.set_state(chat.chat_id, "left")
        return True

    async def log_out(self, call: Parameters) -> bool:
        return True

    async def close(self, call: Parameters) -> bool:
        await asyncio.sleep(0)
        return True

    async def _drop_pending(self, call: Parameters) -> None:
        if call.flag("drop_pending_updates"):
            self.world.updates.clear()
            await self.world.updates.wake()

    def _describe(self, call: Parameters, field: str, limit: int) -> bool:
        text = call.text(field)
        if utf16_length(text) > limit:
            raise bad_request(f"{field} is too long")
        self.world.descriptions[field, _language(call)] = text
        return True

    def _description(self, call: Parameters, field: str) -> Wire:
        return {field: self.world.descriptions.get((field, _language(call)), "")}

    def _scope(self, call: Parameters) -> str:
        scope = call.decoded("scope")
        if scope is None:
            return "default"
        kind = scope.get("type") if isinstance(scope, dict) else None
        if not isinstance(scope, dict) or kind not in SCOPES:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        missing = [name for name in SCOPES[kind] if name not in scope]
        if missing:
            raise bad_request(f"field {missing[0]} of the scope is missing")
        if "chat_id" in scope:
            self.world.chat(str(scope["chat_id"]))
        return ":".join([kind, *(str(scope[name]) for name in SCOPES[kind])])


def _language(call: Parameters) -> str:
    code = call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code
