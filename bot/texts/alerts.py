"""What administrators are told of their bot's own trouble, in Vietnamese."""

STORED_AGAIN = "Ổ đĩa của máy chủ đã ghi lại được. Bot hoạt động bình thường."


def file_not_sent(name: str, reason: str) -> str:
    """Say that an original could not be sent; the reason is a sentence without its subject."""
    return (
        f"Không gửi được tệp gốc “{name}”: {reason} Người yêu cầu đã được báo. Đồng chí chạy "
        "python -m scripts.doctor trên máy chủ để kiểm tra."
    )


def message_refused(reason: str) -> str:
    """Say that a message was not taken; the reason is the channel's own."""
    return (
        f"Một tin nhắn của bot không được chấp nhận và đã được bỏ qua ({reason}). "
        "Các tin nhắn khác vẫn được gửi bình thường."
    )


def chat_gone(name: str, chat_id: str) -> str:
    """Say that somebody cannot be reached any more."""
    return (
        f"Bot không gửi được tin cho {name} (ID {chat_id}): người dùng chưa mở hội thoại hoặc đã "
        "chặn bot, hoặc nhóm đã xóa bot."
    )


def message_unsure(number: str) -> str:
    """Say that a message is not sent once more."""
    return (
        f"Tin nhắn số {number} đã được gửi nhiều lần mà không rõ kết quả nên bot không gửi lại nữa."
    )


def not_stored(reason: str) -> str:
    """Say that nothing can be written; the reason is a sentence that names the file."""
    return (
        f"Máy chủ không ghi được dữ liệu: {reason} Bot vẫn trả lời, nhưng câu hỏi không được lưu "
        "vào nhật ký và không nhận thêm văn bản. Bot tự trở lại bình thường khi ghi được."
    )
