"""Sentences as official Vietnamese documents and their readers write them."""

SENTENCES = (
    "Tuổi đời của người vào Đảng?",
    "Tại thời điểm chi bộ xét kết nạp, người vào Đảng phải đủ 18 tuổi đến đủ 60 tuổi.",
    "Quy định số 294-QĐ/TW, ngày 26/5/2025 của Ban Chấp hành Trung ương về thi hành Điều lệ Đảng",
    "Đến nay, có 588/756 thôn trưởng, tổ trưởng tổ dân phố là đảng viên, đạt 77,78%.",
    "Chi bộ sinh hoạt định kỳ mỗi tháng một lần; đảng viên vắng mặt phải báo cáo bí thư.",
    "ty le thon truong la dang vien",
    "Ban Thường vụ Tỉnh ủy giao Ủy ban Kiểm tra Tỉnh ủy chủ trì thực hiện “Kết luận” này…",
    "Huy hiệu Đảng được trao vào dịp 3/2, 19/5, 2/9 và 7/11 hằng năm.",
    "đ/c Nguyễn Văn A – Phó Bí thư Thường trực, Trưởng ban",
    "What was the target ratio of village heads who are party members?",
    "Nghị quyết này có hiệu lực kể từ ngày ký; các quy định trước đây trái với Nghị quyết này đều "
    "bị bãi bỏ.",
    "Điều 5. Nhiệm vụ, quyền hạn của cấp ủy viên: chấp hành nghiêm Điều lệ Đảng và pháp luật.",
)
