"""What is installed is weighed without what Python compiled; memory is that of all processes."""

import os
import sys

import pytest

from bench.machine import machine, packages, requirements
from bench.memory import pss_mib, tree
from bench.server import serving
from bench.size import bytes_below, installed_mib
from tests.bench.tiny import ONE, tiny

MIB = 1024 * 1024


@pytest.fixture
def venv(tmp_path):
    """Give a virtual environment with one package of a mebibyte."""
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "some" / "__pycache__").mkdir(parents=True)
    (site / "some" / "code.py").write_bytes(b"#" * MIB)
    (site / "some" / "__pycache__" / "code.pyc").write_bytes(b"#" * MIB)
    (site / "Some_Thing-1.2.dist-info").mkdir()
    (site / "Some_Thing-1.2.dist-info" / "METADATA").write_text("Name: Some_Thing\nVersion: 1.2\n")
    return tmp_path


def test_compiled_files_and_links_weigh_nothing(venv):
    """Python makes the first itself; the second lead elsewhere."""
    (venv / "lib/python3.11/site-packages/link").symlink_to("/usr")
    size = installed_mib(tiny(venv=venv))
    assert size == pytest.approx(1, abs=0.001)


def test_without_an_environment_of_its_own_there_is_no_size():
    """It is not zero."""
    assert installed_mib(tiny()) is None


def test_an_empty_folder_weighs_nothing(tmp_path):
    """Nor does one that is not there."""
    assert bytes_below(tmp_path) == 0
    assert bytes_below(tmp_path / "none") == 0


def test_packages_are_those_of_the_environment_and_not_ours(venv, tmp_path):
    """By the names that indexes use; requirements are those of the file."""
    file = tmp_path / "requirements.txt"
    file.write_text(
        "# all it needs\n-r other.txt\nSome_Thing==1.2 ; python_version > '3'\nflask[async]==3\n\n"
    )
    own = tiny(venv=venv, requirements=file)
    assert packages(own) == {"some-thing": "1.2"}
    assert requirements(own) == ["flask", "some-thing"]
    assert (packages(tiny()), requirements(tiny())) == ({}, [])


@pytest.mark.skipif(sys.platform != "linux", reason="it needs /proc")
def test_memory_is_that_of_a_process_and_its_children(tmp_path):
    """More than that of the first alone."""
    note = tmp_path / "pids"
    with serving(tiny("family", str(note))) as server:
        server.wait(tiny().body(ONE))
        parent, child = map(int, note.read_text().split())
        assert {each.pid for each in tree(parent)} == {parent, child}
        both, one = pss_mib(parent), pss_mib(child)
    assert both
    assert one
    assert both > one > 0


def test_a_process_that_has_ended_has_no_memory():
    """And no tree."""
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    assert tree(pid) == []


def test_the_machine_is_named():
    """Every word of it, also where wrk says nothing."""
    found = machine("false")
    assert found["wrk"] == "unknown"
    assert found["cores"] >= 1
    assert all(found[key] for key in ("cpu", "os", "kernel", "python", "memory_mib"))
