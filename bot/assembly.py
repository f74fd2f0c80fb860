"""The search over a library and the way into it, opened together: both need the model."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.config import Config
from bot.conversation.answering import Ask
from bot.conversation.suggestions import Correct
from bot.conversation.uploads import Add
from bot.first_run import add_samples
from documents.store.encoder_models import Model
from documents.store.library import Library
from index.encoders.load import load_encoder
from index.encoders.switching import FollowingEncoder
from index.errors import EncoderError, SnapshotError
from index.ingest.read_ahead import add_when_read
from index.ingest.results import Options, Outcome
from index.postgres.open import open_shared
from retrieval.cross_encoder.load import open_reader
from retrieval.errors import AbbreviationError, ReaderError
from retrieval.generation.openai_endpoint import Endpoint
from retrieval.pipeline import Searcher

ENGINE_ERRORS = (EncoderError, SnapshotError, AbbreviationError, ReaderError)


@dataclass(frozen=True, slots=True)
class Engine:
    """What the conversation is given of the layers below; ``look`` is ``ask`` without a model."""

    ask: Ask
    look: Ask
    add: Add
    correct: Correct


def open_engine(
    config: Config, library: Library, on_samples: Callable[[], None], tell: Callable[[str], None]
) -> Engine:
    """Load the model and the index; an empty library gets the samples, telling what is refused.

    Raises one of ENGINE_ERRORS.
    """
    in_use = library.models.in_use
    model = config.model or (in_use.setting if in_use else None)
    encoder = FollowingEncoder(library, config.data, load_encoder(model or None, config.data))
    if not library.heads():
        on_samples()
        for refused in add_samples(config.data, library, encoder):
            tell(refused)
    generator = Endpoint.of(config.llm_url, config.llm_model, config.llm_key, config.llm_timeout)
    shared = open_shared(config.index)
    reader = open_reader(config.reader, config.data)
    searcher = Searcher.open(
        config.data, library, encoder, config.strictness, generator, shared, reader
    )
    library.models.settle(Model(model or "", encoder.fingerprint, encoder.dimension))

    def add(path: Path, replace: bool, hidden: frozenset[str]) -> tuple[Outcome, ...]:
        options = Options(replace=replace, hidden=hidden)
        outcomes = add_when_read(config.data, library, encoder, path, options)
        searcher.snapshot()  # whoever is told of the document can ask about it at once
        return outcomes

    return Engine(searcher.ask, searcher.by_words().ask, add, searcher.suggestion)
