"""The servers of others that a stack is made of: what they are called, and where to get them."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A server of somebody else; `names`: its own on Debian, then elsewhere."""

    title: str
    names: tuple[str, ...]
    package: str


PROGRAMS: Mapping[str, Program] = {
    "redis": Program("Redis", ("redis-server",), "redis-server"),
    "node_exporter": Program(
        "node_exporter", ("prometheus-node-exporter", "node_exporter"), "prometheus-node-exporter"
    ),
    "pushgateway": Program(
        "Pushgateway", ("prometheus-pushgateway", "pushgateway"), "prometheus-pushgateway"
    ),
    "alertmanager": Program(
        "Alertmanager", ("prometheus-alertmanager", "alertmanager"), "prometheus-alertmanager"
    ),
    "prometheus": Program("Prometheus", ("prometheus",), "prometheus"),
}
"""In the order in which they start."""


def installed(which: Callable[[str], str | None] = shutil.which) -> dict[str, str]:
    """Return where each program is that is there."""
    found: dict[str, str] = {}
    for key, program in PROGRAMS.items():
        path = next(filter(None, map(which, program.names)), None)
        if path:
            found[key] = path
    return found


def how_to_install(missing: Iterable[str]) -> str:
    """Return what a person may do to have these too."""
    programs = [PROGRAMS[key] for key in missing]
    titles = ", ".join(program.title for program in programs)
    packages = " ".join(program.package for program in programs)
    return (
        f"Not installed, so not started: {titles}.\n"
        f"On Debian: apt-get install --no-install-recommends {packages}"
    )
