"""A secret is made once, whole, and for its owner only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from adsum.core.keeping import keep_once


def test_it_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    assert keep_once(path, b"first") == b"first"
    assert keep_once(path, b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


def test_of_many_at_once_one_wins_for_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda n: keep_once(tmp_path / "secret", bytes([n]) * 50), range(8)))
    assert found == {(tmp_path / "secret").read_bytes()}
    assert len(list(tmp_path.iterdir())) == 1
