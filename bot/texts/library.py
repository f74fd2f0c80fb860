"""What readers of the library are told, in Vietnamese."""

from collections.abc import Sequence

from bot.texts.numbers import thousands

MEGABYTE = 1024 * 1024

PREVIOUS_PASSAGE = "‹ Đoạn trước"
NEXT_PASSAGE = "Đoạn sau ›"
ORIGINAL = "Tải văn bản gốc"
READ = "Đọc từ đầu"
ASK_WITHIN = "Hỏi trong văn bản này"
ASK_EVERYWHERE = "Hỏi trong toàn kho"
ASKING_EVERYWHERE = "Câu hỏi sau sẽ tìm trong toàn kho văn bản."
WHICH_DOCUMENT = "Văn bản nào?"
ALL_OF_THEM = "Danh mục văn bản"
NO_PAGES = "Tệp gốc của văn bản này không chia trang."
LAST_PASSAGE = "Đây là đoạn cuối văn bản."
NO_ORIGINAL = "Không còn tệp gốc của văn bản này."
DAMAGED_SHOWN = 10  # of the lines for administrators: one screen
ORIGINAL_DAMAGED = "Tệp gốc đã lưu bị hỏng nên không gửi được. Đồng chí vui lòng báo quản trị viên."
DOCUMENT_GONE = "Văn bản này không còn trong kho văn bản."
NO_DOCUMENTS = "Kho văn bản chưa có tài liệu nào."
NONE_FITS = "Không có văn bản nào phù hợp."
LATEST_HEAD = "Văn bản mới cập nhật"
CHOOSE = {
    "kind": "Chọn loại văn bản:",
    "year": "Chọn năm ban hành:",
    "issuer": "Chọn cơ quan ban hành:",
}
FACETS = {"kind": "Loại", "year": "Năm", "issuer": "Cơ quan"}
BACK = "‹ Quay lại"
ALL_DOCUMENTS = "Bỏ lọc"
SEARCH_HINT = "Tìm nhanh: /vanban kèm số, năm, loại, cơ quan hoặc từ trong tên."
NO_LAST_ANSWER = "Chưa có câu trả lời nào để xem nguồn. Đồng chí hỏi một câu trước."
UNANSWERED = "chưa trả lời được"
NO_HISTORY = "Chưa có câu hỏi nào được lưu."
HISTORY_HEAD = "Các câu hỏi gần đây của đồng chí:"
ASK_FORGET = "Xóa toàn bộ câu hỏi của đồng chí khỏi nhật ký? Việc này không thể hoàn tác."
FORGET = "Xóa"
KEEP = "Giữ lại"
KEPT = "Câu hỏi của đồng chí được giữ nguyên."
NOTHING_KEPT = "Nhật ký đang tắt, câu hỏi của đồng chí không được lưu."
REASONS = ("Trả lời sai", "Lạc đề", "Thiếu ý", "Văn bản đã cũ")
REPORT = "Báo sai"
REPORTED = "Đã báo cho quản trị viên. Cảm ơn đồng chí."
REASON_KEPT = "Cảm ơn đồng chí, lý do đã được ghi nhận."
WITHOUT_YEAR = "Hỏi lại, bỏ điều kiện năm"
ASK_HOW = "Đồng chí gõ câu hỏi ngay sau lệnh, ví dụ: /hoi Sinh hoạt chi bộ định kỳ kéo dài bao lâu?"
NOT_TEXT = {
    "photo": (
        "Bot chưa đọc được ảnh. Đồng chí gõ câu hỏi bằng chữ; nếu cần tra văn bản trong ảnh, "
        "đồng chí gõ số hiệu hoặc một câu của văn bản đó."
    ),
    "voice": (
        "Bot chưa nghe được giọng nói. Đồng chí gõ câu hỏi, hoặc dùng phím micrô trên bàn phím "
        "để đọc thành chữ."
    ),
    "document": (
        "Chỉ chuyên viên và quản trị viên gửi được văn bản vào kho. Nếu cần tra cứu, đồng chí gõ "
        "câu hỏi bằng chữ."
    ),
}
NOT_TEXT["audio"] = NOT_TEXT["video_note"] = NOT_TEXT["voice"]
STAFF_PHOTO = "Để đưa văn bản chụp ảnh vào kho, đồng chí gửi dưới dạng tệp (Gửi không nén), mỗi \
tệp một trang."
FILE_RECEIVED = "Đã nhận tệp {name}. Bot đang đọc…"
FILE_NOT_FETCHED = "Không tải được tệp {name} từ Telegram. Đồng chí vui lòng gửi lại."
REPLACE_OLD = "Thay bản cũ"
KEEP_OLD = "Giữ bản cũ"
OLD_KEPT = "Đã giữ bản cũ."
FILE_GONE = "Tệp này không còn chờ nữa. Đồng chí vui lòng gửi lại."
# folded words of a caption: one of the first, and none beside these
REPLACING = frozenset({"thay", "replace"})
BESIDE_REPLACING = frozenset(
    "the cho ban cu moi van tep file nay bang truoc do da co trong kho dong chi bot nhe nha a giup "
    "luon ho toi minh".split()
)
FILE_NOT_ADDED = (
    "Quyền của đồng chí đã thay đổi sau khi gửi tệp {name} nên tệp không được thêm. Nếu cần, đồng "
    "chí gửi lại."
)
FILE_REPLACE_HINT = "Trong Telegram, đồng chí gửi lại tệp với chú thích “thay” là được."
FILE_SECRET = (
    "Văn bản đóng dấu “{stamp}” nên không được thêm. Đồng chí xóa ngay tệp khỏi hội thoại."
)
FILE_HELD_HINT = (
    "Nếu đúng là bí mật nhà nước, đồng chí xóa ngay tệp khỏi hội thoại. Nếu không phải, đồng chí "
    "nhờ quản trị viên thêm tệp trên máy chủ."
)
SENT_PRIVATELY = "Đồng chí gửi tệp trong hội thoại riêng với bot."


