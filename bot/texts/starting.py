"""What the operator is told: what keeps the bot from starting, and at the terminal chat."""

ABOUT_COMMAND = (
    "Tra Cứu: chạy bot Telegram khi có TRACUU_TOKEN, nếu không thì mở hội thoại trên dòng lệnh."
)
DATA_FOLDER = "THƯ_MỤC"
ABOUT_DATA = "thư mục dữ liệu (mặc định: TRACUU_DATA, nếu không có thì ./data)"
BAD_TOKEN = "Telegram không chấp nhận token này; hãy kiểm tra TRACUU_TOKEN với @BotFather."
NO_NETWORK = "Không kết nối được với Telegram; hãy kiểm tra mạng, TRACUU_PROXY hoặc TRACUU_API_URL."
NO_SOCKS = "TRACUU_PROXY: thiếu thư viện SOCKS; hãy chạy: pip install 'python-telegram-bot[socks]'"
SERVED_ALREADY = "{data}: một bot khác đang chạy trên thư mục dữ liệu này; hãy dừng bot đó trước."
BAD_WEBHOOK = "Telegram không nhận địa chỉ webhook này; hãy kiểm tra TRACUU_WEBHOOK_URL."
PORT_TAKEN = (
    "Không mở được cổng; hãy kiểm tra TRACUU_WEBHOOK_LISTEN, TRACUU_METRICS_PORT hoặc tiến trình "
    "khác đang dùng cổng đó."
)
EMPTY_LIBRARY = (
    "Kho văn bản chưa có tài liệu nào; hãy nạp trước: python -m scripts.add_documents THƯ_MỤC"
)
NO_ADMINS = (
    "Chưa có quản trị viên nào để cấp quyền sử dụng; hãy đặt TRACUU_ADMINS bằng ID Telegram của "
    "quản trị viên (bot báo ID cho người nhắn tin đến)."
)
ADDING_SAMPLES = "Kho văn bản còn trống: đang nạp các văn bản mẫu (chỉ làm một lần)…"
TERMINAL_WELCOME = (
    "Tra Cứu – hỏi đáp trên kho văn bản. Gõ câu hỏi rồi nhấn Enter; gõ số để bấm nút; "
    "Ctrl+D để kết thúc."
)
PROMPT = "Câu hỏi: "
