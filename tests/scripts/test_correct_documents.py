"""Staff correct what is known of documents, by options and by a table."""

import csv
from pathlib import Path

import pytest

from documents.formats.pdf import document
from scripts import correct_documents
from tests.support import office_files
from tests.support.builders import resolution_text
from tests.support.commands import Said, Shell, one_line


class Desk(Shell):
    def correct(self, *arguments: object) -> Said:
        return self._run(lambda argv: correct_documents.main(argv, encoder=self.encoder), arguments)

    def table(self, *lines: str) -> Path:
        return self.write("sua.csv", "\n".join(lines))

    def listed(self, *arguments: object) -> list[dict[str, object]]:
        documents: list[dict[str, object]] = self.listing("--json", *arguments).json["documents"]
        return documents


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


SIGNED = "T/M BAN THƯỜNG VỤ\nBÍ THƯ\n(đã ký)\nLò Minh Khánh"


def test_what_a_document_says_of_itself_is_listed(desk: Desk) -> None:
    text = resolution_text(
        articles=("Nghị quyết này có hiệu lực từ ngày 01/7/2021.",), ending=SIGNED, stamp=""
    ).replace("-----\n", "-----\nCăn cứ Quy định số 24-QĐ/TW về thi hành Điều lệ Đảng;\n")
    desk.add(desk.write("a.txt", text.replace("ĐẢNG CỘNG", "LƯU HÀNH NỘI BỘ\nĐẢNG CỘNG", 1)))
    (listed,) = desk.listed()
    assert listed["signer"] == "Lò Minh Khánh"
    assert listed["signer_role"] == "T/M Ban Thường vụ, Bí thư"
    assert listed["effective_on"] == "2021-07-01"
    assert listed["based_on"] == ["24-QĐ/TW"]
    assert listed["secrecy"] == "Lưu hành nội bộ"
    assert listed["needs_review"] == []
    assert "[Lưu hành nội bộ]" in desk.listing().out


def test_a_number_left_blank_is_said(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text(number="    -NQ/TU", ending=SIGNED)))
    (listed,) = desk.listed()
    assert (listed["number"], listed["number_left_blank"]) == (None, True)
    assert listed["needs_review"] == ["number"]
    assert "số để trống" in desk.listing().out


def test_options_of_adding_correct_every_field(desk: Desk) -> None:
    path = desk.write("a.txt", "Ghi chép không đầu không cuối.\n")
    desk.add(path)
    said = desk.add(path, "--kind", "Kết luận", "--signer", "Hà Văn Lợi", "--signer-role", "Bí thư")
    assert said.out.startswith("đã thay")
    desk.add(path, "--effective-on", "1/7/2021", "--amends", "2-QĐ/TU", "--based-on", "3-QĐ/TU")
    (listed,) = desk.listed()
    assert (listed["kind"], listed["signer"], listed["signer_role"]) == (
        "Kết luận",
        "Hà Văn Lợi",
        "Bí thư",
    )
    assert listed["effective_on"] == "2021-07-01"
    assert (listed["amends"], listed["based_on"]) == (["2-QĐ/TU"], ["3-QĐ/TU"])
    assert listed["needs_review"] == ["number", "issuer", "issued_on"]


def test_the_table_of_what_needs_review_is_filled_in_and_taken_back(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text("02-NQ/TU", "về đất đai", ending=SIGNED)))
    desk.add(desk.write("b.txt", "Ghi chép không đầu không cuối.\n"))
    table = desk.inbox / "can-xem.csv"
    assert "Tổng cộng 1 văn bản." in desk.listing("--review", "--csv", table).out
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Tệp"], row["Cần xem"]) == ("b.txt", "số, loại, cơ quan ban hành, ngày ban hành")
    row |= {"Số": "-", "Loại": "Kết luận", "Ngày ban hành": "05/03/2021", "Thay thế": "02-NQ/TU"}
    row |= {"Trích yếu": "Kết luận về đất đai", "Cơ quan ban hành": "Tỉnh ủy Kon Tum"}
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, row, delimiter=";")
        writer.writeheader()
        writer.writerow(row)
    said = desk.correct(table)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "Tổng cộng 1 dòng: đã sửa 1, không đổi 0, bị từ chối 0."
    corrected = next(one for one in desk.listed() if one["source"] == "b.txt")
    assert corrected["title"] == "Kết luận về đất đai"
    assert (corrected["number"], corrected["issued_on"]) == (None, "2021-03-05")
    assert (corrected["replaces"], corrected["needs_review"]) == (["02-NQ/TU"], [])
    assert desk.listed("--review") == []
    assert desk.doctor().code == 0
    assert desk.correct(table).out.startswith("không đổi")


