from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.query_log.privacy import KEY_FILE, Pseudonyms


def test_all_who_open_the_log_at_once_hash_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        opened = list(pool.map(lambda _number: Pseudonyms(tmp_path), range(64)))
    assert len({one.of("user", 7) for one in opened}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
