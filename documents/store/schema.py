"""The tables of library.db, as the list of steps that lead from an empty file to the present form.

A step is never edited once released: a change is a new step at the end. The number of steps taken
is the file's ``user_version``.
"""

from documents.store.checksums import seal_all
from documents.store.database import Step

_FIRST = (
    # superseded_by cascades: removing a document removes the older versions kept behind it.
    """
    CREATE TABLE documents (
        document_id TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        number TEXT,
        number_key TEXT,
        kind TEXT,
        issuer TEXT,
        issued_on TEXT,
        secrecy TEXT,
        status TEXT NOT NULL CHECK (status IN ('current', 'replaced', 'superseded')),
        superseded_by TEXT REFERENCES documents (document_id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        page_starts TEXT NOT NULL,
        added_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX documents_by_number ON documents (number_key)",
    "CREATE INDEX documents_by_text ON documents (text_hash)",
    "CREATE INDEX documents_by_successor ON documents (superseded_by)",
    # AUTOINCREMENT: a key in an index that is behind must never come to mean another passage.
    """
    CREATE TABLE passages (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        passage_id TEXT NOT NULL UNIQUE,
        document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start_offset INTEGER NOT NULL,
        end_offset INTEGER NOT NULL,
        page INTEGER,
        part TEXT,
        chapter TEXT,
        article TEXT,
        clause TEXT,
        point TEXT,
        heading TEXT,
        text TEXT NOT NULL,
        indexed_text TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        UNIQUE (document_id, ordinal)
    )
    """,
    "CREATE INDEX passages_by_text ON passages (text_hash)",
    # text_hash is of the indexed text; no foreign key, so that vectors are stored before their
    # document and survive its removal.
    """
    CREATE TABLE vectors (
        model TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (model, text_hash)
    )
    """,
    """
    CREATE TABLE aliases (
        document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        PRIMARY KEY (document_id, name)
    )
    """,
    # What a document says of others, as printed; kind is "replaces", "amends" or "based_on".
    """
    CREATE TABLE relations (
        document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        number TEXT NOT NULL,
        number_key TEXT NOT NULL,
        PRIMARY KEY (document_id, kind, ordinal)
    )
    """,
    "CREATE INDEX relations_by_number ON relations (number_key)",
    # What follows from the relations for the documents that are here; rewritten by every change.
    """
    CREATE TABLE replacements (
        older TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        newer TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        PRIMARY KEY (older, newer)
    )
    """,
    "CREATE INDEX replacements_by_newer ON replacements (newer)",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "INSERT INTO meta VALUES ('generation', 0)",
)

# What the library has been through, which files brought its documents, which model encodes it and
# which documents are alike.
_LIFE = (
    # A random token of every generation: two histories may count alike, but never share a token.
    "CREATE TABLE generations (generation INTEGER PRIMARY KEY, token TEXT NOT NULL)",
    """
    INSERT INTO generations SELECT value, lower(hex(randomblob(8))) FROM meta
    WHERE name = 'generation'
    """,
    # folder: the folder that is kept in step and brought the file; NULL for one added by hand.
    """
    CREATE TABLE arrivals (
        path TEXT PRIMARY KEY,
        folder TEXT,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX arrivals_by_document ON arrivals (document_id)",
    "CREATE INDEX arrivals_by_folder ON arrivals (folder)",
    # setting: what TRACUU_MODEL says; "" is the model that ships with the software.
    """
    CREATE TABLE models (
        setting TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        in_use INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE sketches (
        document_id TEXT PRIMARY KEY REFERENCES documents (document_id) ON DELETE CASCADE,
        sketch BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE likenesses (
        document_id TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        other TEXT NOT NULL REFERENCES documents (document_id) ON DELETE CASCADE,
        share REAL NOT NULL,
        PRIMARY KEY (document_id, other)
    )
    """,
    "CREATE INDEX likenesses_by_other ON likenesses (other)",
)

# What documents say of themselves beyond number, date and issuer; review: fields for staff to see.
_SAID = (
    "ALTER TABLE documents ADD COLUMN effective_on TEXT",
    "ALTER TABLE documents ADD COLUMN signer TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN signer_role TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN review TEXT NOT NULL DEFAULT ''",
    """
    UPDATE documents SET review = trim(
        iif(number IS NULL, 'number ', '') || iif(kind IS NULL, 'kind ', '')
        || iif(issuer IS NULL, 'issuer ', '') || iif(issued_on IS NULL, 'issued_on ', '')
    )
    """,
)

# Copies of a library are one library to an index that several machines share.
_NAMED = ("INSERT INTO meta VALUES ('identity', abs(random() / 2))",)

# What is read is compared with what was stored. Apart from the documents: a checksum behind a long
# text is slow to reach, and rewriting one would write the text again.
_SEALED = (
    "ALTER TABLE passages ADD COLUMN checksum BLOB",
    "ALTER TABLE vectors ADD COLUMN checksum BLOB",
    """
    CREATE TABLE checksums (
        document_id TEXT PRIMARY KEY REFERENCES documents (document_id) ON DELETE CASCADE,
        head BLOB NOT NULL,
        pages BLOB NOT NULL,
        rest BLOB NOT NULL,
        passages INTEGER NOT NULL DEFAULT 0,
        keys INTEGER NOT NULL DEFAULT 0
    )
    """,
    seal_all,
)

MIGRATIONS: tuple[tuple[Step, ...], ...] = (_FIRST, _LIFE, _SAID, _NAMED, _SEALED)
