"""What a document says it is."""

from datetime import date
from pathlib import Path

import pytest

from documents.formats.read import read
from documents.metadata.description import Description, is_draft
from documents.metadata.extract import describe, number_is_blank
from documents.metadata.same_document import same_document

REGULATION = """TỈNH ỦY SƠN LĨNH
*
Số 15-QĐ/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Sơn Lĩnh, ngày 02 tháng 8 năm 2024
QUY ĐỊNH
về quản lý đảng viên đi làm việc xa nơi cư trú
-----
- Căn cứ Điều lệ Đảng;
Điều 1. Phạm vi
Quy định này thay thế Quy định số 22-QĐi/TU, ngày 17/4/2017 của Ban Thường vụ Tỉnh ủy.
Nơi nhận:
- Lưu.
T/M BAN THƯỜNG VỤ
Lò Minh Khánh
"""


def test_letterhead_and_trich_yeu_are_read() -> None:
    assert describe(REGULATION, "x.txt") == Description(
        title="Về quản lý đảng viên đi làm việc xa nơi cư trú",
        number="15-QĐ/TU",
        kind="Quy định",
        issuer="Tỉnh ủy Sơn Lĩnh",
        issued_on=date(2024, 8, 2),
        replaces=("22-QĐi/TU",),
        signer="Lò Minh Khánh",
        signer_role="T/M Ban Thường vụ",
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Số 294-QĐ/TW", "294-QĐ/TW"),
        ("Số 08 –HD/BTCTU", "08-HD/BTCTU"),
        ("Số: 144 /2002/QĐ/BTC", "144/2002/QĐ/BTC"),
        ("Số: 115/NQ-CP", "115/NQ-CP"),
        ("Số: 66/2025/NQ-HĐND", "66/2025/NQ-HĐND"),
        ("Nghị quyết số: 67/2025/NQ-HĐND", "67/2025/NQ-HĐND"),
        ("Nghị định số: 172/2025/NĐ-CP", "172/2025/NĐ-CP"),
        ("Luật số: 81/2025/QH15", "81/2025/QH15"),
        ("Số 294-QĐ/TW Hà Nội, ngày 26 tháng 5 năm 2025", "294-QĐ/TW"),
        ("Số - HD/BTCTU", None),
        ("Số -HD/BTCTU", None),
        ("Số: …../2006/QĐ-UBND", None),
        ("Số", None),
    ],
)
def test_a_number_is_written_one_way_and_a_blank_one_is_none(
    written: str, number: str | None
) -> None:
    assert describe(REGULATION.replace("Số 15-QĐ/TU", written), "x.txt").number == number


@pytest.mark.parametrize(
    ("written", "issued_on"),
    [
        ("Hà Nội, ngày 26 tháng 5 năm 2025", date(2025, 5, 26)),
        ("Hà Nội, ngày tháng 11 năm 2025", None),
        ("Hà Nội, ngày … tháng … năm 2025", None),
        ("Hà Nội, ngày 31 tháng 2 năm 2025", None),
    ],
)
def test_a_blank_or_impossible_date_is_none(written: str, issued_on: date | None) -> None:
    text = REGULATION.replace("Sơn Lĩnh, ngày 02 tháng 8 năm 2024", written)
    assert describe(text, "x.txt").issued_on == issued_on


