"""The command that foretells what the platform makes of a deployment folder: its size, and why."""

from training.doctor.command import add_arguments, run

__all__ = ["add_arguments", "run"]
