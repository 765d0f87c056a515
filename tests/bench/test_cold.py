"""A cold start ends with a right answer, and nothing of the server is left after it."""

import os
import sys
from pathlib import Path

import pytest

from bench.asking import Question, Unfit
from bench.cold import cold_ms
from bench.server import environment, serving
from tests.bench.tiny import ONE, tiny
from tools.local_server import is_free

ASKED = Question(tiny().body(ONE), [8.0])


def test_it_takes_as_long_as_a_process_takes():
    """More than Python itself needs, less than the patience."""
    assert 5 < cold_ms(tiny(), ASKED) < 30_000


def test_a_server_that_is_not_ready_is_asked_until_it_is():
    """Its first answers with another status are none."""
    assert cold_ms(tiny("late"), ASKED) > 20 * 2


BAD = {
    "ended": ("gone", r"ended by itself \(exit code 1\): no such model"),
    "wrong": ("wrong", "first answer is not the one that was checked"),
}


@pytest.mark.parametrize(("mode", "reason"), BAD.values(), ids=BAD)
def test_without_a_right_answer_there_is_no_number(mode, reason):
    """The reason has the server's last words."""
    with pytest.raises(Unfit, match=reason):
        cold_ms(tiny(mode), ASKED)


def test_a_program_that_is_not_there_is_named():
    """No traceback."""
    missing = tiny(command=lambda port: ["/nowhere/python"])
    with pytest.raises(Unfit, match=r"/nowhere/python can't be started: No such file"):
        cold_ms(missing, ASKED)


def test_an_answer_that_can_not_be_read_is_said():
    """With what it says."""
    with pytest.raises(Unfit, match=r"can't be read.*\[8\]"):
        cold_ms(tiny(read=lambda answer: [float(answer)]), ASKED)


def alive(pid):
    """Tell whether a process is there and is no zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_all_its_processes_end_with_it(tmp_path):
    """Those in sessions of their own, too; and its port is free."""
    note = tmp_path / "pids"
    with serving(tiny("family", str(note))) as server:
        server.first_answer(ASKED)
        port = server.port
        pids = [int(pid) for pid in note.read_text().split()]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))
    assert is_free(port)


def interrupted(server):
    """Press Ctrl-C once it answers."""
    server.first_answer(ASKED)
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_they_end_when_the_run_is_interrupted(tmp_path):
    """Whatever was going on."""
    note = tmp_path / "pids"
    with pytest.raises(KeyboardInterrupt), serving(tiny("family", str(note))) as server:
        interrupted(server)
    assert not any(map(alive, map(int, note.read_text().split())))


def test_each_start_has_a_fresh_folder_and_nothing_of_ours(tmp_path):
    """`{state}` names it; the programs of its own environment come first."""
    own = tiny(env={"COUNTERS_PATH": "{state}/counters.db", "KEPT": "{other}"}, venv=tmp_path / "venv")
    found = environment(own, tmp_path / "state", {"REDIS_URL": "redis://there"})
    assert found.pop("PATH") == f"{tmp_path}/venv/bin:{os.environ['PATH']}"
    assert found == {
        "HOME": os.environ.get("HOME", ""),
        "COUNTERS_PATH": f"{tmp_path}/state/counters.db",
        "KEPT": "{other}",
        "REDIS_URL": "redis://there",
    }


def test_a_redis_of_its_own_is_up_before(require_real, tmp_path):
    """And ends after it."""
    from tests.redis_server import FOUND, MISSING

    require_real(FOUND, MISSING)
    told = "import os, sys, time; print(os.environ['REDIS_URL'], flush=True); time.sleep(60)"
    with serving(tiny(redis=True, command=lambda port: [sys.executable, "-c", told])) as server:
        while not (said := server.process.log.read_text()):
            server.process.check_alive()
        port = int(said.split(":")[2].split("/")[0])
        assert not is_free(port)
    assert is_free(port)
