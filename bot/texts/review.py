"""The words of the review: its lists, its file, the report and the web page."""

from pathlib import Path

from bot.texts.numbers import decimal, thousands

STATUS = {
    "answered": "đã trả lời",
    "nearest": "chỉ có đoạn gần nhất",
    "refused": "không tìm thấy",
    "failed": "lỗi",
}
REASON = {
    "low_confidence": "chưa đủ căn cứ",
    "nothing_found": "không có đoạn liên quan",
    "no_such_document": "không có văn bản được hỏi",
    "no_such_place": "văn bản không có phần được hỏi",
    "empty_library": "kho chưa có văn bản",
    "empty_question": "không có nội dung hỏi",
}
THUMB = {1: "👍", -1: "👎"}
VERDICT = {
    "right": "đúng",
    "wrong": "sai",
    "incomplete": "thiếu",
    "not_in_library": "không có trong thư viện",
    "wrong_document": "nhầm văn bản",
}
CHAT_KIND = {"private": "nhắn riêng", "group": "nhóm", "terminal": "dòng lệnh"}
STAGE = {
    "understand": "hiểu câu hỏi",
    "encode": "mã hóa",
    "search": "tìm kiếm",
    "compose": "soạn trả lời",
}
NOT_KEPT = "(nội dung không được lưu)"
SECRET_SHOWN = "[Nội dung văn bản có độ mật hoặc bị giới hạn không được ghi vào nhật ký]"
LOOK_NOT_KEPT = "Không ghi được lượt xem vào nhật ký nên không mở trang này; hãy kiểm tra ổ đĩa."
NOT_LOGGED_IN = (
    "Chưa đăng nhập; hãy mở địa chỉ đăng nhập mà lệnh review_queries web đã in ra khi khởi động."
)
ADDRESS_TOO_LONG = "Địa chỉ dài quá nên không ghi đủ được vào nhật ký; hãy viết truy vấn ngắn hơn."
NO_BROWSER = (
    "Máy chưa có Chromium để in PDF; hãy cài (sudo apt install chromium), hoặc mở tệp HTML "
    "và in từ trình duyệt."
)
COLUMNS = {
    "question_id": "Mã",
    "asked_at": "Thời điểm hỏi",
    "user": "Người hỏi",
    "chat_kind": "Loại hội thoại",
    "conversation": "Hội thoại",
    "question": "Câu hỏi",
    "understood_as": "Hiểu là",
    "status": "Kết quả",
    "reason": "Lý do không trả lời",
    "confidence": "Độ tin cậy",
    "shown": "Nội dung đã trả lời",
    "documents": "Văn bản đã dẫn",
    "elapsed_ms": "Thời gian (ms)",
    "model": "Mô hình",
    "generation": "Phiên bản kho",
    "thumb": "Đánh giá",
    "thumb_reason": "Lý do đánh giá",
    "reviewed_at": "Đã xem xét",
    "verdict": "Kết luận",
    "note": "Ghi chú",
    "answered_by": "Văn bản giải đáp",
    "told_at": "Đã báo người hỏi",
    "user_id": "ID Telegram",
}
FACTS = (
    "Câu hỏi",
    "Hiểu là",
    "Lúc",
    "Người hỏi",
    "Nơi hỏi",
    "Kết quả",
    "Lý do",
    "Độ tin cậy",
    "Thời gian",
    "Từng bước",
    "Mô hình",
    "Phiên bản kho",
    "Đánh giá",
    "Lý do đánh giá",
    "Đã xem xét",
    "Kết luận",
    "Ghi chú",
    "Văn bản giải đáp",
    "Đã báo người hỏi",
    "Trong bộ đánh giá",
)
GONE = "không còn trong thư viện"
STEP = {"day": "ngày", "week": "tuần", "month": "tháng"}
ANSWERED = "trả lời được"
UNANSWERED = "chưa trả lời được"
FAILED = "lỗi"
QUESTIONS = "câu hỏi"
OVERVIEW = "Tổng quan"
ASKERS = "Người hỏi"
LIKED_SHARE = "Hài lòng (trong số có đánh giá)"
ANSWERED_SHARE = "tỷ lệ trả lời được"
ASKED_PLOT = "Số câu hỏi"
SHARE_PLOT = "Tỷ lệ trả lời được (%)"
HALF = "một nửa số câu hỏi"
NEARLY_ALL = "95% số câu hỏi"
TIMES_PLOT = "Thời gian trả lời (ms)"


def not_grouped(count: int) -> str:
    """Say how many questions beyond those asked most are in no group."""
    return f"… và {thousands(count)} câu khác chưa gộp"


def change(now: int, before: int) -> str:
    """Say how a count compares with the period before."""
    if not before:
        return "kỳ trước không có số liệu" if now else "không đổi"
    percent = 100 * (now - before) / before
    if abs(percent) < 0.05:
        return "bằng kỳ trước"
    return f"{'tăng' if percent > 0 else 'giảm'} {decimal(abs(percent))}% so với kỳ trước"


def no_such_question(question_id: int) -> str:
    """Say that the log has no question of this id."""
    return (
        f"Nhật ký không có câu hỏi {question_id}; hãy xem mã bằng python -m scripts.review_queries."
    )


def note_too_long(limit: int) -> str:
    """Say that a note is longer than a note may be."""
    return f"Ghi chú dài quá {limit} ký tự; hãy viết ngắn hơn."


def words_not_kept(question_id: int) -> str:
    """Say why a question cannot join the judged set."""
    return f"Câu hỏi {question_id} không được lưu nội dung nên không đưa vào bộ được."


def not_verbatim(answer: str, passage_id: str) -> str:
    """Say that an answer is not in the passage that is to hold it."""
    return f"“{answer}” không có nguyên văn trong đoạn {passage_id}."


def no_such_passage(passage_id: str) -> str:
    """Say that the library has no passage of this id."""
    return (
        f"Thư viện không có đoạn {passage_id}; hãy xem mã đoạn bằng "
        "python -m scripts.review_queries show MÃ."
    )


def not_json(path: Path, line: int) -> str:
    """Say which line of the judged set cannot be read."""
    return f"{path}, dòng {line}: không phải JSON; hãy sửa dòng này."


def file_exists(path: Path) -> str:
    """Say that a file would be overwritten."""
    return f"{path}: đã có tệp này; hãy chọn tên khác hoặc xóa tệp cũ trước."


def not_printed(path: Path) -> str:
    """Say that the browser could not print the page."""
    return f"{path}: Chromium không in được PDF; tệp HTML vẫn dùng được."


def index_unreadable(fault: str) -> str:
    """Say that the index has to be built again."""
    return f"{fault}; hãy chạy: python -m scripts.rebuild."
