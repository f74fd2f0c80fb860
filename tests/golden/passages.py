"""The passages of the sample documents as text.

``python -m tests.golden.passages`` rewrites them.
"""

from dataclasses import fields
from pathlib import Path

from documents.document import Document
from documents.formats.read import SUFFIXES, read
from documents.metadata.extract import describe
from documents.splitting.passages import indexed_text, split

SAMPLES = Path(__file__).parents[2] / "documents" / "samples"
GOLDEN = Path(__file__).parent


def samples() -> list[Path]:
    """Return the documents the project ships, in the order of their names."""
    documents = [path for path in SAMPLES.iterdir() if path.suffix in SUFFIXES]
    return sorted(path for path in documents if path.stem != "README")


def document_of(path: Path) -> Document:
    """Read a file as the library would."""
    reading = read(path)
    described = describe(reading.text, path.name, recognised=reading.recognised)
    return Document(
        document_id=path.stem,
        source=path.name,
        sha256="0" * 64,
        text=reading.text,
        page_starts=reading.page_starts,
        **{field.name: getattr(described, field.name) for field in fields(described)},
    )


def rendered(path: Path) -> str:
    """Return what is known of a document and each of its passages, for review by eye."""
    document = document_of(path)
    lines = [
        f"title: {document.title}",
        f"number: {document.number}",
        f"kind: {document.kind}",
        f"issuer: {document.issuer}",
        f"issued_on: {document.issued_on}",
        f"secrecy: {document.secrecy}",
        f"replaces: {', '.join(document.replaces) or None}",
        f"amends: {', '.join(document.amends) or None}",
        f"based on: {', '.join(document.based_on) or None}",
        f"effective_on: {document.effective_on}",
        f"signer: {document.signer or None}, {document.signer_role or None}",
    ]
    for passage in split(document):
        context = indexed_text(document.title, passage).removesuffix(passage.text)
        lines += [
            "",
            f"== {passage.passage_id} | {passage.locator} | page {passage.page}",
            *(f"> {line}" for line in context.splitlines()),
            passage.text,
        ]
    return "\n".join(lines) + "\n"


def golden_file(path: Path) -> Path:
    """Return where a sample's passages are kept."""
    return GOLDEN / f"{path.name}.txt"


def main() -> None:
    """Rewrite every golden file."""
    GOLDEN.mkdir(exist_ok=True)
    for path in samples():
        golden_file(path).write_text(rendered(path), encoding="utf-8")


if __name__ == "__main__":
    main()
