"""What serving asks of a card before it believes it: the shape that docs/bundle.md gives. Pure."""

from typing import Any

from mlapi.intervals import is_sound

MODEL_FILES = ("model.joblib", "model.onnx")
SCALE = ("mean", "deviation")
LONGEST_CLASS = 200
LARGEST = 1e100  # Its square, times any count, is a float.
TYPES = {
    "number": ("number",),
    "integer": ("integer",),
    "boolean": ("boolean",),
    "category": ("string", "integer"),
}
SHOWN = {
    **dict.fromkeys(("scores", "scoring", "floors", "data", "libraries", "plots"), dict),
    **dict.fromkeys(("candidates", "limitations"), list),
    "seed": int,
}
PARTS = {
    "data": {"source", "licence", "rows", "synthetic", "note"},
    "floors": {"score", "warning", "critical"},
}
PLOTS = {"regression": {"predicted", "residuals"}, "classification": {"confusion"}}
SCHEMA = "https://json-schema.org/draft/2020-12/schema"
# No more than these: a schema can also send for others, and hold patterns that take for ever.
SAYS = {"type", "enum", "minimum", "maximum", "maxLength", "description", "x-unit"}
FORMS = {"onnx": ("columns", "matrix"), "sklearn": ("array", "frame")}


def is_whole(card: dict[str, Any]) -> bool:
    """Return whether a card has what serving reads of it before its model is loaded.

    Raises what its parts raise where they have another shape: KeyError, TypeError and their like.
    """
    engine, files = card["engine"], card["files"]
    return (
        engine["form"] in FORMS[engine["name"]]
        and set(files) <= set(MODEL_FILES)
        and all(isinstance(entry["sha256"], str) for entry in files.values())
        and all(isinstance(entry["bytes"], int) and entry["bytes"] >= 0 for entry in files.values())
        and card["task"] in ("regression", "classification")
        and card["explain"]["method"] in ("additive", "shapley", "none")
        and all(isinstance(card[key], str) for key in ("title", "description"))
        and _is_shown(card)
        and _are_features(card["features"], card["input"])
        and _is_output(card["task"], card["output"])
        and _is_baseline(card)
        and (card["task"] == "classification" or is_sound(card["interval"]))
    )


def _is_shown(card: dict[str, Any]) -> bool:
    """Return whether all is there that the page shows of a model, or a person would get no page."""
    parts = PARTS | {"plots": PLOTS[card["task"]]}
    return all(isinstance(card[key], kind) for key, kind in SHOWN.items()) and all(
        wanted <= set(card[key]) for key, wanted in parts.items()
    )


def _are_features(features: list[Any], schema: dict[str, Any]) -> bool:
    """Return whether the features and the schema of a row, which was made of them, say the same of inputs."""
    names = [feature["name"] for feature in features]
    required = [feature["name"] for feature in features if not feature["nullable"]]
    properties = schema["properties"]
    return (
        len(set(names)) == len(names) > 0
        and set(properties) == set(names)
        and sorted(schema["required"]) == sorted(required)
        and set(schema) <= {"$schema", "type", "properties", "required", "additionalProperties", "examples"}
        and [schema["$schema"], schema["type"], schema["additionalProperties"]] == [SCHEMA, "object", False]
        and all(_is_property(feature, properties[feature["name"]]) for feature in features)
    )


def _is_property(feature: dict[str, Any], said: dict[str, Any]) -> bool:
    types = [said["type"]] if isinstance(said["type"], str) else said["type"]
    wanted = [[kind, "null"] if feature["nullable"] else [kind] for kind in TYPES[feature["kind"]]]
    return set(said) <= SAYS and types in wanted


def _is_baseline(card: dict[str, Any]) -> bool:
    """Return whether the training data's distribution has the bins of every feature."""
    bins = card["baseline"]["features"]
    return set(bins) == {feature["name"] for feature in card["features"]} and all(
        all(isinstance(edge, int | float) for edge in said["edges"])
        if "edges" in said
        else all(isinstance(value, str | int) for value in said["values"])
        for said in bins.values()
    )


def _is_output(task: str, output: dict[str, Any]) -> bool:
    """Return whether classes are listed, or the target's mean and deviation are both sound or both absent."""
    scale = [output[key] for key in SCALE if key in output]
    if task == "classification":
        classes = output["classes"]
        return isinstance(classes, list) and all(map(_is_class, classes)) and not scale
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in scale)
    sound = numbers and all(abs(each) <= LARGEST for each in scale)
    return not scale or (len(scale) == len(SCALE) and sound and output["deviation"] > 0)


def _is_class(label: Any) -> bool:
    return isinstance(label, str | int) and len(str(label)) <= LONGEST_CLASS
