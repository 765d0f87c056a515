"""The monitor's description, OpenAPI 3.1: every address that answers data, and the shape of its answers."""

from collections.abc import Collection

from monitor.openapi import schemas
from monitor.openapi.paths import paths
from monitor.openapi.schemas import Schema

__all__ = ["document"]

VERSION = "1"


def document(guarded: Collection[str]) -> Schema:
    """Return the OpenAPI document; guarded: the addresses that ask for a bearer token."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "The monitor of a prediction API",
            "version": VERSION,
            "description": "Whether the watched API gives the right answers, now and before.",
        },
        "paths": paths(guarded),
        "components": {
            "schemas": {"Status": schemas.status(), "Slot": schemas.slot(), "Incident": schemas.incident()},
            "responses": {
                "Problem": {
                    "description": "What is wrong, as RFC 9457 spells it",
                    "content": {"application/problem+json": {"schema": schemas.problem()}},
                }
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
