"""What became of a file, as one row: the same on the command line and in a chat."""

from documents.shown import shown
from index.ingest.results import Outcome

DONE = {
    "added": "đã thêm",
    "unchanged": "không đổi",
    "replaced": "đã thay",
    "refused": "bị từ chối",
    "held": "tạm giữ",
}
PLANNED = DONE | {"added": "sẽ thêm", "replaced": "sẽ thay"}


def labels(*, dry_run: bool) -> dict[str, str]:
    """Return what each status is called, done or planned."""
    return PLANNED if dry_run else DONE


def row(outcome: Outcome, *, dry_run: bool = False) -> str:
    """Return a file's row."""
    label = f"{labels(dry_run=dry_run)[outcome.status]:<11}"
    document = outcome.document
    if document is None:
        return shown(f"{label} {outcome.reason}")
    number = document.number or "không rõ số"
    note = f" ({outcome.note})" if outcome.note else ""
    return shown(
        f"{label} {outcome.path}: {number}, {document.title}, {outcome.passages} đoạn{note}"
    )
