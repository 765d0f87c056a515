"""Which fields are encoded, with models unlike the shipped one."""

from mlapi.compat.encoding import EncodedCheck, encoded_schema, encoding


def category(name, values, *, opened=False, nullable=False):
    """Return a feature of a card with its property in the schema."""
    kind = ["string", "null"] if nullable else "string"
    said = {"type": kind} if opened else {"type": kind, "enum": [*values, None] if nullable else values}
    return {"name": name, "kind": "category", "open": opened, "values": values}, said


def schema_of(*pairs):
    """Return the encoding and the encoded schema of features."""
    made = encoding([feature for feature, _ in pairs])
    properties = {feature["name"]: said for feature, said in pairs}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    required = [name for name, said in properties.items() if isinstance(said["type"], str)]
    return made, encoded_schema(schema | {"properties": properties, "required": required}, made)


def test_a_category_that_the_model_refuses_has_no_code():
    """A code keeps its meaning, whatever the model knows."""
    made, schema = schema_of(category("island", ["Dream", "Torgersen"]))
    assert made.categories == {"island_encoded": {0: "Torgersen", 2: "Dream"}}
    assert schema["properties"]["island_encoded"]["enum"] == [0, 2]
    assert schema["properties"]["island_encoded"]["description"] == "0 Torgersen, 2 Dream"


def test_an_open_category_has_every_code():
    """The model takes what it has not seen."""
    _, schema = schema_of(category("island", ["Dream"], opened=True))
    assert schema["properties"]["island_encoded"]["enum"] == [0, 1, 2]


def test_what_may_be_missing_may_be_null():
    """Under its encoded name."""
    made, schema = schema_of(category("sex", ["female", "male"], nullable=True))
    assert schema["properties"]["sex_encoded"]["enum"] == [0, 1, None]
    assert schema["required"] == []
    check = EncodedCheck(schema, made)
    assert not check([{"sex_encoded": None}, {}, {"sex_encoded": 1.0}], str, suspicious=False)
    assert made.decoded({"sex_encoded": None}) == {"sex": None}
    assert made.decoded({"sex_encoded": 1.0}) == {"sex": "male"}


def test_other_features_stand_as_they_are():
    """Also a sex of other categories."""
    made, schema = schema_of(category("colour", ["red"]), category("sex", ["f", "m"]))
    assert made.features == {}
    assert list(schema["properties"]) == ["colour", "sex"]
