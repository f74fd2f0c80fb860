from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.document import Locator, Passage
from documents.splitting.passages import SIGNATURE
from documents.vietnamese.normalize import fold
from index.errors import IndexFileError
from index.legs.forward import Columns, Entry, ForwardIndex
from index.tokens import syllables, tokens

TITLE = "Quy định công tác đảng viên"
TEXTS = (
    "Chi bộ họp 05 lần mỗi năm.",
    "Đảng viên đi làm ăn xa phải báo cáo chi bộ.",
    "Cấp ủy phân công đảng viên phụ trách tổ.",
    "Thẻ đảng được cấp trong 30 ngày.",
)


def entry(key: int, text: str, document: str = "d", part: str | None = None) -> Entry:
    passage = Passage(f"{document}:{key}", document, text, Locator(part=part), 0, len(text))
    return Entry(key, passage, f"{TITLE}\n{text}")


def index_of(*entries: Entry) -> ForwardIndex:
    made = ForwardIndex()
    made.change(np.empty(0, np.int64), Columns.of(entries))
    return made


def whole() -> ForwardIndex:
    return index_of(*(entry(key, text) for key, text in enumerate(TEXTS, 1)))


def held(index: ForwardIndex, keys: Sequence[int], terms: Sequence[str]) -> dict[int, set[str]]:
    window = index.window(keys, 0, terms)
    return {
        key: {term for term, one in zip(terms, row, strict=True) if one}
        for key, row in zip(window.keys.tolist(), window.held.tolist(), strict=True)
    }


@given(st.text(alphabet="aăâbcdđeêghi ơưạảấ0-,.\n_AĐÀ🙂ﬀ²", max_size=200))
def test_quick_tokenizer_is_the_regular_expression(text: str) -> None:
    for one in (text, text * 9):
        words = [word for word in "".join(c if c.isalnum() else " " for c in fold(one)).split()]
        plain = [word[1] if word in {f"0{n}" for n in range(10)} else word for word in words]
        assert list(syllables(one)) == plain


@given(st.lists(st.text(alphabet="abc de_", max_size=40), min_size=1, max_size=5))
def test_window_holds_what_the_tokens_of_each_text_hold(texts: list[str]) -> None:
    terms = sorted({token for text in texts for token in tokens(f"{TITLE}\n{text}")}) + ["x", "a_x"]
    index = index_of(*(entry(key, text) for key, text in enumerate(texts, 1)))
    window = index.window([1], len(texts), terms)
    assert window.keys.tolist() == list(range(1, len(texts) + 1))
    for row, text in enumerate(texts):
        expected = set(tokens(f"{TITLE}\n{text}"))
        assert {t for t, one in zip(terms, window.held[row], strict=True) if one} == expected
        head = set(tokens(TITLE))
        found = {t for t, one in zip(terms, window.held_by_head[row], strict=True) if one}
        assert found == head
        assert window.lengths[row] == len(tokens(f"{TITLE}\n{text}"))


def test_pair_does_not_reach_from_one_passage_into_the_next() -> None:
    index = index_of(entry(1, "họp chi"), entry(2, "bộ"))
    assert held(index, [1, 2], ["chi", "bo", "chi_bo"]) == {1: {"chi"}, 2: {"bo"}}


def test_window_reaches_neighbours_that_are_there() -> None:
    index = whole()
    assert index.window([2], 1, ["the_dang"]).keys.tolist() == [1, 2, 3]
    index.change(np.array([3]), Columns.of(()))
    window = index.window([2], 2, ["the_dang"])
    assert window.keys.tolist() == [1, 2, 4]
    assert window.held[:, 0].tolist() == [False, False, True]


def test_documents_are_told_apart() -> None:
    index = index_of(entry(1, "một", "a"), entry(2, "hai", "b"), entry(3, "ba", "b"))
    first, second, third = index.window([2], 1, ["mot"]).documents.tolist()
    assert first != second == third


def test_frames_are_no_bodies() -> None:
    index = index_of(entry(1, "Nội dung"), entry(2, "T/M BAN THƯỜNG VỤ", part=SIGNATURE))
    assert index.bodies([2, 1, 9]).tolist() == [False, True, False]


@pytest.mark.parametrize("question", [[], ["chi_bo"]])
def test_empty_index_and_empty_question(question: list[str]) -> None:
    window = ForwardIndex().window([1, 2], 2, question)
    assert window.held.shape == (0, len(question))
    assert whole().window([1], 0, question).held.shape == (1, len(question))


def test_saved_index_finds_the_same_and_follows_changes(tmp_path: Path) -> None:
    terms = ["chi_bo", "dang_vien", "30", "5", "moi"]
    index = whole()
    before = held(index, [1, 2, 3, 4], terms)
    index.save(tmp_path / "forward")
    index.change(np.array([2, 77]), Columns.of([entry(9, "Quy định mới.", "e")]))
    index.save_changes(tmp_path / "changes.npz")
    loaded = ForwardIndex.load(tmp_path / "forward", tmp_path / "changes.npz")
    assert loaded.keys().tolist() == index.keys().tolist() == [1, 3, 4, 9]
    after = held(loaded, [1, 2, 3, 4, 9], terms)
    assert after == {key: before[key] for key in (1, 3, 4)} | {9: {"dang_vien", "moi"}}
    assert len(loaded) == 4
    loaded.save(tmp_path / "again")
    assert held(loaded, [1, 2, 3, 4, 9], terms) == after
    loaded.change(np.array([9]), Columns.of(()))
    assert loaded.keys().tolist() == [1, 3, 4]


def test_copy_keeps_its_passages() -> None:
    index = whole()
    copy = index.copy()
    index.change(np.array([1]), Columns.of([entry(9, "mới")]))
    assert copy.keys().tolist() == [1, 2, 3, 4]


def test_keys_of_added_passages_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        whole().change(np.empty(0, np.int64), Columns.of([entry(2, "trước")]))


@pytest.mark.parametrize("name", ["codes.npy", "keys.npy"])
def test_cut_or_missing_file_is_named(tmp_path: Path, name: str) -> None:
    index = whole()
    index.save(tmp_path / "forward")
    index.save_changes(tmp_path / "changes.npz")
    file = tmp_path / "forward" / name
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(IndexFileError, match="forward"):
        ForwardIndex.load(tmp_path / "forward", tmp_path / "changes.npz")
    file.unlink()
    with pytest.raises(IndexFileError, match="forward"):
        ForwardIndex.load(tmp_path / "forward", tmp_path / "changes.npz")
