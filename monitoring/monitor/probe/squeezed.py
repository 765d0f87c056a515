"""Keeps a sample small whatever the API sends: ninety days of them fit into a small store. Pure."""

import json
from collections.abc import Callable
from typing import Any, cast

from monitor.sample import Sample

MOST = 60_000
"""Characters of JSON, with everything beyond ASCII escaped."""
# How many characters texts and how many entries lists may have, more and more narrow. Names, versions and
# hashes have 64 characters at most and stay whole.
_STEPS = ((300, 40), (100, 20), (64, 10), (64, 5))


def squeezed(sample: Sample) -> Sample:
    """Return a sample cut as little as makes it fit."""
    for narrower in (*_CUTS, _default_alone, _bare):
        if _size(sample) <= MOST:
            break
        sample = narrower(sample)
    return sample


def _default_alone(sample: Sample) -> Sample:
    """Return what is said of the default model."""
    models = [model for model in sample["models"] if model["default"]]
    goldens = [each for each in sample["goldens"] if each["default"]]
    return cast(Sample, {**sample, "models": models, "goldens": goldens})


def _bare(sample: Sample) -> Sample:
    """Return what the verdict needs: nobody honest sends so much that only this is left."""
    goldens = [{**each, "differing": [], "examples": []} for each in sample["goldens"]]
    return cast(Sample, {**sample, "models": [], "goldens": goldens})


def _cut(value: Any, longest: int, most: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else value[: longest - 1] + "…"
    if isinstance(value, list):
        return [_cut(each, longest, most) for each in value[:most]]
    if isinstance(value, dict):
        return {key: _cut(each, longest, most) for key, each in value.items()}
    return value


def _size(sample: Sample) -> int:
    return len(json.dumps(sample))


def _to(longest: int, most: int) -> Callable[[Sample], Sample]:
    return lambda sample: cast(Sample, _cut(sample, longest, most))


_CUTS = tuple(_to(*step) for step in _STEPS)
