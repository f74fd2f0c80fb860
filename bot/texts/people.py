"""What administrators and newcomers are told, in Vietnamese."""

from bot.access import INVITATION_DAYS, Role
from bot.texts.numbers import share, thousands

ROLES = {
    Role.ADMIN: "quản trị viên",
    Role.STAFF: "chuyên viên",
    Role.CADRE: "cán bộ",
    Role.PENDING: "chờ duyệt",
    Role.REVOKED: "đã thu hồi",
}
ROLE_WORDS = {
    "quantri": Role.ADMIN,
    "quan tri": Role.ADMIN,
    "admin": Role.ADMIN,
    "chuyenvien": Role.STAFF,
    "chuyen vien": Role.STAFF,
    "staff": Role.STAFF,
    "canbo": Role.CADRE,
    "can bo": Role.CADRE,
    "cadre": Role.CADRE,
    "": Role.CADRE,
}
WORD_OF = {Role.ADMIN: "quantri", Role.STAFF: "chuyenvien", Role.CADRE: "canbo"}
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
NO_SUCH_ROLE = "Vai trò là một trong ba từ: canbo, chuyenvien, quantri."
BAD_INVITATION = (
    "Đường dẫn mời này đã được dùng hoặc đã hết hạn. "
    "Đồng chí đề nghị quản trị viên gửi đường dẫn khác."
)
ASKED_AGAIN = (
    "Quyền sử dụng của đồng chí đã bị thu hồi hoặc chưa được chấp thuận, nên đường dẫn mời không "
    "có hiệu lực ngay. Yêu cầu đã được gửi đến quản trị viên quyết định; bot sẽ báo kết quả."
)
IN_GROUPS_ONLY = "Đồng chí gõ lệnh này trong nhóm cần cho phép."
IN_PRIVATE_ONLY = "Đồng chí nhắn riêng cho bot để dùng lệnh này."
GROUP_ALLOWED = (
    "Nhóm này đã được phép sử dụng bot. Mọi thành viên có thể hỏi bằng /hoi, nhắc tên bot hoặc "
    "trả lời tin nhắn của bot."
)
GROUP_LEFT = "Nhóm này không còn được phép sử dụng bot. Bot chỉ trả lời người đã được cấp quyền."
GROUP_NOT_ALLOWED = "Nhóm này chưa được phép sử dụng bot."
PEOPLE_EMPTY = "Chưa có người dùng nào."
LIMITS_HEAD = "Văn bản đang giới hạn:"
HELD_HEAD = "Văn bản tạm giới hạn, chờ đồng chí quyết định:"
LIMIT_HOW = (
    "Đồng chí gõ số văn bản rồi vai trò được xem, ví dụ: /gioihan 15-QĐ/TU chuyenvien. Gõ canbo "
    "để mọi người được xem."
)
ANNOUNCE_HOW = "Đồng chí gõ kèm nội dung, ví dụ: /thongbao Chi bộ họp lúc 14 giờ ngày 05/3."
ANNOUNCEMENT = "Thông báo"
SEND = "Gửi"
CANCEL = "Hủy"
ANNOUNCEMENT_CANCELLED = "Đã hủy thông báo."
ANNOUNCEMENT_BEGUN = "Thông báo này đã được gửi."
NOBODY_UNANSWERED = "Không có câu hỏi nào chưa trả lời được trong 30 ngày qua."
UNANSWERED_HEAD = "Câu hỏi chưa trả lời được trong 30 ngày qua (số lần hỏi):"
LOG_UNWRITABLE = "Không ghi được lượt xem vào nhật ký nên chưa mở được; hãy kiểm tra ổ đĩa."
NOTHING_LOGGED = "Chưa có câu hỏi nào trong 30 ngày qua."


def not_let_in(user_id: str) -> str:
    """Tell a newcomer that only people let in are answered."""
    return (
        "Bot chỉ phục vụ cán bộ đã được cấp quyền. "
        f"Đồng chí bấm nút dưới đây để xin quyền sử dụng (ID của đồng chí: {user_id})."
    )


def request_card(name: str, user_id: str) -> str:
    """Put a request before an administrator."""
    return f"Đồng chí {name} (ID {user_id}) xin quyền sử dụng."


def readmission_card(name: str, user_id: str, host: str) -> str:
    """Put before an administrator that somebody shut out opened an invitation."""
    return (
        f"Đồng chí {name} (ID {user_id}), đã bị thu hồi quyền hoặc bị từ chối, mở đường dẫn mời "
        f"của đồng chí {host} và xin sử dụng lại."
    )


