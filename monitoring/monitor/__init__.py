"""Watches a prediction API from outside and says how it is."""
