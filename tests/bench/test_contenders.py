"""The catalogue: rows that are whole, exact pins, environments made once, and servers that answer right."""

import re
import shutil
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench import agree
from bench.catalogue import CATALOGUE, Entry, contenders
from bench.contender import Contender, NotAvailable
from bench.contenders import model
from bench.environments import MARK, ROOT, made, pins, venv
from bench.server import serving
from mlapi.settings import from_env
from tests.conftest import Require

HERE = Path(sys.prefix)
EXACT = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?==[0-9]+(\.[0-9]+)*")
TRAINING = pins(ROOT / "training" / "requirements.txt")
OURS = {*TRAINING, *pins(ROOT / "ml-api" / "requirements.txt"), *pins(ROOT / "tools" / "requirements.txt")}
PICKLING = ("scikit-learn", "joblib", "numpy", "pandas")
# What serves them is in the project's own environment too.
AT_HOME = [entry for entry in CATALOGUE if entry.kind != "peer" or entry.name == "naive"]
PEERS = [entry for entry in CATALOGUE if entry.kind == "peer"]

each = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
each_peer = pytest.mark.parametrize("entry", PEERS, ids=lambda entry: entry.name)


def project_of(pin: str) -> str:
    """Return a pin's project without what is optional in it."""
    return re.split(r"[\[=<>]", pin)[0]


@each
def test_a_row_is_whole(entry: Entry) -> None:
    """A short name, a title, a place with its requirements, and a form for one row and many."""
    assert re.fullmatch("[a-z]+(-[a-z]+)?", entry.name)
    assert entry.title
    assert entry.requirements.is_file()
    bodies = {entry.wire.body(model.rows(count)) for count in (1, 2, 30)}
    assert len(bodies) == 3


def test_names_and_titles_tell_rows_apart() -> None:
    """Each is there once; there is one floor."""
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)
    assert len({entry.title for entry in CATALOGUE}) == len(CATALOGUE)
    assert [entry.name for entry in CATALOGUE if entry.kind == "floor"] == ["echo"]


@each
def test_every_pin_is_exact(entry: Entry) -> None:
    """No range, no package without a version."""
    wanted = [*pins(entry.requirements), *entry.packages()]
    assert [pin for pin in wanted if not EXACT.fullmatch(pin)] == []


@each
def test_what_the_project_pins_too_has_its_version(entry: Entry) -> None:
    """The pickle needs that; and a server of another version would be another floor."""
    ours = {project_of(pin): pin for pin in OURS}
    shared = [pin for pin in pins(entry.requirements) if project_of(pin) in ours]
    assert [pin for pin in shared if pin != ours[project_of(pin)]] == []


@each_peer
def test_peers_pin_what_the_pickle_needs(entry: Entry) -> None:
    """In the versions that training fitted it with."""
    wanted = {pin for pin in OURS if project_of(pin) in PICKLING}
    assert len(wanted) == len(PICKLING)
    assert wanted <= set(pins(entry.requirements))


def test_names_choose_and_keep_the_order() -> None:
    """Without names all take part; an unknown one is named."""
    assert [entry.name for entry in contenders(["naive", "tandem"])] == ["tandem", "naive"]
    assert contenders() == list(CATALOGUE)
    with pytest.raises(ValueError, match="No contender is called nobody; there are tandem, "):
        contenders(["echo", "nobody"])


def test_counting_nothing_is_all_that_differs(tmp_path: Path) -> None:
    """What says that there is no store changes no other setting."""
    counted, uncounted = (
        from_env({name: value.replace("{state}", str(tmp_path)) for name, value in entry.env.items()})
        for entry in contenders(["tandem", "tandem-uncounted"])
    )
    assert counted.counters_path == tmp_path / "counters.db"
    assert counted.receipt_secret
    assert not counted.redis_url
    assert not counted.rate_limit
    assert not uncounted.rate_limit
    # Whose proxy is trusted matters to limits alone, and there are none.
    same = {"rate_limit": counted.rate_limit, "trust_proxy": counted.trust_proxy}
    assert replace(uncounted, **same) == replace(counted, counters_path=None, on_vercel=True)


