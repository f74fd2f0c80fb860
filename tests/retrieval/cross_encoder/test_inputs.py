import re

from hypothesis import given
from hypothesis import strategies as st

from documents.splitting.passages import split
from retrieval.cross_encoder.inputs import TEXT_TOKENS, context_of, inputs_of
from tests.support.builders import make_document
from tests.support.sample_library import REGULATION


def pieces(word: str) -> list[int]:
    """Two letters a piece."""
    return [10 + ord(word[place]) for place in range(0, len(word), 2)]


def test_words_and_their_tokens_are_told_together() -> None:
    inputs = inputs_of("mấy ngày", "15-QĐ/TU", "trước 07 ngày", pieces)
    texts = ["trước 07 ngày"[start:end] for start, end in inputs.words]
    assert texts == ["trước", "07", "ngày"]
    for word, (first, last) in zip(texts, inputs.tokens, strict=True):
        assert list(inputs.ids[first : last + 1]) == pieces(word)
    assert inputs.ids[0] == 0
    assert inputs.ids[-1] == 2


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=800))
def test_inputs_are_bounded_and_cover_words_from_the_beginning(
    question: str, context: str, text: str
) -> None:
    inputs = inputs_of(question, context, text, pieces)
    first, last = inputs.body
    assert last - first <= TEXT_TOKENS
    words = [match.span() for match in re.finditer(r"\S+", text)]
    assert list(inputs.words) == words[: len(inputs.words)]
    assert last == len(inputs.ids) - 1


def test_context_names_the_document_and_what_the_passage_does_not_say() -> None:
    passage = split(REGULATION)[0]
    head = make_document(REGULATION.text, title=passage.text[:30], number=None, kind=None)
    assert context_of(REGULATION, passage).startswith(
        "Quy định 15-QĐ/TU ngày 02/08/2024 của Tỉnh ủy Sơn Lĩnh: Về quản lý đảng viên đi làm"
    )
    assert passage.text[:30] not in context_of(head, passage)
