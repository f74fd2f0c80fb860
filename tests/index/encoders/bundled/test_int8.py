import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.encoders.bundled.int8 import divisors, loud_neuron, loud_place, round_rows
from index.encoders.bundled.weights import WeightFile, weights_path


def matrix(seed: int, inputs: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal((5, inputs)).astype(np.float32) ** 3


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_rounded_weights_times_their_scale_are_the_weights(seed: int, inputs: int) -> None:
    weights = matrix(seed, inputs)
    rounded, scale = round_rows(weights)
    assert (np.abs(rounded * scale[:, None] - weights) <= scale[:, None] * 0.501).all()


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_no_two_neighbours_leave_16_bits_at_any_activation(seed: int, inputs: int) -> None:
    rounded, _ = round_rows(matrix(seed, inputs))
    padded = np.pad(rounded.astype(np.int64), ((0, 0), (0, inputs % 2)))
    pairs = padded.reshape(len(padded), -1, 2)
    assert 255 * np.maximum(pairs, 0).sum(axis=2).max() <= 2**15 - 1
    assert 255 * np.minimum(pairs, 0).sum(axis=2).min() >= -(2**15)


def test_dividing_a_state_and_multiplying_the_weights_changes_no_product() -> None:
    weights, state = matrix(1, 6), matrix(2, 6)
    by = divisors(matrix(3, 6)[0], matrix(4, 6)[0], frozenset({2}))
    assert np.allclose((state / by) @ (weights * by).T, state @ weights.T, rtol=1e-4, atol=1e-5)


def test_loud_places_are_divided_and_none_is_made_louder() -> None:
    by = divisors(np.array([1, 1, 1, 8], np.float32), np.zeros(4, np.float32), frozenset({0}))
    assert by.tolist() == [3, 1, 1, 8]


def test_loud_neuron_is_the_one_that_writes_to_one_place_with_all_its_weight() -> None:
    outgoing = np.full((4, 6), 0.5, np.float32)
    assert loud_neuron(outgoing) is None
    outgoing[3, 2] = -4.9
    assert (loud_neuron(outgoing), loud_place(outgoing, 2)) == (2, 3)


def test_bundled_model_has_its_loud_neurons_in_the_first_nine_layers() -> None:
    path = weights_path()
    if path is None:
        pytest.skip("the bundled weights are not installed")
    source = WeightFile(path)
    outgoing = [source.tensor(f"l{layer}.fo.w") for layer in range(source.dimensions.layers)]
    loud = [loud_neuron(weights) for weights in outgoing]
    assert loud == [318, 1462, 354, 408, 778, 658, 1152, 413, 563, None, None, None]
    places = [loud_place(w, n) for w, n in zip(outgoing, loud, strict=True) if n is not None]
    assert places == [15] * 4 + [35] * 5
