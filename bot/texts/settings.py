"""What is wrong with a setting, in Vietnamese."""

NOT_A_TOKEN = "không đúng dạng token do @BotFather cấp (ví dụ 123456:ABC…)"
NOT_A_FOLDER = "không xác định được thư mục này"
NOT_USER_IDS = "cần là các ID Telegram bằng số, cách nhau bằng dấu phẩy"
NOT_AN_ADDRESS = "cần là địa chỉ bắt đầu bằng http:// hoặc https://"
NOT_AN_INDEX = "cần là địa chỉ bắt đầu bằng postgresql://"
NOT_AN_INSTANCE = "cần là tên gồm 1 đến 20 chữ thường không dấu hoặc chữ số"
NO_WEBHOOK = "cần đặt cùng TRACUU_WEBHOOK_URL: chỉ một bot được tự hỏi Telegram"
NOT_A_PROXY = "cần là địa chỉ proxy bắt đầu bằng http://, https:// hoặc socks5://"
NOT_A_PLACE = "cần là địa chỉ kèm cổng, ví dụ 127.0.0.1:8080"
NOT_A_PORT = "cần là số cổng từ 1 đến 65535"
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
