"""Writes the generated parts of both READMEs: ``python -m tests.readme``."""

import contextlib
import importlib
import io
import re
from pathlib import Path

from bot.config import SETTINGS

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
SCRIPTS = tuple(
    sorted(path.stem for path in (ROOT / "scripts").glob("*.py") if not path.stem.startswith("_"))
)


def settings_table(language: str) -> str:
    """Return the table of settings in a README's language."""
    head = {
        "en": ("Name", "Default", "Meaning"),
        "vi": ("Tên", "Mặc định", "Ý nghĩa"),
    }[language]
    rows = [
        (f"`{one.name}`", f"`{one.default}`" if one.default else "", meaning)
        for one in SETTINGS
        for meaning in [one.english if language == "en" else one.vietnamese]
    ]
    lines = [head, ("---", "---", "---"), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def help_text(script: str) -> str:
    """Return what ``--help`` prints, wrapped for 100 columns."""
    module = importlib.import_module(f"scripts.{script}")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        module.main(["--help"])
    return printed.getvalue().rstrip()


def commands_block() -> str:
    """Return the help of every command."""
    return "\n\n".join(f"```text\n{help_text(script)}\n```" for script in SCRIPTS)


def generated(text: str, language: str) -> str:
    """Return a README with its generated blocks as the code has them now."""
    blocks = {"settings": settings_table(language), "commands": commands_block()}
    for name, block in blocks.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)",
            lambda match, block=block: match[1] + block + "\n" + match[2],  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def language_of(path: Path) -> str:
    """Return the language a README is written in."""
    return "vi" if path.name.endswith(".vi.md") else "en"


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(generated(readme.read_text("utf-8"), language_of(readme)), "utf-8")
