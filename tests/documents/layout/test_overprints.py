"""What is printed over a page is told from the document's own text."""

from documents.layout.letterhead import columns_of
from documents.layout.overprints import overprinted

OWN = ["TỈNH ỦY SƠN LĨNH", "Số 547-CV/TU", "Kính gửi: Các huyện ủy"]


def test_a_digital_signature_and_a_stamp_of_receipt_are_over_the_text() -> None:
    signature = ["Người ký: Văn phòng Tỉnh ủy", "Email: vp@a.vn", "Thời gian ký: 07.06.2025 16:22"]
    receipt = ["CÔNG VĂN ĐẾN", "Số: 3391", "Ngày: 09/6/2025"]
    lines = [*signature, *OWN, *receipt, "Đề nghị báo cáo trước 10 giờ."]
    kept = [line for place, line in enumerate(lines) if place not in overprinted(lines)]
    assert kept == [*OWN, "Đề nghị báo cáo trước 10 giờ."]


def test_a_line_that_only_looks_like_one_is_kept() -> None:
    assert not overprinted(["Cơ quan: Văn phòng", "Email: a@b.vn", "Đến", "nơi họp đúng giờ."])


def test_two_columns_of_a_letterhead_on_one_line_are_parted() -> None:
    assert columns_of("TỈNH ỦY SƠN LĨNH ĐẢNG CỘNG SẢN VIỆT NAM") == [
        "TỈNH ỦY SƠN LĨNH",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
    ]
    assert columns_of("Số 12-QĐ/TU Sơn Lĩnh, ngày 02 tháng 6 năm 2025") == [
        "Số 12-QĐ/TU",
        "Sơn Lĩnh, ngày 02 tháng 6 năm 2025",
    ]
    assert columns_of("ĐẢNG CỘNG SẢN VIỆT NAM") == ["ĐẢNG CỘNG SẢN VIỆT NAM"]
