"""Writes ../rendered/*.json from the code: `make dashboards`."""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from observability.grafana.dashboards import api, model, pipeline, system

RENDERED = Path(__file__).resolve().parent.parent / "rendered"
DASHBOARDS = {
    "api.json": api.dashboard,
    "model.json": model.dashboard,
    "pipeline.json": pipeline.dashboard,
    "system.json": system.dashboard,
}


def texts() -> dict[str, str]:
    """Return what each file must hold, by its name."""
    return {
        name: json.dumps(made(), cls=JSONEncoder, indent=1, sort_keys=True) + "\n"
        for name, made in DASHBOARDS.items()
    }


def main() -> None:
    """Write every dashboard, and nothing else."""
    RENDERED.mkdir(exist_ok=True)
    for name, text in texts().items():
        (RENDERED / name).write_text(text)
        print(f"{RENDERED.relative_to(Path.cwd())}/{name}" if RENDERED.is_relative_to(Path.cwd()) else name)


if __name__ == "__main__":
    main()
