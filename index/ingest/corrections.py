"""A table of corrections -> documents described anew: what staff know better than the text."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from documents.csv_file import unguarded
from documents.document import Document
from documents.errors import DocumentError
from documents.formats.text_file import decoded
from documents.layout.secrecy import INTERNAL
from documents.splitting.passages import indexed_text, split
from documents.store.library import Library
from documents.vietnamese.normalize import fold, normalize
from index.errors import CorrectionError
from index.ingest.encoding import encode_lacking
from index.ingest.results import Overrides

if TYPE_CHECKING:
    from index.encoders.base import Encoder  # not at run time: it takes seconds to import

NONE = "-"  # in a cell: the document has no such thing
# the heads of the columns as they are written, and the field each stands for
COLUMNS: Mapping[str, str] = {
    "Mã": "document_id",
    "Tệp": "source",
    "Số": "number",
    "Trích yếu": "title",
    "Loại": "kind",
    "Ngày ban hành": "issued_on",
    "Cơ quan ban hành": "issuer",
    "Hiệu lực từ": "effective_on",
    "Người ký": "signer",
    "Chức vụ": "signer_role",
    "Độ mật": "secrecy",
    "Thay thế": "replaces",
    "Sửa đổi": "amends",
    "Căn cứ": "based_on",
    "Cần xem": "review",
    "Đã xem": "reviewed",
}
_HEADS = {fold(head): name for head, name in COLUMNS.items()} | {
    name: name for name in COLUMNS.values()
}
_DATES = frozenset(("issued_on", "effective_on"))
_LISTS = frozenset(("replaces", "amends", "based_on"))
_TOLD_BY = ("document_id", "source", "number")  # in this order; the rest are corrections
_DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: where it stands, and its filled cells by field."""

    line: int
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a row: "corrected", "unchanged", or "refused" with the reason."""

    line: int
    status: str
    document: Document | None = None
    reason: str | None = None


def read_corrections(path: Path) -> tuple[Row, ...]:
    """Read a table; raises DocumentError when it is no table of corrections."""
    text = normalize(decoded(path))
    first = text.split("\n", 1)[0]
    sign = max(";,\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=sign))
    except csv.Error as error:
        raise DocumentError(path, "không phải bảng CSV; hãy lưu lại từ Excel.") from error
    head = lines[0] if lines else []
    names = [_HEADS.get(fold(cell).strip()) for cell in head]
    unknown = [cell.strip() for cell, name in zip(head, names, strict=True) if not name]
    if unknown or not set(names) & set(_TOLD_BY):
        named = f"không có cột “{unknown[0]}”" if unknown else "thiếu cột Mã, Số hoặc Tệp"
        raise DocumentError(
            path,
            f"{named}; các cột dùng được: {', '.join(COLUMNS)}. "
            "Lấy bảng mẫu bằng python -m scripts.list_documents --review --csv TỆP.",
        )
    rows = (Row(place, _cells(names, line)) for place, line in enumerate(lines[1:], start=2))
    return tuple(row for row in rows if row.cells)


def _cells(names: Sequence[str | None], line: Sequence[str]) -> Mapping[str, str]:
    pairs = zip(names, line, strict=False)
    return {name: unguarded(cell.strip()) for name, cell in pairs if name and cell.strip()}


def correct(library: Library, encoder: "Encoder", rows: Sequence[Row]) -> Iterator[Corrected]:
    """Apply the rows one after the other, yielding what became of each; the caller locks."""
    for row in rows:
        try:
            document = _meant(library, row)
            corrected = overrides_of(row, document).apply(document)
            if corrected == document:
                yield Corrected(row.line, "unchanged", document)
                continue
            _refuse_twin(library, corrected)
            _store(library, encoder, corrected)
            yield Corrected(row.line, "corrected", corrected)
        except CorrectionError as error:
            yield Corrected(row.line, "refused", reason=str(error))


def overrides_of(row: Row, document: Document) -> Overrides:
    """Return what a row says anew; a cell that repeats what is known says nothing."""
    stated: dict[str, object] = {}
    cleared = set()
    told_by = next(name for name in _TOLD_BY if name in row.cells)
    for name, cell in row.cells.items():
        if name in ("document_id", "source", "review", "reviewed", told_by):
            continue
        if cell == NONE:
            if name == "title":
                raise CorrectionError("trích yếu không thể để trống")
            cleared.add(name)
            continue
        known = getattr(document, name)
        if cell != known and (value := _value(name, cell)) != known:
            stated[name] = value
    return Overrides(
        **stated,  # type: ignore[arg-type]  # each of its field's type, by _value
        cleared=frozenset(cleared),
        reviewed="reviewed" in row.cells,
    )


def _value(name: str, cell: str) -> object:
    if name in _DATES:
        return _day(cell)
    if name in _LISTS:
        return tuple(part for one in cell.replace(",", ";").split(";") if (part := one.strip()))
    if name == "secrecy" and fold(cell) != fold(INTERNAL):
        raise CorrectionError(
            f"độ mật chỉ ghi được “{INTERNAL}” hoặc “{NONE}”; văn bản mật phải được gỡ bằng "
            "python -m scripts.remove_document"
        )
    return INTERNAL if name == "secrecy" else " ".join(cell.split())


def _day(cell: str) -> date:
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise CorrectionError(f"“{cell}” không phải ngày; hãy viết như 26/5/2025")


def _meant(library: Library, row: Row) -> Document:
    name = next((name for name in _TOLD_BY if name in row.cells), None)
    if name is None:
        raise CorrectionError("không cho biết văn bản nào; hãy ghi Mã, Số hoặc Tệp")
    found = [one for one in library.find(row.cells[name]) if one.status != "superseded"]
    if len(found) != 1:
        what = f"có {len(found)} văn bản" if found else "không có văn bản nào"
        raise CorrectionError(f"{what} là “{row.cells[name]}”; hãy ghi Mã trong list_documents")
    return found[0]


def _refuse_twin(library: Library, document: Document) -> None:
    for other in library.versions_of(document):
        raise CorrectionError(
            f"trùng số, loại và cơ quan ban hành với văn bản {other.number} ({other.document_id})"
        )


def _store(library: Library, encoder: "Encoder", document: Document) -> None:
    """Keep a document as it is described now; a new title is encoded with each passage."""
    passages = split(document)
    texts = [indexed_text(document.title, passage) for passage in passages]
    encode_lacking(library, encoder, texts)
    library.add(document, passages)
