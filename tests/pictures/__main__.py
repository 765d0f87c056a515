"""Draws the pictures of docs/images anew: `make pictures`."""

import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while it loads ends it without a word.
    sys.path += [str(Path(__file__).parents[2] / folder) for folder in ("ml-api", "monitoring")]

import hashlib
import io
import json
from contextlib import redirect_stdout
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM, QUIET
from tests.pictures import apps
from tests.pictures.counting import counting
from tests.pictures.draw import drawn
from tests.pictures.plan import CHART, IMAGES, PICTURES, RECORD, inputs
from tests.pictures.probed import is_current, keep, looked
from tools.arguments import Parser
from tools.terminal import ToolError, finish


def main() -> int:
    """Write every picture, and the record of what each was drawn from."""
    Parser(
        prog="python -m tests.pictures",
        description="Draw the pictures of docs/images anew, in Chromium.",
        example="make pictures",
    ).parse_args()
    for needed, made in ((CHROMIUM, "make servers"), (CHART, "make setup")):
        if not needed.exists():
            raise ToolError(f"there is no {needed}; `{made}` gets it")
    if not is_current():
        _look()
    with TemporaryDirectory() as folder:
        record = _draw(Path(folder))
    RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
    return 0


def _look() -> None:
    with counting() as api:
        keep(looked(api, apps.NOW))


def _draw(folder: Path) -> dict[str, dict[str, str]]:
    sites = {"api": apps.api(folder), "monitor": apps.monitor(folder)}
    record = {}
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        for picture in PICTURES:
            with redirect_stdout(io.StringIO()):  # The API's log of what the picture asks.
                png = drawn(browser, picture, sites[picture.app])
            picture.file.write_bytes(png)
            told = inputs(picture, sites[picture.app])
            record[picture.file.name] = {"inputs": told, "sha256": hashlib.sha256(png).hexdigest()}
            print(f"{picture.file.name}: {len(png) / 1000:.0f} kB")
        browser.close()
    return record


if __name__ == "__main__":
    sys.exit(finish(main))
