"""Code lists that fields may name (``x-codes``): whoever keeps lists registers them."""

from collections.abc import Callable, Iterable

# (codes with their labels in the reader's language) by the name of the list.
Source = Callable[[str], list[tuple[str, str]] | None]
SOURCES: list[Source] = []
NAMES: list[Callable[[], Iterable[str]]] = []


def gives(source: Source, names: Callable[[], Iterable[str]]) -> None:
    """Register who answers for code lists, and how their names are listed."""
    SOURCES.append(source)
    NAMES.append(names)


def find(name: str) -> list[tuple[str, str]] | None:
    """The codes in use of a list, in order; None where there is no such list."""
    for source in SOURCES:
        if (found := source(name)) is not None:
            return found
    return None


def names() -> list[str]:
    return sorted({name for source in NAMES for name in source()})


def label_of(name: str, code: str) -> str:
    return dict(find(name) or []).get(code, code)
