"""The tables that the recipes train on, each with a note of where it comes from."""
