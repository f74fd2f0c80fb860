import pytest

from retrieval.question.talk import Talk, talk_in


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Cảm ơn đồng chí nhiều ạ!", Talk.THANKS),
        ("tuyệt vời", Talk.THANKS),
        ("chào đồng chí", Talk.GREETING),
        ("Good morning", Talk.GREETING),
        ("ok", Talk.ASSENT),
        ("Vâng ạ", Talk.ASSENT),
        ("bot ngu quá", Talk.COMPLAINT),
        ("Trả lời sai rồi", Talk.COMPLAINT),
        ("alo", Talk.PRESENCE),
        ("có ai ở đó không?", Talk.PRESENCE),
        ("bạn là ai?", Talk.WHO),
        ("tạm biệt", Talk.FAREWELL),
        ("xin lỗi, nhắn nhầm", Talk.SORRY),
        ("👍", Talk.SIGN),
        (":)", Talk.SIGN),
        ("?", Talk.SIGN),
    ],
)
def test_talk_is_told_by_its_kind(typed: str, kind: Talk) -> None:
    assert talk_in(typed) is kind


@pytest.mark.parametrize(
    "typed",
    [
        "cam on dong chi nhieu",
        "CẢM ƠN ĐỒNG CHÍ",
        "camr own ddoongf chis",  # Telex, the keyboard off
        "ca3m o7n d9o62ng chi1",  # VNI
        "cảm ơnnnn 🙏🙏",
    ],
)
def test_talk_is_told_however_it_is_typed(typed: str) -> None:
    assert talk_in(typed) is Talk.THANKS


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "294",
        "ai ký?",
        "được không?",
        "có gì mới?",
        "chuẩn y",
        "chi bộ",
        "thế còn năm 2019?",
        "còn hiệu lực không?",
        "đồng chí nào ký?",
        "Chào đồng chí, mấy đảng viên thì được lập chi bộ?",
        "Cảm ơn. Ai ký?",
        "thư cảm ơn gửi ai?",
        "Cán bộ sai phạm thì bị xử lý thế nào?",
    ],
)
def test_what_asks_something_is_no_talk(typed: str) -> None:
    assert talk_in(typed) is None
