"""Static files after a start that was cut off."""

from pathlib import Path
from typing import Any

import pytest

from adsum.management.static_files import WHOLE, collect_static


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    collect_static(tmp_path / "static")
    return tmp_path / "static"


def test_a_second_start_makes_nothing_anew(root: Path) -> None:
    before = (root / "staticfiles.json").read_text()
    kept = root / "not-ours"
    kept.touch()
    collect_static(root)
    assert (root / "staticfiles.json").read_text() == before
    assert kept.exists()


def test_after_a_cut_in_the_middle_all_is_made_anew(root: Path) -> None:
    whole = {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}
    for path in whole:
        path.write_bytes(b"")
    (root / WHOLE).unlink()
    collect_static(root)
    assert {path: path.stat().st_size for path in root.rglob("*") if path.is_file()} == whole
