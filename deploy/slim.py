"""Print what ``make run SLIM=1`` installs: all that pyproject.toml lists but torch."""

import platform
import sys
import tomllib
from pathlib import Path

LEFT_OUT = ("sentence-transformers", "torch")  # with them go transformers, scikit-learn, sympy …


def main() -> None:
    """Print one requirement a line; end where the bundled model would need torch."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("SLIM=1 is for Linux on x86-64; here the bundled model needs torch: make run")
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    for requirement in tomllib.loads(text)["project"]["dependencies"]:
        if not requirement.startswith(LEFT_OUT):
            print(requirement)


if __name__ == "__main__":
    main()
