"""What is measured for the project alone: the built deployments, and the monitor's pages."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import MIB
from bench.monitor_pages import monitor_pages
from bench.reason import reason
from bench.results import Once
from tools import platform_build
from tools.platform_build import CannotBuild
from tools.progress import Live, Plain

BUILT = {"bundle_mib_ml_api": "ml-api", "bundle_mib_monitoring": "monitoring"}


def besides(rounds: int, shown: Plain | Live) -> dict[str, Once]:
    """Return measure -> numbers, or why there are none."""
    shown.say("Measuring the monitor's pages ...")
    pages = monitor_pages(rounds)
    shown.say("Building both deployments ...")
    return {**{key: built(name) for key, name in BUILT.items()}, **pages}


def built(name: str) -> Once:
    """Return what one build weighs; it is the same each time."""
    python312 = platform_build.find_python312()
    if not python312:
        return Once(missing="not built here: no Python 3.12 was found on PATH or under pyenv")
    try:
        with TemporaryDirectory(prefix="tandem-bench-") as folder:
            tool = platform_build.installed_tool()
            output = platform_build.build(tool, python312, platform_build.ROOT / name, Path(folder) / "copy")
            return Once(values=[round(platform_build.function_bytes(output) / MIB, 3)])
    except (CannotBuild, OSError) as error:
        lines = str(error).strip().splitlines() or ["it did not say why"]
        return Once(missing=reason(f"not built here: {lines[-1]}"))
