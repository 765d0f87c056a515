"""The program that makes the load."""

from collections.abc import Callable

import pytest

from bench.load import find_wrk
from tools.terminal import ToolError


@pytest.fixture(scope="session")
def wrk(require_real: Callable[..., None]) -> str:
    """Give where it is."""
    try:
        return find_wrk()
    except ToolError as error:
        require_real(None, str(error))
        raise
