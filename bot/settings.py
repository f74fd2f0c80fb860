"""The settings: every TRACUU_* name with its default and its meaning in both languages."""

from dataclasses import dataclass

from bot.texts.settings import MEANINGS


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable as the README's table shows it."""

    name: str
    default: str
    english: str

    @property
    def vietnamese(self) -> str:
        """What it is for, in Vietnamese."""
        return MEANINGS[self.name]


SETTINGS = (
    Setting(
        "TRACUU_TOKEN",
        "",
        "Token of the Telegram bot, from @BotFather; without it the terminal chat opens",
    ),
    Setting(
        "TRACUU_DATA",
        "data",
        "Folder that holds the library, the index, the model and the query log",
    ),
    Setting(
        "TRACUU_MODEL",
        "",
        "Encoder: a sentence-transformers folder or hub name, or bundled-torch (the bundled model "
        "on torch: slower, more memory); without it, the bundled model on onnxruntime",
    ),
    Setting(
        "TRACUU_INDEX",
        "",
        "Where the index lies: address of a PostgreSQL database with pgvector that several bots "
        "share, for example postgresql://tracuu@db.example/tracuu; without it, in TRACUU_DATA",
    ),
    Setting(
        "TRACUU_INSTANCE",
        "",
        "Name of this bot where several answer by webhook from one TRACUU_DATA: letters and digits",
    ),
    Setting(
        "TRACUU_ADMINS",
        "",
        "Telegram user ids of the first administrators, separated by commas",
    ),
    Setting(
        "TRACUU_API_URL",
        "https://api.telegram.org",
        "Address of the Telegram Bot API server",
    ),
    Setting(
        "TRACUU_PROXY",
        "",
        "Proxy for reaching Telegram: http://, https:// or socks5://",
    ),
    Setting(
        "TRACUU_WEBHOOK_URL",
        "",
        "Public https address at which Telegram delivers updates; without it, the bot polls",
    ),
    Setting(
        "TRACUU_WEBHOOK_LISTEN",
        "127.0.0.1:8080",
        "Local address and port that the webhook's proxy forwards to; /health answers there too",
    ),
    Setting(
        "TRACUU_METRICS_PORT",
        "",
        "Port on 127.0.0.1 for /metrics (Prometheus) and /health; without it, none is opened",
    ),
    Setting(
        "TRACUU_RATE",
        "15",
        "Questions a person may ask in a minute",
    ),
    Setting(
        "TRACUU_LOG",
        "pseudonymous",
        "Query log: pseudonymous (users by a keyed hash), full (users by id) or off",
    ),
    Setting(
        "TRACUU_LOG_DAYS",
        "365",
        "Days for which logged questions are kept; 0 keeps them for ever",
    ),
    Setting(
        "TRACUU_BACKUP_KEY",
        "",
        "Key of at least 16 characters under which backups are encrypted, to be kept elsewhere; "
        "without it, they are not and leave out the key of the query log's hashes",
    ),
    Setting(
        "TRACUU_STRICTNESS",
        "0.5",
        "How sure an answer must be to be given as one, from 0 to 1",
    ),
    Setting(
        "TRACUU_READER",
        "bundled",
        "Trained reader that marks the answer in a passage: bundled, off, or a folder that "
        "train_reader wrote",
    ),
    Setting(
        "TRACUU_LLM_URL",
        "",
        "Address of an OpenAI-compatible endpoint that words answers, for example "
        "http://127.0.0.1:11434/v1; without it, nothing is sent anywhere",
    ),
    Setting(
        "TRACUU_LLM_MODEL",
        "",
        "Name of the model at that endpoint",
    ),
    Setting(
        "TRACUU_LLM_KEY",
        "",
        "Key of that endpoint, if it asks for one",
    ),
    Setting(
        "TRACUU_LLM_TIMEOUT",
        "20",
        "Seconds after which the answer goes out without that endpoint, from 1 to 120",
    ),
)
NAMES = tuple(setting.name for setting in SETTINGS)
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}
