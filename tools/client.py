"""Makes the partners' typed Python client, `clients/python/`, from docs/openapi.json: `make client`."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT, CLIENT = ROOT / "docs" / "openapi.json", ROOT / "clients" / "python"
PACKAGE = "adsum_partner_client"
BIN = Path(sys.executable).parent
CONFIG = f"""
project_name_override: adsum-partner-client
package_name_override: {PACKAGE}
post_hooks: []
"""


def generate(into: Path) -> None:
    """The client as the generator writes it now, put in order the same way on every machine."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        config.write_text(CONFIG)
        _run("openapi-python-client", "generate", "--path", DOCUMENT, "--config", config, "--output-path", into,
             "--meta", "none", "--overwrite")  # fmt: skip
    alone = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "120", into)
    _run("ruff", "check", "--select", "F,I", "--fix", "--exit-zero", *alone)
    _run("ruff", "format", *alone)


def _run(program: str, *words: object) -> None:
    subprocess.run([BIN / program, *map(str, words)], check=True, capture_output=True, text=True)


def main() -> None:
    """Write the client."""
    generate(CLIENT / PACKAGE)


if __name__ == "__main__":
    main()
