import pytest

from retrieval.question.several import questions_in


@pytest.mark.parametrize(
    ("typed", "questions"),
    [
        ("Ai ký? Ban hành ngày nào?", ("Ai ký?", "Ban hành ngày nào?")),
        ("ai ký?\nban hành ngày nào", ("ai ký?", "ban hành ngày nào")),
        ("ai ky va ban hanh ngay nao?", ("ai ky?", "ban hanh ngay nao?")),
        (
            "Quy định 294 do ai ký, ban hành ngày nào?",
            ("Quy định 294 do ai ký?", "ban hành ngày nào?"),
        ),
        (
            "Tôi ở chi bộ thôn. Sinh hoạt chi bộ kéo dài bao lâu? Ai chủ trì?",
            ("Tôi ở chi bộ thôn. Sinh hoạt chi bộ kéo dài bao lâu?", "Ai chủ trì?"),
        ),
        ("Cảm ơn đồng chí. Ai ký?", ("Ai ký?",)),
    ],
)
def test_each_question_of_a_message_is_found(typed: str, questions: tuple[str, ...]) -> None:
    assert questions_in(typed) == questions


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "294",
        "Khi nào được miễn sinh hoạt đảng và ai quyết định việc đó?",
        "Một? Hai ai? Ba gì? Bốn nào? Năm sao?",
        "tuổi đời của người vào Đảng",
    ],
)
def test_what_asks_one_thing_or_too_many_stays_whole(typed: str) -> None:
    assert questions_in(typed) == (typed,)
