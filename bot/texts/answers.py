"""What is said to a question, and on the buttons under it."""

import re
from collections.abc import Sequence

from bot.texts.numbers import thousands

NO_SUCH_COMMAND = "Bot không có lệnh này. Đồng chí gõ /help để xem hướng dẫn."

SOURCE = "Nguồn: "
NOTE = "Lưu ý: "
UNDERSTOOD_AS = "Hiểu là: "
QUESTION = "Câu hỏi: "
NOT_FOUND = "Không tìm thấy trong kho văn bản."
UNSURE = "Chưa có câu trả lời chắc chắn."
NEAREST = "Các đoạn liên quan nhất:"
LIKELY = "Có thể đồng chí cần đoạn này:"
FAILED = "Có lỗi khi tra cứu, câu hỏi chưa được trả lời. Đồng chí vui lòng hỏi lại sau ít phút."
CROWDED = "Bot đang nhận quá nhiều câu hỏi. Đồng chí vui lòng hỏi lại sau ít phút."
EMPTY_QUESTION = "Đồng chí cần tra cứu nội dung gì?"
WHAT_OF_THE_PARAGRAPH = "Đồng chí muốn hỏi gì về đoạn này?"
OF_A_PARAGRAPH = (
    "Đoạn này ở văn bản nào?",
    "Quy định nào liên quan?",
    "Văn bản đó còn hiệu lực không?",
)
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
    """Explain a NoAnswer's reason; None where the verdict says it all."""
    named = f" “{re.sub('^văn bản ', '', subject, flags=re.IGNORECASE)}”" if subject else ""
    return {
        "empty_library": "Kho văn bản chưa có tài liệu nào.",
        "no_such_document": f"Kho văn bản không có văn bản{named or ' được hỏi'}.",
        "no_such_place": f"Văn bản không có{named or ' phần được hỏi'}.",
    }.get(reason)


def document_name(kind: str | None, number: str | None) -> str | None:
    """Name a document as a clerk does: "Quy định số 294-QĐ/TW"."""
    if number:
        return f"{kind} số {number}" if kind else f"Số {number}"
    return kind


def on_page(page: int) -> str:
    """Name a page."""
    return f"trang {page}"


def replaced_by(name: str) -> str:
    """Say which document has taken this one's place."""
    return f"đã được thay thế bởi {name}"


DOUBTFUL = (
    "chữ trong tệp của văn bản này có thể bị lỗi; hãy đối chiếu với bản gốc trước khi sử dụng"
)


def replaces(name: str, numbers: Sequence[str]) -> str:
    """Say which documents another one replaces."""
    return f"{name} thay thế {', '.join(numbers)}."


def was_replaced(name: str, newer: Sequence[str]) -> str:
    """Say which documents have taken the place of another one."""
    return f"{name} đã được thay thế bởi {', '.join(newer)}."


def not_replaced(name: str) -> str:
    """Say that no document of the library takes the place of this one; more is not known."""
    return f"Trong kho chưa có văn bản nào thay thế {name}."


def paragraph_in(name: str) -> str:
    """Say in which document a pasted paragraph stands."""
    return f"Đoạn này ở {name}."


def numbered(number: str) -> str:
    """Write out what a bare number stands for."""
    return f"văn bản số {number}"


def inconsistent(stated: str, computed: str) -> str:
    """Flag a percentage that the document's own figures do not give."""
    return f"văn bản ghi {stated}, nhưng tính từ số liệu trong văn bản thì được {computed}"


def only_about(number: str) -> str:
    """Say that the document asked about is itself not in the library."""
    return f"kho văn bản không có toàn văn {number}; câu trả lời lấy từ văn bản nói về văn bản đó"


DRAFT = "đây là dự thảo, chưa có hiệu lực"
GENERATED = "lời văn do mô hình ngôn ngữ viết từ các đoạn trích trên; hãy đối chiếu với đoạn trích"


def missing(numbers: tuple[str, ...]) -> str:
    """Say which of several documents asked about are not in the library."""
    return f"kho văn bản không có {', '.join(numbers)}"


def other_sources(page: int, pages: int) -> str:
    """Head a page of further passages."""
    return f"Nguồn khác (trang {page}/{pages})" if pages > 1 else "Nguồn khác"


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
        f"Đồng chí từng hỏi: “{question}”. Khi đó bot chưa có câu trả lời. "
        f"Nay kho văn bản đã có {document}, câu hỏi này đã trả lời được."
    )


def passage_number(number: int) -> str:
    """Label the button that shows one of several passages."""
    return f"Xem đoạn {number}"
