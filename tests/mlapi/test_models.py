"""Models are loaded once, on first use, whoever asks."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from mlapi.bundle import newest_first
from mlapi.models import Models, UnknownModel
from mlapi.settings import ARTIFACTS


def models():
    """Return the shipped models, none of them loaded."""
    return Models(ARTIFACTS, allow_pickle=False, max_rows=10)


def test_a_model_is_loaded_on_first_use_and_once():
    """Thirty-two threads get the very same object."""
    shipped = models()
    slot = shipped.slot("penguins", None)
    assert slot.state == "verified"
    with ThreadPoolExecutor(32) as pool:
        found = set(pool.map(lambda _: id(shipped.ready(slot)), range(32)))
    assert len(found) == 1
    assert slot.state == "ready"


def test_many_threads_get_the_answers_of_one(client, cards):
    """Nothing is shared between calls but what never changes."""
    jobs = [(card["name"], golden) for card in cards.values() for golden in card["goldens"]] * 20

    def ask(job):
        name, golden = job
        answer = Client(client.application).post(f"/api/predict?model={name}", json=golden["input"])
        return json.dumps(answer.get_json()["prediction"])

    alone = [ask(job) for job in jobs]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, jobs)) == alone


def test_versions_are_ordered_by_number():
    """Ten is newer than nine."""
    assert newest_first(["1", "10", "9", "2.1", "2"]) == ["10", "9", "2.1", "2", "1"]


@pytest.mark.parametrize(("name", "version"), [("unknown", None), ("penguins", "0.9")])
def test_what_is_not_there_is_unknown(name, version):
    """By name and by version."""
    with pytest.raises(UnknownModel):
        models().slot(name, version)
