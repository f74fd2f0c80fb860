"""What each command is for, as Telegram lists it beside the text field."""

VIETNAMESE = {
    "start": "Bắt đầu, xem câu hỏi mẫu",
    "help": "Hướng dẫn ngắn",
    "huongdan": "Hướng dẫn đầy đủ",
    "hoi": "Hỏi trong nhóm: /hoi nội dung câu hỏi",
    "vanban": "Danh mục văn bản, tìm văn bản",
    "moi": "Văn bản mới cập nhật",
    "nguon": "Nguồn của câu trả lời gần nhất",
    "lichsu": "Các câu hỏi của tôi",
    "xoalichsu": "Xóa các câu hỏi của tôi",
    "thumoi": "Tạo đường dẫn mời dùng một lần",
    "capquyen": "Cấp quyền: /capquyen ID [vai trò]",
    "thuhoi": "Thu hồi quyền: /thuhoi ID",
    "nguoidung": "Danh sách người dùng",
    "chophepnhom": "Cho phép nhóm này sử dụng bot",
    "thuhoinhom": "Thôi cho phép nhóm này",
    "gioihan": "Giới hạn người được xem một văn bản",
    "thongke": "Thống kê, có biểu đồ",
    "chuatraloi": "Câu hỏi chưa trả lời được",
    "thongbao": "Gửi thông báo đến mọi người",
}
ENGLISH = {
    "start": "Begin, with example questions",
    "help": "Short help",
    "huongdan": "The whole guide",
    "hoi": "Ask in a group: /hoi and the question",
    "vanban": "Browse and find documents",
    "moi": "Documents added lately",
    "nguon": "Sources of the last answer",
    "lichsu": "My questions",
    "xoalichsu": "Delete my questions",
}
