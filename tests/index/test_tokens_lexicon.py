import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.vietnamese.normalize import fold
from index.errors import IndexFileError
from index.lexicon import Lexicon, Remaining
from index.tokens import syllables, tokens

TEXTS = st.text(st.sampled_from("aăâđeêioơuưyÀỆÝ 0129.,;:_-/()\n\t“”%"), max_size=60)


def test_tokens_are_folded_syllables_then_pairs_of_neighbours() -> None:
    assert syllables("Đảng viên, 03-QĐ/TU.") == ("dang", "vien", "3", "qd", "tu")
    assert tokens("Đảng viên mới") == ("dang", "vien", "moi", "dang_vien", "vien_moi")


@pytest.mark.parametrize(("text", "expected"), [("", ()), ("—_…!", ()), ("Đảng", ("dang",))])
def test_a_text_of_fewer_than_two_syllables_has_no_pairs(
    text: str, expected: tuple[str, ...]
) -> None:
    assert tokens(text) == expected


@given(TEXTS)
def test_a_text_with_and_without_marks_and_capitals_has_the_same_tokens(text: str) -> None:
    assert tokens(text) == tokens(fold(text)) == tokens(text.upper())


@given(TEXTS)
def test_n_syllables_have_one_pair_less_and_no_token_holds_a_space(text: str) -> None:
    singles, all_of_them = syllables(text), tokens(text)
    assert all_of_them[: len(singles)] == singles
    pairs = all_of_them[len(singles) :]
    assert len(pairs) == max(len(singles) - 1, 0)
    assert tuple(tuple(pair.split("_")) for pair in pairs) == tuple(
        zip(singles, singles[1:], strict=False)
    )
    assert not any(token.split() != [token] for token in all_of_them)


def test_pairs_are_counted_within_a_phrase_and_with_their_marks() -> None:
    lexicon = Lexicon()
    lexicon.add(["Đảng viên đóng đảng phí, chi bộ thu.", "đảng viên 2025 mới"])
    assert lexicon.singles["đảng"] == 3
    assert lexicon.singles["dang"] == 0
    assert lexicon.pairs["đảng", "viên"] == 2
    assert lexicon.pairs["phí", "chi"] == 0
    assert lexicon.pairs["viên", "mới"] == 0


@given(st.lists(TEXTS, max_size=5), st.integers(1, 4))
def test_a_weight_counts_texts_as_if_they_came_that_often(texts: list[str], weight: int) -> None:
    weighted, repeated = Lexicon(), Lexicon()
    weighted.add(texts, weight)
    repeated.add(texts * weight)
    assert weighted == repeated


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=5))
def test_removed_texts_are_as_if_they_had_never_been_counted(
    texts: list[str], gone: list[str]
) -> None:
    lexicon, without = Lexicon(), Lexicon()
    lexicon.add(texts + gone)
    lexicon.remove(gone)
    without.add(texts)
    assert lexicon == without


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=5))
def test_what_remains_without_texts_is_known_as_if_they_had_never_been_counted(
    texts: list[str], hidden: list[str]
) -> None:
    everything, gone, without = Lexicon(), Lexicon(), Lexicon()
    everything.add(texts + hidden)
    gone.add(hidden)
    without.add(texts)
    remaining = Remaining(everything, gone)
    assert remaining.total == without.total
    for word in everything.singles:
        assert remaining.count(word) == without.count(word)
        assert remaining.spellings(fold(word)) == without.spellings(fold(word))
    for pair in everything.pairs:
        assert remaining.pair(*pair) == without.pair(*pair)


def test_spellings_follow_what_is_counted_later() -> None:
    lexicon = Lexicon()
    lexicon.add(["má", "mà", "mà"])
    assert lexicon.spellings("ma") == ("mà", "má")
    lexicon.add(["má má"])
    assert lexicon.spellings("ma") == ("má", "mà")
    lexicon.remove(["mà", "mà"])
    assert lexicon.spellings("ma") == ("má",)


@given(st.lists(TEXTS, max_size=5))
def test_a_saved_lexicon_is_read_back_as_it_was(texts: list[str]) -> None:
    lexicon = Lexicon()
    lexicon.add(texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lexicon.tsv"
        lexicon.save(path)
        assert Lexicon.load(path) == lexicon


@pytest.mark.parametrize("content", [None, b"nhieu\tdang\n", b"3\t\xff\n"])
def test_a_lexicon_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lexicon.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexFileError, match="lexicon.tsv"):
        Lexicon.load(path)
