"""Deployment folders for doctor's tests, and wheels that a real resolver installs without a network."""

import json
import zipfile
from pathlib import Path
from typing import Any

from training.sealed import seal, sha256

APP = "app = object()\n"
ONNX = {"name": "onnx", "form": "matrix"}
ARRAY = {"name": "sklearn", "form": "array"}


def deployment(folder: Path, requirements: str = "", app: str = APP) -> Path:
    """Write a folder that the platform would take; what it asks for comes from the wheels beside it alone."""
    (folder / "api").mkdir(parents=True)
    (folder.parent / "wheels").mkdir()
    (folder / "api" / "index.py").write_text(app)
    (folder / "requirements.txt").write_text(f"--no-index\n--find-links ../wheels\n{requirements}")
    return folder


def wheel(
    folder: Path,
    name: str,
    files: dict[str, str] | None = None,
    *,
    version: str = "1",
    needs: tuple[str, ...] = (),
) -> None:
    """Write a wheel with files, or with one empty module of its name, beside a deployment."""
    info = f"{name}-{version}.dist-info"
    held = files if files is not None else {f"{name}.py": ""}
    asked = "".join(f"Requires-Dist: {need}\n" for need in needs)
    held = held | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{asked}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = folder.parent / "wheels" / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, text in held.items():
            archive.writestr(place, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{place},,\n" for place in [*held, f"{info}/RECORD"]))


def bundles(folder: Path, **engines: dict[str, str]) -> None:
    """Write bundles with these engines, as far as doctor looks at them."""
    root = folder / "artifacts"
    index: dict[str, Any] = {}
    for name, engine in engines.items():
        place = root / name / "1"
        place.mkdir(parents=True)
        pickle = f"the pickle of {name}".encode()
        (place / "model.joblib").write_bytes(pickle)
        said = {"model.joblib": {"bytes": len(pickle), "sha256": sha256(pickle)}}
        card = json.dumps({"engine": engine, "files": said}).encode()
        (place / "bundle.json").write_bytes(card)
        index[name] = {"1": {"bytes": len(card), "sha256": sha256(card)}}
    (root / "index.json").write_bytes(seal({"bundles": index}))
