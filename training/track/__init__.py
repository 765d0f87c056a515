"""Logs trainings in MLflow, which is imported only where --track asks for it."""
