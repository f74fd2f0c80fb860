"""What people do with the bot; ``python -m tests.golden.scenarios`` rewrites the scenes.

Each scene is kept in ``tests/golden/scenes`` as it looked, and reviewed like code.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from unittest import mock

from tests.golden.scene import STAFF, Scene, a_scene
from tests.support.builders import make_document, resolution_text
from tests.support.running_bot import ADMIN, CADRE, GROUP
from tests.support.sample_library import REGULATION

GOLDEN = Path(__file__).parent / "scenes"
NEWCOMER = 777
DAYS = "Đi làm xa từ 03 tháng trở lên thì đảng viên phải làm thủ tục gì?"

Scenario = Callable[[Scene], Awaitable[None]]


async def a_newcomer_is_let_in_and_asks(scene: Scene) -> None:
    await scene.say(ADMIN, "/start")
    refusal = await scene.say(NEWCOMER, DAYS)
    card = await scene.press(refusal, "Xin quyền sử dụng", NEWCOMER)
    card = next(m for m in reversed(scene.server.sent) if m.chat_id == ADMIN)
    await scene.press(card, "Đồng ý", ADMIN)
    await scene.say(NEWCOMER, DAYS)


async def an_invitation_lets_one_person_in(scene: Scene) -> None:
    with mock.patch("bot.access.secrets.token_urlsafe", return_value="MA-THU-MOI"):
        await scene.say(ADMIN, "/thumoi canbo")
    await scene.say(NEWCOMER, "/start MA-THU-MOI")
    await scene.say(NEWCOMER, "/start")


async def a_question_without_diacritics(scene: Scene) -> None:
    await scene.say(CADRE, "dang vien di tu 3 thang tro len phai lam gi")


async def a_follow_up(scene: Scene) -> None:
    await scene.say(CADRE, "Mục tiêu tỷ lệ thôn trưởng là đảng viên?")
    await scene.say(CADRE, "Nguồn ở đâu?")
    await scene.say(CADRE, "/nguon")


async def sources_are_paged_across_a_restart(scene: Scene) -> None:
    reply = await scene.say(CADRE, DAYS)
    page = await scene.press(reply, "Nguồn khác", CADRE)
    scene.note("bot khởi động lại")
    await scene.office.restart()
    await scene.press(page, "Trang sau ›", CADRE)
    await scene.press(reply, "Xem đoạn đầy đủ", CADRE)


async def a_long_article_is_read_on(scene: Scene) -> None:
    articles = tuple(
        f"Khoản {n}. Chi bộ báo cáo kết quả lần thứ {n} với cấp ủy cấp trên trực tiếp. " * 40
        for n in range(1, 4)
    )
    text = "\n".join(f"Điều {n}. Nội dung thứ {n}\n{one}" for n, one in enumerate(articles, 1))
    document = make_document(
        text, number="77-HD/TU", kind="Hướng dẫn", title="Về chế độ báo cáo", issued_on=None
    )
    scene.shelve(document)
    listed = await scene.say(CADRE, "/vanban 77-HD/TU")
    card = await scene.press(listed, "1", CADRE)
    first = await scene.press(card, "Đọc từ đầu", CADRE)
    await scene.press(first, "Đoạn sau ›", CADRE)
    await scene.press(first, "Đoạn sau ›", CADRE)


async def what_the_documents_do_not_answer(scene: Scene) -> None:
    question = "Nghị quyết 99-NQ/TU năm 2019 quản lý đảng viên đi làm xa ra sao?"
    reply = await scene.say(CADRE, question)
    await scene.press(reply, "Hỏi lại, bỏ điều kiện năm", CADRE)


async def thumbs_down_with_a_reason(scene: Scene) -> None:
    reply = await scene.say(CADRE, DAYS)
    await scene.press(reply, "👎", CADRE)
    await scene.press(reply, "Thiếu ý", CADRE)
    await scene.press(reply, "👎 ✓", CADRE)
    await scene.say(ADMIN, "/help")
    await scene.press(reply, "Báo sai", CADRE)


async def staff_send_a_file_and_it_answers(scene: Scene) -> None:
    article = "Đến năm 2030 có 25 làng du lịch cộng đồng đạt chuẩn OCOP."
    text = resolution_text("08-NQ/TU", "về phát triển du lịch cộng đồng", (article,))
    await scene.say(CADRE, "Nghị quyết 08-NQ/TU nói gì?")
    await scene.send_file(STAFF, "08-NQ-TU.txt", text.encode())
    await scene.say(CADRE, "Đến năm 2030 có bao nhiêu làng du lịch cộng đồng đạt chuẩn OCOP?")
    await scene.send_file(CADRE, "cua-toi.txt", text.encode())
    changed = text.replace("25 làng", "30 làng")
    await scene.send_file(STAFF, "08-NQ-TU-sua.txt", changed.encode())
    await scene.press(scene.server.sent[-1], "Thay bản cũ", STAFF)


async def revoked_in_mid_conversation(scene: Scene) -> None:
    reply = await scene.say(CADRE, DAYS)
    await scene.say(ADMIN, f"/thuhoi {CADRE}")
    await scene.press(reply, "Xem đoạn đầy đủ", CADRE)
    await scene.say(CADRE, DAYS)


async def a_group_asks_by_mention(scene: Scene) -> None:
    await scene.say(CADRE, f"Mọi người xem giúp: {DAYS}", GROUP)
    await scene.say(CADRE, f"@tracuu_test_bot {DAYS}", GROUP)
    await scene.say(NEWCOMER, f"/hoi {DAYS}", GROUP)
    await scene.say(ADMIN, "/chophepnhom", GROUP)
    await scene.say(NEWCOMER, f"/hoi {DAYS}", GROUP)
    await scene.say(NEWCOMER, "/lichsu", GROUP)


async def a_colleague_is_talked_with(scene: Scene) -> None:
    for text in ("alo", "chào đồng chí", "ai ký?"):
        which = await scene.say(CADRE, text)
    await scene.press(which, "Quy định số 15-QĐ/TU – Về quản lý đảng viên đi làm việc…", CADRE)
    for text in ("camr own nhes", "👍", "bot ngu quá"):
        await scene.say(CADRE, text)


async def a_number_opens_a_card(scene: Scene) -> None:
    card = await scene.say(CADRE, "15")
    await scene.press(card, "Hỏi trong văn bản này", CADRE)
    await scene.say(CADRE, "Giấy mời họp gửi trước mấy ngày?")
    await scene.say(CADRE, "quy định 22 còn hiệu lực không? Thay thế văn bản nào?")
    await scene.say(CADRE, "trang 3")
    await scene.say(CADRE, "quy định 777")
    await scene.say(CADRE, "777")


async def a_paragraph_is_pasted(scene: Scene) -> None:
    paragraph = " ".join(REGULATION.text.split("\n")[1:3]).replace("2. ", "").replace("1. ", "")
    asked = await scene.say(CADRE, f"{paragraph} Đây là nội dung bài đăng trên báo tỉnh.")
    for label in ("Đoạn này ở văn bản nào?", "Văn bản đó còn hiệu lực không?"):
        await scene.press(asked, label, CADRE)


async def a_document_is_replaced_between_two_questions(scene: Scene) -> None:
    reply = await scene.say(CADRE, DAYS)
    newer = make_document(
        REGULATION.text.replace("từ 03 tháng trở lên", "từ 06 tháng trở lên"),
        number="41-QĐ/TU",
        kind="Quy định",
        issuer="Tỉnh ủy Sơn Lĩnh",
        title=REGULATION.title,
        issued_on=date(2026, 3, 2),
        replaces=("15-QĐ/TU",),
    )
    scene.shelve(newer)
    scene.note("Quy định số 41-QĐ/TU thay thế Quy định số 15-QĐ/TU")
    await scene.press(reply, "Xem đoạn đầy đủ", CADRE)
    await scene.say(CADRE, DAYS)


async def the_library_is_browsed(scene: Scene) -> None:
    listed = await scene.say(CADRE, "/vanban")
    await scene.press(listed, "Loại", CADRE)
    await scene.press(listed, "Quy định (2)", CADRE)
    await scene.press(listed, "1", CADRE)
    await scene.say(CADRE, "/vanban nghị quyết 1999")
    await scene.say(CADRE, "/moi")


async def a_person_looks_back_and_forgets(scene: Scene) -> None:
    await scene.say(CADRE, "/lichsu")
    await scene.say(CADRE, "/nguon")
    asked = await scene.say(CADRE, "/xoalichsu")
    await scene.press(asked, "Xóa", CADRE)


async def pictures_and_voices_are_answered_kindly(scene: Scene) -> None:
    await scene.send_file(CADRE, "anh.jpg", b"x", "photo")
    await scene.send_file(CADRE, "noi.ogg", b"x", "voice")
    await scene.send_file(STAFF, "anh.jpg", b"x", "photo")


async def an_administrator_looks_around(scene: Scene) -> None:
    await scene.say(CADRE, "Nghị quyết 99-NQ/TU nói gì?")
    await scene.say(STAFF, "/help")
    for text in ("/help", "/nguoidung", "/chuatraloi", "/gioihan 15-QĐ/TU chuyenvien"):
        await scene.say(ADMIN, text)
    await scene.say(CADRE, "/vanban quy định")
    composed = await scene.say(ADMIN, "/thongbao Chi bộ họp lúc 14 giờ ngày 05/3.")
    await scene.press(composed, "Gửi", ADMIN)
    await scene.hear("Thông báo đã gửi xong")
    await scene.say(ADMIN, "/thongke")


async def help_and_guide(scene: Scene) -> None:
    await scene.say(CADRE, "/start")
    await scene.say(CADRE, "/help")
    await scene.say(STAFF, "/huongdan")
    await scene.say(CADRE, "/khongco")


SCENARIOS: tuple[Scenario, ...] = (
    a_newcomer_is_let_in_and_asks,
    an_invitation_lets_one_person_in,
    a_question_without_diacritics,
    a_follow_up,
    sources_are_paged_across_a_restart,
    a_long_article_is_read_on,
    what_the_documents_do_not_answer,
    thumbs_down_with_a_reason,
    staff_send_a_file_and_it_answers,
    revoked_in_mid_conversation,
    a_group_asks_by_mention,
    a_colleague_is_talked_with,
    a_number_opens_a_card,
    a_paragraph_is_pasted,
    a_document_is_replaced_between_two_questions,
    the_library_is_browsed,
    a_person_looks_back_and_forgets,
    pictures_and_voices_are_answered_kindly,
    an_administrator_looks_around,
    help_and_guide,
)


def golden_file(scenario: Scenario) -> Path:
    """Return where a scene is kept."""
    return GOLDEN / f"{scenario.__name__}.txt"


async def play(scenario: Scenario, data: Path) -> Scene:
    """Play a scene to its end."""
    with mock.patch("bot.channels.telegram.delivery.SECONDS_A_MESSAGE", 0.0):
        async with a_scene(data) as scene:
            await scenario(scene)
            return scene


async def played(scenario: Scenario, data: Path) -> str:
    """Play a scene and return how it looked."""
    return (await play(scenario, data)).text()


def main() -> None:
    """Rewrite every scene."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            golden_file(scenario).write_text(
                asyncio.run(played(scenario, Path(folder))), encoding="utf-8"
            )


if __name__ == "__main__":
    main()
