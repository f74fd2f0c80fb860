"""The bundled BERT as an ONNX graph: int8 matrices, 4-bit word embeddings; the home of onnx."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.encoders.bundled.int8 import divisors, loud_neuron, loud_place, round_rows
from index.encoders.bundled.weights import BLOCK, LAYER_NORM_EPSILON, Dimensions, WeightFile

INPUT = "input_ids"  # (1, tokens)
OUTPUT = "vectors"  # (1, hidden), of unit length

_OPSET = 18
_IR_VERSION = 9  # read by every onnxruntime since 1.17
_FUSED = "com.microsoft"  # onnxruntime's own operators


def write_graph(source: WeightFile, path: Path) -> None:
    """Write the graph to ``path`` and its tensors beside it, where they are mapped, not read.

    One text a run: int8 activations share one scale per run, so that a neighbour in a batch would
    change a vector, and nothing is padded, so that pooling needs no mask.
    """
    graph = _EncoderGraph(source)
    graph.embed()
    graph.encode()
    model = graph.finish()
    weights = path.with_suffix(".weights")
    onnx.save(model, path, save_as_external_data=True, location=weights.name, size_threshold=1024)
    weights.chmod(path.stat().st_mode)  # onnx makes it readable to its owner alone


class TensorSource(Protocol):
    """Where the tensors of a BERT of these dimensions come from, named as in the weight file."""

    @property
    def dimensions(self) -> Dimensions:
        """The sizes of the model."""
        ...

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor: a weight as a matrix (outputs, inputs), a bias as a vector."""
        ...


