"""CSV files: no cell runs, numbers stay numbers, and what was written is read back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.csv_file import MARK, GuardedStream, guarded, row_writer, unguarded

CELLS = st.text(st.sampled_from("=+-@\t\r\n'\"; ,a1.％ạ＝"), max_size=8)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-cmd|' /C calc'!A0"]
)
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(f"'{text}") == text


@pytest.mark.parametrize("value", ["-1", "-1,5", "+84", "-1.234.567", "-5%", "1e-5", -2, 0.5, None])
def test_a_number_stays_one(value: object) -> None:
    assert guarded(value) == value


@given(CELLS)
def test_what_was_guarded_is_read_back(text: str) -> None:
    if not text.startswith("'"):
        assert unguarded(str(guarded(text))) == text


@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=4), st.integers(1, 7))
def test_a_stream_is_guarded_wherever_its_pieces_end(rows: list[list[str]], size: int) -> None:
    plain, wanted = io.StringIO(newline=""), io.StringIO(newline="")
    csv.writer(plain).writerows(rows)
    write = row_writer(wanted)
    for row in rows:
        write(row)
    text, stream = plain.getvalue(), GuardedStream()
    made = [stream.add(text[start : start + size]) for start in range(0, len(text), size)]
    made.append(stream.add("", last=True))
    assert "".join(made) == MARK + wanted.getvalue()
