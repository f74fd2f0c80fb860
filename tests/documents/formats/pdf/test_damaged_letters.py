"""Pages whose letters are damaged are read by their picture; what is over a page is left out."""

from pathlib import Path

import pytest

from documents.formats.paragraphs import Line, paragraphs
from documents.formats.pdf import document as pdf
from documents.formats.read import read
from tests.support import office_files
from tests.support.office_files import words

SHOWN = "Văn phòng Tỉnh ủy phân loại đơn thư trong ba mươi ba giờ kể từ khi nhận được đơn."
# a layer of recognised words without marks, as an English program leaves it
LAYER = [
    words("Van phong Tinh uy phan loai don thu trong ba muoi ba gio ke tu khi nhan", 60, 780),
    words(
        "Viec phan loai do bo phan mot cua cua Van phong Tinh uy thuc hien, co so theo doi", 60, 760
    ),
    words("va chu ky cua nguoi nop don, nguoi nhan don trong ngay lam viec do.", 60, 740),
]
ENGLISH = "The cells of the province have met each month and report to the committee of the party."


def written(folder: Path, *pages: str) -> Path:
    file = folder / "a.pdf"
    file.write_bytes(office_files.pdf(pages))
    return file


def test_a_layer_without_marks_gives_way_to_what_the_picture_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: True)
    monkeypatch.setattr(pdf, "recognised", lambda *_: [Line(SHOWN, 0, 400)])
    reading = read(written(tmp_path, "\n".join(LAYER)))
    assert reading.text == SHOWN
    assert reading.recognised


def test_a_picture_that_is_read_no_better_does_not_replace_the_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: True)
    monkeypatch.setattr(pdf, "recognised", lambda *_: [Line("x q", 0, 400)])
    reading = read(written(tmp_path, "\n".join(LAYER)))
    assert reading.text.startswith("Van phong Tinh uy")
    assert not reading.recognised


def test_sound_letters_are_not_recognised_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: True)
    monkeypatch.setattr(pdf, "recognised", lambda *_: pytest.fail("it was recognised"))
    assert read(written(tmp_path, words(ENGLISH, 60, 780))).text == ENGLISH


PICTURE = "q 500 0 0 700 50 50 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q"


def test_the_words_of_a_signature_over_a_scan_do_not_hide_that_it_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    scan = f"{PICTURE}\n{words('Signed by: Office', 300, 800)}"
    assert read(written(tmp_path, words(ENGLISH, 60, 780), scan)).unread == (2,)


def test_a_large_picture_beside_letters_is_said_to_be_unread(tmp_path: Path) -> None:
    picture = PICTURE.replace("500 0 0 700 50 50", "400 0 0 300 50 50")
    reading = read(written(tmp_path, f"{words(ENGLISH, 60, 780)}\n{picture}"))
    assert reading.notes == ("không đọc 1 hình",)


def test_the_scan_under_a_layer_of_letters_is_no_picture_beside_them(tmp_path: Path) -> None:
    layer = "\n".join(words(ENGLISH, 60, 780 - 20 * line) for line in range(4))
    assert read(written(tmp_path, f"{PICTURE}\n{layer}")).notes == ()


def test_a_watermark_across_the_page_is_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    across = "BT /F1 30 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (COPY OF NO VALUE) Tj ET"
    assert read(written(tmp_path, f"{words(ENGLISH, 60, 500)}\n{across}")).text == ENGLISH


def test_headers_and_footers_of_two_pages_do_not_stand_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    foot = words("Quy che 542 - Luu trong co quan", 60, 30)
    pages = [
        "\n".join(
            (words(f"Dong thu {place} cua trang nay noi ve tai san cua co quan.", 60, 780 - 20 * n))
            for n, place in enumerate(range(first, first + 12))
        )
        + f"\n{foot}\n{words(str(number), 300, 15)}"
        for first, number in ((10, 1), (30, 2))
    ]
    pages[1] = f"{words('Quy che tai san - Trang 2/2', 60, 820)}\n{pages[1]}"
    text = read(written(tmp_path, *pages)).text
    assert "Quy che" not in text
    assert text.count("Dong thu") == 24


def test_a_footnote_numbered_in_brackets_does_not_part_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    lines = [
        words(f"Dong thu {n} noi ve cong tac cua chi bo.", 60, 790 - 16 * n) for n in range(20)
    ]
    lines.append(words("Cac cap uy to chuc hop(1) moi quy it nhat", 60, 120))
    lines.append("BT /F1 7 Tf 60 80 Td (\\(1\\) Moi buoi khong qua 80 phut.) Tj ET")
    text = read(
        written(tmp_path, "\n".join(lines), words("bon buoi tai moi chi bo.", 60, 790))
    ).text
    assert "it nhat bon buoi tai moi chi bo." in text
    assert "(1) Moi buoi khong qua 80 phut.\n" in text


def test_an_article_after_a_word_that_expects_a_number_begins_a_paragraph() -> None:
    page = [Line("về đẩy mạnh chuyển đổi số", 200, 400), Line("Điều 1. Lớp học", 60, 160)]
    assert paragraphs([page])[0].split("\n") == [line.text for line in page]
    going_on = [Line("theo quy định tại khoản", 60, 400), Line("2. Các lớp khác học sau.", 60, 300)]
    assert "\n" not in paragraphs([going_on])[0]


FORM = (
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (muc) /V (431.000) /Rect [60 640 260 660] /P 4 0 R"
    " /F 4 /DA (/F1 10 Tf 0 g) /AP << /N 7 0 R >> >>"
)


def test_what_is_filled_into_a_form_is_read(tmp_path: Path) -> None:
    shown = "BT /F1 10 Tf 2 5 Td (431.000 dong) Tj ET"
    text = words(ENGLISH, 60, 700)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DR << /Font"
        " << /F1 3 0 R >> >> >> >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [6 0 R]"
        " /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        FORM,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 3 0 R >> >>"
        f" /Length {len(shown)} >>\nstream\n{shown}\nendstream",
    ]
    file = tmp_path / "a.pdf"
    file.write_bytes(office_files.pdf_of(objects))
    assert "431.000" in read(file).text
