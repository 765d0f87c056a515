"""A writer that is killed, or whose disk is full, leaves the bundles that were there whole."""

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.training.bundles import assert_whole, put
from training.sealed import sha256
from training.writer import WriteError, read_index

ROOT = Path(__file__).resolve().parents[2]
KILLS = 30

# Writes one version after the other until it is killed.
ENDLESS = """
import sys
from pathlib import Path
from tests.training.bundles import put
print("ready", flush=True)
for number in range(10_000):
    put(Path(sys.argv[1]), content=b"%d" % number + bytes(20_000))
"""

# Kills itself before the nth thing that it asks the file system for.
STEPWISE = """
import os, signal, sys
from pathlib import Path
from tests.training.bundles import put
left = int(sys.argv[2])
def count(event, arguments):
    global left
    if event == "open" or event.startswith(("os.", "shutil.", "fcntl.")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
put(Path(sys.argv[1]), content=b"new")
"""


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start Python on a piece of code."""
    words = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_writer_killed_at_random_leaves_whole_bundles(tmp_path: Path) -> None:
    """After every one of 30 kills each listed bundle is whole, and the next writer goes on."""
    moments = random.Random(0)
    for _ in range(KILLS):
        with child(ENDLESS, tmp_path) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.06))
            writer.send_signal(signal.SIGKILL)
        assert_whole(tmp_path)
    before = len(read_index(tmp_path)["toy"])
    assert before > 1
    put(tmp_path, content=b"last")
    assert len(read_index(tmp_path)["toy"]) == before + 1
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_a_writer_killed_at_each_step_leaves_whole_bundles(tmp_path: Path) -> None:
    """Killed before each of its steps, it leaves version 1 whole, and version 2 whole or not listed."""
    for step in range(1, 200):
        root = tmp_path / str(step)
        put(root, content=b"old")
        with child(STEPWISE, root, step) as writer:
            writer.communicate()
        assert_whole(root)
        assert set(read_index(root)["toy"]) in ({"1"}, {"1", "2"})
        if writer.returncode == 0:
            break
        put(root, content=b"new")
        assert set(read_index(root)["toy"]) == {"1", "2"}
        assert_whole(root)
    assert writer.returncode == 0
    assert step > 10


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.training.bundles import put
from training.errors import TrainingError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    put(Path(sys.argv[1]), content=b"n" * 50_000)
except TrainingError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("size", [0, 100, 300, 40_000])
def test_a_full_disk_leaves_the_old_whole(tmp_path: Path, size: int) -> None:
    """Where the writer can't write more than `size` bytes a file, it says so and changes nothing."""
    put(tmp_path)
    before = {path: sha256(path.read_bytes()) for path in tmp_path.rglob("*.j*")}
    with child(FULL, tmp_path, size) as writer:
        said = writer.communicate()[1]
    assert writer.returncode == 1
    assert said.startswith("the artifacts could not be written: File too large")
    assert {path: sha256(path.read_bytes()) for path in tmp_path.rglob("*.*") if path.is_file()} == before
    assert_whole(tmp_path)


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    """The system's reason is told, without a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="could not be written: "):
        put(tmp_path / "file" / "artifacts")


def test_writers_at_once_do_not_lose_each_others_bundles(tmp_path: Path) -> None:
    """Sixteen writers at once make sixteen versions."""
    threads = [
        threading.Thread(target=put, args=(tmp_path,), kwargs={"content": b"%d" % n}) for n in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_whole(tmp_path)
    assert len(read_index(tmp_path)["toy"]) == 16