def test_a_bad_row_gets_a_line_and_the_others_are_applied(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text("02-NQ/TU", "về đất đai")))
    desk.add(desk.write("b.txt", resolution_text("03-NQ/TU", "về chuyển đổi số")))
    said = desk.correct(
        desk.table(
            "Số,Ngày ban hành,Người ký,Trích yếu,Độ mật",
            "02-NQ/TU,31/2/2021,,,",
            "99-NQ/TU,,Hà Văn Lợi,,",
            ",,Hà Văn Lợi,,",
            "02-NQ/TU,,,-,",
            "02-NQ/TU,,,,Mật",
            "3 nq tu,,Hà Văn Lợi,,",
        )
    )
    assert said.code == 1
    lines = said.out.splitlines()
    assert [line.split(" dòng ")[1][0] for line in lines[:6]] == list("234567")
    assert [line.startswith("bị từ chối") for line in lines[:6]] == [True] * 5 + [False]
    assert "“31/2/2021” không phải ngày" in lines[0]
    assert "remove_document" in lines[4]
    signers = {one["number"]: one["signer"] for one in desk.listed()}
    assert signers == {"02-NQ/TU": None, "03-NQ/TU": "Hà Văn Lợi"}


def test_a_correction_that_makes_two_documents_one_is_refused(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text("02-NQ/TU", "về đất đai")))
    desk.add(desk.write("b.txt", resolution_text("03-NQ/TU", "về chuyển đổi số")))
    said = desk.correct(desk.table("Tệp,Số", "b.txt,02-NQ/TU"))
    assert "trùng số" in said.out
    assert said.code == 1
    assert [one["number"] for one in desk.listed()] == ["02-NQ/TU", "03-NQ/TU"]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("Số,Ghi chú", "không có cột “Ghi chú”"),
        ("Người ký", "thiếu cột"),
        ("", "thiếu cột"),
    ],
)
def test_a_table_of_other_columns_is_refused_in_one_line(
    desk: Desk, head: str, reason: str
) -> None:
    desk.add(desk.write("a.txt", resolution_text()))
    said = desk.correct(desk.table(head, "03-NQ/TU,x"))
    assert said.code == 1
    assert reason in one_line(said.err)


def test_a_mark_in_the_column_of_seen_ends_the_review(desk: Desk) -> None:
    desk.add(desk.write("b.txt", "Ghi chép không đầu không cuối.\n"))
    desk.correct(desk.table("Tệp,Đã xem", "b.txt,x"))
    assert desk.listed()[0]["needs_review"] == []


def test_a_new_title_is_found_by_search_at_once(desk: Desk) -> None:
    desk.add(desk.write("b.txt", "Ghi chép không đầu không cuối.\n"))
    desk.correct(desk.table("Tệp;Trích yếu", "b.txt;Về nuôi cá tầm"))
    assert desk.doctor("--json").code == 0
    assert desk.listed()[0]["title"] == "Về nuôi cá tầm"


def test_a_table_that_is_taken_back_as_it_was_written_changes_nothing(desk: Desk) -> None:
    secret = desk.write("mat.txt", resolution_text("05-NQ/TU", ending=SIGNED, stamp="TỐI MẬT"))
    desk.add(secret, "--allow-secret", secret)
    desk.add(desk.write("a.txt", resolution_text("02-NQ/TU", "về đất đai", ending=SIGNED)))
    desk.add(desk.write("b.txt", "Ghi chép không đầu không cuối.\n"))
    before = desk.listed()
    table = desk.inbox / "tat-ca.csv"
    desk.listing("--csv", table)
    said = desk.correct(table)
    assert said.out.splitlines()[-1] == "Tổng cộng 3 dòng: đã sửa 0, không đổi 3, bị từ chối 0."
    assert desk.listed() == before


def test_a_title_that_a_spreadsheet_would_run_is_marked_and_taken_back(desk: Desk) -> None:
    desk.add(desk.write("a.txt", resolution_text("02-NQ/TU", "về đất đai", ending=SIGNED)))
    desk.correct(desk.table("Số,Trích yếu", "02-NQ/TU,=1+1"))
    table = desk.inbox / "tat-ca.csv"
    desk.listing("--csv", table)
    with table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["Trích yếu"] == "'=1+1"
    assert desk.correct(table).out.startswith("không đổi")
    assert desk.listed()[0]["title"] == "=1+1"


def test_pages_that_could_not_be_read_are_named_in_the_files_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "can_recognise", lambda: False)
    text = office_files.words("Chi bo hop dinh ky moi thang mot lan theo quy dinh.", 80, 790)
    image = "q 500 0 0 700 50 50 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\xff\x00 EI Q"
    file = desk.inbox / "a.pdf"
    file.write_bytes(office_files.pdf([text, image]))
    row = desk.add(file).out.splitlines()[0]
    assert row.startswith("đã thêm")
    assert "trang 2 là ảnh, chưa đọc được chữ; hãy cài tesseract" in row
