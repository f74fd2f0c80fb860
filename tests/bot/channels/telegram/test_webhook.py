"""The webhook, the health check and the metrics, over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.errors import UnreachableError
from tests.support.running_bot import CADRE, QUESTION, Office
from tests.support.scripted_bot import AGE, Desk
from tests.telegram_server.server import BotApiServer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
async def office(
    tmp_path: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0)
    port, metrics = free_port(), free_port()
    office = Office(tmp_path, server, Desk())
    office.set(
        webhook_url=f"http://127.0.0.1:{port}/tele",
        listen=("127.0.0.1", port),
        metrics_port=metrics,
    )
    await office.open()
    async with asyncio.timeout(10):
        while not server.world.updates.webhook_url:
            await asyncio.sleep(0.01)
    yield office
    await office.close()
    assert server.rejected == []


async def test_updates_come_by_webhook_and_are_answered(
    office: Office, server: BotApiServer
) -> None:
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)
    assert server.calls_to("getUpdates") == ()
    assert set(server.webhook_statuses) == {200}


@pytest.mark.parametrize("secret", [None, "", "falsch", "đúng"])
async def test_who_does_not_know_the_secret_is_turned_away(
    office: Office, server: BotApiServer, secret: str | None
) -> None:
    given = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            office.config.webhook_url or "", json={"update_id": 5}, headers=given
        )
    assert answer.status_code == 403
    await office.idle()
    assert server.sent == []


async def test_what_is_no_json_is_refused_and_a_strange_update_is_passed_over(
    office: Office, server: BotApiServer
) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": office.service._http.secret}
    async with httpx.AsyncClient(headers=headers) as client:
        url = office.config.webhook_url or ""
        assert (await client.post(url, content=b"{")).status_code == 400
        assert (await client.post(url, json=[1, 2])).status_code == 200
        assert (await client.post(url, json={"update_id": 9, "message": 5})).status_code == 200
    assert (await server.ask(CADRE, QUESTION)).text.startswith(AGE)


async def test_an_update_delivered_twice_is_answered_once(
    office: Office, server: BotApiServer
) -> None:
    typed = await server.send_text(CADRE, CADRE, QUESTION)
    await server.wait_for(1)
    headers = {"X-Telegram-Bot-Api-Secret-Token": office.service._http.secret}
    update = {"update_id": 700_001, "message": server.world.wire(typed)}
    async with httpx.AsyncClient(headers=headers) as client:
        again = await client.post(office.config.webhook_url or "", json=update)
    await office.idle()
    assert (again.status_code, len(server.sent)) == (200, 1)


async def test_a_port_that_is_taken_and_a_webhook_that_is_refused_are_one_line_each(
    tmp_path: Path, server: BotApiServer
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        office = Office(tmp_path, server, Desk())
        office.set(metrics_port=taken.getsockname()[1])
        await office.open()
        with pytest.raises(UnreachableError, match="Không mở được cổng"):
            await office.close()
    office = Office(tmp_path, server, Desk())
    office.set(webhook_url="https://dia-chi/tele", listen=("127.0.0.1", free_port()))
    server.fail_next("setWebhook", status=429, retry_after=1)
    server.fail_next("setWebhook", status=400, description="Bad Request: bad webhook")
    await office.open()
    async with asyncio.timeout(10):
        while len(server.calls_to("setWebhook")) < 2:
            await asyncio.sleep(0.05)
    with pytest.raises(UnreachableError, match="TRACUU_WEBHOOK_URL"):
        await office.close()


async def test_health_and_metrics_answer_and_name_nobody(
    office: Office, server: BotApiServer
) -> None:
    await server.ask(CADRE, QUESTION)
    await office.idle()
    host, port = office.config.listen
    metrics = f"http://127.0.0.1:{office.config.metrics_port}"
    async with httpx.AsyncClient() as client:
        for base in (f"http://{host}:{port}", metrics):
            health = await client.get(f"{base}/health")
            assert (health.status_code, health.text) == (200, "ok\n")
        text = (await client.get(f"{metrics}/metrics")).text
        assert (await client.get(f"http://{host}:{port}/metrics")).status_code == 404
    assert 'tracuu_updates_total{kind="message"} 1.0' in text
    assert 'tracuu_sent_total{action="message"} 1.0' in text
    assert "tracuu_waiting_updates 0.0" in text
    assert "tracuu_update_seconds_count 1.0" in text
    assert str(CADRE) not in text
    assert office.config.token not in text