def test_nothing_but_the_store_and_limits_depend_on_the_platform() -> None:
    """Else an uncounted run would measure more than counting: it has no limits."""
    sources = (path for path in (ROOT / "ml-api").rglob("*.py") if path.parent.name != "access")
    asks = re.compile(r"on_vercel|\bVERCEL")
    # app.py: whether calls that don't take the lane have turns; those that are measured take it.
    assert {path.name for path in sources if asks.search(path.read_text())} == {"settings.py", "app.py"}


@pytest.fixture
def wheel(tmp_path: Path) -> str:
    """Give a small package that can be installed without a network."""
    path = tmp_path / "tiny-1.0-py3-none-any.whl"
    kept = {
        "tiny.py": "",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return str(path)


def test_an_environment_is_made_once_and_compiled(wheel: str, tmp_path: Path) -> None:
    """Another wish has another environment; a half one is made anew."""
    folder = venv("tiny", [wheel], tmp_path)
    (site,) = folder.glob("lib/python*/site-packages")
    assert list((site / "__pycache__").glob("tiny.*.pyc"))
    left = folder / "left"
    left.touch()
    assert venv("tiny", [wheel], tmp_path) == folder
    assert left.exists()
    (folder / MARK).unlink()
    assert venv("tiny", [wheel], tmp_path) == folder
    assert not left.exists()
    assert venv("tiny", [f"tiny @ file://{wheel}"], tmp_path) != folder


def test_what_can_not_be_installed_is_said(tmp_path: Path) -> None:
    """By the installer's last line, and tried again the next time."""
    for _ in range(2):
        with pytest.raises(NotAvailable, match=r"^tiny can't be installed: .*tiny-1\.0-py3-none-any\.whl"):
            venv("tiny", [str(tmp_path / "tiny-1.0-py3-none-any.whl")], tmp_path)


def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    """And leaves the contender out, like all that is missing."""
    (tmp_path / "file").touch()
    with pytest.raises(NotAvailable, match=r"^tiny can't be installed: .*file"):
        venv("tiny", [], tmp_path / "file")


def make(folder: Path, script: str) -> Path:
    """Run a script of Python that writes a folder."""
    return made("thing", folder, [sys.executable, "-c", f"import os, sys\n{script}"], {"TOLD": "so"})


def test_what_is_made_is_made_once(tmp_path: Path) -> None:
    """Though two want it at once."""
    log = tmp_path / "log"
    script = f"os.makedirs(sys.argv[1]); open({str(log)!r}, 'a').write(os.environ['TOLD'])"
    both = [threading.Thread(target=make, args=(tmp_path / "thing-1", script)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert (tmp_path / "thing-1").is_dir()
    assert log.read_text() == "so"


def test_what_was_made_by_half_is_not_taken(tmp_path: Path) -> None:
    """And what stopped it is said."""
    with pytest.raises(NotAvailable, match="thing can't be installed: no more"):
        make(tmp_path / "thing-1", "os.makedirs(sys.argv[1]); sys.exit('no more')")
    assert not (tmp_path / "thing-1").exists()
    assert make(tmp_path / "thing-1", "os.makedirs(sys.argv[1])").is_dir()


def answer_right(contender: Contender) -> None:
    """Start it, ask it everything, and look where it listens."""
    with serving(contender) as server:
        server.wait(contender.body(model.rows(1)))
        agree.check(server.base, contender)
        listening = listens(server.process.pid)
    assert ("127.0.0.1", server.port) in listening
    assert {host for host, _ in listening} == {"127.0.0.1"}


def listens(pid: int) -> set[tuple[str, int]]:
    """Return every address and port that a process and those below it listen on."""
    first = psutil.Process(pid)
    sockets = [socket for each in (first, *first.children(True)) for socket in each.net_connections("inet")]
    return {tuple(socket.laddr) for socket in sockets if socket.status == psutil.CONN_LISTEN}


@pytest.mark.slow
@pytest.mark.parametrize("entry", AT_HOME, ids=lambda entry: entry.name)
def test_it_answers_right(entry: Entry, require_real: Require) -> None:
    """With the project's own packages, which saves an installation."""
    if entry.redis:
        require_real(shutil.which("redis-server"), "redis-server is not on PATH")
    answer_right(entry.prepare(HERE))


@pytest.mark.peer
@each_peer
def test_a_peer_answers_right(entry: Entry, require_real: Require) -> None:
    """In its own environment."""
    try:
        contender = entry.prepare()
    except NotAvailable as error:
        require_real(False, str(error))
        raise
    answer_right(contender)
