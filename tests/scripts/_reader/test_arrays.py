from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scripts._reader.arrays import Arrays
from scripts._reader.groups import Draw, Sampler, weights_of
from scripts._reader.pool import cleaned
from scripts._reader.preparation import Prepared, prepare
from scripts._reader.rows import RowsError, read_material
from tests.support.reader_data import COMMUNES, tokenise, write_folder

SHARES = (0.0, 0.05, 0.5, 1.0)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = write_folder(tmp_path_factory.mktemp("data"))
    return prepare(read_material([folder], written=None), tokenise)


@pytest.fixture
def arrays(prepared: Prepared) -> Arrays:
    return prepared.arrays


def test_the_same_rows_give_the_same_arrays(prepared: Prepared, tmp_path: Path) -> None:
    again = prepare(read_material([write_folder(tmp_path)], written=None), tokenise)
    assert again.arrays.digest() == prepared.arrays.digest()
    assert again.counts == prepared.counts


def test_spans_of_tokens_are_those_of_the_answer(arrays: Arrays) -> None:
    answer = tokenise(["100", "đảng", "viên."])  # its last word as it stands in the text
    piece, first, last = arrays.answers_of(0)[0]
    tokens = arrays.vocabulary[arrays.pieces[piece][first : last + 1]]
    assert tokens.tolist() == [one for ids in answer for one in ids]


def test_a_text_is_held_out_with_all_of_its_questions(arrays: Arrays) -> None:
    first = arrays.first_answers()[:, 0]
    of_text = np.where(first >= 0, first, [own[0] if len(own) else 0 for own in arrays.own])
    assert (arrays.held_out == arrays.held_out_pieces[of_text]).all()
    assert 0 < arrays.held_out.sum() < len(arrays) / 2


def test_two_copies_of_a_text_are_held_out_together(tmp_path: Path) -> None:
    folders = [write_folder(tmp_path / name) for name in ("one", "two")]
    for name in ("documents.jsonl", "questions.jsonl"):
        path = folders[1] / name
        path.write_text(path.read_text().replace('"xa-', '"ban-sao-xa-'))
    arrays = prepare(read_material(folders, written=None), tokenise).arrays
    held = arrays.held_out_pieces[: arrays.real]
    assert arrays.real == 2 * COMMUNES
    assert (held[:COMMUNES] == held[COMMUNES:]).all()
    assert held.any()


@pytest.mark.parametrize("random_negatives", [False, True])
def test_held_out_texts_never_occur_in_training(arrays: Arrays, random_negatives: bool) -> None:
    draw = Draw(groups=6, candidates=4, random_negatives=random_negatives)
    sampler = Sampler(arrays, draw)
    for number, share in enumerate(SHARES):
        for batch in sampler.block(number, share):
            assert not arrays.held_out[batch.questions].any()
            assert not arrays.held_out_pieces[batch.pieces].any()


def test_a_block_depends_on_its_number_alone(arrays: Arrays) -> None:
    blocks = [Sampler(arrays, Draw(groups=6)).block(3, 0.5) for _ in range(2)]
    for one, other in zip(*blocks, strict=True):
        assert (one.pieces == other.pieces).all()
        assert (one.variants == other.variants).all()


def test_the_first_piece_answers_and_no_other_does(arrays: Arrays) -> None:
    sampler = Sampler(arrays, Draw(groups=6, candidates=4))
    for batch in sampler.block(0, 1.0):
        for question, pieces, labels in zip(
            batch.questions,
            batch.pieces.reshape(-1, 4),
            batch.labels.reshape(-1, 4, 3),
            strict=True,
        ):
            answering = set(arrays.answers_of(int(question))[:, 0].tolist())
            assert [piece in answering for piece in pieces] == labels[:, 2].astype(bool).tolist()
            assert not labels[1:, 2].any()


def test_the_answers_words_are_in_no_negative_from_the_pool(arrays: Arrays) -> None:
    everywhere = np.tile(np.arange(arrays.real, dtype=np.int32), (len(arrays), 1))
    kept = cleaned(arrays, everywhere)
    piece, first, last = arrays.answers_of(1)[0]  # "đồng chí Trần Văn A", also of communes 26
    sought = arrays.pieces[piece][first : last + 1].tolist()
    for other in kept[1][kept[1] >= 0]:
        tokens = arrays.pieces[other].tolist()
        assert sought not in [tokens[at : at + len(sought)] for at in range(len(tokens))]


def test_a_source_left_out_is_never_drawn(arrays: Arrays) -> None:
    weights = weights_of(arrays, ("exch",))
    drawn = {arrays.sources[arrays.source[one]] for one in np.flatnonzero(weights)}
    assert drawn == {"own"}
    assert set(arrays.sources) == {"own", "exchanged"}


def test_too_little_to_learn_from_is_told(arrays: Arrays) -> None:
    with pytest.raises(RowsError, match="Không còn câu hỏi nào"):
        Sampler(arrays, Draw(without=("own", "exchanged")))
    with pytest.raises(RowsError, match="ít hơn --candidates 8"):
        Sampler(replace(arrays, real=3), Draw())
