"""The words of the desk that are put together; what stands fast stands in its templates."""

import math

PAGES = (
    ("/", "Hôm nay"),
    ("/cau-hoi", "Câu hỏi"),
    ("/thieu-van-ban", "Thiếu văn bản"),
    ("/van-ban", "Văn bản"),
    ("/bao-cao", "Báo cáo"),
)
KINDS = (
    ("answered", "đã trả lời"),
    ("unanswered", "chưa trả lời được"),
    ("nearest", "chỉ có đoạn gần nhất"),
    ("refused", "không tìm thấy"),
    ("failed", "lỗi"),
    ("liked", "được thích 👍"),
    ("disliked", "không được thích 👎"),
)
NOT_LOGGED_IN = (
    "Chưa đăng nhập; hãy mở địa chỉ đăng nhập mà lệnh desk đã in ra khi khởi động. Địa chỉ đó "
    "chỉ dùng được một lần; nếu đã dùng, hãy dừng lệnh và chạy lại."
)
NOT_FROM_HERE = "Biểu mẫu này đã cũ; hãy tải lại trang rồi làm lại."
TOO_LONG = "Nội dung gửi lên dài quá; hãy viết ngắn hơn."
NO_SUCH_PAGE = "Không có trang này."
NOTHING_TO_COMPARE = "Chưa đủ số liệu của 4 tuần trước để so sánh."
NO_LIBRARY = "Thư viện chưa có văn bản nào nên chưa hỏi lại được."
NO_WORDS = "Nội dung câu hỏi không được lưu nên không hỏi lại được."
REPORTS = {"tuan": "Báo cáo tuần (7 ngày)", "thang": "Báo cáo tháng (30 ngày)"}
LACKING_COLUMNS = ("Văn bản", "Lượt hỏi", "Người hỏi", "Câu hỏi")
DOCUMENT_KINDS = (("chua_dan", "chưa được dẫn"), ("khong_thich", "hay bị không thích"))
DOCUMENT_COLUMNS = (
    "Mã",
    "Số",
    "Trích yếu",
    "Loại",
    "Ngày ban hành",
    "Cơ quan ban hành",
    "Lượt dẫn",
    "Lượt không thích",
)
NO_SUCH_REPORT = "Không có báo cáo của kỳ này."
NO_DOCUMENT_NAMED = "Hãy ghi số hoặc mã của văn bản giải đáp, không quá 200 ký tự."
NO_SUCH_GROUP = "Nhóm câu hỏi này đã thay đổi; hãy tải lại trang rồi làm lại."
NO_SUCH_VERDICT = "Không có kết luận này."


def rate_fell(now: float, low: float, high: float) -> str:
    """Say that fewer questions were answered than chance would have."""
    # Down, so that a rate below the band is never written as one within it.
    return (
        f"Tỷ lệ trả lời giảm: {math.floor(100 * now)}% so với {_between(low, high)} "
        "của 4 tuần trước"
    )


def expected_rate(low: float, high: float) -> str:
    """Say between which rates a week lies by chance."""
    return (
        f"Theo 4 tuần trước, tỷ lệ của tuần này nằm trong khoảng {_between(low, high)} "
        "(khoảng dự báo 95%)."
    )


def _between(low: float, high: float) -> str:
    first, last = math.ceil(100 * low), math.floor(100 * high)
    return f"{first}–{last}%" if first < last else f"{round(50 * (low + high))}%"


def login_at(address: str) -> str:
    """Say where to log in."""
    return f"Mở địa chỉ này để đăng nhập, dùng một lần; Ctrl+C để dừng: {address}"


def port_taken(port: int) -> str:
    """Say that the port cannot be listened at."""
    return f"Không mở được cổng {port}; có thể chương trình khác đang dùng, hãy chọn --port khác."
