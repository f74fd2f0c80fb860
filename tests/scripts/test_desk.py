"""The command that serves the desk: the real process, from its address to Ctrl+C."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx

from bot.query_log.log import QueryLog

COMMAND = (sys.executable, "-m", "scripts.desk")


def test_the_printed_address_logs_in_and_shows_the_log(tmp_path: Path) -> None:
    QueryLog(tmp_path).close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (*COMMAND, "--data", str(tmp_path), "--port", str(port))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/dang-nhap\?ma=([\w-]+)", run.stdout.readline())
        assert found
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/").status_code == 403
            client.post("/dang-nhap", data={"ma": found[1]})
            assert "Hôm nay" in client.get("/").text
        run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0
    with closing(QueryLog(tmp_path)) as log:
        actions = log.database.rows("SELECT action, detail FROM accesses ORDER BY id")
    assert actions == [("desk", f"cổng {port}"), ("desk", "/")]


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    QueryLog(tmp_path).close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = (*COMMAND, "--data", str(tmp_path), "--port", str(port))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"cổng {port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_log_the_command_says_what_to_do(tmp_path: Path) -> None:
    command = (*COMMAND, "--data", str(tmp_path / "trống"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "chưa có nhật ký" in done.stderr
    assert len(done.stderr.splitlines()) == 1
