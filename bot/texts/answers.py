"""Every Vietnamese sentence the bot says, so that one person can read them all."""

from datetime import date

# Starting

ABOUT_COMMAND = (
    "Tra Cứu: chạy bot Telegram khi có TRACUU_TOKEN, nếu không thì mở hội thoại trên dòng lệnh."
)
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

# Commands

NO_SUCH_COMMAND = "Bot không có lệnh này. Đồng chí gõ /help để xem hướng dẫn."

WELCOME = (
    "Kính chào đồng chí. Đồng chí nhắn câu hỏi, bot trả lời bằng nguyên văn trong kho văn bản, "
    "kèm nguồn để đối chiếu."
)
TRY_ONE = "Đồng chí có thể hỏi thử:"
EXAMPLES = (
    "Mục tiêu tỷ lệ thôn trưởng là đảng viên?",
    "Sinh hoạt chi bộ định kỳ kéo dài bao lâu?",
    "Mấy đảng viên thì được lập chi bộ?",
    "Khi nào được tạm miễn sinh hoạt đảng?",
    "Tuổi đời của người vào Đảng?",
)
HELP = """Đồng chí nhắn câu hỏi bằng tiếng Việt (có dấu hoặc không dấu) hoặc tiếng Anh. \
Bot trả lời bằng nguyên văn trong kho văn bản, kèm số hiệu, ngày ban hành, cơ quan, mục và trang.

• Xem đoạn đầy đủ: đọc cả đoạn chứa câu trả lời.
• Nguồn khác: các đoạn liên quan trong những văn bản khác.
• 👍 👎: cho biết câu trả lời có đúng không.

Trong nhóm, đồng chí gõ /hoi kèm câu hỏi, nhắc tên bot hoặc trả lời tin nhắn của bot.

Danh mục văn bản: /vanban. Hướng dẫn đầy đủ: /huongdan"""
ADMIN_HELP = """

Dành cho quản trị viên:
/thumoi [vai trò] – tạo thư mời dùng một lần
/capquyen ID [vai trò] – cấp quyền; vai trò: canbo, chuyenvien, quantri
/thuhoi ID – thu hồi quyền
/nguoidung – danh sách người dùng
/chophepnhom, /thuhoinhom – gõ trong nhóm, cho phép cả nhóm hoặc thôi
/gioihan SỐ vai trò – giới hạn người được xem một văn bản
/thongke – thống kê 30 ngày, có biểu đồ
/chuatraloi – câu hỏi chưa trả lời được
/thongbao NỘI DUNG – gửi thông báo đến mọi người"""


def what_is_in(document: str) -> str:
    """Ask what a document is about."""
    return f"Nội dung chính của {document} là gì?"


def privacy(mode: str, days: int) -> str:
    """Say what of a question is kept, and for how long."""
    if mode == "off":
        return "Câu hỏi không được lưu lại."
    kept = f"trong {days} ngày" if days else "không thời hạn"
    who = "kèm ID của người hỏi" if mode == "full" else "không kèm danh tính người hỏi"
    return (
        f"Câu hỏi, câu trả lời và đánh giá được lưu {kept}, {who}, để nâng cao chất lượng tra cứu. "
        "Đồng chí gõ /xoalichsu để xóa các câu hỏi của mình."
    )


# Answers

SOURCE = "Nguồn: "
NOTE = "Lưu ý: "
UNDERSTOOD_AS = "Hiểu là: "
QUESTION = "Câu hỏi: "
NOT_FOUND = "Không tìm thấy trong tài liệu."
NEAREST = "Đoạn gần nhất, có thể không trả lời câu hỏi:"
FAILED = "Có lỗi khi tra cứu, câu hỏi chưa được trả lời. Đồng chí vui lòng hỏi lại sau ít phút."
CROWDED = "Bot đang nhận quá nhiều câu hỏi. Đồng chí vui lòng hỏi lại sau ít phút."
EMPTY_QUESTION = "Đồng chí cần tra cứu nội dung gì?"
TEXT_ONLY = (
    "Bot mới đọc được câu hỏi bằng chữ, chưa đọc được ảnh, tệp, giọng nói hay nhãn dán. "
    "Đồng chí vui lòng gõ câu hỏi."
)


def too_long(limit: int) -> str:
    """Say that a question is longer than a question may be."""
    return (
        f"Câu hỏi dài quá {thousands(limit)} ký tự. "
        "Đồng chí vui lòng hỏi ngắn gọn hơn, mỗi lần một nội dung."
    )


def why_not(reason: str, subject: str | None) -> str | None:
    """Explain a NoAnswer's reason; None for a reason that needs no explanation."""
    named = f" “{subject}”" if subject else ""
    return {
        "empty_library": "Kho văn bản chưa có tài liệu nào.",
        "nothing_found": "Không có đoạn nào trong kho văn bản liên quan đến câu hỏi.",
        "low_confidence": "Có đoạn liên quan nhưng chưa đủ căn cứ để trả lời.",
        "no_such_document": f"Kho văn bản không có văn bản{named or ' được hỏi'}.",
        "no_such_place": f"Văn bản không có{named or ' phần được hỏi'}.",
    }.get(reason)


def document_name(kind: str | None, number: str | None) -> str | None:
    """Name a document as a clerk does: "Quy định số 294-QĐ/TW"."""
    if number:
        return f"{kind} số {number}" if kind else f"Số {number}"
    return kind


def dated(day: date) -> str:
    """Write a date as documents must: "ngày 26/5/2025", "ngày 02/01/2025".

    Days below 10 and months below 3 take a zero (Nghị định 30/2020/NĐ-CP, Phụ lục I).
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02}/{month}/{day.year}"


def on_page(page: int) -> str:
    """Name a page."""
    return f"trang {page}"


def replaced_by(name: str) -> str:
    """Say which document has taken this one's place."""
    return f"đã được thay thế bởi {name}"


