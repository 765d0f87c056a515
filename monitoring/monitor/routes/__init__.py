"""The monitor's addresses, one module per kind of answer."""
