"""A committee's log for the tests of the review: a few questions answered, refused and disliked."""

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.conversation.reply_layout import answer_screen
from bot.query_log.log import Exchange, QueryLog
from retrieval.answer import Response
from retrieval.pipeline import Searcher
from retrieval.question.followup import Earlier
from scripts import review_queries
from tests.support.encoders import HashingEncoder
from tests.support.sample_library import DOCUMENTS, open_searcher

STRICTNESS = 0.6  # with the hashing encoder too, what is in the documents is answered, the rest not
ANSWERED = "Cuộc họp chuyên đề không quá bao nhiêu ngày?"
REFUSED = "Mức phụ cấp kiêm nhiệm của trưởng thôn bản?"
ALIKE = "muc phu cap kiem nhiem cua truong thon, ban"
PERSON, OTHER = "501", "502"


@dataclass
class Committee:
    """A data folder with a library and a log, and the command that reviews it."""

    data: Path
    searcher: Searcher
    log: QueryLog
    capture: pytest.CaptureFixture[str] | None = None

    def ask(self, question: str, user: str = PERSON) -> int:
        """Ask as the bot does, and return the id in the log."""
        return self._log(question, self.searcher.ask(question), user)

    def ask_after(self, first: str, question: str, user: str) -> int:
        """Ask a follow-up of a first question, and return its id in the log."""
        before = Earlier.of(self.searcher.ask(first))
        return self._log(question, self.searcher.ask(question, before), user)

    def _log(self, question: str, response: Response, user: str) -> int:
        shown = "".join(span.text for span in answer_screen(response))
        return self.log.record(
            Exchange(user, user, question, response, shown, response.elapsed_ms, "private")
        )

    def review(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command; return its exit code, output and errors."""
        assert self.capture is not None
        self.capture.readouterr()
        try:
            code = review_queries.main(
                ["--data", str(self.data), *arguments], encoder=HashingEncoder(256)
            )
        except SystemExit as end:
            code = int(str(end.code))
        return code, *self.capture.readouterr()


def open_committee(
    data: Path, capture: pytest.CaptureFixture[str] | None = None, mode: str = "pseudonymous"
) -> "closing[Committee]":
    searcher = replace(open_searcher(data, DOCUMENTS), strictness=STRICTNESS)
    return closing(_Closable(data, searcher, QueryLog(data, mode), capture))


class _Closable(Committee):
    def close(self) -> None:
        self.log.close()
        self.searcher.library.close()