@pytest.mark.parametrize(
    ("letterhead", "issuer"),
    [
        ("BAN CHẤP HÀNH TRUNG ƯƠNG", "Ban Chấp hành Trung ương"),
        ("THÀNH ỦY HÀ NỘI\nBAN TỔ CHỨC", "Ban Tổ chức Thành ủy Hà Nội"),
        ("TỈNH ỦY SƠN LĨNH\nỦY BAN KIỂM TRA", "Ủy ban Kiểm tra Tỉnh ủy Sơn Lĩnh"),
        ("ỦY BAN NHÂN DÂN\nTỈNH BÌNH PHƯỚC", "Ủy ban nhân dân tỉnh Bình Phước"),
        ("THỦ TƯỚNG CHÍNH PHỦ", "Thủ tướng Chính phủ"),
        ("BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "Bộ Nông nghiệp và Môi trường"),
        ("ĐẢNG BỘ XÃ TÂN KHÊ\nCHI BỘ THÔN KHE LÀNH", "Chi bộ thôn Khe Lành, Đảng bộ xã Tân Khê"),
        ("TỈNH ỦY SƠN LĨNH\nHUYỆN ỦY AN LẠC", "Huyện ủy An Lạc"),
        ("TỈNH ỦY SƠN LĨNH\nTHÀNH ỦY AN LẠC\nBAN TỔ CHỨC", "Ban Tổ chức Thành ủy An Lạc"),
        ("# TỈNH ỦY SƠN LĨNH", "Tỉnh ủy Sơn Lĩnh"),
        ("ĐẢNG ỦY PHƯỜNG BA ĐÌNH", "Đảng ủy phường Ba Đình"),
    ],
)
def test_an_issuer_is_written_as_a_clerk_capitalises_it(letterhead: str, issuer: str) -> None:
    assert describe(REGULATION.replace("TỈNH ỦY SƠN LĨNH", letterhead), "x.txt").issuer == issuer


def test_a_title_in_capitals_takes_the_case_its_text_gives_the_words() -> None:
    text = (
        "BAN CHẤP HÀNH TRUNG ƯƠNG\n*\nĐẢNG CỘNG SẢN VIỆT NAM\nSố 06-HD/TW\nHƯỚNG DẪN\n"
        "MỘT SỐ VẤN ĐỀ CỤ THỂ THI HÀNH ĐIỀU LỆ ĐẢNG\n- Căn cứ Điều lệ Đảng;\n"
        "1. Cấp ủy hướng dẫn một số vấn đề thi hành Điều lệ Đảng."
    )
    assert describe(text, "x.pdf").title == "Một số vấn đề cụ thể thi hành Điều lệ Đảng"


@pytest.mark.parametrize(
    ("sentence", "replaces"),
    [
        ("Hướng dẫn này thay thế Hướng dẫn số 01-HD/TW, ngày 28/9/2021.", ("01-HD/TW",)),
        (
            "Quy định này có hiệu lực từ ngày 01/9/2024 và thay thế Quy định số 1-QĐ/TU, "
            "ngày 02/3/2010 của Tỉnh ủy, Quy định số 2-QĐ/TU và Hướng dẫn số 3-HD/TU.",
            ("1-QĐ/TU", "2-QĐ/TU", "3-HD/TU"),
        ),
        (
            "Quy định này thay thế Quy định số 5-QĐ/TU về thực hiện Nghị quyết số 6-NQ/TU.",
            ("5-QĐ/TU",),
        ),
        ("Quy định số 24-QĐ/TW thay thế Quy định số 29-QĐ/TW.", ()),
        ("Quy định này được thay thế bởi Quy định số 9-QĐ/TU.", ()),
        ("Quy định này thay thế một phần nội dung của Quy định số 9-QĐ/TU.", ()),
        ("Chuyên đề được thay thế theo Hướng dẫn số 12-HD/TU.", ()),
    ],
)
def test_only_what_the_document_itself_replaces_is_taken(
    sentence: str, replaces: tuple[str, ...]
) -> None:
    text = REGULATION.replace(REGULATION.split("\n")[10], sentence)
    assert describe(text, "x.txt").replaces == replaces


@pytest.mark.parametrize(
    ("stamp", "secrecy"),
    [
        ("MẬT", "Mật"),
        ("[TỐI MẬT]", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
        ("Lưu hành nội bộ", "Lưu hành nội bộ"),
        ("Bảo vệ bí mật", None),
    ],
)
def test_a_stamp_of_secrecy_stands_on_a_line_of_its_own(stamp: str, secrecy: str | None) -> None:
    assert describe(f"{stamp}\n{REGULATION}", "x.txt").secrecy == secrecy
    assert describe(f"{stamp}\n{REGULATION}", "x.txt").number == "15-QĐ/TU"


def test_a_letter_has_its_subject_for_title() -> None:
    text = (
        "TỈNH ỦY SƠN LĨNH\nBAN TỔ CHỨC\n*\nSố 1204-CV/BTCTU\nSơn Lĩnh, ngày 15 tháng 8 năm 2024\n"
        "V/v rà soát đảng viên\nKính gửi: Các huyện ủy\nThực hiện các việc sau:\n1. Rà soát."
    )
    described = describe(text, "cv.txt")
    assert (described.kind, described.title) == ("Công văn", "Về việc rà soát đảng viên")
    assert described.number == "1204-CV/BTCTU"


NEWS = """Chủ Nhật, 23/6/2024
Xây dựng Đảng
Thứ Hai, 25/10/2021 9:5'(GMT+7)
Nâng cao chất lượng sinh hoạt chi bộ
Trong năm qua, các cấp ủy đã chỉ đạo thực hiện tốt việc nâng cao chất lượng sinh hoạt chi bộ.
Lê Văn Châu
Ban Tuyên giáo Tỉnh ủy Kon Tum
Phản hồi
Các tin khác
"""


def test_an_article_has_its_title_date_and_publisher() -> None:
    assert describe(NEWS, "bai.txt") == Description(
        title="Nâng cao chất lượng sinh hoạt chi bộ",
        kind="Bài báo",
        issuer="Ban Tuyên giáo Tỉnh ủy Kon Tum",
        issued_on=date(2021, 10, 25),
    )


def test_a_text_without_form_states_nothing_but_a_title() -> None:
    assert describe("# Sổ tay\n\nNội dung.", "so-tay.md") == Description(
        title="Sổ tay", review=("number", "kind", "issuer", "issued_on")
    )
    assert describe("Đây là một câu dài, có dấu chấm.", "ghi-chep.txt") == Description(
        title="ghi-chep", review=("number", "kind", "issuer", "issued_on")
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "quydinh294.pdf",
            ("Thi hành Điều lệ Đảng", "294-QĐ/TW", "Quy định", "Ban Chấp hành Trung ương")
            + (date(2025, 5, 26), ()),
        ),
        (
            "huongdan06.pdf",
            ("Một số vấn đề cụ thể thi hành Điều lệ Đảng", "06-HD/TW", "Hướng dẫn")
            + ("Ban Bí thư", date(2025, 6, 9), ("01-HD/TW",)),
        ),
        (
            "huongdan.pdf",
            ("Nghiệp vụ công tác tổ chức đảng và đảng viên", None, "Hướng dẫn")
            + ("Ban Tổ chức Thành ủy Hà Nội", None, ()),
        ),
        (
            "huongdan21.pdf",
            ("Thực hiện quy trình, thủ tục, tổ chức trao tặng Huy hiệu Đảng", None, "Hướng dẫn")
            + ("Ban Tổ chức Thành ủy Hà Nội", None, ("08-HD/BTCTU",)),
        ),
        (
            "kon-tum-nghi-quyet-03.txt",
            ("Kom Tum nâng cao chất lượng hoạt động của tổ chức cơ sở đảng", None, "Bài báo")
            + ("Ban Tuyên giáo Tỉnh ủy Kon Tum", date(2021, 10, 25), ()),
        ),
    ],
)
def test_the_real_party_documents_are_described_right(
    shared_data: Path, name: str, expected: tuple[object, ...]
) -> None:
    described = describe(read(shared_data / "party" / name).text, name)
    assert (
        described.title,
        described.number,
        described.kind,
        described.issuer,
        described.issued_on,
        described.replaces,
    ) == expected