def list_head(count: int, page: int, pages: int, chosen: str) -> str:
    """Head a page of the list of documents."""
    head = f"{thousands(count)} văn bản" + (f", {chosen}" if chosen else "")
    return f"{head} (trang {page}/{pages})" if pages > 1 else head


def place_in(number: int, count: int) -> str:
    """Say which of a document's passages is shown."""
    return f"Đoạn {thousands(number)}/{thousands(count)}"


def asking_within(name: str) -> str:
    """Say that what is asked next is asked of one document."""
    return f"Đồng chí hỏi đi. Các câu hỏi sau chỉ tìm trong {name}."


def no_such_page(page: int, pages: int) -> str:
    """Say how many pages a document has."""
    return f"Văn bản này có {pages} trang, không có trang {page}."


def signed_by(name: str, role: str) -> str:
    """Name who signed a document."""
    return f"Người ký: {name}" + (f", {role}" if role else "")


def in_force_from(day: str) -> str:
    """Say from when a document holds; ``day`` is "ngày 01/6/2025"."""
    return f"Có hiệu lực từ {day}"


NOT_REPLACED = "Trong kho chưa có văn bản thay thế"


def other_version(name: str, number: str | None) -> str:
    """Say that a file was not added, since another version of the document is there."""
    return f"Chưa thêm {name}: kho đã có {number or 'văn bản này'} với nội dung khác."


def files_done(received: int, lines: Sequence[str]) -> str:
    """Sum up what became of files that were sent together."""
    head = f"Đã nhận {received} tệp, đã xử lý {len(lines)}."
    return "\n".join((head, *(f"• {line}" for line in lines)))


def searched(words: str) -> str:
    """Name what was searched for."""
    return f"có “{words}”"


def perhaps(question: str) -> str:
    """Offer a question in another spelling."""
    return f"Có phải đồng chí muốn hỏi: {question.rstrip(' ?')}?"


def forgotten(count: int) -> str:
    """Confirm that somebody's questions are gone."""
    return f"Đã xóa {thousands(count)} câu hỏi của đồng chí."


def reported(question_id: int) -> str:
    """Put a wrong answer before an administrator, who finds it in the log by its number."""
    return f"Có người báo câu trả lời số {question_id} sai. Đồng chí xem trong nhật ký câu hỏi."


def library_of(count: int) -> str:
    """Say how many documents the library holds."""
    return f"Kho văn bản có {thousands(count)} văn bản."


def original_too_large(limit: int) -> str:
    """Say that a file is larger than the channel takes; the limit is in bytes."""
    return f"Tệp gốc lớn hơn {limit // MEGABYTE} MB nên không gửi được qua Telegram."


def file_too_large(limit: int) -> str:
    """Say that a file is larger than the channel gives, and what to do; the limit is in bytes."""
    return (
        f"Telegram chỉ cho bot tải tệp đến {limit // MEGABYTE} MB. Tệp lớn hơn, đồng chí thêm bằng "
        "lệnh add_documents trên máy chủ."
    )


def slow_down(seconds: int) -> str:
    """Ask for patience; the question is not answered."""
    return (
        "Đồng chí hỏi nhiều câu trong thời gian ngắn nên câu này chưa được tra cứu. "
        f"Đồng chí vui lòng hỏi lại sau {seconds} giây."
    )


def damaged_original(file: str, document_id: str) -> str:
    """Name an original that is not as it was received, for the log and the administrators."""
    return f"Tệp gốc {file} của văn bản {document_id} không còn như đã nhận"


def damaged(lines: Sequence[str]) -> str:
    """Tell administrators what of the library is not shown any more, and how to mend it."""
    shown = "\n".join(f"• {line}." for line in lines[:DAMAGED_SHOWN])
    more = len(lines) - DAMAGED_SHOWN
    rest = f"\n… và {more} mục khác." if more > 0 else ""
    return (
        "⚠️ Kho văn bản có nội dung hỏng; bot không dùng các phần này để trả lời:\n"
        f"{shown}{rest}\nĐề nghị chạy trên máy chủ: python -m scripts.doctor --repair"
    )
