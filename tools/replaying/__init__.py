"""Plays a table through the API, row by row, and tells Prometheus what came back."""
