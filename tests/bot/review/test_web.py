"""The log in a browser: Datasette for reviewers, the report for a meeting, both in Chromium."""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from http.client import HTTPMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.errors import ReviewError
from bot.query_log.log import FILE, QueryLog
from bot.review import pdf, web
from bot.review.page import render
from bot.review.period import gather
from bot.review.reader import Reader
from bot.texts.review import LOOK_NOT_KEPT
from retrieval.answer import NoAnswer, Response
from tests.bot.query_log.test_retention import EXCHANGE
from tests.support.encoders import HashingEncoder
from tests.support.log_generator import fill

TELEGRAM_ID = 987654321
NOW = datetime.now(UTC)
WORD = "Chuyển sinh hoạt đảng tạm thời?"
SCRIPT = (
    "<img src=x onerror=\"document.title = 'chạy rồi'\"> <script>document.title = 'chạy'</script>"
)


def a_log(data: Path) -> None:
    with closing(QueryLog(data, "full")) as log:
        fill(log, 300, NOW, days=20)
        asked = log.record(replace(EXCHANGE, user_id=str(TELEGRAM_ID), question=WORD))
        log.rate(asked, -1)
        log.give_reason(asked, "Thiếu biểu mẫu")
        refused = Response(NoAnswer(SCRIPT, "nothing_found"), SCRIPT)
        same = replace(EXCHANGE, user_id=str(TELEGRAM_ID))
        for _ in range(20):  # so that it is among the first of the overview
            log.record(replace(same, question=SCRIPT, response=refused))
        log.record(replace(same, question="=HYPERLINK(1)"))


@dataclass
class Site:
    """A running Datasette: its address, and the cookie of who has logged in by the token."""

    data: Path
    port: int
    token: str
    cookie: str = field(default="")

    def get(self, path: str, cookie: str | None = None) -> tuple[int, str]:
        status, _, text = self.answer(path, cookie)
        return status, text

    def answer(self, path: str, cookie: str | None = None) -> tuple[int, HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(connection):
            given = self.cookie if cookie is None else cookie
            connection.request("GET", quote(path, "/?=&%-_.~"), headers={"Cookie": given})
            answer = connection.getresponse()
            if path == self.token:
                self.cookie = str(answer.headers["Set-Cookie"]).split(";")[0]
            return answer.status, answer.headers, answer.read().decode("utf-8")


@contextmanager
def served(data: Path, scratch: Path, log_in: bool = True) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = web.command(data, port, "thư ký", scratch / "metadata.json")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        token = ""
        for line in run.stdout:
            if found := re.search(r"/-/auth-token\?token=\w+", line):
                token = found[0]
            if "Uvicorn running" in line:
                break
        # What it says later is read, so that it never waits for a full pipe.
        threading.Thread(target=run.stdout.read, daemon=True).start()
        try:
            site = Site(data, port, token)
            if log_in:
                site.get(token, "")
            yield site
        finally:
            run.terminate()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("data")
    a_log(data)
    with served(data, tmp_path_factory.mktemp("scratch")) as running:
        yield running


def rows(site: Site, path: str) -> list[list[object]]:
    status, text = site.get(path)
    assert status == 200, text
    return list(json.loads(text)["rows"])


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/queries",
        "/queries/cau_hoi",
        "/queries/chua_tra_loi",
        "/-/tong-quan",
        "/-/databases.json",
    ],
)
def test_without_the_login_token_nothing_is_shown(site: Site, path: str) -> None:
    assert site.get(path, "")[0] == 403


def test_the_web_page_holds_the_log_and_no_other_file(site: Site) -> None:
    databases = {one["name"]: one["path"] for one in json.loads(site.get("/-/databases.json")[1])}
    assert databases == {"queries": str(site.data / FILE)}
    status, text = site.get("/queries?sql=ATTACH 'library.db' AS other")
    assert status == 400
    assert "Statement must be a SELECT" in text


def test_no_query_leads_from_a_pseudonym_to_a_person(site: Site) -> None:
    with closing(QueryLog(site.data)) as log:
        assert log.database.rows("SELECT user_id FROM people") == [(TELEGRAM_ID,)]
    assert rows(site, "/queries.json?sql=SELECT user_id, user FROM people") == [[None, None]]
    assert str(TELEGRAM_ID) not in site.get("/queries/people")[1]


def test_nothing_can_be_written_or_downloaded(site: Site) -> None:
    for statement in ("DELETE FROM questions", "UPDATE questions SET thumb = 1"):
        assert site.get(f"/queries?sql={statement}")[0] == 400
    assert site.get("/queries.db")[0] == 403


