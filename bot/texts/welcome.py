"""The first words: the greeting with questions to try, the help and the guide."""

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
• Nguồn khác: các đoạn liên quan khác.
• 👍 👎: cho biết câu trả lời có đúng không.

Trong nhóm, đồng chí gõ /hoi kèm câu hỏi, nhắc tên bot hoặc trả lời tin nhắn của bot.

Danh mục văn bản: /vanban. Hướng dẫn đầy đủ: /huongdan"""
ADMIN_HELP = """

Dành cho quản trị viên:
/thumoi [vai trò] – tạo đường dẫn mời dùng một lần
/capquyen ID [vai trò] – cấp quyền; vai trò: canbo, chuyenvien, quantri
/thuhoi ID – thu hồi quyền
/nguoidung – danh sách người dùng
/chophepnhom, /thuhoinhom – gõ trong nhóm, cho phép cả nhóm hoặc thôi
/gioihan SỐ vai trò – giới hạn người được xem một văn bản
/thongke – thống kê 30 ngày, có biểu đồ
/chuatraloi – câu hỏi chưa trả lời được
/thongbao NỘI DUNG – gửi thông báo đến mọi người"""
GUIDE = """Hướng dẫn sử dụng

Hỏi: nhắn câu hỏi bằng tiếng Việt (có dấu hoặc không dấu) hoặc tiếng Anh. Nên \
nêu rõ số hiệu, điều, khoản nếu biết, ví dụ: “Điều 5 khoản 2 của quy định 15 nói gì?”.

Hỏi về văn bản: nhắn số hiệu để mở thẻ văn bản; “tải quy định 294”, “trang 5 quy định 294”, “quy \
định 294 còn hiệu lực không?”.

Hỏi tiếp: sau một câu trả lời, có thể hỏi gọn, ví dụ: “thế còn năm 2019?”; hoặc trả \
lời (reply) tin nhắn cũ của bot để hỏi tiếp về câu đó.

Đọc câu trả lời: phần trong khung là nguyên văn; chữ đậm là chỗ trả lời. Dòng Nguồn nêu văn bản, \
ngày, \
cơ quan, điều khoản và trang để đối chiếu.

Nút dưới câu trả lời:
• Xem đoạn đầy đủ – đọc cả đoạn, rồi lật Đoạn trước, Đoạn sau hoặc tải văn bản gốc.
• Nguồn khác – các đoạn liên quan khác.
• 👍 👎 – cho biết câu trả lời có đúng không.

Các lệnh:
/vanban – danh mục văn bản; thêm từ để tìm, ví dụ: /vanban nghị quyết 2021
/moi – văn bản mới cập nhật
/nguon – nguồn của câu trả lời gần nhất
/lichsu – các câu hỏi của đồng chí
/xoalichsu – xóa các câu hỏi đó khỏi nhật ký

Trong nhóm: gõ /hoi kèm câu hỏi, nhắc tên bot, hoặc trả lời tin nhắn của bot. Trong hội thoại \
khác: gõ \
tên bot rồi câu hỏi để chèn một trích dẫn."""
STAFF_GUIDE = """

Dành cho chuyên viên: gửi tệp văn bản vào hội thoại riêng với bot để thêm vào kho. Gửi kèm chú \
thích \
“thay” nếu là bản thay cho bản đã có."""


def what_is_in(document: str) -> str:
    """Ask what a document is about."""
    return f"Nội dung chính của {document} là gì?"


def privacy(mode: str, days: int) -> str:
    """Say what of a question is kept, and for how long."""
    if mode == "off":
        return "Câu hỏi không được lưu lại."
    kept = f"trong {days} ngày" if days else "không thời hạn"
    who = "kèm ID của người hỏi" if mode == "full" else "dưới mã thay cho danh tính"
    return (
        f"Câu hỏi, câu trả lời và đánh giá được lưu {kept}, {who}, để nâng cao chất lượng tra cứu. "
        "Đồng chí gõ /xoalichsu để xóa các câu hỏi của mình."
    )
