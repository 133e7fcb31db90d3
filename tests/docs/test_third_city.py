"""The page that adds a third city: its commands are run in order, and show what it shows."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import Engine

from open311.settings import CHECKOUT
from tests.docs.pages import DOCS, blocks
from tests.live.serving import serving

ADDRESS = "http://127.0.0.1:8311"
NEXT = "--- next block ---"


def test_the_third_city_comes_to_a_posted_report(own_engine: Engine, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "jurisdictions/wroclaw", tmp_path / "jurisdictions/wroclaw")
    (tmp_path / ".venv").symlink_to(CHECKOUT / ".venv")
    page = blocks(DOCS / "third-city.md")
    url = own_engine.url.render_as_string(hide_password=False)
    with serving(url, tmp_path / "log") as service:
        script = f"\necho '{NEXT}'\n".join(text for language, text in page if language == "sh")
        output = run(script.replace(ADDRESS, service.address), tmp_path, url)
    written = iter(output.replace(service.address, ADDRESS).split(NEXT))
    following = [*page[1:], ("", "")]
    for (language, commands), (next_language, shown) in zip(page, following, strict=True):
        if language == "sh":
            seen = next(written)
            assert looks_like(seen, shown if next_language == "text" else ""), commands + seen


def run(script: str, directory: Path, database_url: str) -> str:
    """Run what a person would paste into one shell; return what it writes."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("curl ", "curl --silent --fail ")],
        cwd=directory,
        env={
            "PATH": os.environ["PATH"],
            "OPEN311_DATABASE_URL": database_url,
            "OPEN311_JURISDICTIONS_DIRECTORY": str(directory / "jurisdictions"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def looks_like(seen: str, shown: str) -> bool:
    """Compare, whatever the line breaks; `…` stands for what is left out."""
    pieces = [re.escape(" ".join(piece.split())) for piece in shown.split("…")]
    return re.fullmatch(r"\s*" + r".*".join(pieces) + r"\s*", " ".join(seen.split())) is not None