def test_canned_queries_return_the_rows_they_name(site: Site) -> None:
    with closing(QueryLog(site.data)) as log:
        asked = log.database.rows(
            "SELECT count(*) FROM questions WHERE status IN ('nearest', 'refused')"
        )[0][0]
        slowest = log.database.rows("SELECT max(ms) FROM questions")[0][0]
        cited = log.database.rows("SELECT count(*) FROM hits WHERE place IS NOT NULL")[0][0]
        found = log.database.rows(
            "SELECT count(*) FROM questions WHERE plain LIKE '%chuyen sinh hoat%'"
        )[0][0]
    unanswered = rows(site, "/queries/chua_tra_loi.json?tu_ngay=&den_ngay=")
    assert sum(int(str(row[0])) for row in unanswered) == asked
    tomorrow = (NOW + timedelta(days=2)).date().isoformat()
    assert rows(site, f"/queries/chua_tra_loi.json?tu_ngay={tomorrow}&den_ngay=") == []
    disliked = rows(site, "/queries/bi_khong_thich.json")
    assert disliked[0][2:4] == [WORD, "Thiếu biểu mẫu"]
    matching = rows(site, "/queries/tim_cau_hoi.json?chu=CHUYỂN sinh hoat")
    assert len(matching) == found > 1
    assert rows(site, "/queries/tim_cau_hoi.json?chu=") == []
    assert rows(site, "/queries/cham_nhat.json")[0][1] == slowest
    shown = rows(site, "/queries/van_ban_duoc_dan.json")
    assert sum(int(str(row[0])) for row in shown) == cited
    assert rows(site, "/queries/cho_giai_dap.json") == []


def test_what_is_looked_at_and_exported_is_written_down(site: Site) -> None:
    site.get("/queries/cau_hoi.csv?_size=max")
    site.get("/queries/cau_hoi")
    with closing(QueryLog(site.data)) as log:
        latest, export = Reader(log, "x").accesses(2)
    assert (latest.who, latest.action, latest.detail) == ("thư ký", "web", "/queries/cau_hoi")
    assert (export.who, export.action) == ("thư ký", "web export")
    assert export.detail == "/queries/cau_hoi.csv?_size=max"


def looks(site: Site, count: int) -> list[tuple[str, str]]:
    with closing(QueryLog(site.data)) as log:
        return [(one.action, one.detail) for one in Reader(log, "x").accesses(count)]


@pytest.mark.parametrize(
    ("path", "action", "detail"),
    [
        ("/~71ueries/cau_hoi.csv?_stream=1", "web export", "/queries/cau_hoi.csv?_stream=1"),
        ("/queries/cau~5Fhoi.json", "web export", "/queries/cau_hoi.json"),
        ("/queries/cau_hoi?note=.csv", "web", "/queries/cau_hoi?note=.csv"),
        ("/queries/tim_cau_hoi?chu=.json", "web", "/queries/tim_cau_hoi?chu=.json"),
        ("/", "web", "/"),
        ("/-/databases.json", "web export", "/-/databases.json"),
    ],
)
def test_a_look_is_written_down_however_its_address_is_written(
    site: Site, path: str, action: str, detail: str
) -> None:
    assert site.get(path)[0] == 200
    assert looks(site, 1) == [(action, detail)]


def test_the_overview_is_one_look_and_no_export(site: Site) -> None:
    site.get("/queries/cau_hoi")
    site.get("/-/tong-quan")
    site.get("/tracuu/web.css")
    site.get("/queries/cau_hoi", "")
    assert looks(site, 2) == [("web", "/-/tong-quan"), ("web", "/queries/cau_hoi")]


def test_an_address_that_the_log_would_cut_is_refused(site: Site) -> None:
    status, text = site.get(f"/queries?sql=SELECT 1 /* {'x' * 5000} */")
    assert (status, "Địa chỉ dài quá" in text) == (414, True)


@pytest.mark.parametrize(
    "path", ["/", "/queries/cau_hoi", "/queries/khong_co", "/-/tong-quan", "/queries?sql=x", "/x"]
)
def test_every_page_runs_no_script_and_asks_nobody_else(site: Site, path: str) -> None:
    for cookie in (None, ""):
        _, headers, text = site.answer(path, cookie)
        policy = str(headers["Content-Security-Policy"])
        assert policy.startswith("default-src 'none'; style-src 'self' 'unsafe-inline';")
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "<script" not in text


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    a_log(data)
    with served(data, scratch, log_in=False) as running:
        _, headers, _ = running.answer(running.token)
        (cookie,) = headers.get_all("Set-Cookie") or ()
        assert cookie.startswith("ds_actor=")
        assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        assert running.get("/queries")[0] == 200


def test_a_question_of_html_is_shown_as_it_was_typed(site: Site) -> None:
    shown = re.sub(r"<[^>]*>", "", site.get("/-/tong-quan")[1])
    assert SCRIPT in unescape(shown)
    assert "<img" not in site.get("/-/tong-quan")[1]


