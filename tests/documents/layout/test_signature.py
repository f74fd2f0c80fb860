"""Who signed, and what a document says of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.layout.secrecy import secrecy_of, stamp_of
from documents.layout.signature import Signature, signature_of, signatures_of
from documents.metadata.references import amended, based_on

RECEIVERS = ("Nơi nhận:", "- Các tỉnh ủy, thành ủy,", "- Lưu Văn phòng Trung ương Đảng.")


@pytest.mark.parametrize(
    ("lines", "name", "role"),
    [
        (
            (*RECEIVERS, "T/M BAN CHẤP HÀNH TRUNG ƯƠNG", "TỔNG BÍ THƯ", "Tô Lâm"),
            "Tô Lâm",
            "T/M Ban Chấp hành Trung ương, Tổng Bí thư",
        ),
        (
            (*RECEIVERS, "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "(đã ký)", "Phạm Thu Nguyệt"),
            "Phạm Thu Nguyệt",
            "K/T Trưởng ban, Phó Trưởng ban",
        ),
        (
            ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trương Tấn Thiệu"),
            "Trương Tấn Thiệu",
            "TM. Ủy ban nhân dân, Chủ tịch",
        ),
        (
            ("T/L BAN THƯỜNG VỤ CHÁNH VĂN PHÒNG", "(đã ký)", "Vũ Hữu Tâm"),
            "Vũ Hữu Tâm",
            "T/L Ban Thường vụ, Chánh Văn phòng",
        ),
        (
            ("T/M BAN BÍ THƯ", *RECEIVERS[1:], "Trần Cẩm Tú"),
            "Trần Cẩm Tú",
            "T/M Ban Bí thư",
        ),
        (("GIÁM ĐỐC", "PGS.TS. Nguyễn Quang Thuấn"), "Nguyễn Quang Thuấn", "Giám đốc"),
        (("BÍ THƯ", "Thượng tá Hà Văn Lợi"), "Hà Văn Lợi", "Bí thư"),
        (("BÍ THƯ", "NGUYỄN VĂN A"), "Nguyễn Văn A", "Bí thư"),
        (
            ("THƯ KÝ: Vi Thị Hồng (đã ký)", "CHỦ TRÌ: Bàn Văn Sinh (đã ký)"),
            "Bàn Văn Sinh",
            "Chủ trì",
        ),
        (
            ("Nơi nhận: KT/BỘ TRƯỞNG BỘ TÀI CHÍNH", "- Văn phòng TW Đảng THỨ TRƯỞNG")
            + ("- Các Bộ, cơ quan ngang Bộ, cơ quan", "- Công báo Vũ Văn Ninh", "- Lưu: VP"),
            "Vũ Văn Ninh",
            "Thứ trưởng",
        ),
    ],
)
def test_the_signer_and_the_office_are_read(lines: tuple[str, ...], name: str, role: str) -> None:
    assert signature_of(lines) == Signature(name, role)


@pytest.mark.parametrize(
    "lines",
    [
        RECEIVERS,
        ("T/M BAN THƯỜNG VỤ", "BÍ THƯ", "(đã ký)"),
        ("T/M BAN THƯỜNG VỤ", "- Thành ủy Hà Nội", "- Ban Tuyên giáo"),
        ("BÍ THƯ", "(ký tên, đóng dấu)"),
        ("Nguyễn Văn A",),
        ("BÍ THƯ", "Hà Nội"),
        (),
    ],
)
def test_no_signer_is_made_up(lines: tuple[str, ...]) -> None:
    assert signature_of(lines) == Signature()


@given(st.lists(st.text(max_size=40), max_size=12))
def test_a_signer_is_a_name_that_the_lines_hold(lines: list[str]) -> None:
    name = signature_of(lines).name
    assert not name or any(name.lower() in " ".join(line.split()).lower() for line in lines)


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("- Căn cứ Điều lệ Đảng;", ()),
        ("Căn cứ Quy định số 294-QĐ/TW, ngày 26/5/2025 về thi hành Điều lệ Đảng;", ("294-QĐ/TW",)),
        (
            'Căn cứ Quy định số 294-QĐ/TW về "Thi hành Điều lệ Đảng", Hướng dẫn số 06-HD/TW;',
            ("294-QĐ/TW", "06-HD/TW"),
        ),
        (
            "Căn cứ Hướng dẫn số 08-HD/TW “thực hiện một số nội dung Quy định số 296-QĐ/TW”;",
            ("08-HD/TW",),
        ),
        ("Căn cứ Điều 1 Nghị định số 94/1998/NĐ-CP ngày 17/11/1998;", ("94/1998/NĐ-CP",)),
        ("Xét đề nghị của Sở Nội vụ tại Tờ trình số 66/TTr-SNV;", ("66/TTr-SNV",)),
        ("Thực hiện Nghị quyết số 06-NQ/TU của Tỉnh ủy,", ("06-NQ/TU",)),
        ("Căn cứ Quyết định số 15-QĐ/TU của Tỉnh ủy;", ()),
    ],
)
def test_a_basis_is_told_from_what_its_title_speaks_of(line: str, numbers: tuple[str, ...]) -> None:
    assert based_on([line], own="15-QĐ/TU") == numbers


@pytest.mark.parametrize(
    ("text", "title", "numbers"),
    [
        ("", "Về việc sửa đổi, bổ sung một số điều của Quy định số 12-QĐ/TU", ("12-QĐ/TU",)),
        ("", "Bổ sung và sửa đổi một số điểm của Thông tư số 40/2000/TT-BTC", ("40/2000/TT-BTC",)),
        ("Quy định này sửa đổi, bổ sung Điều 5 của Quy định số 3-QĐ/TU.", "", ("3-QĐ/TU",)),
        ("Quy định này được sửa đổi theo Quy định số 3-QĐ/TU.", "", ()),
        ("Quy định số 5-QĐ/TU sửa đổi Quy định số 3-QĐ/TU.", "", ()),
        ("", "Về kết nạp đảng viên theo Quy định số 12-QĐ/TU", ()),
    ],
)
def test_only_what_the_document_itself_amends_is_taken(
    text: str, title: str, numbers: tuple[str, ...]
) -> None:
    assert amended(text, title) == numbers


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("MẬT", "Mật"),
        ("[ TỐI MẬT ]", "Tối mật"),
        ("**TUYỆT MẬT**", "Tuyệt mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("TÀI LIỆU MẬT", "Mật"),
        ("MẬT - KHẨN", "Mật"),
        ("HỎA TỐC - TỐI MẬT", "Tối mật"),
        ("KHẨN", None),
        ("TÀI LIỆU NỘI BỘ", "Lưu hành nội bộ"),
        ("Số 12-BC/TU MẬT", "Mật"),
        ("LƯU HÀNH NỘI BỘ", "Lưu hành nội bộ"),
        ("(Tài liệu lưu hành nội bộ, không phổ biến)", "Lưu hành nội bộ"),
        ("Mật", None),
        ("mật ong", None),
        ("BẢO MẬT", None),
        ("Quy định về bảo vệ bí mật nhà nước", None),
        ("Số 12-QĐ/TU về độ mật", None),
        ("", None),
    ],
)
def test_a_stamp_is_told_from_words_that_sound_like_one(line: str, stamp: str | None) -> None:
    assert stamp_of(line) == stamp


def test_the_gravest_stamp_near_the_top_counts() -> None:
    assert secrecy_of("LƯU HÀNH NỘI BỘ\nSố 1-BC/TU\nTỐI MẬT\nBáo cáo") == "Tối mật"
    assert secrecy_of("\n".join(["Báo cáo"] * 40 + ["MẬT"])) is None


def test_those_who_sign_together_are_all_named() -> None:
    lines = ("BAN DÂN VẬN TỈNH ỦY", "TRƯỞNG BAN", "Nguyễn Văn Một") + (
        "SỞ NỘI VỤ",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Lê Thị Hai",
    )
    assert signatures_of(lines) == (
        Signature("Nguyễn Văn Một", "Trưởng ban"),
        Signature("Lê Thị Hai", "KT. Giám đốc, Phó Giám đốc"),
    )


def test_who_takes_the_minutes_is_no_second_signer() -> None:
    lines = ("BÍ THƯ", "Nguyễn Văn Một", "THƯ KÝ", "Lê Thị Hai")
    assert [one.name for one in signatures_of(lines)] == ["Nguyễn Văn Một"]
