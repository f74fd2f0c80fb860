"""Passages: verbatim, of one division, near the target length, with the same ids every time."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.document import Document, Passage
from documents.splitting.passages import LETTERHEAD, indexed_text, is_frame, split
from documents.vietnamese.normalize import normalize
from documents.vietnamese.sentences import sentences
from tests.golden.passages import document_of, golden_file, rendered, samples


def document(text: str, title: str = "Văn bản mẫu") -> Document:
    return Document(
        document_id="abc",
        title=title,
        number=None,
        kind=None,
        issuer=None,
        issued_on=None,
        source="mau.txt",
        sha256="0" * 64,
        text=normalize(text),
    )


def passages(text: str) -> tuple[Passage, ...]:
    return split(document(text))


WORDS = st.sampled_from(
    ["đảng", "viên", "chi", "bộ", "kết", "nạp", "cấp", "ủy", "năm", "2025,", "1.251", "đ/c."]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(
    lambda words: " ".join(words).capitalize() + "."
)
HEADS = st.sampled_from(
    ["", "- ", "+ ", "a) ", "b) ", "đ) ", "1. ", "2. ", "1.1. ", "1.2. ", "Điều 1. ", "Điều 2. "]
    + [
        "I. ",
        "II. ",
        "A. ",
        "Chương I",
        "PHẦN THỨ NHẤT",
        "## ",
        "# ",
        "VỀ CÔNG TÁC ",
        "TT: 1 | Tên: ",
    ]
    + [
        "Thứ nhất, ",
        "Bước 1: ",
        "(1) ",
        "Phụ lục",
        "Nơi nhận:",
        "Căn cứ ",
        "QUYẾT ĐỊNH",
        "Số 1-QĐ/TW",
    ]
)
LINES = st.builds(lambda head, body: head + " ".join(body), HEADS, st.lists(SENTENCES, max_size=6))
TEXTS = st.lists(LINES, max_size=25).map("\n".join)


@given(TEXTS)
def test_every_passage_is_a_verbatim_span_in_order_and_with_its_own_id(text: str) -> None:
    whole = document(text)
    found = split(whole)
    for passage in found:
        assert whole.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
    ends = [0, *(passage.end for passage in found)]
    assert all(end <= passage.start for end, passage in zip(ends, found, strict=False))
    assert len({passage.passage_id for passage in found}) == len(found)
    assert split(whole) == found


@given(st.lists(SENTENCES, min_size=1, max_size=60).map(" ".join))
def test_no_passage_of_prose_is_much_longer_than_the_target(text: str) -> None:
    assert all(len(passage.text.split()) <= 2 * 110 for passage in passages(text))


@given(st.text())
def test_any_text_at_all_can_be_split(text: str) -> None:
    whole = document(text)
    for passage in split(whole):
        assert whole.text[passage.start : passage.end] == passage.text


@given(TEXTS)
def test_sentences_hold_every_character_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == re.sub(
        r"\s", "", text
    )
    assert all(left[1] <= right[0] for left, right in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    "sentence",
    [
        "Có 1.251 lượt cấp ủy tham gia, đạt 77,78%.",
        "Đồng chí đ/c. Nam công tác tại TP. Hồ Chí Minh từ ngày 08/8/2016.",
        "Báo cáo của PGS. TS. Nguyễn Văn A nêu rõ C. Mác, Ph. Ăngghen và V. I. Lênin.",
        "1.1. Về tuổi đời.",
        "1. Người vào Đảng phải có bằng tốt nghiệp.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert sentences(sentence) == ((0, len(sentence)),)


def test_sentences_end_at_stops_and_at_line_breaks() -> None:
    text = "Có hiệu lực từ năm 2025. Các cấp ủy thực hiện! Có đúng không? Đúng\nDòng sau."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Có hiệu lực từ năm 2025.",
        "Các cấp ủy thực hiện!",
        "Có đúng không?",
        "Đúng",
        "Dòng sau.",
    ]


LAW = """Chương II
ĐẢNG VIÊN
Điều 5. Thủ tục kết nạp
1. Người vào Đảng phải:
a) Có đơn tự nguyện xin vào Đảng;
b) Báo cáo lý lịch với chi bộ.
2. Chi bộ xem xét từng người một.
Điều 6. Thời gian dự bị
Người được kết nạp phải trải qua thời gian dự bị mười hai tháng.
"""


def test_an_article_is_never_straddled_and_is_cited_as_a_clerk_would() -> None:
    fifth, sixth = passages(LAW)
    assert str(fifth.locator) == "Chương II, Điều 5"
    assert fifth.locator.heading == "ĐẢNG VIÊN › Thủ tục kết nạp"
    assert fifth.text.startswith("Chương II\nĐẢNG VIÊN\nĐiều 5.")
    assert str(sixth.locator) == "Chương II, Điều 6"
    assert sixth.passage_id == "abc/chuong-ii-dieu-6/1"


def test_clauses_and_points_of_a_long_article_are_named() -> None:
    point = "Người vào Đảng phải có đủ điều kiện và tiêu chuẩn theo quy định của Điều lệ. " * 6
    text = f"Điều 5. Điều kiện\n1. Gồm:\na) {point}\nb) {point}\n2. {point}"
    assert [str(passage.locator) for passage in passages(text)] == [
        "Điều 5, khoản 1, điểm a",
        "Điều 5, khoản 1, điểm b",
        "Điều 5, khoản 2",
    ]


def test_a_reference_to_an_article_in_a_heading_is_no_article() -> None:
    text = (
        "1. Điều 1 (Khoản 2): Tuổi đời và trình độ học vấn\n1.1. Về tuổi đời.\n"
        "1.1.1. Người vào Đảng phải đủ 18 tuổi đến đủ 60 tuổi.\n"
        "1.1.2. Trên 60 tuổi do cấp ủy xem xét.\n"
        "1.2. Về trình độ học vấn.\n1.2.1. Phải có bằng tốt nghiệp trung học cơ sở."
    )
    age, schooling = passages(text)
    assert str(age.locator) == "mục 1.1"
    assert age.locator.heading == ("Điều 1 (Khoản 2): Tuổi đời và trình độ học vấn › Về tuổi đời")
    assert str(schooling.locator).startswith("mục 1.2")


def test_a_table_row_is_never_cut_and_stays_apart_from_prose() -> None:
    prose = "Kết quả thực hiện các chỉ tiêu của nghị quyết được tổng hợp như dưới đây. " * 4
    row = "Chỉ tiêu: " + "kết nạp đảng viên " * 50 + "| Kết quả: 6.225"
    text = f"{prose}\n{row}\nChỉ tiêu: thôn trưởng | Kết quả: 588/756"
    assert [passage.text for passage in passages(text)] == [
        prose.strip(),
        row,
        "Chỉ tiêu: thôn trưởng | Kết quả: 588/756",
    ]


def test_markdown_signs_are_not_quoted_but_head_their_passages() -> None:
    text = "## Kết quả\n### Công tác phát triển đảng\nĐã kết nạp 6.225 đảng viên."
    (passage,) = passages(text)
    assert passage.text == "Công tác phát triển đảng\nĐã kết nạp 6.225 đảng viên."
    assert passage.locator.heading == "Kết quả › Công tác phát triển đảng"


def test_indexed_text_adds_title_and_headings_that_the_text_lacks() -> None:
    text = "## Kết quả\n### Công tác phát triển đảng\nĐã kết nạp 6.225 đảng viên."
    (passage,) = passages(text)
    assert indexed_text("Báo cáo năm 2025", passage) == (
        "Báo cáo năm 2025\nKết quả\nCông tác phát triển đảng\nĐã kết nạp 6.225 đảng viên."
    )


def test_a_long_paragraph_is_cut_at_sentence_ends_into_even_parts() -> None:
    text = " ".join(
        f"Câu thứ {number} nói về công tác xây dựng Đảng ở cơ sở." for number in range(40)
    )
    found = passages(text)
    assert all(passage.text.endswith(".") for passage in found)
    lengths = [len(passage.text.split()) for passage in found]
    assert max(lengths) <= 143
    assert min(lengths) >= 80


@pytest.mark.parametrize("sample", samples(), ids=lambda path: path.name)
def test_passages_of_the_samples_are_as_reviewed(sample: Path) -> None:
    assert golden_file(sample).read_text(encoding="utf-8") == rendered(sample)


@pytest.mark.parametrize("sample", samples(), ids=lambda path: path.name)
def test_passages_of_the_samples_come_in_reading_order(sample: Path) -> None:
    starts = [passage.start for passage in split(document_of(sample))]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "name", ["quydinh294.pdf", "huongdan06.pdf", "huongdan.pdf", "huongdan21.pdf"]
)
def test_letterhead_receivers_and_signature_stand_apart(shared_data: Path, name: str) -> None:
    whole = document_of(shared_data / "party" / name)
    passages = split(whole)
    assert str(passages[0].locator) == LETTERHEAD
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in passages[0].text
    assert any("Nơi nhận" in passage.text for passage in passages if is_frame(passage))
    for passage in passages:
        assert whole.text[passage.start : passage.end] == passage.text
        if is_frame(passage):
            continue
        for surrounding in ("ĐẢNG CỘNG SẢN VIỆT NAM", "Nơi nhận:", "TRƯỞNG BAN", "T/M BAN"):
            assert surrounding not in passage.text


def test_the_age_of_joining_is_cited_from_its_place_and_page(shared_data: Path) -> None:
    found = split(document_of(shared_data / "party" / "quydinh294.pdf"))
    (passage,) = [passage for passage in found if "phải đủ 18 tuổi đến đủ 60 tuổi" in passage.text]
    assert str(passage.locator) == "mục 1.1"
    assert passage.page == 1


def test_furniture_and_repeats_of_a_saved_article_are_no_passages(shared_data: Path) -> None:
    found = split(document_of(shared_data / "party" / "kon-tum-nghi-quyet-03.txt"))
    text = "\n".join(passage.text for passage in found)
    for furniture in ("Phản hồi", "Các tin khác", "Thư viện ảnh", "Liên kết website", "Mới nhất"):
        assert furniture not in text
    assert text.count("diễn ra ngày 4/9/2019") == 1
    assert "588/756 thôn trưởng" in text


@pytest.mark.parametrize(
    "contents",
    [
        "Điều 1. Phạm vi\n2\nĐiều 2. Giờ giấc\n3",
        "Điều 1. Phạm vi ........ 2\nĐiều 2. Giờ giấc……3",
        "Điều 1. Phạm vi | 2\nĐiều 2. Giờ giấc | 3",
    ],
)
def test_a_list_of_contents_is_no_article(contents: str) -> None:
    body = "Điều 1. Phạm vi\nÁp dụng cho Văn phòng.\nĐiều 2. Giờ giấc\nVào làm lúc 7 giờ 25."
    with_contents, without = passages(f"MỤC LỤC\n{contents}\n{body}"), passages(body)
    assert [(one.text, one.locator) for one in with_contents] == [
        (one.text, one.locator) for one in without
    ]


def test_what_only_bears_the_name_of_contents_is_kept() -> None:
    text = "MỤC LỤC\nChi bộ lập mục lục hồ sơ đảng viên.\nHồ sơ nộp trước ngày 05 hằng tháng."
    assert "Chi bộ lập mục lục hồ sơ" in passages(text)[0].text
