"""What a document says as a whole, "NQ 03 nói gì?": how it begins."""

from documents.splitting.passages import is_body
from retrieval.readers.base import Case, Draft, Strength
from retrieval.readers.sentence import units


def read(case: Case) -> Draft | None:
    """Return the first sentence of the best document's body."""
    if not case.passages:
        return None
    passages = case.view.library.passages_of(case.passages[0].document_id)
    first = next(filter(is_body, passages), case.passages[0])
    span = units(first.text)[0]
    return Draft(first, span, span, Strength.NAMED)
