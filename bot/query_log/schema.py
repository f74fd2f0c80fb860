"""The tables of queries.db, as the list of steps that lead from an empty file to the present one.

A step is never edited once released: a change is a new step at the end. Nothing names a person:
``user`` and ``chat`` are keyed hashes; ``people`` alone leads back to ids, where the log is full.
"""

_FIRST = (
    # AUTOINCREMENT: a button of a purged question must never come to mean another one.
    """
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at TEXT NOT NULL,
        chat TEXT NOT NULL,
        user TEXT,
        question TEXT,
        understood_as TEXT,
        status TEXT NOT NULL CHECK (status IN ('answered', 'unanswered', 'failed')),
        reason TEXT,
        confidence REAL,
        shown TEXT,
        elapsed_ms REAL,
        thumb INTEGER CHECK (thumb IN (-1, 1)),
        thumb_at TEXT
    )
    """,
    "CREATE INDEX questions_by_time ON questions (asked_at)",
    # "place" is where the reply showed the passage, from 1; NULL where it did not.
    """
    CREATE TABLE hits (
        question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        rank INTEGER NOT NULL,
        passage_id TEXT NOT NULL,
        leg TEXT NOT NULL,
        score REAL NOT NULL,
        quote_start INTEGER NOT NULL,
        quote_end INTEGER NOT NULL,
        place INTEGER,
        PRIMARY KEY (question_id, rank)
    ) WITHOUT ROWID
    """,
)

