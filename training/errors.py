"""The error that a person can put right: its text is shown and recorded as it stands."""


class TrainingError(Exception):
    """A failure explained in lines that hold no value of the data and no path of the machine."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class UsageError(TrainingError):
    """Options that don't go together; nothing was begun."""
