"""The settings: every TRACUU_* name, its default and meaning, and the one place that reads them."""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot import messages

PREFIX = "TRACUU_"
TOKEN_SHAPE = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
LOG_MODES = ("pseudonymous", "full", "off")
PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")

T = TypeVar("T")


class ConfigError(Exception):
    """Settings that cannot be used; the message has one Vietnamese line for each of them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable as the README's table shows it."""

    name: str
    default: str
    english: str
    vietnamese: str


SETTINGS = (
    Setting(
        "TRACUU_TOKEN",
        "",
        "Token of the Telegram bot, from @BotFather; without it the terminal chat opens",
        "Token của bot Telegram do @BotFather cấp; nếu để trống thì mở hội thoại trên dòng lệnh",
    ),
    Setting(
        "TRACUU_DATA",
        "data",
        "Folder that holds the library, the index, the model and the query log",
        "Thư mục chứa kho văn bản, chỉ mục, mô hình và nhật ký câu hỏi",
    ),
    Setting(
        "TRACUU_MODEL",
        "",
        "Encoder: a sentence-transformers folder or hub name, or bundled-torch (the bundled model "
        "on torch: slower, more memory); without it, the bundled model on onnxruntime",
        "Mô hình mã hóa: thư mục hoặc tên trên hub của sentence-transformers; "
        "bundled-torch là mô hình kèm theo chạy trên torch (chậm và tốn bộ nhớ hơn); "
        "nếu để trống thì dùng mô hình kèm theo trên onnxruntime",
    ),
    Setting(
        "TRACUU_ADMINS",
        "",
        "Telegram user ids of the first administrators, separated by commas",
        "ID Telegram của các quản trị viên đầu tiên, cách nhau bằng dấu phẩy",
    ),
    Setting(
        "TRACUU_API_URL",
        "https://api.telegram.org",
        "Address of the Telegram Bot API server",
        "Địa chỉ máy chủ Bot API của Telegram",
    ),
    Setting(
        "TRACUU_PROXY",
        "",
        "Proxy for reaching Telegram: http://, https:// or socks5://",
        "Proxy để kết nối Telegram: http://, https:// hoặc socks5://",
    ),
    Setting(
        "TRACUU_WEBHOOK_URL",
        "",
        "Public https address at which Telegram delivers updates; without it, the bot polls",
        "Địa chỉ https công khai để Telegram gửi cập nhật; nếu để trống thì bot tự hỏi Telegram",
    ),
    Setting(
        "TRACUU_WEBHOOK_LISTEN",
        "127.0.0.1:8080",
        "Local address and port that the webhook's proxy forwards to; /health answers there too",
        "Địa chỉ và cổng nội bộ nhận cập nhật từ proxy của webhook; cũng trả lời /health",
    ),
    Setting(
        "TRACUU_METRICS_PORT",
        "",
        "Port on 127.0.0.1 for /metrics (Prometheus) and /health; without it, none is opened",
        "Cổng trên 127.0.0.1 cho /metrics (Prometheus) và /health; nếu để trống thì không mở",
    ),
    Setting(
        "TRACUU_RATE",
        "15",
        "Questions a person may ask in a minute",
        "Số câu hỏi tối đa của một người trong một phút",
    ),
    Setting(
        "TRACUU_LOG",
        "pseudonymous",
        "Query log: pseudonymous (users by a keyed hash), full (users by id) or off",
        "Nhật ký câu hỏi: pseudonymous (ẩn danh người hỏi), full (ghi ID người hỏi) hoặc off (tắt)",
    ),
    Setting(
        "TRACUU_LOG_DAYS",
        "365",
        "Days for which logged questions are kept; 0 keeps them for ever",
        "Số ngày lưu câu hỏi trong nhật ký; 0 là không xóa",
    ),
    Setting(
        "TRACUU_STRICTNESS",
        "0.5",
        "How sure an answer must be to be given as one, from 0 to 1",
        "Mức chắc chắn cần có để trả lời, từ 0 đến 1",
    ),
    Setting(
        "TRACUU_LLM_URL",
        "",
        "Address of an OpenAI-compatible endpoint that words answers, for example "
        "http://127.0.0.1:11434/v1; without it, nothing is sent anywhere",
        "Địa chỉ điểm truy cập tương thích OpenAI để diễn đạt câu trả lời, ví dụ "
        "http://127.0.0.1:11434/v1; nếu để trống thì không gửi gì đi đâu",
    ),
    Setting(
        "TRACUU_LLM_MODEL",
        "",
        "Name of the model at that endpoint",
        "Tên mô hình tại điểm truy cập đó",
    ),
    Setting(
        "TRACUU_LLM_KEY",
        "",
        "Key of that endpoint, if it asks for one",
        "Khóa của điểm truy cập đó, nếu cần",
    ),
    Setting(
        "TRACUU_LLM_TIMEOUT",
        "20",
        "Seconds after which the answer goes out without that endpoint, from 1 to 120",
        "Số giây chờ điểm truy cập đó trước khi trả lời không có nó, từ 1 đến 120",
    ),
)
NAMES = tuple(setting.name for setting in SETTINGS)
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one run; the token never appears in a repr."""

    token: str | None = field(default=None, repr=False)
    data: Path = Path("data")
    model: str | None = None
    admins: tuple[int, ...] = ()
    api_url: str = "https://api.telegram.org"
    proxy: str | None = field(default=None, repr=False)
    webhook_url: str | None = None
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    metrics_port: int | None = None
    rate: int = 15
    log: str = "pseudonymous"
    log_days: int = 365
    strictness: float = 0.5
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
            admins=read("TRACUU_ADMINS", _admins),
            api_url=read("TRACUU_API_URL", _api_url),
            proxy=read("TRACUU_PROXY", _proxy),
            webhook_url=read("TRACUU_WEBHOOK_URL", _webhook_url),
            listen=read("TRACUU_WEBHOOK_LISTEN", _listen),
            metrics_port=read("TRACUU_METRICS_PORT", _port),
            rate=read("TRACUU_RATE", _rate),
            log=read("TRACUU_LOG", _log),
            log_days=read("TRACUU_LOG_DAYS", _days),
            strictness=read("TRACUU_STRICTNESS", _share),
            llm_url=read("TRACUU_LLM_URL", _endpoint),
            llm_model=read("TRACUU_LLM_MODEL", lambda value: value or None),
            llm_key=read("TRACUU_LLM_KEY", _key),
            llm_timeout=read("TRACUU_LLM_TIMEOUT", _seconds),
        )
        if config.llm_url and not config.llm_model:
            problems.append(messages.bad_setting("TRACUU_LLM_URL", messages.NO_LLM_MODEL))
        if problems:
            raise ConfigError(tuple(problems))
        return config if data is None else replace(config, data=data)


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


def _admins(value: str) -> tuple[int, ...]:
    words = value.replace(",", " ").split()
    if not all(_is_number(word, digits=15) for word in words):
        raise ValueError(messages.NOT_USER_IDS)
    return tuple(int(word) for word in words)


def _api_url(value: str) -> str:
    if not _is_address(value, ("http", "https")):
        raise ValueError(messages.NOT_AN_ADDRESS)
    return value.rstrip("/")


def _proxy(value: str) -> str | None:
    if value and not _is_address(value, PROXY_SCHEMES):
        raise ValueError(messages.NOT_A_PROXY)
    return value or None


def _webhook_url(value: str) -> str | None:
    if value and not _is_address(value, ("https", "http")):
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


def _endpoint(value: str) -> str | None:
    if value and not _is_address(value, ("http", "https")):
        raise ValueError(messages.NOT_AN_ADDRESS)
    return value or None


def _key(value: str) -> str | None:
    if not (value.isascii() and value.isprintable()):
        raise ValueError(messages.NOT_A_KEY)
    return value or None


def _seconds(value: str) -> float:
    if not _is_number(value, digits=3) or not 1 <= int(value) <= 120:
        raise ValueError(messages.NOT_SECONDS)
    return float(value)


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
