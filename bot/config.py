"""Reads the settings: the one place that looks at the environment."""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from bot.errors import ConfigError
from bot.settings import DEFAULTS, NAMES
from bot.texts import settings as messages

PREFIX = "TRACUU_"
TOKEN_SHAPE = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
LOG_MODES = ("pseudonymous", "full", "off")
INDEX_SCHEMES = ("postgresql://", "postgres://")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
INSTANCE_SHAPE = re.compile(r"[a-z0-9]{1,20}")
SHORTEST_BACKUP_KEY = 16  # characters: who finds a backup can try as many keys as he likes
PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one run; the token never appears in a repr."""

    token: str | None = field(default=None, repr=False)
    data: Path = Path("data")
    model: str | None = None
    index: str | None = field(default=None, repr=False)
    instance: str | None = None
    admins: tuple[str, ...] = ()
    api_url: str = "https://api.telegram.org"
    proxy: str | None = field(default=None, repr=False)
    webhook_url: str | None = None
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    metrics_port: int | None = None
    rate: int = 15
    log: str = "pseudonymous"
    log_days: int = 365
    backup_key: str | None = field(default=None, repr=False)
    strictness: float = 0.5
    reader: str = "bundled"
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: str | None = field(default=None, repr=False)
    llm_timeout: float = 20.0

    @classmethod
    def from_env(cls, environment: Mapping[str, str], data: Path | None = None) -> "Config":
        """Read the settings; ``data`` (a command's --data) comes before TRACUU_DATA.

        Raises ConfigError naming every unknown TRACUU_* name and every bad value at once.
        """
        problems = [_unknown(name) for name in sorted(environment) if _is_unknown(name)]

        def read(name: str, parse: Callable[[str], T]) -> T:
            value = environment.get(name, "").strip() or DEFAULTS[name]
            try:
                return parse(value)
            except ValueError as error:
                problems.append(messages.bad_setting(name, str(error)))
                return parse(DEFAULTS[name])

        config = cls(
            token=read("TRACUU_TOKEN", _token),
            data=read("TRACUU_DATA", _folder),
            model=read("TRACUU_MODEL", lambda value: value or None),
            index=read("TRACUU_INDEX", _index),
            instance=read("TRACUU_INSTANCE", _instance),
            admins=read("TRACUU_ADMINS", _admins),
            api_url=read("TRACUU_API_URL", _api_url),
            proxy=read("TRACUU_PROXY", _proxy),
            webhook_url=read("TRACUU_WEBHOOK_URL", _address_or_none),
            listen=read("TRACUU_WEBHOOK_LISTEN", _listen),
            metrics_port=read("TRACUU_METRICS_PORT", _port),
            rate=read("TRACUU_RATE", _rate),
            log=read("TRACUU_LOG", _log),
            log_days=read("TRACUU_LOG_DAYS", _days),
            backup_key=read("TRACUU_BACKUP_KEY", _backup_key),
            strictness=read("TRACUU_STRICTNESS", _share),
            reader=read("TRACUU_READER", _reader),
            llm_url=read("TRACUU_LLM_URL", _address_or_none),
            llm_model=read("TRACUU_LLM_MODEL", lambda value: value or None),
            llm_key=read("TRACUU_LLM_KEY", _key),
            llm_timeout=read("TRACUU_LLM_TIMEOUT", _seconds),
        )
        if config.llm_url and not config.llm_model:
            problems.append(messages.bad_setting("TRACUU_LLM_URL", messages.NO_LLM_MODEL))
        if config.instance and not config.webhook_url:
            problems.append(messages.bad_setting("TRACUU_INSTANCE", messages.NO_WEBHOOK))
        if problems:
            raise ConfigError(tuple(problems))
        return config if data is None else replace(config, data=data)

    def with_index(self, address: str | None) -> "Config":
        """Return the settings with the index elsewhere; raises ConfigError."""
        try:
            return replace(self, index=_index(address or ""))
        except ValueError as error:
            raise ConfigError((f"{error}.",)) from None


def index_in(name: str) -> str:
    """Return the index's address that a variable of the environment holds; raises ConfigError."""
    address = os.environ.get(name, "").strip()
    if not address:
        raise ConfigError((messages.not_in_environment(name),))
    return address


def has_password(address: str) -> bool:
    """Whether an address holds a password, before its host or among its parameters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "@" in address
    return bool(parts.password) or "password" in parse_qs(parts.query)


def read_config(data: Path | None = None) -> Config:
    """Read the process's environment once; raises ConfigError."""
    return Config.from_env(os.environ, data)


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name not in NAMES


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    return messages.unknown_setting(name, near[0] if near else None)


def _token(value: str) -> str | None:
    if value and not TOKEN_SHAPE.fullmatch(value):
        raise ValueError(messages.NOT_A_TOKEN)
    return value or None


def _folder(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ValueError(messages.NOT_A_FOLDER) from None


def _index(value: str) -> str | None:
    if value and not value.startswith(INDEX_SCHEMES):
        raise ValueError(messages.NOT_AN_INDEX)
    if value and not _is_readable(value):
        raise ValueError(messages.UNREADABLE_INDEX)
    return value or None


def _is_readable(address: str) -> bool:
    """Whether a database's driver can part an address: what it cannot, it would repeat."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    rest = parts.netloc.rpartition("@")[2] + parts.path
    return port != 0 and "@" not in rest and not _BAD_ESCAPE.search(address)


def _instance(value: str) -> str | None:
    if value and not INSTANCE_SHAPE.fullmatch(value):
        raise ValueError(messages.NOT_AN_INSTANCE)
    return value or None


def _admins(value: str) -> tuple[str, ...]:
    words = value.replace(",", " ").split()
    if not all(_is_number(word, digits=15) for word in words):
        raise ValueError(messages.NOT_USER_IDS)
    return tuple(str(int(word)) for word in words)


def _api_url(value: str) -> str:
    if not _is_address(value, ("http", "https")):
        raise ValueError(messages.NOT_AN_ADDRESS)
    return value.rstrip("/")


def _proxy(value: str) -> str | None:
    if value and not _is_address(value, PROXY_SCHEMES):
        raise ValueError(messages.NOT_A_PROXY)
    return value or None


def _address_or_none(value: str) -> str | None:
    if value and not _is_address(value, ("http", "https")):
        raise ValueError(messages.NOT_AN_ADDRESS)
    return value or None


def _listen(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    number = _port(port)
    if not host or number is None:
        raise ValueError(messages.NOT_A_PLACE)
    return host, number


def _port(value: str) -> int | None:
    if value and not (_is_number(value, digits=5) and 0 < int(value) < 65_536):
        raise ValueError(messages.NOT_A_PORT)
    return int(value) if value else None


def _rate(value: str) -> int:
    if not _is_number(value, digits=4) or not int(value):
        raise ValueError(messages.NOT_A_RATE)
    return int(value)


def _log(value: str) -> str:
    if value not in LOG_MODES:
        raise ValueError(messages.one_of(LOG_MODES))
    return value


def _days(value: str) -> int:
    if not _is_number(value, digits=5):
        raise ValueError(messages.NOT_DAYS)
    return int(value)


def _key(value: str) -> str | None:
    if not (value.isascii() and value.isprintable()):
        raise ValueError(messages.NOT_A_KEY)
    return value or None


def _backup_key(value: str) -> str | None:
    if value and len(value) < SHORTEST_BACKUP_KEY:
        raise ValueError(messages.too_short(SHORTEST_BACKUP_KEY))
    return value or None


def _seconds(value: str) -> float:
    if not _is_number(value, digits=3) or not 1 <= int(value) <= 120:
        raise ValueError(messages.NOT_SECONDS)
    return float(value)


def _reader(value: str) -> str:
    if value not in ("bundled", "off") and not Path(value).is_dir():
        raise ValueError(messages.NOT_A_READER)
    return value


def _share(value: str) -> float:
    try:
        share = float(value.replace(",", "."))
    except ValueError:
        raise ValueError(messages.NOT_A_SHARE) from None
    if not 0 <= share <= 1:
        raise ValueError(messages.NOT_A_SHARE)
    return share


def _is_number(value: str, digits: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= digits


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)