def test_a_csv_of_the_web_opens_in_excel_and_runs_nothing(site: Site) -> None:
    sql = "SELECT question, -1.5 AS n FROM questions WHERE question LIKE '=%25'"
    for end in ("", "&_stream=1", "&_dl=1"):
        status, headers, text = site.answer(f"/queries.csv?sql={sql}{end}")
        assert (status, headers.get_content_type()) == (200, "text/csv")
        assert text == "\ufeffquestion,n\r\n'=HYPERLINK(1),-1.5\r\n"


def test_a_look_that_cannot_be_written_down_is_refused(tmp_path: Path) -> None:
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    a_log(data)
    with served(data, scratch) as running, closing(QueryLog(data)) as log:
        with log.database.writing():
            for path in ("/queries/cau_hoi", "/~71ueries/cau_hoi.csv?_stream=1", "/-/tong-quan"):
                status, text = running.get(path)
                assert status == 503
                assert text == LOOK_NOT_KEPT
        assert running.get("/queries/cau_hoi")[0] == 200


def test_the_bot_logs_while_the_web_page_is_read(site: Site) -> None:
    with closing(QueryLog(site.data)) as log:
        for _ in range(5):
            question_id = log.record(EXCHANGE)
            assert rows(site, f"/queries/cau_hoi.json?Mã={question_id}")


# In a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    program = pdf.browser()
    if program is None:
        pytest.skip("no Chromium on this machine")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


SIZES = [pytest.param((390, 844), id="phone"), pytest.param((1280, 900), id="desk")]


class Watched:
    """A page whose errors and requests are kept."""

    def __init__(self, browser: object, size: tuple[int, int]) -> None:
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})  # type: ignore[attr-defined]
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _said(self, message: object) -> None:
        if message.type == "error":  # type: ignore[attr-defined]
            self.errors.append(message.text)  # type: ignore[attr-defined]

    def open(self, address: str) -> None:
        self.page.goto(address, wait_until="networkidle")

    def fits(self) -> bool:
        """Whether nothing sticks out to the right."""
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        wide, visible = self.page.evaluate(widths)
        return bool(wide <= visible)


@pytest.mark.parametrize("size", SIZES)
def test_datasette_loads_without_errors_and_from_this_machine_alone(
    chromium: object, site: Site, size: tuple[int, int]
) -> None:
    watched = Watched(chromium, size)
    base = f"http://127.0.0.1:{site.port}"
    name, _, value = site.cookie.partition("=")
    watched.page.context.add_cookies([{"name": name, "value": value.strip('"'), "url": base}])
    for path, text in (
        ("/queries", "Chưa trả lời được"),
        ("/queries/cau_hoi", WORD),
        ("/queries/bi_khong_thich", "Thiếu biểu mẫu"),
        ("/-/tong-quan", "Câu hỏi theo thời gian"),
    ):
        watched.open(base + path)
        assert text in watched.page.inner_text("body")
        assert watched.fits(), path
        assert "chạy" not in watched.page.title()
    assert SCRIPT in watched.page.inner_text("body")
    assert watched.page.locator(".content svg rect").count() > 20
    assert watched.page.locator(".content img").count() == 0
    assert watched.errors == []
    assert [one for one in watched.requests if not one.startswith((base, "data:"))] == []


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("report")
    a_log(data)
    with closing(QueryLog(data)) as log:
        until = date.fromisoformat(log.database.rows("SELECT max(day) FROM questions")[0][0])
        figures = gather(log, None, HashingEncoder(64), until - timedelta(days=29), until)
    target = data / "report.html"
    target.write_text(render(figures, NOW), "utf-8")
    return target


@pytest.mark.parametrize("size", SIZES)
def test_the_report_loads_without_errors_and_asks_for_nothing(
    chromium: object, page: Path, size: tuple[int, int]
) -> None:
    watched = Watched(chromium, size)
    watched.open(page.as_uri())
    assert "Báo cáo tra cứu văn bản" in watched.page.inner_text("h1")
    assert watched.page.locator("svg").count() == 3
    assert watched.fits()
    assert watched.errors == []
    assert [one for one in watched.requests if not one.startswith(("data:", page.as_uri()))] == []
    image = watched.page.screenshot()
    assert len(base64.b64encode(image)) > 10_000


@pytest.mark.skipif(pdf.browser() is None, reason="no Chromium on this machine")
def test_the_report_is_printed_on_a4(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    pdf.print_pdf(page, target)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox ?\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", content)


def test_without_chromium_the_remedy_is_named(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(ReviewError, match="apt install chromium"):
        pdf.print_pdf(page, tmp_path / "report.pdf")
