"""Requests of the Open Inference Protocol, made from a model's metadata as its clients make them."""

import struct

import numpy as np

ELEMENTS = {"BOOL": "?", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8"} | {
    f"{sign}INT{bits}": f"<{kind}{bits // 8}"
    for sign, kind in (("", "i"), ("U", "u"))
    for bits in (8, 16, 32, 64)
}


def request_of(metadata, rows, **more):
    """Return a request for rows: a tensor for each input that the model names."""
    return {
        "inputs": [
            {
                "name": said["name"],
                "datatype": said["datatype"],
                "shape": [len(rows)],
                "data": [row[said["name"]] for row in rows],
            }
            for said in metadata["inputs"]
        ]
    } | more


def values_of(answer):
    """Return output's name -> its values."""
    return {said["name"]: said["data"] for said in answer["outputs"]}


def as_bytes(datatype, values):
    """Return values as they stand behind the JSON."""
    if datatype != "BYTES":
        return np.array(values, ELEMENTS[datatype]).tobytes()
    texts = [text.encode() for text in values]
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def as_binary(request, *names):
    """Return a request whose tensors of these names, or all, go as bytes, with those bytes."""
    parts, inputs = [], []
    for said in request["inputs"]:
        if names and said["name"] not in names:
            inputs.append(said)
            continue
        parts.append(as_bytes(said["datatype"], said["data"]))
        head = {key: value for key, value in said.items() if key != "data"}
        inputs.append(head | {"parameters": {"binary_data_size": len(parts[-1])}})
    return request | {"inputs": inputs}, b"".join(parts)
