"""A library goes over to another model beside the live index; a running searcher follows."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from documents.store.encoder_models import Model
from documents.store.library import Library
from index.encoders import load as encoders
from index.encoders.switching import FollowingEncoder
from index.errors import EncoderError
from index.snapshot.snapshot import Snapshot
from retrieval import pipeline
from retrieval.answer import Answer
from retrieval.pipeline import Searcher
from scripts import add_documents, doctor, rebuild
from tests.support.builders import long_articles, make_document, resolution_text
from tests.support.commands import one_line
from tests.support.encoders import DirectReader, HashingEncoder
from tests.support.sample_library import DIRECTIVE, DOCUMENTS, shelve

Run = Callable[..., tuple[int, str, str]]
QUESTION = "hồ sơ được xử lý trên môi trường mạng"


class Shop:
    """The models that can be loaded, by their setting."""

    def __init__(self) -> None:
        self.models: dict[str | None, HashingEncoder] = {
            None: HashingEncoder(256),
            "khác": HashingEncoder(128, name="other"),
        }
        self.loaded: list[str | None] = []

    def load(self, setting: str | None, _data: Path) -> HashingEncoder:
        self.loaded.append(setting)
        if setting not in self.models:
            raise EncoderError(f"{setting}: không nạp được mô hình.")
        return self.models[setting]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = Shop()
    monkeypatch.setattr(encoders, "load_encoder", made.load)
    return made


@pytest.fixture
def run(shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over a library of one resolution."""

    def command(module: Any, *arguments: str) -> tuple[int, str, str]:
        code = module.main([*arguments, "--data", str(tmp_path / "data")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    path = tmp_path / "nq.txt"
    path.write_text(resolution_text(), "utf-8")
    add_documents.main([str(path), "--data", str(tmp_path / "data")], reader=DirectReader())
    capsys.readouterr()
    return command


def in_use(data: Path) -> Model | None:
    with Library(data / "library.db") as library:
        return library.models.in_use


def folders(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "index").glob("generation-*"))


def test_the_first_model_of_a_library_is_its_own(run: Run, tmp_path: Path) -> None:
    assert in_use(tmp_path / "data") == Model("", "hashing-256", 256)
    assert json.loads(run(rebuild, "--json")[1])["switched"] is False
    assert in_use(tmp_path / "data") == Model("", "hashing-256", 256)


def test_a_library_goes_over_and_the_commands_follow(
    run: Run, shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    code, out, err = run(rebuild, "--model", "khác", "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said == {"passages": said["passages"], "encoded": said["passages"]} | {
        "model": "other-128",
        "switched": True,
    }
    assert in_use(data) == Model("khác", "other-128", 128)
    second = tmp_path / "nq2.txt"
    second.write_text(resolution_text("04-NQ/TU"), "utf-8")
    before = len(shop.models["khác"].encoded)
    assert add_documents.main([str(second), "--data", str(data)], reader=DirectReader()) == 0
    assert len(shop.models["khác"].encoded) > before
    assert run(doctor)[0] == 0
    assert len(folders(data)) == 1
    back = json.loads(run(rebuild, "--model", "bundled", "--json")[1])
    assert (back["model"], back["switched"]) == ("hashing-256", True)
    assert 0 < back["encoded"] < back["passages"]
    assert run(doctor)[0] == 0


def test_a_setting_that_contradicts_the_switch_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACUU_MODEL", "khác")
    assert run(rebuild)[0] == 0
    code, out, _err = run(rebuild, "--model", "bundled")
    assert code == 0
    assert "TRACUU_MODEL" in out.splitlines()[-1]


def test_a_model_that_cannot_be_loaded_is_one_line_and_changes_nothing(
    run: Run, tmp_path: Path
) -> None:
    before = folders(tmp_path / "data")
    code, out, err = run(rebuild, "--model", "không có")
    assert (code, out) == (1, "")
    assert "không có" in one_line(err)
    assert folders(tmp_path / "data") == before


def test_an_index_is_built_anew_when_asked_even_if_it_is_of_this_generation(
    run: Run, tmp_path: Path
) -> None:
    (file,) = (tmp_path / "data" / "index").glob("*/dense.faiss")
    inode = file.stat().st_ino
    assert run(rebuild)[0] == 0
    (file,) = (tmp_path / "data" / "index").glob("*/dense.faiss")
    assert file.stat().st_ino != inode


class Interrupted(HashingEncoder):
    """Gives out after one batch."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[Any]:
        if self.encoded:
            raise KeyboardInterrupt
        return super().encode_passages(texts)


def test_an_interrupted_switch_leaves_the_old_model_and_goes_on_where_it_stopped(
    run: Run, shop: Shop, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    path = tmp_path / "dai.txt"
    path.write_text(resolution_text("09-NQ/TU", articles=long_articles(100)), "utf-8")
    add_documents.main([str(path), "--data", str(data)], reader=DirectReader())
    run(doctor)
    before = folders(data)
    failing = shop.models["khác"] = Interrupted(128, name="other")
    assert run(rebuild, "--model", "khác")[0] == 130
    assert failing.encoded
    assert folders(data) == before
    assert in_use(data) == Model("", "hashing-256", 256)
    assert run(doctor)[0] == 0
    again = shop.models["khác"] = HashingEncoder(128, name="other")
    said = json.loads(run(rebuild, "--model", "khác", "--json")[1])
    assert not set(failing.encoded) & set(again.encoded)
    assert len(failing.encoded) + len(again.encoded) == said["passages"]


def test_the_live_index_stays_beside_that_of_another_model_until_the_switch(
    run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    other = HashingEncoder(128, name="other")
    with Library(data / "library.db") as library:
        texts = library.indexed_texts(library.passage_keys().tolist())
        library.store_vectors(other.fingerprint, texts, other.encode_passages(texts))
        Snapshot.open(data / "index", library, other.fingerprint, other.dimension)
        assert len(folders(data)) == 2
        old = Snapshot.open(data / "index", library, "hashing-256", 256)
        assert old.dense.dimension == 256
        assert len(folders(data)) == 2
        library.use_model(Model("khác", other.fingerprint, other.dimension))
        Snapshot.open(data / "index", library, other.fingerprint, other.dimension)
        assert len(folders(data)) == 1


@pytest.fixture
def searcher(shop: Shop, tmp_path: Path) -> Searcher:
    """A running searcher over the model that ships."""
    library = Library(tmp_path / "library.db")
    bundled = shop.models[None]
    shelve(library, bundled, DOCUMENTS)
    library.models.settle(Model("", bundled.fingerprint, bundled.dimension))
    encoder = FollowingEncoder(library, tmp_path, bundled, shop.load)
    return Searcher.open(tmp_path, library, encoder, strictness=0.0)


def switch(searcher: Searcher, shop: Shop, setting: str = "khác") -> None:
    """Do what rebuild does, in another process's place."""
    other = shop.models[setting]
    with Library(searcher.library.path) as library:
        texts = library.indexed_texts(library.passage_keys().tolist())
        library.store_vectors(other.fingerprint, texts, other.encode_passages(texts))
        library.use_model(Model(setting, other.fingerprint, other.dimension))


def test_a_running_searcher_goes_over_without_a_restart(searcher: Searcher, shop: Shop) -> None:
    first = searcher.ask("họp chuyên đề không quá")
    switch(searcher, shop)
    assert shop.loaded == []
    second = searcher.ask("họp chuyên đề không quá")
    assert shop.loaded == ["khác"]
    assert searcher.snapshot().dense.dimension == 128
    assert isinstance(first.reply, Answer)
    assert isinstance(second.reply, Answer)
    assert second.reply.citations[0].document_id == DIRECTIVE.document_id
    searcher.ask("họp chuyên đề không quá")
    assert shop.loaded == ["khác"]


def test_a_running_searcher_stays_with_the_old_model_where_the_new_cannot_be_loaded(
    searcher: Searcher, shop: Shop
) -> None:
    switch(searcher, shop)
    del shop.models["khác"]
    assert isinstance(searcher.ask("họp chuyên đề không quá").reply, Answer)
    assert searcher.snapshot().dense.dimension == 256


@pytest.mark.files  # a shared one is put in place when its readers have done, see test_shared
def test_a_question_in_hand_is_answered_from_the_state_it_began_with(
    searcher: Searcher, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile another thread follows a later state with another model."""
    begun = searcher.snapshot()
    judged = pipeline.named_in
    built: list[int] = []
    opening = Snapshot.open

    def slow(*arguments: Any) -> Any:
        monkeypatch.setattr(pipeline, "named_in", judged)
        switch(searcher, shop)
        with Library(searcher.library.path) as library:
            shelve(library, shop.models["khác"], [make_document("Trực lễ.", number="78-QĐ/TU")])
        thread = threading.Thread(target=lambda: searcher.ask("trực lễ"))
        thread.start()
        thread.join()
        return judged(*arguments)

    def counting(*arguments: Any, **options: Any) -> Snapshot:
        snapshot = opening(*arguments, **options)
        built.append(snapshot.generation)
        return snapshot

    monkeypatch.setattr(Snapshot, "open", counting)
    monkeypatch.setattr(pipeline, "named_in", slow)
    response = searcher.ask("họp chuyên đề không quá")
    assert isinstance(response.reply, Answer)
    assert response.generation == begun.generation
    assert built == [searcher.library.generation]