def inconsistent(stated: str, computed: str) -> str:
    """Flag a percentage that the document's own figures do not give."""
    return f"văn bản ghi {stated}, nhưng tính từ số liệu trong văn bản thì được {computed}"


def only_about(number: str) -> str:
    """Say that the document asked about is itself not in the library."""
    return f"kho văn bản không có toàn văn {number}; câu trả lời lấy từ văn bản nói về văn bản đó"


GENERATED = "lời văn do mô hình ngôn ngữ viết từ các đoạn trích trên; hãy đối chiếu với đoạn trích"


def missing(numbers: tuple[str, ...]) -> str:
    """Say which of several documents asked about are not in the library."""
    return f"kho văn bản không có {', '.join(numbers)}"


def other_sources(page: int, pages: int) -> str:
    """Head a page of further passages."""
    return f"Nguồn khác (trang {page}/{pages})" if pages > 1 else "Nguồn khác"


def thousands(number: int) -> str:
    """Write a whole number with thousands points."""
    return f"{number:,}".replace(",", ".")


# Buttons

FULL_PASSAGE = "Xem đoạn đầy đủ"
SOURCES = "Nguồn của câu trả lời"
MORE_SOURCES = "Nguồn khác"
PREVIOUS_PAGE = "‹ Trang trước"
NEXT_PAGE = "Trang sau ›"
THUMB_UP = "👍"
THUMB_DOWN = "👎"
CHOSEN = " ✓"
THANKS_UP = "Cảm ơn đồng chí."
THANKS_DOWN = "Cảm ơn đồng chí, ý kiến đã được ghi nhận."
OLD_BUTTON = "Nút này không còn dùng được. Đồng chí vui lòng hỏi lại."
PASSAGE_GONE = "Đoạn này không còn trong kho văn bản. Đồng chí vui lòng hỏi lại."
NOT_KEPT = "Chưa ghi được ý kiến. Đồng chí vui lòng thử lại sau."
NO_MORE_SOURCES = "Không còn nguồn nào khác."
SEE_ANSWER = "Xem câu trả lời"


def can_be_answered(question: str, document: str) -> str:
    """Tell who asked in vain that a document has come which answers."""
    return (
        f"Đồng chí từng hỏi: “{question}”. Khi đó bot không tìm thấy trong tài liệu. "
        f"Nay kho văn bản đã có {document}, câu hỏi này đã trả lời được."
    )


def passage_number(number: int) -> str:
    """Label the button that shows one of several passages."""
    return f"Xem đoạn {number}"


# Access

ASK_TO_USE = "Xin quyền sử dụng"
AGREE = "Đồng ý"
DECLINE = "Từ chối"
WAITING = "Yêu cầu của đồng chí đang chờ quản trị viên duyệt."
REQUEST_SENT = (
    "Đã gửi yêu cầu đến quản trị viên. Bot sẽ báo ngay khi đồng chí được cấp quyền sử dụng."
)
REVOKED = "Đồng chí không có quyền sử dụng. Nếu cần, đồng chí liên hệ quản trị viên."
LET_IN = "Đồng chí đã được cấp quyền sử dụng. Đồng chí nhắn câu hỏi hoặc gõ /start để bắt đầu."
DECLINED = "Yêu cầu sử dụng của đồng chí chưa được chấp thuận."
ASK_IN_PRIVATE = "Đồng chí nhắn tin riêng cho bot để xin quyền sử dụng."
ADMINS_ONLY = "Chỉ quản trị viên mới dùng được chức năng này."
ALREADY_DECIDED = "Yêu cầu này đã được xử lý."
GIVE_AN_ID = "Đồng chí gõ kèm ID của người dùng, ví dụ: {command} 123456789"
NOT_YOURSELF = "Đồng chí không thể thu hồi quyền của chính mình."
ADMIN_BY_SETTING = (
    "Quản trị viên này được khai báo trong TRACUU_ADMINS. Đồng chí bỏ ID ở đó, khởi động lại bot "
    "rồi thu hồi."
)


def not_let_in(user_id: int) -> str:
    """Tell a newcomer that only people let in are answered."""
    return (
        "Bot chỉ phục vụ cán bộ đã được cấp quyền. "
        f"Đồng chí bấm nút dưới đây để xin quyền sử dụng (ID của đồng chí: {user_id})."
    )


def request_card(name: str, user_id: int) -> str:
    """Put a request before an administrator."""
    return f"Đồng chí {name} (ID {user_id}) xin quyền sử dụng."


def agreed(name: str, user_id: int) -> str:
    """Record on the card that the request was granted."""
    return f"Đã cấp quyền cho đồng chí {name} (ID {user_id})."


def declined(name: str, user_id: int) -> str:
    """Record on the card that the request was declined."""
    return f"Đã từ chối yêu cầu của đồng chí {name} (ID {user_id})."


def revoked(name: str, user_id: int) -> str:
    """Confirm that someone is no longer answered."""
    return f"Đã thu hồi quyền của đồng chí {name} (ID {user_id})."


def nobody(user_id: int) -> str:
    """Say that an id belongs to nobody the bot knows."""
    return f"Không có người dùng nào có ID {user_id}."


def announced(total: int, failed: int) -> str:
    """Tell the author of an announcement how many got it."""
    text = f"Thông báo đã gửi xong: {thousands(total - failed)}/{thousands(total)} người nhận được."
    return text + (f" {thousands(failed)} người đã chặn bot." if failed else "")
