"""Files that aren't what a copy of the artifacts folder should be: no hang, no crash, no wrong answer."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import tracemalloc
from contextlib import chdir, closing
from hashlib import sha256
from pathlib import Path

import pytest

from mlapi import regular
from mlapi.models import BrokenModel, Models
from tests.mlapi.made_bundles import doubling, number_card, put

ROOT = Path(__file__).resolve().parents[2]
FILES = ["index.json", "made/1/bundle.json", "made/1/run.json", "made/1/model.onnx"]
FOLDERS = ["made", "made/1"]
OUT = "leads out of the artifacts folder by a symbolic link"


def gone(place):
    """Remove what is there."""
    shutil.rmtree(place) if place.is_dir() else place.unlink()


def a_folder(place):
    """Put a folder in its place."""
    gone(place)
    place.mkdir()


def outside(place):
    """Return the folder in which the artifacts folder lies."""
    return next(folder.parent for folder in place.parents if folder.name == "artifacts")


def linked(target):
    """Return what puts a link in a place; without a target, to the very thing, moved out of the folder."""

    def link(place):
        if target is None:
            place.symlink_to(place.rename(outside(place) / f"moved-{place.name}"))
        else:
            gone(place)
            place.symlink_to(place if target == "itself" else target)

    return link


def a_pipe(place):
    """Put a named pipe in its place, which nobody writes to."""
    gone(place)
    os.mkfifo(place)


def a_socket(place):
    """Put a socket in its place."""
    gone(place)
    with chdir(place.parent), closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(place.name)  # By its name alone: an address of a socket is short.


def an_empty_file(place):
    """Put nothing in its place."""
    gone(place)
    place.write_bytes(b"")


def longer(place):
    """Add a byte."""
    place.write_bytes(place.read_bytes() + b" ")


def shorter(place):
    """Break off, as a copy does that is cut short."""
    place.write_bytes(place.read_bytes()[:-1])


def sparse(place):
    """Put ten gigabytes of nothing in its place, which take no room on the disk."""
    gone(place)
    with place.open("wb") as file:
        file.truncate(10_000_000_000)


DAMAGES = {
    "gone": (gone, "can't be read (FileNotFoundError)"),
    "folder": (a_folder, ""),
    "link-to-the-same": (linked(None), OUT),
    "link-to-nothing": (linked("nothing"), "can't be read (FileNotFoundError)"),
    "link-to-itself": (linked("itself"), "can't be read (OSError)"),
    "link-to-zeros": (linked("/dev/zero"), ""),
    "link-to-a-terminal": (linked("/dev/tty"), ""),
    "pipe": (a_pipe, ""),
    "socket": (a_socket, ""),
    "empty": (an_empty_file, ""),
}
OF_FILES = {**DAMAGES, "longer": (longer, ""), "shorter": (shorter, ""), "sparse": (sparse, "")}
CASES = [
    pytest.param(place, *damage, id=f"{name}-{place}")
    for places, damages in ((FILES, OF_FILES), (FOLDERS, DAMAGES))
    for place in places
    for name, damage in damages.items()
]


@pytest.fixture
def made(artifacts):
    """Give the shipped bundles and one that is small."""
    put(artifacts, "made", number_card(), doubling().SerializeToString())
    return artifacts


def named(place):
    """Return the file that is named for a place: a folder's first."""
    return f"{place}/bundle.json" if place == "made/1" else "made/1/bundle.json" if place == "made" else place


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("place", "damage", "reason"), CASES)
def test_a_damaged_place_is_unhealthy_where_it_is_the_default_s_and_named(
    made, client_of, student, place, damage, reason
):
    """And degraded where it is another model's: the default one answers. Where the folder lies is unsaid."""
    damage(made / place)
    alone = client_of(made, default_model="made") if place != "index.json" else client_of(made)
    health = alone.get("/api/health")
    said = health.get_json()
    assert (health.status_code, said["status"]) == (503, "unhealthy")
    assert named(place) in said["reason"]
    assert reason in said["reason"]
    assert str(made.parent) not in health.text
    assert alone.post("/api/predict", json={"x": 1.0}).status_code == 503
    if place != "index.json":
        beside = client_of(made)
        assert beside.get("/api/health").get_json()["status"] == "degraded"
        assert beside.post("/api/predict", json=student).status_code == 200
        assert beside.post("/api/predict?model=made", json={"x": 1.0}).status_code == 503


def test_a_link_within_the_folder_is_followed(made, client_of):
    """As volumes have it whose files are exchanged all at once."""
    (made / "made").rename(made / "data")
    (made / "made").symlink_to("data")
    client = client_of(made, default_model="made")
    assert client.post("/api/predict", json={"x": 4.0}).get_json()["prediction"] == 8.0


