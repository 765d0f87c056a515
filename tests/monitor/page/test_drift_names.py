"""How the panel on drift spells its rows: they must fit a phone, and no name may lose a letter."""

import pytest

from tests.monitor.page import made
from tests.monitor.page.document import Document, html


def rendered(**changes):
    """Return the page with one feature."""
    one, *_ = made.drift()
    return html(made.status(drift=[one | changes]))


def test_a_long_name_may_break_behind_its_underscores():
    """Its letters stay the same, and what steers a page is inert."""
    markup = rendered(feature="level_of_<b>education")
    assert "level_<wbr>of_<wbr>&lt;b&gt;education" in markup
    assert "level_of_<b>education" in Document(markup).text


@pytest.mark.parametrize(
    ("psi", "says"),
    [
        pytest.param(0.0, "0.000 within 0.110", id="none"),
        pytest.param(0.000043, "0.000 within 0.110", id="tiny"),
        pytest.param(0.0192, "0.019 within 0.110", id="small"),
        pytest.param(12.5, "12.500 over 0.110", id="large"),
    ],
)
def test_an_index_has_three_decimals(psi, says):
    """More would tell nothing, and break the line."""
    assert says in Document(rendered(psi=psi)).text
