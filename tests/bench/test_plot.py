"""The picture is drawn from any results, however few."""

import pytest
from PIL import Image

from bench.plot import COLOURS, draw
from tests.bench.made import left_out, results


def pixels(file):
    """Return the colours of a picture."""
    with Image.open(file) as image:
        return {colour for _, colour in image.convert("RGB").getcolors(maxcolors=1 << 24)}


def rgb(colour):
    """Return a colour as pixels have it."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def test_every_kind_has_its_colour(tmp_path):
    """And the same one in every panel and the legend."""
    draw(results(), tmp_path / "all.png")
    assert {rgb(colour) for colour in COLOURS.values()} <= pixels(tmp_path / "all.png")


@pytest.mark.parametrize("names", [["tandem"], ["echo", "naive"]], ids=["one", "two"])
def test_few_contenders_will_do(tmp_path, names):
    """And those that were left out have no bar."""
    found = results()
    for name in set(found.contenders) - set(names):
        found.contenders[name] = left_out(name)
    draw(found, tmp_path / "few.png")
    assert (tmp_path / "few.png").stat().st_size > 10_000


def test_a_measure_that_nobody_has_says_so(tmp_path):
    """Its panel is empty."""
    found = results()
    for each in found.contenders.values():
        del each.rounds["memory_mib"]
    draw(found, tmp_path / "none.png")
    assert (tmp_path / "none.png").stat().st_size > 10_000
