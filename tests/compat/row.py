"""One row of the table of docs/compat.md: what an older system had, what to type here, what comes back."""

from dataclasses import dataclass

from tests.compat.shape import Shape, in_words


@dataclass(frozen=True)
class Json:
    """JSON of a shape."""

    shape: Shape
    status: int = 200
    media: str = "application/json"

    def in_words(self) -> str:
        """Return what the page says of it."""
        status = "" if self.status == 200 else f"{self.status} "
        return f"{status}`{in_words(self.shape)}`"


@dataclass(frozen=True)
class Text:
    """Text of a media type, with some words in it."""

    media: str
    words: tuple[str, ...] = ()
    says: str = ""

    def in_words(self) -> str:
        """Return what the page says of it."""
        return self.says or f"`{self.media}`"


@dataclass(frozen=True)
class Metrics:
    """Prometheus text with these families: `name{label, label} type`."""

    families: tuple[str, ...]

    def in_words(self) -> str:
        """Return what the page says of it."""
        return ", ".join(f"`{family}`" for family in self.families)


@dataclass(frozen=True)
class Done:
    """A command that ends with exit code 0 and has said these words."""

    words: tuple[str, ...]
    says: str

    def in_words(self) -> str:
        """Return what the page says of it."""
        return self.says


Answer = Json | Text | Metrics | Done


@dataclass(frozen=True)
class Row:
    """One address, name or routine.

    older: what its people called, in the older system's words; here: what to type now, exactly.
    asked: typed while `here` still runs, then: typed after it; the answer is to this, where there is one.
    brief: what a test types instead of a part of `here`, so that it ends soon.
    """

    older: str
    here: str
    answer: Answer
    asked: str = ""
    then: str = ""
    brief: tuple[tuple[str, str], ...] = ()
    slow: bool = False