_REVIEWABLE = (
    # Renamed first, so that dropping the old tables takes no row of the new ones along.
    "ALTER TABLE hits RENAME TO hits_1",
    "ALTER TABLE questions RENAME TO questions_1",
    "DROP INDEX questions_by_time",
    # "day" is Vietnam's, UTC+7; "plain" the question's folded syllables, for search and grouping;
    # "conversation" the id of the first question of a run without a long pause in one chat.
    """
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at TEXT NOT NULL,
        chat TEXT NOT NULL,
        chat_kind TEXT,
        conversation INTEGER,
        user TEXT,
        question TEXT,
        understood_as TEXT,
        status TEXT NOT NULL CHECK (status IN ('answered', 'nearest', 'refused', 'failed')),
        reason TEXT,
        confidence REAL,
        shown TEXT,
        elapsed_ms REAL,
        stages TEXT,
        model TEXT,
        generation INTEGER,
        thumb INTEGER CHECK (thumb IN (-1, 1)),
        thumb_at TEXT,
        thumb_reason TEXT,
        plain TEXT,
        day TEXT GENERATED ALWAYS AS (date(asked_at, '+7 hours')) VIRTUAL,
        ms INTEGER GENERATED ALWAYS AS (CAST(elapsed_ms AS INTEGER)) VIRTUAL
    )
    """,
    """
    CREATE TABLE hits (
        question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        rank INTEGER NOT NULL,
        passage_id TEXT NOT NULL,
        document_id TEXT NOT NULL,
        leg TEXT NOT NULL,
        score REAL NOT NULL,
        quote_start INTEGER NOT NULL,
        quote_end INTEGER NOT NULL,
        place INTEGER,
        PRIMARY KEY (question_id, rank)
    ) WITHOUT ROWID
    """,
    """
    INSERT INTO questions (id, asked_at, chat, user, question, understood_as, status, reason,
        confidence, shown, elapsed_ms, thumb, thumb_at)
    SELECT id, asked_at, chat, user, question, understood_as,
        CASE WHEN status != 'unanswered' THEN status
            WHEN EXISTS (SELECT 1 FROM hits_1 WHERE question_id = id AND place IS NOT NULL)
            THEN 'nearest' ELSE 'refused' END,
        reason, confidence, shown, elapsed_ms, thumb, thumb_at
    FROM questions_1
    """,
    """
    INSERT INTO hits
    SELECT question_id, rank, passage_id, substr(passage_id, 1, instr(passage_id || '/', '/') - 1),
        leg, score, quote_start, quote_end, place
    FROM hits_1
    """,
    "DELETE FROM sqlite_sequence WHERE name = 'questions'",
    "INSERT INTO sqlite_sequence SELECT 'questions', seq FROM sqlite_sequence"
    " WHERE name = 'questions_1'",
    "DROP TABLE hits_1",
    "DROP TABLE questions_1",
    # Each view of the review reads one of these and nothing else, however long the log is.
    "CREATE INDEX questions_by_time ON questions (asked_at, status, thumb, elapsed_ms)",
    "CREATE INDEX questions_by_day ON questions (day, status, thumb)",
    "CREATE INDEX questions_by_day_and_user ON questions (day, user)",
    "CREATE INDEX questions_by_day_and_length ON questions (day, ms)",
    "CREATE INDEX questions_by_status ON questions (status, plain, asked_at)",
    "CREATE INDEX questions_by_user ON questions (user)",
    "CREATE INDEX questions_by_chat ON questions (chat)",
    "CREATE INDEX questions_by_thumb ON questions (thumb) WHERE thumb IS NOT NULL",
    "CREATE INDEX questions_by_length ON questions (elapsed_ms)",
    "CREATE INDEX questions_to_fold ON questions (id) WHERE plain IS NULL AND question IS NOT NULL",
    "CREATE INDEX questions_to_hash ON questions (user) WHERE length(user) < 16",
    "CREATE INDEX hits_by_document ON hits (document_id, question_id, place)"
    " WHERE place IS NOT NULL",
    """
    CREATE VIRTUAL TABLE questions_fts USING fts5 (
        plain, content = 'questions', content_rowid = 'id', tokenize = 'unicode61'
    )
    """,
    """
    CREATE TRIGGER questions_told_fts AFTER INSERT ON questions WHEN new.plain IS NOT NULL BEGIN
        INSERT INTO questions_fts (rowid, plain) VALUES (new.id, new.plain);
    END
    """,
    """
    CREATE TRIGGER questions_left_fts AFTER DELETE ON questions WHEN old.plain IS NOT NULL BEGIN
        INSERT INTO questions_fts (questions_fts, rowid, plain)
        VALUES ('delete', old.id, old.plain);
    END
    """,
    # "plain" is written once: with the question, or later for the questions of an older log.
    """
    CREATE TRIGGER questions_folded_fts AFTER UPDATE OF plain ON questions
    WHEN old.plain IS NULL AND new.plain IS NOT NULL BEGIN
        INSERT INTO questions_fts (rowid, plain) VALUES (new.id, new.plain);
    END
    """,
    # What readers are shown as the name of a document; only of documents without a secrecy stamp.
    "CREATE TABLE sources (document_id TEXT PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE people (user TEXT PRIMARY KEY, user_id INTEGER NOT NULL)",
    # What became of a question afterwards. "answered_by" is a document as the reviewer named it;
    # "tried" the library's generation at which the question was last asked again; "told_at" when
    # the asker heard that it can be answered now.
    """
    CREATE TABLE reviews (
        question_id INTEGER PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
        reviewed_at TEXT NOT NULL,
        reviewer TEXT NOT NULL,
        note TEXT,
        answered_by TEXT,
        tried INTEGER,
        told_at TEXT,
        promoted_at TEXT
    )
    """,
    "CREATE INDEX reviews_waiting ON reviews (question_id)"
    " WHERE answered_by IS NOT NULL AND told_at IS NULL",
    """
    CREATE TABLE vectors (
        question_id INTEGER PRIMARY KEY REFERENCES questions (id) ON DELETE CASCADE,
        model TEXT NOT NULL,
        vector BLOB NOT NULL
    )
    """,
    # Who looked at the log, and at what.
    """
    CREATE TABLE accesses (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        detail TEXT NOT NULL,
        rows INTEGER
    )
    """,
)

