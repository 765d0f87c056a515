"""Does the monitor expect the answers of the bundles that are deployed?"""

from collections.abc import Iterator
from pathlib import Path

from mlapi.bundle import BundleFault, open_bundle, read_index
from monitor import pins
from monitor.pins import Pins, PinsError
from monitor.shapes import WrongShape
from tools.deploying.finding import Finding, fault, ok, unchecked, warning

ABOUT = "goldens.json"
PIN = "python -m training pin"


def pin_findings(root: Path) -> Iterator[Finding]:
    """Yield where the monitor's pins and the API's bundles differ."""
    try:
        deployed = _deployed(root / "ml-api" / "artifacts")
        expected = pins.shipped(root / "monitoring" / "goldens.json")
    except (BundleFault, WrongShape) as error:
        yield unchecked(ABOUT, f"can't be held against the bundles: {error}")
    except PinsError as error:
        yield fault(ABOUT, str(error), PIN)
    else:
        yield from list(_differences(expected, deployed)) or [
            ok(ABOUT, "holds the answers of the bundles that are deployed")
        ]


def _deployed(artifacts: Path) -> Pins:
    """Return what the monitor would read of each bundle's card."""
    return {
        (name, version): pins.read(
            {**open_bundle(artifacts / name / version, sha256).card, "sha256": sha256}, f"{name}/{version}"
        )
        for name, versions in read_index(artifacts).items()
        for version, sha256 in versions.items()
    }


def _differences(expected: Pins, deployed: Pins) -> Iterator[Finding]:
    for key, pin in deployed.items():
        bundle = " ".join(key)
        if key not in expected:
            yield warning(ABOUT, f"lacks {bundle}: the monitor would trust what it answers first", PIN)
        elif expected[key] != pin:
            said = f"has another hash or other answers of {bundle}: the monitor would call it down"
            yield fault(ABOUT, said, PIN)
    for key in expected.keys() - deployed.keys():
        yield warning(ABOUT, f"has {' '.join(key)}, which is not deployed", PIN)
