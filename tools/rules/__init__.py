"""Prometheus's rule files, made from the monitor's table of alerts and the table of recorded series here."""
