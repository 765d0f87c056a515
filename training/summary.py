"""What a person reads at the end of a training run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.interval_scale import in_words
from training.pipeline import Trained


def summary(trained: Trained, root: Path) -> str:
    """Return the summary: scores beside a dummy's, interval, candidates, engine, size, path, next steps."""
    return "\n".join(_lines(trained, root))


def _lines(trained: Trained, root: Path) -> Iterator[str]:
    card, written = trained.card, trained.written
    state = "" if written.changed else " (unchanged: the same bundle was there, only its run is new)"
    yield f"\n{card['title']}: {card['name']} {written.version}{state}"
    data = card["data"]
    yield f"data        {data['rows']:,} rows of {data['source']}{', synthetic' if data['synthetic'] else ''}"
    for name, score in card["scores"].items():
        yield f"{name:18}{_score(score)}   a dummy's {score['dummy']:.3f}"
    yield f"            {card['scoring']['method']}"
    yield from _interval(card)
    yield from _candidates(card)
    yield f"engine      {card['engine']['name']}: {card['engine']['reason']}"
    sizes = [f"{name} {held['bytes'] / 1000:.1f} kB" for name, held in card["files"].items()]
    yield f"size        {', '.join(sizes)}"
    yield f"bundle      {written.path}"
    yield from (f"mind        {sentence}" for sentence in card["limitations"])
    yield ""
    yield from _next(root)


def _score(score: dict[str, Any]) -> str:
    return f"{score['value']:.3f}  [{score['low']:.3f}, {score['high']:.3f}]"


def _interval(card: dict[str, Any]) -> Iterator[str]:
    if card["interval"]:
        interval, coverage = card["interval"], card["interval"]["coverage"]
        reach = in_words(interval["scale"], interval["quantile"], card["output"]["unit"])
        yield (
            f"interval    90%: {reach}, which held {coverage['value']:.1%} of unseen rows "
            f"[{coverage['low']:.1%}, {coverage['high']:.1%}]"
        )


def _candidates(card: dict[str, Any]) -> Iterator[str]:
    score = card["floors"]["score"]
    for each in card["candidates"]:
        mark = "chosen" if each["chosen"] else ""
        yield f"candidate   {each['name']:24}{score} {_score(each['scores'][score])}  {mark}".rstrip()


def _next(root: Path) -> Iterator[str]:
    yield f"next        python -m training verify --artifacts {root}"
    yield "            checks every bundle as serving will; then `make run` tries it here,"
    yield "            and a commit of the folder puts it online with the next deployment"
