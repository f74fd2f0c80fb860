"""The settings: every TRACUU_* name with its default and its meaning in both languages."""

from dataclasses import dataclass


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
        "TRACUU_INDEX",
        "",
        "Where the index lies: address of a PostgreSQL database with pgvector that several bots "
        "share, for example postgresql://tracuu@db.example/tracuu; without it, in TRACUU_DATA",
        "Nơi đặt chỉ mục: địa chỉ cơ sở dữ liệu PostgreSQL có pgvector mà nhiều bot dùng chung, "
        "ví dụ postgresql://tracuu@db.example/tracuu; nếu để trống thì là tệp trong TRACUU_DATA",
    ),
    Setting(
        "TRACUU_INSTANCE",
        "",
        "Name of this bot where several answer by webhook from one TRACUU_DATA: letters and digits",
        "Tên của bot này khi nhiều bot cùng trả lời qua webhook từ một TRACUU_DATA: chữ và số",
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
