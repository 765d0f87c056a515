"""Which pictures there are, and what each of them was drawn from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.pictures.apps import ROOT, Site

IMAGES = ROOT / "docs" / "images"
RECORD = IMAGES / "pictures.json"
CHART = ROOT / "monitoring" / "monitor" / "static" / "chart.umd.js"
DESK = {"api": (1280, 1172), "monitor": (1280, 1400)}
"""As much of a page as tells what it is for."""
PHONE = (390, 844)
Look = Literal["light", "dark", "phone", "phone-dark"]


@dataclass(frozen=True)
class Picture:
    """One file: which app's page, in which light, in a window of which size, and how finely drawn."""

    app: Literal["api", "monitor"]
    look: Look
    scale: float = 1.5

    @property
    def file(self) -> Path:
        """Return where it is."""
        return IMAGES / f"{self.app}-{self.look}.png"

    @property
    def window(self) -> tuple[int, int]:
        """Return width and height in the page's own pixels."""
        return PHONE if self.look.startswith("phone") else DESK[self.app]

    @property
    def scheme(self) -> Literal["light", "dark"]:
        """Return what the system asks the page for."""
        return "dark" if self.look.endswith("dark") else "light"


LOOKS: tuple[Look, ...] = ("light", "dark", "phone", "phone-dark")
PICTURES = tuple(Picture(app, look) for app in ("api", "monitor") for look in LOOKS)


def inputs(picture: Picture, site: Site) -> str:
    """Return the digest of all that the browser draws it from: the page, and every file beside it."""
    digest = hashlib.sha256(repr(picture).encode())
    digest.update(site.ask("/").body)
    for file in sorted(site.public.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(site.public).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
