"""Numbering at the head of a line, and how lines nest."""

import pytest

from documents.layout.numbering import Rank, markers_of, roman_value
from documents.layout.outline import Item, ancestors, locator_of, outline
from documents.layout.segmentation import lines_of


@pytest.mark.parametrize(
    ("line", "rank", "label"),
    [
        ("PHẦN THỨ NHẤT", Rank.PART, "Phần thứ nhất"),
        ("Phần II. Kết quả", Rank.PART, "Phần II"),
        ("PHỤ LỤC", Rank.PART, "Phụ lục"),
        ("Phụ lục III: Danh sách", Rank.PART, "Phụ lục III"),
        ("Mẫu số 01", Rank.PART, "Mẫu số 01"),
        ("Chương II", Rank.CHAPTER, "Chương II"),
        ("CHƯƠNG I NHỮNG QUY ĐỊNH CHUNG", Rank.CHAPTER, "Chương I"),
        ("Chương II Quy định chung", Rank.CHAPTER, "Chương II"),
        ("Mục 3 Tổ chức thực hiện", Rank.SECTION, "mục 3"),
        ("Mục 1. Đảng viên", Rank.SECTION, "mục 1"),
        ("Tiểu mục 8", Rank.SUBSECTION, "tiểu mục 8"),
        ("Điều 5. Thủ tục", Rank.ARTICLE, "Điều 5"),
        ("Điều 1 . Phạm vi", Rank.ARTICLE, "Điều 1"),
        ("Điều 12a: Bổ sung", Rank.ARTICLE, "Điều 12a"),
        ("1. Điều 1 (Khoản 2): Tuổi đời", Rank.CLAUSE, "1"),
        ("1) Một việc", Rank.CLAUSE, "1"),
        ("1.1. Về tuổi đời.", Rank.CLAUSE + 1, "1.1"),
        ("1.1 Về tuổi đời", Rank.CLAUSE + 1, "1.1"),
        ("10.4.3 Các tổ chức", Rank.CLAUSE + 2, "10.4.3"),
        ("Bước 1: Tham mưu", Rank.STEP, "bước 1"),
        ("Thứ nhất, tiếp tục quán triệt", Rank.ORDINAL, "ý thứ nhất"),
        ("Hai là, nâng cao chất lượng", Rank.ORDINAL, "ý thứ hai"),
        ("đ) Phấn đấu 100%", Rank.POINT, "điểm đ"),
        ("a. Có đơn", Rank.POINT, "điểm a"),
        ("(1) Lập đảng bộ", Rank.NESTED, "(1)"),
        ("- Căn cứ Điều lệ Đảng;", Rank.BULLET, "-"),
        ("+ Đợt 3/2:", Rank.SUBBULLET, "+"),
    ],
)
def test_numbering_is_read_as_a_clerk_names_it(line: str, rank: int, label: str) -> None:
    (marker,) = markers_of(line)
    assert (marker.rank, marker.label) == (rank, label)


@pytest.mark.parametrize(
    "line",
    [
        "Điều 5 của Luật này được áp dụng",
        "Điều 10, Điều 21 Điều lệ Đảng",
        "Chương II của Điều lệ",
        "Phụ lục của Hướng dẫn này",
        "1.251 lượt cấp ủy",
        "3.5 triệu đồng",
        "30/7/2021 của Ban Chấp hành",
        "12- HD/BTCTW ngày 18/01/2022",
        "2016 - 2020",
        "đ/c Nam phụ trách",
        "V/v rà soát đảng viên",
        "Thứ Hai, 25/10/2021 9:5'(GMT+7)",
        "Một lần nữa, Ban Thường vụ yêu cầu",
        "v.v. và các loại khác",
    ],
)
def test_references_figures_and_dates_are_no_numbering(line: str) -> None:
    assert markers_of(line) == ()


def test_roman_numerals_are_read() -> None:
    numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XIV", "XXIX"]
    assert [roman_value(numeral) for numeral in numerals] == [*range(1, 11), 14, 29]


def nest(text: str) -> tuple[Item, ...]:
    return outline(text, lines_of(text))


def places(text: str) -> list[str]:
    items = nest(text)
    return [str(locator_of(items, ancestors(items, place), None)) for place in range(len(items))]


def test_divisions_of_a_law_print_from_the_whole_to_the_part() -> None:
    text = (
        "Phần thứ nhất\nNHỮNG VẤN ĐỀ CHUNG\nChương I\nĐẢNG VIÊN\nMục 1. Kết nạp\n"
        "Điều 5. Thủ tục\n1. Người vào Đảng:\na) Có đơn;\n2. Chi bộ xem xét."
    )
    assert places(text)[-3:] == [
        "Phần thứ nhất, Chương I, mục 1, Điều 5, khoản 1",
        "Phần thứ nhất, Chương I, mục 1, Điều 5, khoản 1, điểm a",
        "Phần thứ nhất, Chương I, mục 1, Điều 5, khoản 2",
    ]


