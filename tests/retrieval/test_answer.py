import pytest

from retrieval.answer import around

LIST = (
    "Điều 9. Miễn sinh hoạt\nĐảng viên được miễn sinh hoạt đảng trong các trường hợp sau:\n"
    "a) Tuổi cao, sức yếu;\nb) Bị bệnh nặng;\nc) Do yêu cầu công tác, phải đi xa. Có xác nhận."
)


def shown(text: str, quote: str) -> str:
    start = text.index(quote)
    before, behind = around(text, (start, start + len(quote)))
    return f"{before}{quote}{behind}"


def test_a_lettered_item_is_quoted_with_the_head_of_its_list() -> None:
    head = "Đảng viên được miễn sinh hoạt đảng trong các trường hợp sau:"
    assert shown(LIST, "a) Tuổi cao, sức yếu;") == f"{head}\na) Tuổi cao, sức yếu;"
    assert shown(LIST, "b) Bị bệnh nặng;") == f"{head}\n…\nb) Bị bệnh nặng;"


@pytest.mark.parametrize(
    ("quote", "whole"),
    [
        ("phải đi xa.", "… phải đi xa."),
        ("c) Do yêu cầu công tác,", None),
        ("Có xác nhận.", "Có xác nhận."),
        ("Điều 9. Miễn sinh hoạt", "Điều 9. Miễn sinh hoạt"),
    ],
)
def test_a_cut_sentence_is_marked_where_it_is_cut(quote: str, whole: str | None) -> None:
    text = shown(LIST, quote)
    if whole is None:
        assert text.endswith(f"{quote} …")
    else:
        assert text == whole


def test_a_passage_in_full_has_no_marks() -> None:
    assert around(LIST, (0, len(LIST))) == ("", "")