# What the web page shows, in Vietnamese; made anew by the step that changes them.
_READABLE = (
    """
    CREATE VIEW cau_hoi AS SELECT
        id AS "Mã",
        strftime('%Y-%m-%d %H:%M', asked_at, '+7 hours') AS "Lúc hỏi",
        question AS "Câu hỏi",
        nullif(understood_as, question) AS "Hiểu là",
        CASE status WHEN 'answered' THEN 'đã trả lời' WHEN 'nearest' THEN 'chỉ có đoạn gần nhất'
            WHEN 'refused' THEN 'không tìm thấy' ELSE 'lỗi' END AS "Kết quả",
        CASE reason WHEN 'low_confidence' THEN 'chưa đủ căn cứ'
            WHEN 'nothing_found' THEN 'không có đoạn liên quan'
            WHEN 'no_such_document' THEN 'không có văn bản được hỏi'
            WHEN 'no_such_place' THEN 'văn bản không có phần được hỏi' ELSE reason END AS "Lý do",
        shown AS "Đã trả lời",
        CASE thumb WHEN 1 THEN '👍' WHEN -1 THEN '👎' END AS "Đánh giá",
        thumb_reason AS "Lý do đánh giá",
        round(confidence, 2) AS "Độ tin cậy",
        ms AS "Thời gian (ms)",
        day AS "Ngày",
        user AS "Người hỏi",
        CASE chat_kind WHEN 'private' THEN 'nhắn riêng' WHEN 'group' THEN 'nhóm'
            WHEN 'terminal' THEN 'dòng lệnh' END AS "Nơi hỏi",
        note AS "Ghi chú",
        answered_by AS "Văn bản giải đáp"
    FROM questions LEFT JOIN reviews ON question_id = questions.id
    """,
    """
    CREATE VIEW trich_dan AS SELECT
        question_id AS "Mã câu hỏi",
        place AS "Thứ tự",
        ifnull(name, hits.document_id) AS "Văn bản",
        leg AS "Nhánh",
        round(score, 3) AS "Điểm",
        passage_id AS "Mã đoạn"
    FROM hits LEFT JOIN sources ON sources.document_id = hits.document_id
    WHERE place IS NOT NULL
    """,
    """
    CREATE VIEW theo_ngay AS SELECT
        day AS "Ngày",
        count(*) AS "Câu hỏi",
        sum(status = 'answered') AS "Trả lời được",
        sum(status IN ('nearest', 'refused')) AS "Chưa trả lời được",
        sum(status = 'failed') AS "Lỗi",
        ifnull(sum(thumb = 1), 0) AS "Thích",
        ifnull(sum(thumb = -1), 0) AS "Không thích"
    FROM questions GROUP BY day
    """,
    """
    CREATE VIEW da_xem_nhat_ky AS SELECT
        id AS "Mã",
        datetime(at, '+7 hours') AS "Lúc",
        who AS "Tài khoản",
        action AS "Việc",
        detail AS "Nội dung",
        rows AS "Số dòng"
    FROM accesses
    """,
)

# Who reported an answer as wrong, so that each is counted once.
_REPORTABLE = (
    """
    CREATE TABLE reports (
        question_id INTEGER NOT NULL REFERENCES questions (id) ON DELETE CASCADE,
        reporter TEXT NOT NULL,
        PRIMARY KEY (question_id, reporter)
    ) WITHOUT ROWID
    """,
)

# Talk is no question: of it, the kind alone is kept, and no view of the questions counts it.
_TALK = (
    """
    CREATE TABLE talk (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        chat TEXT NOT NULL,
        user TEXT NOT NULL,
        kind TEXT NOT NULL
    )
    """,
    "CREATE INDEX talk_by_time ON talk (at)",
)

# What a reviewer found of a reply.
_JUDGED = (
    """
    ALTER TABLE reviews ADD COLUMN verdict TEXT CHECK (
        verdict IN ('right', 'wrong', 'incomplete', 'not_in_library', 'wrong_document')
    )
    """,
)

MIGRATIONS = (_FIRST, _REVIEWABLE, _READABLE, _REPORTABLE, _TALK, _JUDGED)
