"""The log in a browser on this machine: Datasette as it is, on queries.db and nothing else."""

import json
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from bot.query_log.log import FILE

METADATA = "web.json"
HOST = "127.0.0.1"
_LIMITS = {
    "sql_time_limit_ms": 5000,  # a listing of half a million questions takes a fifth of it
    "facet_time_limit_ms": 2000,
    "default_facet_size": 10,
    "suggest_facets": "off",  # it would read every full row
    "allow_facet": "on",
    "allow_download": "off",  # the file itself holds ids where the log is kept full
    "max_csv_mb": 0,
    "default_cache_ttl": 0,
    "truncate_cells_html": 300,
}


def command(data: Path, port: int, who: str, metadata: Path) -> list[str]:
    """Return the command that serves the log, after writing its metadata; who looks is ``who``."""
    folder = resources.files("bot.review")
    described = json.loads((folder / METADATA).read_text("utf-8"))
    described["plugins"] = {"tracuu": {"data": str(data.resolve()), "who": who}}
    metadata.write_text(json.dumps(described, ensure_ascii=False), "utf-8")
    limits = [part for name, value in _LIMITS.items() for part in ("--setting", name, str(value))]
    return [
        *(sys.executable, "-m", "datasette", "serve", str(data / FILE)),
        *("--host", HOST, "--port", str(port), "--root"),
        *("--static", f"tracuu:{folder / 'web_static'}", "--metadata", str(metadata)),
        *("--plugins-dir", str(folder / "web_plugins")),
        *("--template-dir", str(folder / "web_templates")),
        *limits,
    ]


def serve(data: Path, port: int, who: str) -> int:
    """Serve until Ctrl+C; Datasette prints the address with its login token."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = command(data, port, who, Path(folder) / "metadata.json")
        try:
            return subprocess.run(arguments, check=False).returncode
        except KeyboardInterrupt:
            return 0
