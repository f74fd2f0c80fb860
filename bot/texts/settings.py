"""What each setting is for, and what is wrong with one."""

MEANINGS = {
    "TRACUU_TOKEN": (
        "Token của bot Telegram do @BotFather cấp; nếu để trống thì mở hội thoại trên dòng lệnh"
    ),
    "TRACUU_DATA": "Thư mục chứa kho văn bản, chỉ mục, mô hình và nhật ký câu hỏi",
    "TRACUU_MODEL": (
        "Mô hình mã hóa: thư mục hoặc tên trên hub của sentence-transformers; "
        "bundled-torch là mô hình kèm theo chạy trên torch (chậm và tốn bộ nhớ hơn); "
        "nếu để trống thì dùng mô hình kèm theo trên onnxruntime"
    ),
    "TRACUU_INDEX": (
        "Nơi đặt chỉ mục: địa chỉ cơ sở dữ liệu PostgreSQL có pgvector mà nhiều bot dùng chung, "
        "ví dụ postgresql://tracuu@db.example/tracuu; nếu để trống thì là tệp trong TRACUU_DATA"
    ),
    "TRACUU_INSTANCE": (
        "Tên của bot này khi nhiều bot cùng trả lời qua webhook từ một TRACUU_DATA: chữ và số"
    ),
    "TRACUU_ADMINS": "ID Telegram của các quản trị viên đầu tiên, cách nhau bằng dấu phẩy",
    "TRACUU_API_URL": "Địa chỉ máy chủ Bot API của Telegram",
    "TRACUU_PROXY": "Proxy để kết nối Telegram: http://, https:// hoặc socks5://",
    "TRACUU_WEBHOOK_URL": (
        "Địa chỉ https công khai để Telegram gửi cập nhật; nếu để trống thì bot tự hỏi Telegram"
    ),
    "TRACUU_WEBHOOK_LISTEN": (
        "Địa chỉ và cổng nội bộ nhận cập nhật từ proxy của webhook; cũng trả lời /health"
    ),
    "TRACUU_METRICS_PORT": (
        "Cổng trên 127.0.0.1 cho /metrics (Prometheus) và /health; nếu để trống thì không mở"
    ),
    "TRACUU_RATE": "Số câu hỏi tối đa của một người trong một phút",
    "TRACUU_LOG": (
        "Nhật ký câu hỏi: pseudonymous (người hỏi dưới mã thay cho danh tính), full (ghi ID người "
        "hỏi) hoặc off (tắt)"
    ),
    "TRACUU_LOG_DAYS": "Số ngày lưu câu hỏi trong nhật ký; 0 là không xóa",
    "TRACUU_BACKUP_KEY": "Khóa mã hóa bản sao lưu, từ 16 ký tự, cất ở nơi khác; để trống thì bản "
    "sao lưu không mã hóa và không kèm khóa băm của nhật ký",
    "TRACUU_STRICTNESS": "Mức chắc chắn cần có để trả lời, từ 0 đến 1",
    "TRACUU_READER": (
        "Mô hình đọc tìm câu trả lời trong đoạn: bundled (đi kèm), off (tắt) hoặc thư mục do "
        "train_reader ghi"
    ),
    "TRACUU_LLM_URL": (
        "Địa chỉ điểm truy cập tương thích OpenAI để diễn đạt câu trả lời, ví dụ "
        "http://127.0.0.1:11434/v1; nếu để trống thì không gửi gì đi đâu"
    ),
    "TRACUU_LLM_MODEL": "Tên mô hình tại điểm truy cập đó",
    "TRACUU_LLM_KEY": "Khóa của điểm truy cập đó, nếu cần",
    "TRACUU_LLM_TIMEOUT": (
        "Số giây chờ điểm truy cập đó trước khi trả lời không có nó, từ 1 đến 120"
    ),
}
NOT_A_TOKEN = "không đúng dạng token do @BotFather cấp (ví dụ 123456:ABC…)"
NOT_A_FOLDER = "không xác định được thư mục này"
NOT_USER_IDS = "cần là các ID Telegram bằng số, cách nhau bằng dấu phẩy"
NOT_AN_ADDRESS = "cần là địa chỉ bắt đầu bằng http:// hoặc https://"
NOT_AN_INDEX = "cần là địa chỉ bắt đầu bằng postgresql://"
UNREADABLE_INDEX = (
    "không đọc được địa chỉ; trong tên và mật khẩu, các ký tự như @ : / % phải viết thành "
    "%40 %3A %2F %25"
)
NOT_AN_INSTANCE = "cần là tên gồm 1 đến 20 chữ thường không dấu hoặc chữ số"
NO_WEBHOOK = "cần đặt cùng TRACUU_WEBHOOK_URL: chỉ một bot được tự hỏi Telegram"
NOT_A_PROXY = "cần là địa chỉ proxy bắt đầu bằng http://, https:// hoặc socks5://"
NOT_A_PLACE = "cần là địa chỉ kèm cổng, ví dụ 127.0.0.1:8080"
NOT_A_PORT = "cần là số cổng từ 1 đến 65535"
NOT_A_READER = "cần là bundled, off hoặc thư mục của một mô hình đọc"
NOT_A_RATE = "cần là số nguyên từ 1 trở lên"
NOT_DAYS = "cần là số ngày, từ 0 trở lên"
NOT_SECONDS = "cần là số giây từ 1 đến 120"
NOT_A_KEY = "chỉ được gồm chữ không dấu, chữ số và ký hiệu"
NO_LLM_MODEL = "cần đặt cùng TRACUU_LLM_MODEL"
NOT_A_SHARE = "cần là số từ 0 đến 1"


def one_of(values: tuple[str, ...]) -> str:
    """Say which values a setting takes."""
    return "cần là một trong các giá trị: " + ", ".join(values)


def unknown_setting(name: str, nearest: str | None) -> str:
    """Say that a TRACUU_* name means nothing, and which one may have been meant."""
    hint = f"; có phải {nearest}?" if nearest else ""
    return f"{name}: không có thiết lập này{hint}"


def bad_setting(name: str, complaint: str) -> str:
    """Say what is wrong with a setting's value, without repeating the value."""
    return f"{name}: {complaint}."


def not_in_environment(name: str) -> str:
    """Say that a variable of the environment is not set."""
    return f"{name}: biến môi trường này chưa được đặt; hãy đặt rồi chạy lại."


def too_short(least: int) -> str:
    """Say how long a key has to be."""
    return f"cần ít nhất {least} ký tự"
