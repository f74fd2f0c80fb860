"""How many files a reader opens who follows a question through the search, in order."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

import retrieval
from retrieval.pipeline import Searcher
from tests.support.sample_library import open_searcher

HOME = str(Path(retrieval.__file__).parent)
MOST_FILES = 15
MOST_RETURNS = 20
NAMED = 2  # files and steps more where a document is named: its number is looked up


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    opened = open_searcher(tmp_path_factory.mktemp("data"))
    yield opened
    opened.library.close()


def path_of(searcher: Searcher, question: str) -> list[str]:
    """Return the files of retrieval/ that functions are first called in, each stay there once."""
    searcher.ask(question)  # what is read once is no part of it
    called: dict[tuple[str, str], None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(HOME):
            called[frame.f_code.co_filename, frame.f_code.co_qualname] = None

    sys.setprofile(note)
    try:
        searcher.ask(question)
    finally:
        sys.setprofile(None)
    files = [file for file, _function in called]
    return [file for place, file in enumerate(files) if not place or files[place - 1] != file]


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("Mục tiêu tỷ lệ thôn trưởng là đảng viên là bao nhiêu?", 0),
        ("what was the target ratio of village heads who are party members", 0),
        ("Cuộc họp chuyên đề kéo dài bao lâu?", 0),
        ("Đảng viên đi xa phải làm gì?", 0),
        ("Ai ký Quy định 15-QĐ/TU?", 0),
        ("Điều 5 khoản 2 của quy định 15", NAMED),
        ("Nghị quyết 03-NQ/TU: có bao nhiêu thôn trưởng là đảng viên?", NAMED),
    ],
)
def test_question_is_followed_through_few_files_and_seldom_back(
    searcher: Searcher, question: str, more: int
) -> None:
    path = path_of(searcher, question)
    files = set(path)
    assert len(files) <= MOST_FILES + more
    assert len(path) - len(files) <= MOST_RETURNS + more
