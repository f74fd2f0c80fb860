from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.channels.telegram.formatting import MAX_ENTITIES, MAX_UNITS, render
from bot.channels.telegram.outgoing import entities_of, outgoing_parts
from bot.outbox.models import OutgoingMessage
from bot.turn import Button, Message, Quote, Span
from documents.shown import shown

STYLES = st.fixed_dictionaries(
    {"bold": st.booleans(), "italic": st.booleans(), "quote": st.sampled_from([None, *Quote])}
)
WORDS = st.text(st.sampled_from("ạ🇻a. \n😀b;1"), max_size=40)
SPANS = st.lists(
    st.builds(
        lambda word, times, style: Span(word * times, **style), WORDS, st.integers(1, 400), STYLES
    ),
    max_size=12,
).map(tuple)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def covered(part: OutgoingMessage, entity: MessageEntity) -> str:
    raw = part.text.encode("utf-16-le")
    return raw[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_offsets_count_utf16_units() -> None:
    (part,) = render((Span("😀 Tỷ lệ "), Span("77,78%", bold=True), Span(" đạt")))
    (entity,) = entities_of(part)
    assert part.text == "😀 Tỷ lệ 77,78% đạt"
    assert (entity.type, entity.offset, entity.length) == ("bold", 9, 6)
    assert covered(part, entity) == "77,78%"


def test_a_bold_phrase_inside_a_quote_is_nested_in_it() -> None:
    spans = (
        Span("Đạt ", quote=Quote.FOLDED),
        Span("70%", bold=True, quote=Quote.FOLDED),
        Span(" năm nay.", quote=Quote.FOLDED),
    )
    (part,) = render(spans)
    assert [(e.type, covered(part, e)) for e in entities_of(part)] == [
        ("expandable_blockquote", "Đạt 70% năm nay."),
        ("bold", "70%"),
    ]


def test_blank_text_gives_no_message() -> None:
    assert render((Span(" \n", bold=True), Span(""))) == ()


def test_a_long_text_is_split_at_sentence_ends() -> None:
    sentence = "Đồng chí A phát biểu ý kiến tại TP. Hà Nội về 1.251 đảng viên. "
    parts = render((Span(sentence * 200),))
    assert len(parts) > 1
    assert all(part.text.endswith("đảng viên.") for part in parts)
    assert without_blanks("".join(p.text for p in parts)) == without_blanks(sentence * 200)


def test_a_quote_that_fits_a_message_is_never_broken() -> None:
    before = "Một câu dẫn dài. " * 200
    quote = "Câu trích nguyên văn. " * 100
    parts = render((Span(before), Span("\n"), Span(quote, quote=Quote.OPEN), Span("\nNguồn: A")))
    (holding,) = [part for part in parts if part.entities]
    (entity,) = entities_of(holding)
    assert covered(holding, entity) == quote.strip()


def test_a_quote_longer_than_a_message_is_broken_between_sentences_and_stays_a_quote() -> None:
    quote = "Câu trích nguyên văn của văn bản. " * 300
    parts = render((Span(quote, quote=Quote.OPEN),))
    assert len(parts) == 3
    for part in parts:
        (entity,) = entities_of(part)
        assert covered(part, entity) == part.text
        assert part.text.endswith("văn bản.")


def test_a_word_longer_than_a_message_is_cut() -> None:
    assert [len(part.text) for part in render((Span("a" * 10_000),))] == [4096, 4096, 1808]


def test_more_entities_than_a_message_holds_go_to_the_next() -> None:
    spans = tuple(Span(f"số {n} ", bold=n % 2 == 0) for n in range(450))
    parts = render(spans)
    assert [len(part.entities) for part in parts] == [100, 100, 25]


def test_a_lone_surrogate_is_replaced() -> None:
    (part,) = render((Span("a\ud800b"),))
    assert part.text == "a\ufffdb"


def test_the_buttons_stand_under_the_last_of_several_messages() -> None:
    rows = ((Button("A", "p:1:1"), Button("B", "s:1:0")), (Button("C", "u:1"),))
    parts = list(outgoing_parts(Message((Span("Dòng dài. " * 900),), rows)))
    assert [part.rows for part in parts[:-1]] == [()] * (len(parts) - 1)
    assert parts[-1].rows == ((("A", "p:1:1"), ("B", "s:1:0")), (("C", "u:1"),))
    assert len(parts) > 1


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_every_message_is_within_the_limits_and_nothing_is_lost(spans: tuple[Span, ...]) -> None:
    parts = render(spans)
    for part in parts:
        assert 0 < units(part.text) <= MAX_UNITS
        assert part.text == part.text.strip()
        assert len(part.entities) <= MAX_ENTITIES
        for entity in entities_of(part):
            text = covered(part, entity)
            assert text == text.strip() != ""
            assert entity.offset + entity.length <= units(part.text)
        quotes = [e for e in entities_of(part) if "blockquote" in e.type]
        for entity in entities_of(part):
            first, last = entity.offset, entity.offset + entity.length
            for quote in quotes:
                inside = quote.offset <= first and last <= quote.offset + quote.length
                assert inside or last <= quote.offset or quote.offset + quote.length <= first
    said = shown("".join(span.text for span in spans))
    assert without_blanks("".join(part.text for part in parts)) == without_blanks(said)
