"""A log of any length, generated: what a committee's cadres might have asked over a year."""

import json
import random
from datetime import UTC, datetime, timedelta

from bot.query_log.log import QueryLog, folded, stamp

SUBJECTS = (
    "đảng phí",
    "tuổi đời của người vào Đảng",
    "thời hạn đảng viên dự bị",
    "sinh hoạt chi bộ định kỳ",
    "chuyển sinh hoạt đảng tạm thời",
    "huy hiệu 40 năm tuổi Đảng",
    "kỷ luật khiển trách",
    "miễn công tác và sinh hoạt đảng",
    "số lượng chi ủy viên",
    "nhiệm kỳ của chi bộ",
    "kiểm tra khi có dấu hiệu vi phạm",
    "phụ cấp cấp ủy viên",
    "tiền lương công chức dôi dư",
    "sáp nhập xã",
    "thẻ đảng viên bị mất",
)
FORMS = (
    "{} là bao nhiêu?",
    "quy định về {}",
    "{} như thế nào?",
    "cho hỏi {} theo văn bản nào",
    "đồng chí cho biết {} của năm {{year}}?",
    "{} ở chi bộ {{unit}} được tính thế nào?",
    "trường hợp {{unit}}: {}?",
)
DOCUMENTS = tuple(f"{number:012x}" for number in range(200))
SHOWN = "Đến khi tổng kết, toàn tỉnh có 588/756 thôn trưởng là đảng viên, đạt 77,78%. " * 8
HITS = 6
STATUSES = ("answered", "nearest", "refused", "failed")
AT_ONCE = 20_000  # questions in one transaction


def fill(log: QueryLog, count: int, end: datetime, days: int = 365, seed: int = 1) -> None:
    """Add ``count`` questions of the days before ``end``; equal seeds give equal logs."""
    draw = random.Random(seed)
    users = [log.pseudonym("user", str(number)) for number in range(300)]
    step = timedelta(days=days) / count
    with log.database.writing() as database:
        database.execute("DELETE FROM sources")
        database.conn.executemany(
            "INSERT INTO sources VALUES (?, ?)",
            [
                (one, f"{number}-QĐ/TU – Văn bản số {number}")
                for number, one in enumerate(DOCUMENTS)
            ],
        )
    (last,) = log.database.rows("SELECT ifnull(max(id), 0) FROM questions")[0]
    for begin in range(0, count, AT_ONCE):
        with log.database.writing() as database:
            for number in range(begin, min(begin + AT_ONCE, count)):
                asked_at = end - timedelta(days=days) + step * number
                status = draw.choices(STATUSES, (70, 20, 9.5, 0.5))[0]
                user = draw.choice(users)
                _add(database.conn, draw, log, last + 1 + number, asked_at, status, user)


def _add(
    connection: object,
    draw: random.Random,
    log: QueryLog,
    question_id: int,
    asked_at: datetime,
    status: str,
    user: str,
) -> None:
    subject = SUBJECTS[min(int(draw.expovariate(0.3)), len(SUBJECTS) - 1)]
    text = draw.choice(FORMS).format(subject)
    text = text.format(year=draw.randint(2015, 2026), unit=draw.randint(1, 2000))
    elapsed = draw.lognormvariate(3.3, 0.5)
    thumb = draw.choices((None, 1, -1), (85, 10, 5))[0]
    execute = connection.execute  # type: ignore[attr-defined]
    execute(
        "INSERT INTO questions (id, asked_at, chat, chat_kind, conversation, user, question, plain,"
        " understood_as, status, reason, confidence, shown, elapsed_ms, stages, thumb, thumb_at,"
        " model, generation) VALUES"
        " (?, ?, ?, 'private', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'e5', 3)",
        (
            question_id,
            stamp(asked_at.astimezone(UTC)),
            user,
            question_id,
            user,
            text,
            folded(text),
            text,
            status,
            None if status == "answered" else "low_confidence",
            0.8 if status == "answered" else None,
            SHOWN,
            elapsed,
            json.dumps({"encode": 7.1, "search": 9.3, "compose": elapsed}),
            thumb,
            stamp(asked_at) if thumb else None,
        ),
    )
    for rank in range(1, HITS + 1):
        document = DOCUMENTS[min(int(draw.expovariate(0.05)), 150)]
        place = rank if rank == 1 and status in ("answered", "nearest") else None
        execute(
            "INSERT INTO hits VALUES (?, ?, ?, ?, 'hybrid', ?, 10, 90, ?)",
            (question_id, rank, f"{document}/dieu-{rank}/0", document, 1 / rank, place),
        )