@pytest.mark.parametrize(
    ("sentence", "effective_on"),
    [
        ("Quy định này có hiệu lực từ ngày ký.", date(2024, 8, 2)),
        ("Quy định này có hiệu lực thi hành kể từ ngày 01/9/2024.", date(2024, 9, 1)),
        ("Quy định này có hiệu lực kể từ ngày 1 tháng 9 năm 2024.", date(2024, 9, 1)),
        ("Quy định số 9-QĐ/TU có hiệu lực từ ngày 01/9/2024.", None),
        ("Quy định này có hiệu lực từ ngày 31/2/2024.", None),
        (
            "Quy định này có hiệu lực từ ngày 01/9/2024.\n"
            "Quy định này có hiệu lực từ ngày 01/10/2024.",
            None,
        ),
        ("Chi bộ báo cáo từ ngày 01/9/2024.", None),
    ],
)
def test_the_day_from_which_it_holds_is_the_one_it_names(
    sentence: str, effective_on: date | None
) -> None:
    text = REGULATION.replace("Điều 1. Phạm vi", f"Điều 1. Phạm vi\n{sentence}")
    assert describe(text, "x.txt").effective_on == effective_on


def test_what_a_document_of_its_kind_lacks_is_for_review() -> None:
    blank = REGULATION.replace("Số 15-QĐ/TU", "Số -QĐ/TU").replace("Lò Minh Khánh", "")
    assert describe(blank, "x.txt").review == ("number", "signer")
    assert describe(REGULATION, "x.txt").review == ()


def test_a_number_left_blank_is_told_from_none_at_all() -> None:
    assert number_is_blank(REGULATION.replace("Số 15-QĐ/TU", "Số      -QĐ/TU"))
    assert not number_is_blank(REGULATION)
    assert not number_is_blank("Chi bộ họp thường kỳ.")


def test_of_a_scan_only_what_is_said_twice_is_certain() -> None:
    once = describe(REGULATION, "scan.pdf", recognised=True)
    assert (once.number, once.issued_on, once.issuer, once.signer) == (None, None, None, "")
    assert once.review == ("title", "number", "issuer", "issued_on", "signer")
    annex = (
        "PHỤ LỤC\n(Ban hành kèm theo Quy định số 15-QĐ/TU ngày 02/8/2024 của Tỉnh ủy Sơn Lĩnh, "
        "đồng chí Lò Minh Khánh ký)"
    )
    twice = describe(f"{REGULATION}{annex}", "scan.pdf", recognised=True)
    assert (twice.number, twice.issued_on) == ("15-QĐ/TU", date(2024, 8, 2))
    assert (twice.issuer, twice.signer) == ("Tỉnh ủy Sơn Lĩnh", "Lò Minh Khánh")
    assert twice.review == ("title",)


