"""The words that the review, the report and the web page share."""

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
CHAT_KIND = {"private": "nhắn riêng", "group": "nhóm", "terminal": "dòng lệnh"}
STAGE = {
    "understand": "hiểu câu hỏi",
    "encode": "mã hóa",
    "search": "tìm kiếm",
    "compose": "soạn trả lời",
}
NOT_KEPT = "(nội dung không được lưu)"


def thousands(number: int) -> str:
    """Write a whole number with thousands points."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float, places: int = 1) -> str:
    """Write a number with a decimal comma and thousands points."""
    return f"{number:,.{places}f}".translate(str.maketrans(",.", ".,"))


def share(part: int, whole: int) -> str:
    """Write a share in percent; a dash where there is nothing to share."""
    return f"{decimal(100 * part / whole)}%" if whole else "–"
