"""What a device seals, only we open; anything else is refused as Sealed, whatever it is."""

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adsum.core.sealing import Sealed, add_seal_key, load_seal_keys, open_envelope, retire_seal_keys
from tests.sealing import seal


def test_what_was_sealed_is_opened(tmp_path: Path) -> None:
    keys = load_seal_keys(tmp_path / "seals")
    assert open_envelope(seal(b"I am here", keys[0]), keys=keys) == b"I am here"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "seals"
    (key,) = load_seal_keys(folder)
    load_seal_keys.cache_clear()
    assert load_seal_keys(folder)[0].name == key.name
    assert (folder.stat().st_mode & 0o777, (folder / "1.der").stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_newer_key_seals_and_the_older_one_still_opens(tmp_path: Path) -> None:
    folder = tmp_path / "seals"
    (old,) = load_seal_keys(folder)
    how = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "10.der").write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(*how))
    load_seal_keys.cache_clear()
    keys = load_seal_keys(folder)
    assert [key.name == old.name for key in keys] == [False, True]
    assert open_envelope(seal(b"old", old), keys=keys) == b"old"


def test_a_replaced_key_opens_until_its_time_is_over_and_the_newest_never_goes(tmp_path: Path) -> None:
    folder, now = tmp_path / "seals", datetime.now(UTC)
    (first,) = load_seal_keys(folder)
    second, third = add_seal_key(folder), add_seal_key(folder)
    assert [key.name for key in load_seal_keys(folder)] == [third.name, second.name, first.name]
    assert (folder / "3.der").stat().st_mode & 0o777 == 0o600
    assert retire_seal_keys(folder, before=now - timedelta(days=1)) == []
    two_days_ago = (now - timedelta(days=2)).timestamp()
    os.utime(folder / "2.der", (two_days_ago, two_days_ago))
    assert retire_seal_keys(folder, before=now - timedelta(days=1)) == [first.name]
    keys = load_seal_keys(folder)
    assert open_envelope(seal(b"late", second), keys=keys) == b"late"
    with pytest.raises(Sealed):
        open_envelope(seal(b"too late", first), keys=keys)
    os.utime(folder / "3.der", (0, 0))
    assert retire_seal_keys(folder, before=now) == [second.name]
    assert [key.name for key in load_seal_keys(folder)] == [third.name]


@pytest.mark.parametrize("part", ["key_name", "device_key", "iv", "locked"])
@pytest.mark.parametrize("wrong", [None, "", "!", "AAAA", "é", 7, ["x"], "A" * 87, "flip"], ids=repr)
def test_a_damaged_envelope_is_refused(tmp_path: Path, part: str, wrong: object) -> None:
    keys = load_seal_keys(tmp_path / "seals")
    envelope: dict[str, object] = dict(seal(b"I am here", keys[0]))
    if wrong == "flip":
        text = str(envelope[part])
        wrong = ("B" if text[0] == "A" else "A") + text[1:]
    with pytest.raises(Sealed):
        open_envelope({**envelope, part: wrong}, keys=keys)


def test_one_key_does_not_open_what_was_sealed_for_another(tmp_path: Path) -> None:
    ours, theirs = load_seal_keys(tmp_path / "ours"), load_seal_keys(tmp_path / "theirs")
    forged = {**seal(b"x", theirs[0]), "key_name": ours[0].name}
    with pytest.raises(Sealed):
        open_envelope(forged, keys=ours)


def test_two_envelopes_with_the_same_words_have_nothing_in_common(tmp_path: Path) -> None:
    key = load_seal_keys(tmp_path / "seals")[0]
    first, second = seal(b"same", key), seal(b"same", key)
    assert [part for part in first if first[part] == second[part]] == ["key_name"]


def test_the_public_half_is_a_point_of_the_curve(tmp_path: Path) -> None:
    point = base64.urlsafe_b64decode(load_seal_keys(tmp_path / os.urandom(2).hex())[0].public + "=")
    assert (len(point), point[0]) == (65, 4)
