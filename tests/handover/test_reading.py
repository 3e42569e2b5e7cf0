"""Files that are no bundles, or not the ones that were signed: each is refused with a sentence."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adsum.core.signing import public_text, sign_text
from adsum.handover.rules import BundleRefused, Packer, open_bundle

NOW = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
MOST = 10_000_000
HEAD = {
    "case_number": "A123456789",
    "participant": 7,
    "site": "https://ny.example",
    "public_key": public_text(KEY),
    "made_at": NOW.isoformat(),
    "made_by": "the operator",
    "reason": "Moves",
    "program": "0.1.0",
    "lacking": [],
    "format": "adsum-person-bundle",
    "version": 1,
}


def signed(statement: str) -> dict[str, Any]:
    return {"signature": sign_text(KEY, statement), "public_key": public_text(KEY)}


def make(path: Path, *, sign: Callable[[str], dict[str, Any]] = signed, more: dict[str, bytes] | None = None) -> Path:
    with path.open("wb") as file:
        packer = Packer(file, made_at=NOW)
        packer.put_json("bundle.json", HEAD)
        packer.put_lines("rows/contact.jsonl", [{"id": 1, "value": "+12125550123"}, {"id": 2, "value": ""}])
        for name, content in (more or {}).items():
            packer.put(name, [content])
        packer.close(sign)
    return path


def read(path: Path, most: int = MOST) -> list[dict[str, Any]]:
    with open_bundle(path, most_bytes=most) as opened:
        opened.verify()
        assert opened.head().case_number == "A123456789"
        return list(opened.rows("rows/contact.jsonl"))


def rewritten(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """The same ZIP with other content in it."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    return other


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return make(tmp_path / "bundle.zip")


def test_a_bundle_is_read_as_it_was_written(whole: Path) -> None:
    assert read(whole) == [{"id": 1, "value": "+12125550123"}, {"id": 2, "value": ""}]


def test_one_changed_byte_is_found(whole: Path) -> None:
    other = rewritten(whole, lambda name, old: old.replace(b"0123", b"0124") if name.startswith("rows/") else old)
    with pytest.raises(BundleRefused, match=r"contact\.jsonl is not what was signed"):
        read(other)


def test_a_changed_statement_is_found(whole: Path) -> None:
    other = rewritten(whole, lambda name, old: old.replace(b"2026-11-21", b"2026-11-22"))
    with pytest.raises(BundleRefused, match="changed after it was signed"):
        read(other)


def test_a_file_that_nobody_signed_is_refused(whole: Path) -> None:
    other = rewritten(whole, lambda _, old: old, **{"rows/flag.jsonl": b"{}\n"})
    with pytest.raises(BundleRefused, match="not what was signed: rows/flag"):
        read(other)


@pytest.mark.parametrize("share", [0, 1, 50, 90, 99])
def test_a_file_that_was_cut_off_is_refused(whole: Path, share: int) -> None:
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * share // 100])
    with pytest.raises(BundleRefused, match="no whole ZIP file"):
        read(whole)


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/evil", "/etc/passwd", "papers/../../x", "rows/..jsonl", "papers/" + "A" * 64, "x.txt"]
)
def test_names_that_point_elsewhere_are_refused(whole: Path, name: str) -> None:
    with pytest.raises(BundleRefused, match="a file that no bundle has"):
        read(rewritten(whole, lambda _, old: old, **{name: b"x"}))
    with pytest.raises(BundleRefused, match="no bundle has"):
        read(make(whole, more={name: b"x"}))


def test_the_same_name_twice_is_refused(whole: Path) -> None:
    with zipfile.ZipFile(whole, "a") as folder, pytest.warns(UserWarning, match="Duplicate name"):
        folder.writestr("bundle.json", b"{}")
    with pytest.raises(BundleRefused, match="no bundle has"):
        read(whole)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = make(tmp_path / "bomb.zip", more={"papers/" + "0" * 64: b"\0" * 20_000_000})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(BundleRefused, match="more than 10 MB"):
        read(bomb)


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    long = make(tmp_path / "long.zip", more={"rows/flag.jsonl": b"[" * 17_000_000})
    with open_bundle(long, most_bytes=MOST * 10) as opened, pytest.raises(BundleRefused, match="line that is too long"):
        opened.verify()
        list(opened.rows("rows/flag.jsonl"))


def test_a_newer_format_is_named(tmp_path: Path) -> None:
    def newer(statement: str) -> dict[str, Any]:
        later = statement.replace("\n1\n", "\n2\n", 1)
        return {"statement": later, "signature": sign_text(KEY, later), "public_key": public_text(KEY)}

    with pytest.raises(BundleRefused, match="of format 2, and this Adsum reads format 1"):
        read(make(tmp_path / "newer.zip", sign=newer))


def test_another_key_than_the_one_that_signed_is_found(tmp_path: Path) -> None:
    stranger = public_text(Ed25519PrivateKey.generate())
    forged = make(tmp_path / "forged.zip", sign=lambda said: {**signed(said), "public_key": stranger})
    with pytest.raises(BundleRefused, match="changed after it was signed"):
        read(forged)


@pytest.mark.parametrize(
    ("name", "content"), [("signature.json", b"[]"), ("signature.json", b"{"), ("signature.json", b'{"statement": 1}')]
)
def test_what_is_no_json_is_refused(whole: Path, name: str, content: bytes) -> None:
    with pytest.raises(BundleRefused):
        read(rewritten(whole, lambda one, old: content if one == name else old))


def test_a_file_that_changes_while_it_is_read_is_found(whole: Path) -> None:
    with open_bundle(whole, most_bytes=MOST) as opened:
        opened.verify()
        opened._sums["rows/contact.jsonl"] = "0" * 64
        with pytest.raises(BundleRefused, match="not what was signed"):
            list(opened.rows("rows/contact.jsonl"))
