"""What effects and guards are called with: ``name:argument:argument``.

Each is registered with the sorts of its arguments, so that a process that misspells
one is refused before a case runs on it.
"""

LIMIT = "limit"  # one of the process's limits, or one that the subject answers
REQUEST = "request"  # something that a move of the process asks for
NUMBER = "number"
NAME = "name"  # any name
WHOM = "whom"  # a unit or a person that the subject names

Sorts = tuple[str, ...]
# What the effects of requests wait for, whether or not a move says so.
_IMPLIED = {
    "ask": "not_asked",
    "grant": "asked",
    "refuse": "asked",
    "take_back": "asked",
}


def implied(effects: list[str]) -> list[str]:
    """The guards that go with these effects."""
    pairs = [split(text) for text in effects]
    return [
        ":".join([_IMPLIED[name], *arguments])
        for name, arguments in pairs
        if name in _IMPLIED
    ]


def split(text: str) -> tuple[str, list[str]]:
    """``"fewer:extension:2"`` as its name and its arguments."""
    name, *arguments = text.split(":")
    return name, arguments