class BertGraph:
    """A graph under construction, over states of one text.

    ``_state`` names the hidden states (1, tokens, hidden); divided by ``_divisors``, place by
    place, they are what int8 matrices read.
    """

    def __init__(self, source: TensorSource) -> None:
        self._source = source
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._state = ""
        self._divisors = np.ones(source.dimensions.hidden, np.float32)
        outgoing = [source.tensor(f"l{layer}.fo.w") for layer in range(source.dimensions.layers)]
        self._loud_places = frozenset(
            loud_place(weights, neuron)
            for weights in outgoing
            if (neuron := loud_neuron(weights)) is not None
        )

    def encode(self) -> None:
        """Add all layers."""
        for layer in range(self._source.dimensions.layers):
            self.attend(f"l{layer}")
            self.feed_forward(f"l{layer}")

    def attend(self, layer: str) -> None:
        """Add one layer's self-attention."""
        weights, bias = self._parameters(*(f"{layer}.{part}" for part in "qkv"))
        joint = self._linear(self._even_state(), weights * self._divisors, bias)
        parts = [f"{layer}.{part}.rows" for part in "qkv"]
        self._nodes.append(
            helper.make_node("Split", [joint], parts, axis=-1, num_outputs=len(parts))
        )
        heads = self._source.dimensions.heads
        mixed = self._add("MultiHeadAttention", parts, _FUSED, num_heads=heads)
        self._add_to_state(self._linear(mixed, *self._parameters(f"{layer}.ao")), f"{layer}.aln")

    def feed_forward(self, layer: str) -> None:
        """Add one layer's two dense maps."""
        incoming, incoming_bias = self._parameters(f"{layer}.fi")
        outgoing, bias = self._parameters(f"{layer}.fo")
        quiet = np.arange(len(incoming)) != loud_neuron(outgoing)
        even = incoming[quiet] * self._divisors
        inner = self._gelu(self._linear(self._even_state(), even, incoming_bias[quiet]))
        change = self._linear(inner, outgoing[:, quiet], bias)
        if not quiet.all():
            loud = self._gelu(self._float(self._state, incoming[~quiet], incoming_bias[~quiet]))
            change = self._add("Add", [change, self._float(loud, outgoing[:, ~quiet])])
        self._add_to_state(change, f"{layer}.oln")

    def model(self, name: str, inputs: Sequence[Any], outputs: Sequence[Any]) -> onnx.ModelProto:
        """Return the model of what was added; inputs and outputs are onnx's value infos."""
        graph = helper.make_graph(self._nodes, name, inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _parameters(self, *names: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the joined weights (outputs, inputs) and biases of dense maps of one input."""
        weights = np.concatenate([self._source.tensor(f"{name}.w") for name in names])
        return weights, np.concatenate([self._source.tensor(f"{name}.b") for name in names])

    def _linear(self, inputs: str, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        rounded, scale = round_rows(weights)
        zero = np.zeros(len(scale), np.int8)
        constants = [self._constant(array) for array in (rounded.T, scale, zero, bias)]
        return self._add("DynamicQuantizeMatMul", [inputs, *constants], _FUSED)

    def _float(
        self, inputs: str, weights: NDArray[np.float32], bias: NDArray[np.float32] | None = None
    ) -> str:
        product = self._add("MatMul", [inputs, self._constant(weights.T)])
        return product if bias is None else self._add("Add", [product, self._constant(bias)])

    def _gelu(self, inputs: str) -> str:
        return self._add("FastGelu", [inputs], _FUSED)  # by tanh: 0.00001 of cosine, 2 % faster

    def _add_to_state(self, change: str, norm: str) -> None:
        self._state = self._add("Add", [change, self._state])
        self._normalise(norm)

    def _normalise(self, name: str) -> None:
        factors, offsets = (self._source.tensor(f"{name}.{part}") for part in "wb")
        inputs = [self._state, self._constant(factors), self._constant(offsets)]
        self._state = self._add("LayerNormalization", inputs, axis=-1, epsilon=LAYER_NORM_EPSILON)
        self._divisors = divisors(factors, offsets, self._loud_places)

    def _even_state(self) -> str:
        return self._add("Mul", [self._state, self._constant(1 / self._divisors)])

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, kind: str, inputs: Sequence[str], domain: str = "", **settings: Any) -> str:
        name = f"{kind}{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **settings))
        return name


class _EncoderGraph(BertGraph):
    """The whole encoder: from token ids to a vector of unit length."""

    def __init__(self, source: WeightFile) -> None:
        super().__init__(source)
        self._words_of = source

    def embed(self) -> None:
        """Sum the word, position and type embeddings of the tokens."""
        source = self._source
        tokens = self._add("Shape", [INPUT], start=1, end=2)
        # every text is of type 0
        places = self._constant(source.tensor("emb.pos") + source.tensor("emb.type")[0])
        zero = self._constant(np.zeros(1, np.int64))
        rows = self._add("Slice", [places, zero, tokens, zero])
        self._state = self._add("Add", [self._words(), rows])
        self._normalise("emb.ln")

    def finish(self) -> onnx.ModelProto:
        """Pool the mean over the tokens, give it unit length and return the model."""
        axis = self._constant(np.ones(1, np.int64))
        mean = self._add("ReduceMean", [self._state, axis], keepdims=0)
        length = self._add("ReduceL2", [mean, axis], keepdims=1)
        self._nodes.append(helper.make_node("Div", [mean, length], [OUTPUT]))
        hidden = self._source.dimensions.hidden
        return self.model(
            "multilingual-e5-small",
            [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, hidden])],
        )

    def _words(self) -> str:
        """Gather the words' 4-bit rows and expand those alone: 54 MB that are mapped, not 384."""
        sizes = self._words_of.dimensions
        blocks = sizes.hidden // BLOCK
        nibbles, scales = self._words_of.packed("emb.word")
        table = self._constant(nibbles.reshape(sizes.vocabulary, blocks, BLOCK // 2))
        rows = self._add("Gather", [table, INPUT])
        low = self._add("BitwiseAnd", [rows, self._constant(np.array(15, np.uint8))])
        four = self._constant(np.array(4, np.uint8))
        high = self._add("BitShift", [rows, four], direction="RIGHT")
        both = self._add("Concat", [low, high], axis=-1)
        whole = self._add("Cast", [both], to=TensorProto.FLOAT)
        centred = self._add("Sub", [whole, self._constant(np.array(8, np.float32))])
        factors = self._constant(scales.reshape(sizes.vocabulary, blocks, 1))
        scale = self._add("Cast", [self._add("Gather", [factors, INPUT])], to=TensorProto.FLOAT)
        shape = self._constant(np.array([0, 0, sizes.hidden], np.int64))
        return self._add("Reshape", [self._add("Mul", [centred, scale]), shape])
