"""Answer one question on the library, with its source."""

import argparse
import sys
from collections.abc import Sequence

from bot.channels.terminal import layout
from bot.config import read_config
from bot.conversation.reply_layout import answer_screen
from index.errors import SnapshotError
from retrieval.answer import Answer, Citation, Hit, Reply, Response
from scripts._cli.command import (
    OK,
    CommandError,
    LazyEncoder,
    Parser,
    existing_library,
    guarded,
    print_json,
    run,
    say,
    shared_index,
)

TOP_K = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Answer the question in the arguments."""
    parser = Parser("ask", "Trả lời một câu hỏi từ các văn bản trong thư viện, kèm nguồn.")
    parser.inputs.add_argument("question", metavar="CÂU_HỎI", help="câu hỏi, có dấu hoặc không dấu")
    parser.choices.add_argument(
        "--top-k", type=_count, default=TOP_K, metavar="N", help=f"số đoạn kèm theo ({TOP_K})"
    )
    arguments = parser.parse(argv)
    return guarded(lambda: _ask(arguments))


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10:
        raise argparse.ArgumentTypeError(f"“{text}” không phải số từ 1 đến 10")
    return int(text)


def _ask(arguments: argparse.Namespace) -> int:
    from retrieval.cross_encoder.load import open_reader  # here, for --help
    from retrieval.errors import AbbreviationError
    from retrieval.generation.openai_endpoint import Endpoint
    from retrieval.pipeline import Searcher

    config = read_config(arguments.data)
    with existing_library(config.data) as library:
        encoder = LazyEncoder(config.model, config.data)
        try:
            generator = Endpoint.of(
                config.llm_url, config.llm_model, config.llm_key, config.llm_timeout
            )
            with shared_index(config) as shared:
                searcher = Searcher.open(
                    config.data,
                    library,
                    encoder,
                    config.strictness,
                    generator,
                    shared,
                    open_reader(config.reader, config.data),
                )
                response = searcher.ask(arguments.question)
        except (SnapshotError, AbbreviationError) as error:
            raise CommandError(str(error)) from error
    if arguments.json:
        print_json(as_json(response, arguments.top_k))
        return OK
    print(layout(answer_screen(response), fancy=sys.stdout.isatty(), width=None))
    further = response.sources[1 : arguments.top_k]
    if further and isinstance(response.reply, Answer):
        print("\nNguồn khác:")
        for source in further:
            say(f"  {source.marker}. {_line(source)}")
    return OK


def _line(source: Citation) -> str:
    page = f", trang {source.page}" if source.page else ""
    return f"{source.number or source.title}; {source.locator or 'đoạn'}{page}"


def as_json(response: Response, top_k: int) -> dict[str, object]:
    """Return the JSON form of a response that the commands' contract fixes."""
    reply = response.reply
    is_answer = isinstance(reply, Answer)
    citations = reply.citations if isinstance(reply, Answer) else reply.nearest
    return {
        "status": "answered" if is_answer else "not_found",
        "certainty": _certainty(reply),
        "understood_as": response.understood_as,
        "answer": reply.text if isinstance(reply, Answer) else None,
        "derivation": reply.derivation if isinstance(reply, Answer) else None,
        "reason": None if isinstance(reply, Answer) else reply.reason,
        "confidence": round(reply.confidence, 4) if isinstance(reply, Answer) else None,
        "citations": [_citation(one) for one in citations],
        "passages": [
            _passage(hit, source)
            for hit, source in zip(response.hits[:top_k], response.sources, strict=False)
        ],
        "elapsed_ms": round(response.elapsed_ms, 1),
    }


def _certainty(reply: Reply) -> str | None:
    if not isinstance(reply, Answer):
        return None
    return "likely" if reply.is_likely else "sure"


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "document_id": citation.document_id,
        "title": citation.title,
        "number": citation.number,
        "kind": citation.kind,
        "issuer": citation.issuer,
        "issued_on": citation.issued_on.isoformat() if citation.issued_on else None,
        "locator": citation.locator,
        "page": citation.page,
        "quote": citation.quote,
        "replaced_by": citation.replaced_by,
    }


def _passage(hit: Hit, source: Citation) -> dict[str, object]:
    passage = hit.passage
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "title": source.title,
        "number": source.number,
        "locator": str(passage.locator),
        "page": passage.page,
        "score": round(hit.score, 4),
        "leg": hit.leg,
        "text": passage.text,
    }


if __name__ == "__main__":
    run(main)
