"""Every command: its name, what it is for, and who may use it."""

from bot.access import Role

START, HELP, GUIDE = "start", "help", "huongdan"
ASK, DOCUMENTS, LATEST, SOURCES = "hoi", "vanban", "moi", "nguon"
HISTORY, FORGET = "lichsu", "xoalichsu"
INVITE, LET_IN, SHUT_OUT, PEOPLE = "thumoi", "capquyen", "thuhoi", "nguoidung"
ALLOW_GROUP, LEAVE_GROUP, LIMIT = "chophepnhom", "thuhoinhom", "gioihan"
STATISTICS, UNANSWERED, ANNOUNCE = "thongke", "chuatraloi", "thongbao"

VIETNAMESE = {
    START: "Bắt đầu, xem câu hỏi mẫu",
    HELP: "Hướng dẫn ngắn",
    GUIDE: "Hướng dẫn đầy đủ",
    ASK: "Hỏi trong nhóm: /hoi nội dung câu hỏi",
    DOCUMENTS: "Danh mục văn bản, tìm văn bản",
    LATEST: "Văn bản mới cập nhật",
    SOURCES: "Nguồn của câu trả lời gần nhất",
    HISTORY: "Các câu hỏi của tôi",
    FORGET: "Xóa các câu hỏi của tôi",
    INVITE: "Tạo thư mời dùng một lần",
    LET_IN: "Cấp quyền: /capquyen ID [vai trò]",
    SHUT_OUT: "Thu hồi quyền: /thuhoi ID",
    PEOPLE: "Danh sách người dùng",
    ALLOW_GROUP: "Cho phép cả nhóm này sử dụng",
    LEAVE_GROUP: "Thôi cho phép nhóm này",
    LIMIT: "Giới hạn người được xem một văn bản",
    STATISTICS: "Thống kê, có biểu đồ",
    UNANSWERED: "Câu hỏi chưa trả lời được",
    ANNOUNCE: "Gửi thông báo đến mọi người",
}
ENGLISH = {
    START: "Begin, with example questions",
    HELP: "Short help",
    GUIDE: "The whole guide",
    ASK: "Ask in a group: /hoi and the question",
    DOCUMENTS: "Browse and find documents",
    LATEST: "Documents added lately",
    SOURCES: "Sources of the last answer",
    HISTORY: "My questions",
    FORGET: "Delete my questions",
}

ANYWHERE = (START, HELP)
IN_GROUPS = (ASK, HELP)
CADRES = (START, DOCUMENTS, LATEST, SOURCES, HISTORY, FORGET, GUIDE, HELP)
ADMINS = (
    INVITE,
    PEOPLE,
    LET_IN,
    SHUT_OUT,
    LIMIT,
    STATISTICS,
    UNANSWERED,
    ANNOUNCE,
)
OF_ROLE = {Role.CADRE: CADRES, Role.STAFF: CADRES, Role.ADMIN: CADRES + ADMINS}
FOR_ADMINS = frozenset((*ADMINS, ALLOW_GROUP, LEAVE_GROUP))


def described(names: tuple[str, ...], english: bool = False) -> list[tuple[str, str]]:
    """Return pairs of command and description."""
    texts = ENGLISH if english else VIETNAMESE
    return [(name, texts[name]) for name in names]
