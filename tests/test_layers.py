"""The direction of imports, the size of folders and the one home of each outside library."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("documents", "index", "retrieval", "bot", "scripts")
HOMES = {
    "httpx": {"retrieval/generation/openai_endpoint.py", "bot/channels/telegram/delivery.py"},
    "faiss": {"index/legs/vector_file.py", "scripts/_bench/peers.py"},
    "bm25s": {"scripts/_bench/peers.py"},
    "txtai": {"scripts/_bench/peers.py"},
    "psycopg": {"index/postgres/connection.py"},
    "psycopg_pool": {"index/postgres/connection.py"},
    "pgvector": {"index/postgres/connection.py"},
    "nom": {"scripts/_bench/peers.py"},
    "tantivy": {"index/legs/sparse.py"},
    "sentence_transformers": {
        "index/encoders/sentence_transformers_encoder.py",
        "scripts/_bench/peers.py",
    },
    "torch": {
        "index/encoders/sentence_transformers_encoder.py",
        "scripts/_reader/checkpoints.py",
        "scripts/_reader/dense.py",
        "scripts/_reader/figures.py",
        "scripts/_reader/losses.py",
        "scripts/_reader/network.py",
        "scripts/_reader/training.py",
    },
    "transformers": {"index/encoders/sentence_transformers_encoder.py"},
    "sklearn": {"retrieval/evaluation/fitting.py"},
    "onnxruntime": {"index/encoders/onnx_encoder.py", "retrieval/cross_encoder/model.py"},
    "onnx": {"index/encoders/bundled/onnx_graph.py", "index/encoders/bundled/reader_graph.py"},
    "tokenizers": {"index/encoders/bundled/weights.py"},
    "kitoken": {
        "index/encoders/bundled/onnx_export.py",
        "index/encoders/onnx_encoder.py",
        "retrieval/cross_encoder/model.py",
    },
    "safetensors": {"index/encoders/bundled/unpack.py"},
    "telegram": {
        "bot/channels/telegram/app.py",
        "bot/channels/telegram/delivery.py",
        "bot/channels/telegram/formatting.py",
        "bot/channels/telegram/handlers.py",
        "bot/channels/telegram/inline.py",
        "bot/channels/telegram/menus.py",
        "bot/channels/telegram/outgoing.py",
        "bot/channels/telegram/polling.py",
        "bot/channels/telegram/requests.py",
        "bot/channels/telegram/uploads.py",
        "bot/channels/telegram/worker.py",
    },
    "tornado": {"bot/channels/telegram/webhook.py"},
    "prometheus_client": {"bot/outbox/metrics.py"},
    "PIL": {"bot/conversation/chart.py"},
    "sqlite_utils": {"documents/store/database.py", "bot/query_log/log.py", "bot/access.py"},
    "pypdfium2": {"documents/formats/pdf/document.py", "documents/formats/pdf/page.py"},
    "docx": {"documents/formats/docx_file.py"},
    "trafilatura": {"documents/formats/web_page.py"},
    "viparse": {"documents/vietnamese/legacy_fonts.py"},
    "scipy": {"scripts/_reader/negatives.py"},
    "jinja2": {"bot/review/page.py", "bot/desk/layout.py"},
    "starlette": {"bot/desk/site.py"},
    "uvicorn": {"bot/desk/serving.py"},
    "cryptography": {"documents/store/backup_cipher.py"},
    "datasette": {"bot/review/web_plugins/web_guard.py"},
    "openpyxl": {"documents/formats/spreadsheet.py"},
    "olefile": {
        "documents/formats/stamps/word_binary.py",  # every stream, not the text's alone
        "documents/formats/word97/container.py",
    },
    "xlrd": {"documents/formats/spreadsheet.py"},
}
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
FOLDERS = sorted({path.parent for path in FILES})
TEXTS = ROOT / "bot" / "texts"
SAID_ELSEWHERE = {  # how many Vietnamese literals of the bot outside bot/texts, and why
    "bot/conversation/suggestions.py": 1,  # a pattern of what is asked
    "bot/query_log/schema.py": 4,  # views of the log, in steps that have been released
}
VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
MOST_MODULES = 18  # a folder: what one can look over at once
KNOWN_CYCLES: dict[str, set[frozenset[str]]] = {}  # none may be added


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_only_downwards(path: Path) -> None:
    layer = LAYERS.index(path.relative_to(ROOT).parts[0])
    above = set(LAYERS[layer + 1 :])
    assert not above & {name.split(".")[0] for name in imported(path)}


def parts_of(folder: Path) -> dict[str, set[str]]:
    """Return the modules and folders right below a folder, and which of these each imports."""
    package = ".".join(folder.relative_to(ROOT).parts) + "."
    parts: dict[str, set[str]] = defaultdict(set)
    for name, path in MODULES.items():
        if name.startswith(package):
            part = name.removeprefix(package).split(".")[0]
            used = {
                one.removeprefix(package).split(".")[0]
                for one in imported_modules(path)
                if one.startswith(package)
            }
            parts[part] |= used - {part}
    return parts


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the project's modules that a file imports, whole or names of them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def cycles(parts: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return the sets of parts that import one another, directly or by way of others."""

    def reached(part: str) -> set[str]:
        found: set[str] = set()
        waiting = [part]
        while waiting:
            new = parts.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    all_reached = {part: reached(part) for part in parts}
    return {
        frozenset(other for other in within if part in all_reached.get(other, ()))
        for part, within in all_reached.items()
        if part in within
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_folder_can_be_looked_over_at_once(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_parts_of_a_folder_import_one_another_in_one_direction(folder: Path) -> None:
    known = KNOWN_CYCLES.get(folder.relative_to(ROOT).as_posix(), set())
    assert cycles(parts_of(folder)) == known


@pytest.mark.parametrize("library", HOMES)
def test_each_outside_library_has_one_home(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if library in {name.split(".")[0] for name in imported(path)}
    }
    assert users <= HOMES[library]


def test_what_is_said_is_decided_without_a_telegram_type() -> None:
    """The conversation and all that it imports, so that another channel is one module more."""
    lines = (
        "import sys, bot.conversation.router, bot.channels.terminal; "
        "print('telegram' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_bot_awaits(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] == "bot":
        pytest.skip("the bot is the one place for async code")
    nodes = ast.walk(ast.parse(path.read_text()))
    assert not [node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef)]


def said(path: Path) -> Iterator[str]:
    """Yield the literals of a file, f-strings whole, that are two or more Vietnamese words."""
    tree = ast.parse(path.read_text())
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts: set[int] = set()
    for node in ast.walk(tree):  # a parent before its children
        if isinstance(node, ast.JoinedStr):
            inner = [one for one in ast.walk(node) if isinstance(one, ast.Constant)]
            parts.update(map(id, inner))
            text = " ".join(str(one.value) for one in inner)
        elif isinstance(node, ast.Constant) and id(node) not in notes | parts:
            text = node.value if isinstance(node.value, str) else ""
        else:
            continue
        if VIETNAMESE.search(text.casefold()) and len(re.findall(r"\w+", text)) > 1:
            yield text


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.is_relative_to(ROOT / "bot") and path.parent != TEXTS],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_bot_speaks_vietnamese_only_out_of_its_texts(path: Path) -> None:
    found = list(said(path))
    assert len(found) == SAID_ELSEWHERE.get(path.relative_to(ROOT).as_posix(), 0), found


@pytest.mark.parametrize("layer", ["bot"])
def test_a_layer_draws_its_exceptions_in_one_tree(layer: str) -> None:
    drawn = {
        node.name: path.relative_to(ROOT / layer).as_posix()
        for path in FILES
        if path.is_relative_to(ROOT / layer)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    }
    assert drawn
    assert set(drawn.values()) == {"errors.py"}
