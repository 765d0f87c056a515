"""The pictures in docs/images are of the pages as they are."""

import hashlib
import json
import struct

import pytest
from PIL import Image

from monitor import accuracy, drift
from tests.pictures import apps
from tests.pictures.counting import counting
from tests.pictures.draw import difference, drawn
from tests.pictures.plan import CHART, PICTURES, RECORD, inputs
from tests.pictures.probed import is_current, kept, looked

MOST_BYTES = 650_000
ALIKE = 0.055
"""Other fonts (Liberation, a serif) were up to 0.04 off; another page is 0.075 off, one at night 0.8."""
ANEW = "the page has changed since it was drawn: make pictures"
ids = {"ids": lambda picture: picture.file.stem}


@pytest.fixture(scope="module")
def sites(tmp_path_factory, require_real):
    """Return both apps."""
    require_real(CHART.is_file(), "there is no Chart.js: make setup")
    folder = tmp_path_factory.mktemp("pictures")
    return {"api": apps.api(folder), "monitor": apps.monitor(folder)}


@pytest.fixture(scope="module")
def record():
    """Return what each picture was drawn from."""
    return json.loads(RECORD.read_bytes())


@pytest.mark.parametrize("picture", PICTURES, **ids)
def test_a_picture_was_drawn_from_what_the_page_is_made_of(picture, sites, record):
    """Markup, styles, scripts and data, by their digest; and nobody has touched it since."""
    told = record[picture.file.name]
    assert hashlib.sha256(picture.file.read_bytes()).hexdigest() == told["sha256"], picture.file
    assert inputs(picture, sites[picture.app]) == told["inputs"], ANEW


def test_there_are_no_others(record):
    """And the folder stays small."""
    names = {picture.file.name for picture in PICTURES}
    assert set(record) == names
    assert {file.name for file in RECORD.parent.glob("*.png")} == names
    assert sum(picture.file.stat().st_size for picture in PICTURES) < MOST_BYTES


def test_the_dashboard_shows_the_models_that_ship():
    """By the sample of a real probe, which is taken anew with other bundles."""
    assert is_current(), ANEW


def test_the_dashboard_shows_what_the_api_counts():
    """Made anew, the calls are the same: rows, true outcomes, and how far the inputs have moved."""
    before = kept()
    with counting() as api:
        again = looked(api, apps.NOW)
    assert _counts(again["sample"]) == _counts(before["sample"])
    assert again["tables"][drift.TABLE] == before["tables"][drift.TABLE]
    live, said = (_live(seen["tables"]) for seen in (again, before))
    assert live.labels == said.labels > accuracy.FEWEST
    assert live.mae == pytest.approx(said.mae, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, **ids)
def test_drawn_again_it_looks_the_same(picture, sites, browser):
    """From afar, in the same size: other fonts move letters, and nothing else."""
    again, kept = drawn(browser, picture, sites[picture.app]), picture.file.read_bytes()
    assert _size(again) == _size(kept) == tuple(round(side * picture.scale) for side in picture.window)
    assert difference(again, kept) < ALIKE


def test_what_differs_is_seen_from_afar():
    """Of each two pictures; the rule above would notice another page."""
    for one in PICTURES:
        for other in PICTURES:
            if one != other and one.window == other.window:
                apart = difference(one.file.read_bytes(), other.file.read_bytes())
                assert apart > ALIKE, (one, other, apart)


def test_every_picture_has_a_palette():
    """A third of the bytes, and nobody sees it."""
    for picture in PICTURES:
        with Image.open(picture.file) as image:
            assert image.mode == "P"


def _counts(sample):
    return {name: sample["traffic"][name] for name in ("predictions", "requests", "failures")}


def _live(tables):
    default, *_ = accuracy.listed(tables[accuracy.TABLE], [("math-score", "1")])
    return default


def _size(png):
    return struct.unpack(">II", png[16:24])
