"""Lets Prometheus watch a training that goes by epochs."""
