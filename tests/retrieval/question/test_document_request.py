import pytest

from retrieval.question.document_request import Wish, request_in


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("294", Wish.CARD),
        ("Quy định số 294-QĐ/TW", Wish.CARD),
        ("cho xem quy định 294", Wish.CARD),
        ("tải quy định 294", Wish.FILE),
        ("gửi cho tôi file quy định 294 nhé", Wish.FILE),
        ("trang 5 quy định 294", Wish.PAGE),
        ("quy định 294, trang 5", Wish.PAGE),
        ("Quy định 294 còn hiệu lực không?", Wish.IN_FORCE),
        ("quy dinh 294 con hieu luc ko", Wish.IN_FORCE),
        ("văn bản nào thay thế quy định 294?", Wish.REPLACED_BY),
        ("Quy định 294 đã bị thay thế chưa?", Wish.REPLACED_BY),
        ("quy định 294 thay thế văn bản nào?", Wish.REPLACES),
    ],
)
def test_what_is_wanted_of_a_numbered_document_is_read(typed: str, wish: Wish) -> None:
    request = request_in(typed)
    assert request is not None
    assert request.wish is wish
    assert request.number is not None
    assert request.number.sequence == 294
    assert request.page == (5 if wish is Wish.PAGE else None)


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("ai ký?", Wish.FACT),
        ("ban hành ngày nào", Wish.FACT),
        ("còn hiệu lực không?", Wish.IN_FORCE),
        ("Văn bản này còn hiệu lực không ạ?", Wish.IN_FORCE),
        ("thay thế văn bản nào?", Wish.REPLACES),
        ("tải về", Wish.FILE),
        ("trang 5", Wish.PAGE),
    ],
)
def test_what_is_wanted_without_a_name_is_of_what_was_spoken_of(typed: str, wish: Wish) -> None:
    request = request_in(typed)
    assert request is not None
    assert (request.wish, request.number) == (wish, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "quy định 294 nói gì về tuổi đời?",
        "Điều 5 quy định 294",
        "Ai ký quy định 294?",  # the reader of facts has an answer of its own
        "có 15 đảng viên thì lập chi bộ được không?",
        "quy định 294 khác quy định 232 thế nào?",
        "đảng viên bị kỷ luật có còn hiệu lực không?",
    ],
)
def test_what_asks_for_more_is_a_question(typed: str) -> None:
    assert request_in(typed) is None
