"""Real files that nobody on the project wrote: read right, and described right."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from documents.formats.ocr import can_recognise
from documents.formats.read import read
from documents.metadata.extract import describe, number_is_blank
from documents.vietnamese.normalize import normalize


def share_right(file: Path, text: str, *, diacritics: bool) -> float:
    """Return which part of the transcript's letters the text has, case aside."""
    typed = normalize(file.with_suffix(".txt").read_text(encoding="utf-8")).lower()
    wanted = Counter(
        letter for letter in typed if letter.isalnum() and not (diacritics and letter.isascii())
    )
    return (wanted & Counter(text.lower())).total() / wanted.total()


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_files_in_legacy_fonts_are_read_right(shared_data: Path) -> None:
    shares = {}
    for file in sorted((shared_data / "legacy").iterdir()):
        if file.suffix in (".doc", ".rtf", ".pdf"):
            shares[file.name] = share_right(file, read(file).text, diacritics=True)
    assert len(shares) == 8
    assert min(shares.values()) >= 0.97, shares
    assert sum(shares.values()) / len(shares) >= 0.99, shares


@pytest.mark.skipif(not can_recognise(), reason="tesseract is not installed with vie")
def test_scans_are_read_right_and_their_stamped_numbers_left_for_review(shared_data: Path) -> None:
    for file in sorted((shared_data / "scans").glob("*.pdf")):
        reading = read(file)
        assert reading.recognised
        assert share_right(file, reading.text, diacritics=False) >= 0.9, file.name
        described = describe(reading.text, file.name, recognised=True)
        assert described.number in (None, "115/NQ-CP", "729/QĐ-TTg")
        assert described.number or "number" in described.review
        assert described.issued_on is None
        assert {"title", "issued_on"} <= set(described.review)


@pytest.mark.parametrize(
    ("name", "number", "issued_on", "issuer", "signer"),
    [
        (
            "quydinh294.pdf",
            "294-QĐ/TW",
            date(2025, 5, 26),
            "Ban Chấp hành Trung ương",
            "Tô Lâm, T/M Ban Chấp hành Trung ương, Tổng Bí thư",
        ),
        (
            "huongdan06.pdf",
            "06-HD/TW",
            date(2025, 6, 9),
            "Ban Bí thư",
            "Trần Cẩm Tú, T/M Ban Bí thư",
        ),
        (
            "huongdan.pdf",
            None,
            None,
            "Ban Tổ chức Thành ủy Hà Nội",
            "Triệu Thị Ngọc, K/T Trưởng ban, Phó Trưởng ban",
        ),
        (
            "huongdan21.pdf",
            None,
            None,
            "Ban Tổ chức Thành ủy Hà Nội",
            "Triệu Thị Ngọc, K/T Trưởng ban, Phó Trưởng ban",
        ),
    ],
)
def test_party_documents_are_described_right(
    shared_data: Path,
    name: str,
    number: str | None,
    issued_on: date | None,
    issuer: str,
    signer: str,
) -> None:
    reading = read(shared_data / "party" / name)
    found = describe(reading.text, name, recognised=reading.recognised)
    assert (found.number, found.issued_on, found.issuer) == (number, issued_on, issuer)
    assert f"{found.signer}, {found.signer_role}" == signer
    assert number_is_blank(reading.text) == (number is None)
    assert found.review == (() if number else ("number", "issued_on"))


def test_what_party_documents_say_of_others_is_read(shared_data: Path) -> None:
    folder = shared_data / "party"
    regulation = describe(read(folder / "quydinh294.pdf").text, "a.pdf")
    assert regulation.effective_on == date(2025, 7, 1)
    guidance = describe(read(folder / "huongdan06.pdf").text, "b.pdf")
    assert guidance.effective_on == date(2025, 6, 9)
    assert (guidance.replaces, guidance.based_on) == (("01-HD/TW",), ("294-QĐ/TW",))
    local = describe(read(folder / "huongdan.pdf").text, "c.pdf")
    assert {"294-QĐ/TW", "06-HD/TW", "9420-QĐ/TU"} <= set(local.based_on)
