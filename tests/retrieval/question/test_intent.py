import pytest

from retrieval.question.intent import AnswerType, Fact, Quantity, intent_of


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Tỷ lệ chi bộ có chi ủy là bao nhiêu?", AnswerType.PERCENTAGE),
        ("Đảng bộ nào có tỷ lệ chi bộ loại tốt thấp nhất?", AnswerType.WHO),
        ("Năm nào có tỷ lệ cao nhất?", AnswerType.WHEN),
        ("dang vien phai bao cao truoc may ngay", AnswerType.DURATION),
        ("Thời hạn kỷ luật là mấy tháng?", AnswerType.DURATION),
        ("Trường hợp nào phải kiểm điểm?", AnswerType.CONDITION),
        ("Chi bộ có bao nhiêu đảng viên?", AnswerType.COUNT),
        ("Chi bộ gốc là gì?", AnswerType.DEFINITION),
        ("Ai quyết định kết nạp đảng viên?", AnswerType.WHO),
        ("How many days does it take?", AnswerType.DURATION),
    ],
)
def test_kind_of_answer_is_told_from_the_question(question: str, answer: AnswerType) -> None:
    assert intent_of(question).answer is answer


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what was the target ratio of village heads who are party members", Quantity.TARGET),
        ("muc tieu ty le thon truong la dang vien", Quantity.TARGET),
        ("Chỉ tiêu kết nạp đảng viên mới là bao nhiêu?", Quantity.TARGET),
        ("Vượt mục tiêu bao nhiêu phần trăm?", Quantity.GAP),
        ("Tỷ lệ chi bộ loại tốt còn thấp hơn mục tiêu bao nhiêu?", Quantity.GAP),
        ("Trước khi ban hành Nghị quyết tỷ lệ là bao nhiêu?", Quantity.EARLIER),
        ("truoc nghi quyet 06 ty le chi bo co chi uy la bao nhieu", Quantity.EARLIER),
        ("Tỷ lệ tăng bao nhiêu so với năm 2016?", Quantity.CHANGE),
        ("Còn bao nhiêu thôn trưởng chưa là đảng viên?", Quantity.REMAINING),
        ("Tỷ lệ đạt bao nhiêu?", Quantity.LEVEL),
        ("What percentage of members use the handbook?", Quantity.LEVEL),
        ("Có bao nhiêu đảng viên?", Quantity.COUNT),
        ("How many village heads are party members?", Quantity.COUNT),
        ("Ai ký quyết định?", None),
        ("Hồ sơ gồm những gì?", None),
    ],
)
def test_question_asks_for_one_quantity(question: str, asked: Quantity | None) -> None:
    assert intent_of(question).quantity is asked


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("Ai ký Nghị quyết 06?", Fact.SIGNER),
        ("bao cao 318 do ai ky", Fact.SIGNER),
        ("Người ký công văn 1204 là ai?", Fact.SIGNER),
        ("Who signed Notice 867-TB/TU?", Fact.SIGNER),
        ("Nghị quyết 06 ký ngày nào?", Fact.ISSUED_ON),
        ("nq 06 ban hanh nam nao", Fact.ISSUED_ON),
        ("When was Resolution 06 issued?", Fact.ISSUED_ON),
        ("Cơ quan nào ban hành Hướng dẫn 05?", Fact.ISSUER),
        ("Quy định 15 do ai ban hành?", Fact.ISSUER),
        ("Công văn 1204 gửi cho ai?", Fact.RECEIVERS),
        ("Ai được kết nạp vào Đảng?", None),
        ("Đảng viên gửi báo cáo khi nào?", None),
        ("Kỷ luật đảng viên do ai quyết định?", None),
        ("Bao nhiêu đảng viên ký cam kết?", None),
    ],
)
def test_what_is_asked_of_a_document_is_told_from_what_is_asked_of_its_text(
    question: str, fact: Fact | None
) -> None:
    assert intent_of(question).fact is fact


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Chi bộ có bao nhiêu đảng viên?", ("dang", "vien")),
        ("Kết nạp từ bao nhiêu tuổi trở lên?", ("tuoi", "tro")),
        ("Tỷ lệ là bao nhiêu?", ()),
        ("bao nhiêu phần trăm chi bộ", ()),
    ],
)
def test_unit_is_what_follows_how_many(question: str, unit: tuple[str, ...]) -> None:
    assert intent_of(question).unit == unit


@pytest.mark.parametrize("question", ["Chi bộ gốc là gì?", "thế nào là chi bộ gốc"])
def test_thing_to_be_defined_is_named_without_the_words_that_ask(question: str) -> None:
    assert intent_of(question).defined == "chi bo goc"
    assert intent_of("Chi bộ gốc ở đâu?").defined == ""


def test_years_of_a_period_are_no_single_years() -> None:
    assert intent_of("kết nạp năm 2022").single_years == {"2022"}
    period = intent_of("kết nạp giai đoạn 2019-2024")
    assert (period.years, period.single_years) == ({"2019"}, frozenset())


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Tỷ lệ chi bộ có chi ủy là bao nhiêu?", ("percentage", "figure", "cell", "sentence")),
        ("Mục tiêu của Nghị quyết là gì?", ("definition", "figure", "sentence")),
        ("Ai quyết định kết nạp đảng viên?", ("who", "sentence")),
    ],
)
def test_readers_are_named_by_what_is_asked(question: str, asks: tuple[str, ...]) -> None:
    assert intent_of(question).asks == asks


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Đến nay tỷ lệ đạt bao nhiêu?", True),
        ("Tỷ lệ là bao nhiêu?", False),
        ("Ai chủ trì tổng kết?", False),  # neither a figure nor a day
    ],
)
def test_results_are_wanted_where_a_figure_of_what_was_done_is(question: str, wants: bool) -> None:
    assert intent_of(question).wants_results is wants