def test_the_name_of_a_scan_confirms_the_number_in_it() -> None:
    described = describe(REGULATION, "qd_15_tu.pdf", recognised=True)
    assert described.number == "15-QĐ/TU"
    assert described.issued_on is None
    assert describe(REGULATION, "qd_16_tu.pdf", recognised=True).number is None


@pytest.mark.parametrize(
    ("above", "kind"),
    [
        ("DỰ THẢO\n", "QUY ĐỊNH"),
        ("Dự thảo lần 2\n", "QUY ĐỊNH"),
        ("(DỰ THẢO LẦN THỨ BA)\n", "QUY ĐỊNH"),
        ("", "DỰ THẢO QUY ĐỊNH"),
    ],
)
def test_a_draft_is_of_a_kind_of_its_own_and_takes_no_effect(above: str, kind: str) -> None:
    text = f"{above}{REGULATION}".replace("\nQUY ĐỊNH\n", f"\n{kind}\n")
    found, final = describe(text, "x.txt"), describe(REGULATION, "x.txt")
    assert (found.kind, found.issuer, found.title) == (
        "Dự thảo quy định",
        final.issuer,
        final.title,
    )
    assert (is_draft(found.kind), is_draft(final.kind)) == (True, False)
    assert found.replaces == ()
    assert not same_document(found, final)


def test_a_text_that_speaks_of_a_draft_is_none() -> None:
    text = REGULATION.replace("Điều 1. Phạm vi", "Dự thảo quy định được gửi lấy ý kiến.")
    assert describe(text, "x.txt").kind == "Quy định"


@pytest.mark.parametrize("organ", ["Bộ Chính trị", "Ban Bí thư"])
def test_of_the_central_organs_the_signature_says_which_issues(organ: str) -> None:
    text = REGULATION.replace("TỈNH ỦY SƠN LĨNH", "BAN CHẤP HÀNH TRUNG ƯƠNG")
    assert describe(text, "x.txt").issuer == "Ban Chấp hành Trung ương"
    text = text.replace("BAN THƯỜNG VỤ\n", f"{organ.upper()}\n")
    assert describe(text, "x.txt").issuer == organ


def test_a_number_of_the_central_series_is_one_document_whichever_organ_is_named() -> None:
    one = Description("a", "06-HD/TW", "Hướng dẫn", "Ban Bí thư")
    other = Description("a", "06-HD/TW", "Hướng dẫn", "Ban Chấp hành Trung ương")
    assert same_document(one, other)
    assert not same_document(
        Description("a", "06-HD/TU", "Hướng dẫn", "Tỉnh ủy Sơn Lĩnh"),
        Description("a", "06-HD/TU", "Hướng dẫn", "Tỉnh ủy Đông Hòa"),
    )


def test_a_joint_resolution_is_a_kind_of_its_own() -> None:
    text = REGULATION.replace("\nQUY ĐỊNH\n", "\nNGHỊ QUYẾT LIÊN TỊCH\n")
    found = describe(text.replace("15-QĐ/TU", "05-NQLT/TU-UBND"), "x.txt")
    assert (found.kind, found.title) == (
        "Nghị quyết liên tịch",
        "Về quản lý đảng viên đi làm việc xa nơi cư trú",
    )


@pytest.mark.parametrize("kind", ["TÀI LIỆU", "QUY ƯỚC", "BẢN CAM KẾT"])
def test_a_letterhead_is_read_over_a_kind_that_no_table_has(kind: str) -> None:
    text = REGULATION.replace("\nQUY ĐỊNH\n", f"\n{kind}\n")
    found = describe(f"LƯU HÀNH NỘI BỘ\n{text}", "x.txt")
    assert (found.kind, found.number, found.issuer, found.issued_on, found.secrecy) == (
        kind.capitalize(),
        "15-QĐ/TU",
        "Tỉnh ủy Sơn Lĩnh",
        date(2024, 8, 2),
        "Lưu hành nội bộ",
    )


@pytest.mark.parametrize(
    "heading",
    [
        "KẾT LUẬN\ncủa Ban Thường vụ Tỉnh ủy về công tác dân vận",
        "KẾT LUẬN CỦA BAN THƯỜNG VỤ TỈNH ỦY\nvề công tác dân vận",
        "KẾT LUẬN CỦA BAN THƯỜNG VỤ TỈNH ỦY VỀ CÔNG TÁC DÂN VẬN",
    ],
)
def test_a_title_stands_behind_whoever_the_kind_is_of(heading: str) -> None:
    text = REGULATION.replace("QUY ĐỊNH\nvề quản lý đảng viên đi làm việc xa nơi cư trú", heading)
    found = describe(text, "x.txt")
    assert (found.kind, found.title) == ("Kết luận", "Về công tác dân vận")
