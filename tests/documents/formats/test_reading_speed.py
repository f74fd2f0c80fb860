"""How fast PDF pages are read, and what memory a long one takes: figures the README may claim."""

import time
from pathlib import Path

import pypdfium2
import pytest

from documents.formats.read import read
from documents.formats.sandbox import ReadingProcess
from tests.golden.passages import SAMPLES

PAGES = 2_000
PAGES_A_SECOND = 150  # of processor time, so that a busy machine does not decide
MEMORY = 600 * 2**20  # bytes at the peak, of which a tenth is the libraries'


def long_pdf(folder: Path) -> Path:
    """Write a PDF of many pages of the samples."""
    file = folder / "long.pdf"
    source = pypdfium2.PdfDocument(SAMPLES / "quy-dinh-15-qd-tu.pdf")
    whole = pypdfium2.PdfDocument.new()
    while len(whole) < PAGES:
        whole.import_pages(source)
    whole.save(file)
    whole.close()
    source.close()
    return file


@pytest.mark.slow
def test_a_long_pdf_is_read_fast(tmp_path: Path) -> None:
    file = long_pdf(tmp_path)
    begun = time.process_time()
    pages = len(read(file).page_starts)
    rate = pages / (time.process_time() - begun)
    print(f"{rate:.0f} pages a second")
    assert pages >= PAGES
    assert rate >= PAGES_A_SECOND


@pytest.mark.slow
def test_a_long_pdf_takes_bounded_memory(tmp_path: Path) -> None:
    file = long_pdf(tmp_path)
    with ReadingProcess() as reader:
        reader.read(file)
        assert reader._child is not None
        status = Path(f"/proc/{reader._child.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    print(peak)
    assert int(peak.split()[1]) * 1024 <= MEMORY
