"""A description in a file is a table, or the error says what it is instead."""

from pathlib import Path

import pytest

from adsum.core.describing import BadDescription, read_table


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('code = "county"\nhour = 6\n', encoding="utf-8")
    (tmp_path / "a.json").write_text('{"code": "county", "hour": 6}', encoding="utf-8")
    assert read_table(tmp_path / "a.toml") == read_table(tmp_path / "a.json") == {"code": "county", "hour": 6}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", b"[1, 2]", "no table"),
        ("a.json", b"{", "cannot be read"),
        ("a.json", b"[" * 100_000, "cannot be read"),
        ("a.toml", b"code = ", "cannot be read"),
        ("a.toml", b'title = "caf\xe9"', "cannot be read"),
        ("a.toml", b"", ""),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    if not says:
        assert read_table(path) == {}
        return
    with pytest.raises(BadDescription, match=says):
        read_table(path)


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDescription, match="No such file"):
        read_table(tmp_path / "nowhere.toml")
