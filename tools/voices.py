"""Reads the core path out with a speech synthesiser, for demos and tests: `python -m tools.voices [LANGUAGE ...]`.

Needs espeak-ng and ffmpeg (`apt-get install --no-install-recommends espeak-ng ffmpeg`). The files are marked as a
computer's by their name; a person's recording beside one, `<key>.mp3`, takes its place. What was said is kept as a
digest, so that a test sees when a page's words have changed since.
"""

import hashlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from babel.messages.catalog import Catalog

from adsum.portal.audio import FOLDER
from tools.messages import read_catalogue

SAID = Path(__file__).with_name("said.json")
VOICES = {
    "ar": "ar", "en": "en-us", "es": "es-419", "fr": "fr-fr", "ht": "ht", "pa": "pa", "pt": "pt-br", "ru": "ru",
    "uk": "uk", "zh-hans": "cmn",
}  # fmt: skip
STEPS = {
    "welcome": ("Say “I am here” from any phone", "I have a code", "I need help"),
    "start": ("Start with your code", "Your code", "Your date of birth"),
    "address": ("Do you still live here?", "Yes, I live here", "No, I live somewhere else"),
    "new": ("Is there anything new?", "If not, leave this empty."),
    "place": (
        "Your phone can add the place where you are. It shows that you are in your area.",
        "If you say no, your check-in still counts. An officer will see that it came without a place.",
        "Send with my place",
        "Send without my place",
    ),
    "receipt": (
        "We have your check-in",
        "Take a picture of this page (a screenshot). The number is your proof. You also find it in “My file”.",
    ),
}  # fmt: skip


def words_of(language: str, key: str) -> str:
    """What is read out for a step, in the words of the page."""
    name = "zh_Hans" if language == "zh-hans" else language
    catalog = Catalog() if language == "en" else read_catalogue(name)
    texts = (catalog[text].string if text in catalog else text for text in STEPS[key])
    return "\n\n".join(str(text).rstrip(".。।") + "." for text in texts)


def digest_of(language: str, key: str) -> str:
    """By which it shows that the words have changed."""
    return hashlib.sha256(words_of(language, key).encode()).hexdigest()[:16]


def _read_out(language: str, key: str) -> None:
    file = FOLDER / language / f"{key}.computer.mp3"
    file.parent.mkdir(parents=True, exist_ok=True)
    spoken = subprocess.run(
        ["espeak-ng", "-v", VOICES[language], "-s", "135", "--stdin", "--stdout"],  # noqa: S607
        input=words_of(language, key).encode(),
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-i", "-", "-ac", "1", "-ar", "16000", "-b:a", "16k",  # noqa: S607
         "-map_metadata", "-1", "-write_xing", "0", "-id3v2_version", "0", str(file)],
        input=spoken,
        check=True,
    )  # fmt: skip


def main(languages: list[str]) -> None:
    """Read every step out in these languages, or in all."""
    chosen = languages or sorted(VOICES)
    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(_read_out, language, key) for language in chosen for key in STEPS]:
            done.result()
    said = json.loads(SAID.read_text()) if SAID.exists() else {}
    said |= {language: {key: digest_of(language, key) for key in STEPS} for language in chosen}
    SAID.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
