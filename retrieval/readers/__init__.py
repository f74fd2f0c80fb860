"""One reader for each type of answer: a new one is a file here and a line in the table."""

from retrieval.question.intent import AnswerType
from retrieval.readers import (
    definition,
    document_fact,
    figure,
    overview,
    provision,
    sentence,
    table_cell,
)
from retrieval.readers.base import Reader

# By what is asked for: see Intent.asks and Scope.asks. Types without a line are answered by the
# likeliest sentence; of equally strong drafts the first is shown.
READERS: dict[str, Reader] = {
    "fact": document_fact.read,
    "place": provision.read,
    "overview": overview.read,
    AnswerType.DEFINITION: definition.read,
    "figure": figure.read,
    "cell": table_cell.read,
    "sentence": sentence.read,
}