def test_the_folder_itself_may_be_a_link(made, client_of, tmp_path):
    """Deployments that switch between two of them have it so."""
    (tmp_path / "current").symlink_to(made)
    client = client_of(tmp_path / "current", default_model="made")
    assert client.post("/api/predict", json={"x": 4.0}).get_json()["prediction"] == 8.0


WITHOUT_RIGHTS = """
import json, os
from pathlib import Path
from werkzeug.test import Client
from mlapi.app import create_app
from mlapi.settings import Settings

def health(name):
    settings = Settings(artifacts=Path("artifacts"), default_model=name)
    said = Client(create_app(settings)).get("/api/health")
    return [said.status_code, said.get_json()["status"], said.get_json().get("reason")]

for name in ("made", "math-score"):
    health(name)  # All that is imported late is imported now, since nobody else may read it.
if os.geteuid() == 0:
    os.seteuid(65534)
for name in ("made", "math-score"):
    print(json.dumps(health(name)))
"""


@pytest.mark.parametrize("place", FILES + FOLDERS)
def test_what_may_not_be_read_is_named(made, place):
    """Root may read everything, so that the server is somebody else here."""
    for folder in (made.parent, made, *made.rglob("*")):
        folder.chmod(0o755)
    (made / place).chmod(0)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "ml-api")}
    command = [sys.executable, "-c", WITHOUT_RIGHTS]
    done = subprocess.run(
        command, cwd=made.parent, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    (made / place).chmod(0o755)
    assert done.returncode == 0, done.stderr
    alone, beside = map(json.loads, done.stdout.splitlines())
    assert alone == [503, "unhealthy", f"{named(place)} can't be read (PermissionError)"]
    assert beside[:2] == ([503, "unhealthy"] if place == "index.json" else [200, "degraded"])


def test_a_model_that_its_card_says_is_huge_is_refused_before_it_is_read(made, client_of):
    """Ten gigabytes that are not even there."""
    card = number_card() | {"files": {"model.onnx": {"bytes": 10_000_000_000, "sha256": "0" * 64}}}
    folder = put(made, "made", card, b"")
    sparse(folder / "model.onnx")
    tracemalloc.start()
    health = client_of(made, default_model="made").get("/api/health").get_json()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert health["reason"] == "made/1/model.onnx is larger than 2000 MB"
    assert peak < 50_000_000


def test_a_large_file_is_verified_without_holding_it(tmp_path):
    """Memory stays flat however large a model is, until it is loaded."""
    size = 100_000_000
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    found = regular.digest(tmp_path, "large", most=size, exactly=size)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == sha256(bytes(size)).hexdigest()
    assert peak < 5_000_000


NESTED = b"[" * 200_000
_HASH = sha256(b'{"seconds":Infinity}').hexdigest()
ENDLESS = f'{{\n "seconds": Infinity,\n "sha256": "{_HASH}"\n}}\n'.encode()
"""Sealed as Python would, by a hash that is right."""


@pytest.mark.parametrize(
    ("place", "data", "reason"),
    [
        pytest.param("index.json", b" " * 5_000_001, "index.json is larger than 5 MB", id="huge-index"),
        pytest.param("made/1/run.json", b" " * 5_000_001, "run.json is larger than 5 MB", id="huge-run"),
        pytest.param("index.json", NESTED, "index.json is not sealed JSON", id="nested-index"),
        pytest.param("made/1/run.json", NESTED, "made/1/run.json is not sealed JSON", id="nested-run"),
        pytest.param("made/1/run.json", ENDLESS, "is not sealed JSON", id="infinite-run"),
        pytest.param("made/1/run.json", b'{"sha256": 5}', "does not match its own sha256", id="unsealed-run"),
        pytest.param("made/1/run.json", b"[]", "made/1/run.json is not sealed JSON", id="list-run"),
    ],
)  # fmt: skip
def test_sealed_files_that_are_huge_nested_or_infinite_are_named(made, client_of, place, data, reason):
    """None of them costs the process more than it takes to say so."""
    (made / place).write_bytes(data)
    health = client_of(made, default_model="made").get("/api/health")
    assert health.status_code == 503
    assert reason in health.get_json()["reason"]


def changed(**change):
    """Return the number model's card with other entries."""
    return number_card() | change


def of_feature(**change):
    """Return the number model's card with another feature."""
    return changed(features=[number_card()["features"][0] | change])


def of_input(**change):
    """Return the number model's card with another schema."""
    return changed(input=number_card()["input"] | change)


def spoken(old, new):
    """Return the number model's card as text in which something is written otherwise."""
    text = json.dumps(number_card() | {"name": "made", "files": {}})
    assert old in text
    return text.replace(old, new, 1).encode()


NUMBER = {"type": "number"}
INTERVAL = number_card()["interval"]
CARDS = {
    "huge": b" " * 5_000_001,
    "nested": NESTED,
    "infinite": spoken('"format": 1', '"format": 1, "seed2": 1e999'),
    "twice": spoken('"format": 1', '"format": 1, "format": 1'),
    "half-a-character": spoken('"format": 1', '"format": 1, "x": "\\ud800"'),
    "endless-number": changed(interval=INTERVAL | {"quantile": 10**400}),
    "no-size": changed(files={"model.onnx": {"sha256": "0" * 64}}),
    "size-below-zero": changed(files={"model.onnx": {"bytes": -1, "sha256": "0" * 64}}),
    "size-as-text": changed(files={"model.onnx": {"bytes": "1", "sha256": "0" * 64}}),
    "file-above": changed(files={"../../math-score/1/model.onnx": {"bytes": 1, "sha256": "0" * 64}}),
    "no-model": changed(files={}),
    "other-feature": of_feature(name="z"),
    "other-kind": of_feature(kind="category", values=["a"], open=True),
    "unknown-kind": of_feature(kind="picture"),
    "nullable-but-required": of_feature(nullable=True),
    "no-feature": changed(features=[]),
    "same-feature-twice": changed(features=number_card()["features"] * 2),
    "another-input": of_input(properties={"x": NUMBER, "z": NUMBER}),
    "text-for-number": of_input(properties={"x": {"type": "string"}}),
    "open-input": of_input(additionalProperties=True),
    "schema-elsewhere": of_input(properties={"x": NUMBER | {"$ref": "http://127.0.0.1:9/schema"}}),
    "schema-of-a-file": of_input(**{"$ref": "file:///dev/zero"}),
    "endless-pattern": of_input(properties={"x": NUMBER | {"pattern": "(a+)+$"}}),
    "matrix-of-columns": changed(engine=number_card()["engine"] | {"form": "picture"}),
    "goldens-of-others": changed(goldens=[{"input": {"z": 1.0}, "prediction": 2.0}]),
    "goldens-of-texts": changed(goldens=[{"input": {"x": "1"}, "prediction": "2"}]),
    "goldens-without-answers": changed(goldens=[{"input": {"x": 1.0}}]),
    "no-goldens": changed(goldens=[]),
    "nothing-to-show": changed(plots={}),
    "no-floors": changed(floors={}),
    "scores-as-a-number": changed(scores=5),
    "limitations-as-a-text": changed(limitations="none"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_that_lies_stops_its_own_model(made, client_of, student, card):
    """Its hash is right. The API starts, and says which bundle it is."""
    put(made, "made", card, doubling().SerializeToString())
    health = client_of(made, default_model="made").get("/api/health")
    assert (health.status_code, health.get_json()["status"]) == (503, "unhealthy")
    assert health.get_json()["reason"].startswith("made/1")
    assert str(made.parent) not in health.text
    beside = client_of(made)
    assert beside.post("/api/predict?model=made", json={"x": 1.0}).status_code == 503
    assert beside.get("/api/health").get_json()["status"] == "degraded"
    assert beside.post("/api/predict", json=student).status_code == 200
    assert beside.get("/").status_code == 200


def test_a_pickled_bundle_is_refused_unless_it_is_allowed(kinds, client_of):
    """And the reason says what to set, and why one should think before."""
    refused = client_of(kinds, default_model="mixed-array").get("/api/health").get_json()["reason"]
    said = "is served from model.joblib, and unpickling that runs code: set ALLOW_PICKLE=1 to allow it"
    assert refused == f"mixed-array/1 {said}"
    allowed = client_of(kinds, default_model="mixed-array", allow_pickle=True)
    assert allowed.get("/api/health").get_json()["status"] == "healthy"


def test_a_file_that_is_swapped_while_it_is_loaded_is_never_believed(made, tmp_path):
    """Whenever it happens: the answers are those of the bytes that were hashed, or there are none."""
    good, bad = (doubling(by).SerializeToString() for by in (2.0, 3.0))
    assert len(good) == len(bad)
    place, over = made / "made" / "1" / "model.onnx", threading.Event()

    def swap():
        at = 0
        while not over.is_set():
            at += 1
            (tmp_path / "next").write_bytes(bad if at % 2 else good)
            (tmp_path / "next").replace(place)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        outcomes = [outcome(made) for _ in range(150)]
    finally:
        over.set()
        swapping.join()
    assert set(outcomes) == {"served", "made/1/model.onnx does not match its sha256 in bundle.json"}


def outcome(artifacts):
    """Load the small model once; return that its answers are right, or why there are none."""
    models = Models(artifacts, allow_pickle=False, max_rows=10)
    try:
        model = models.ready(models.slot("made", None))
    except BrokenModel as error:
        return str(error)
    answers = model.engine(model.plan.columns([{"x": 7.0}])).predictions.tolist()
    assert answers == [14.0]
    return "served"