def test_numerals_and_decimals_of_a_party_document_print_as_its_clerks_write() -> None:
    text = (
        "I. TÌNH HÌNH\n1. Kết quả\n1.1. Về tuổi\na) Một việc.\n- Một ý.\n"
        "II. NHIỆM VỤ\n1. Việc cần làm."
    )
    assert places(text) == [
        "mục I",
        "mục I, mục 1",
        "mục I, mục 1.1",
        "mục I, mục 1.1, điểm a",
        "mục I, mục 1.1, điểm a",
        "mục II",
        "mục II, mục 1",
    ]


def test_letters_stand_above_or_under_numerals_as_the_document_nests_them() -> None:
    assert places("A. MỘT\nI. Hai\nB. BA\nI. Bốn")[1:] == ["mục A, mục I", "mục B", "mục B, mục I"]
    assert places("I. MỘT\nA. Hai\nB. Ba\nII. BỐN\nA. Năm")[1:] == [
        "mục I, mục A",
        "mục I, mục B",
        "mục II",
        "mục II, mục A",
    ]


def test_a_name_that_begins_with_an_initial_is_no_division() -> None:
    text = "1. Mở đầu\nC. Mác viết như sau.\nV. I. Lênin cũng viết.\n2. Kết thúc"
    assert places(text) == ["mục 1", "mục 1", "mục 1", "mục 2"]


def test_a_list_that_begins_anew_inside_a_point_makes_no_new_clause() -> None:
    text = "Điều 1. Hồ sơ\n1. Gồm:\na) Giấy tờ sau:\n1. Đơn.\n2. Lý lịch.\n2. Nơi nộp."
    assert places(text)[3:] == [
        "Điều 1, khoản 1, điểm a",
        "Điều 1, khoản 1, điểm a",
        "Điều 1, khoản 2",
    ]


def test_a_heading_in_capitals_over_several_lines_is_one_heading() -> None:
    items = nest(
        "PHẦN THỨ HAI\nVỀ CÔNG TÁC\nĐẢNG VIÊN\nA. CÔNG TÁC TẠO NGUỒN,\nKẾT NẠP ĐẢNG VIÊN\nI. Hồ sơ"
    )
    assert [item.title for item in items] == [
        "VỀ CÔNG TÁC ĐẢNG VIÊN",
        "CÔNG TÁC TẠO NGUỒN, KẾT NẠP ĐẢNG VIÊN",
        "Hồ sơ",
    ]


def test_the_closing_sentence_belongs_to_the_document_not_to_the_last_clause() -> None:
    text = "1. Một việc.\n2. Hai việc.\nHướng dẫn này có hiệu lực kể từ ngày ký."
    assert places(text)[-1] == ""
    headed = "4.2. Hiệu lực\nHướng dẫn này thực hiện từ ngày 01/4/2024."
    assert places(headed)[-1] == "mục 4.2"


def test_a_markdown_heading_ends_the_headings_of_its_depth() -> None:
    items = nest("## Một\n### Hai\nĐoạn văn.\n1. Việc\n## Ba\nĐoạn nữa.")
    assert [item.parent for item in items] == [-1, 0, 1, 1, -1, 4]


def test_a_drawing_in_capitals_does_not_end_the_numerals() -> None:
    text = (
        "I. MỤC ĐÍCH\n1. Nâng cao chất lượng.\nII. YÊU CẦU\n1. Kịp thời.\nIII. NỘI DUNG\n"
        "1. Mở lớp.\nIV. TỔ CHỨC LỄ\n1. Phông lễ:\nĐẢNG BỘ THÀNH PHỐ HÀ NỘI\n"
        "V. TỔ CHỨC THỰC HIỆN\n1. Cấp ủy."
    )
    assert places(text)[-1] == "mục V, mục 1"


@pytest.mark.parametrize(
    "line",
    [
        "Chương II Luật Đất đai và các văn bản hướng dẫn",
        "Chương II Quy định này áp dụng cho chi bộ",
        "Chương III Nghị định số 30/2020/NĐ-CP",
        "Chương II Các chi bộ thực hiện theo hướng dẫn của cấp trên.",
        "Mục tiêu Phát triển đảng viên",
    ],
)
def test_a_line_that_only_refers_to_a_chapter_heads_none(line: str) -> None:
    assert not markers_of(line)