def agreed(name: str, user_id: str) -> str:
    """Record on the card that the request was granted."""
    return (
        f"Đã cấp quyền sử dụng (vai trò: {ROLES[Role.CADRE]}) cho đồng chí {name} (ID {user_id})."
    )


def declined(name: str, user_id: str) -> str:
    """Record on the card that the request was declined."""
    return f"Đã từ chối yêu cầu của đồng chí {name} (ID {user_id})."


def revoked(name: str, user_id: str) -> str:
    """Confirm that someone is no longer answered."""
    return f"Đã thu hồi quyền của đồng chí {name} (ID {user_id})."


def nobody(user_id: str) -> str:
    """Say that an id belongs to nobody the bot knows."""
    return f"Không có người dùng nào có ID {user_id}."


def announced(total: int, failed: int) -> str:
    """Tell the author of an announcement how many got it."""
    text = f"Thông báo đã gửi xong: {thousands(total - failed)}/{thousands(total)} người nhận được."
    return text + (
        f" {thousands(failed)} người không nhận được (đã chặn hoặc chưa mở bot)." if failed else ""
    )


def invitation(link: str, role: Role) -> str:
    """Hand out a one-time invitation."""
    return f"Đường dẫn mời một {ROLES[role]}, dùng một lần, trong {INVITATION_DAYS} ngày:\n{link}"


def given(name: str, user_id: str, role: Role) -> str:
    """Confirm that somebody has a role now."""
    return f"Đã cấp quyền sử dụng (vai trò: {ROLES[role]}) cho đồng chí {name} (ID {user_id})."


def people_head(count: int, page: int, pages: int) -> str:
    """Head the list of people."""
    return f"{thousands(count)} người dùng" + (f" (trang {page}/{pages})" if pages > 1 else "")


def person_line(name: str, user_id: str, role: Role) -> str:
    """Name one person in the list."""
    return f"{name} – {ROLES[role]} (ID {user_id})"


def limited(document: str, role: Role) -> str:
    """Confirm from which role upwards a document is shown."""
    if role is Role.CADRE:
        return f"{document}: mọi người được cấp quyền đều xem được."
    return f"{document}: chỉ {ROLES[role]} trở lên xem được; không trả lời trong nhóm."


def limited_upload(_document_id: str, role: Role) -> str:
    """Tell who sent a file that its văn bản is limited, as it was before."""
    return f"Văn bản này vẫn đang giới hạn: chỉ {ROLES[role]} trở lên xem được."


def held_upload(document_id: str, role: Role) -> str:
    """Tell who sent a file that it may be of a limited văn bản, which is not named to them."""
    return (
        f"Văn bản này tạm thời chỉ {ROLES[role]} trở lên xem được, vì có thể là bản khác của một "
        "văn bản đang giới hạn. Quản trị viên quyết định bằng lệnh /gioihan "
        f"{document_id} kèm vai trò được xem."
    )


def held(name: str, document_id: str, role: Role, like: str) -> str:
    """Put before an administrator a document that may be a version of a limited one."""
    return (
        f"{name} (mã {document_id}) tạm thời chỉ {ROLES[role]} trở lên xem được, vì có thể là bản "
        f"khác của {like}, đang giới hạn. Đồng chí gõ /gioihan {document_id} canbo để mọi người "
        f"được xem, hoặc /gioihan {document_id} {WORD_OF[role]} để giữ giới hạn."
    )


def preview(text: str, people: int) -> str:
    """Show an announcement to its author before it goes out."""
    return f"Gửi thông báo sau đến {thousands(people)} người?\n\n{text}"


def sending(people: int) -> str:
    """Say that an announcement is on its way."""
    return f"Đang gửi thông báo đến {thousands(people)} người."


def statistics(
    asked: int, answered: int, unanswered: int, failed: int, liked: int, disliked: int, askers: int
) -> str:
    """Sum up the last thirty days."""
    lines = [
        "Thống kê 30 ngày qua",
        f"Câu hỏi: {thousands(asked)}, của {thousands(askers)} người",
        f"🟦 Trả lời được: {thousands(answered)} ({share(answered, asked)})",
        f"🟧 Chưa trả lời được: {thousands(unanswered)} ({share(unanswered, asked)})",
        f"👍 {thousands(liked)}   👎 {thousands(disliked)}",
    ]
    if failed:
        lines.insert(4, f"Lỗi: {thousands(failed)}")
    return "\n".join(lines)
