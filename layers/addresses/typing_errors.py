"""A name with one sign wrong, missing or too much. Knows no Django."""

LEAST = 3  # signs: of two, one wrong leaves nothing


def nearest(name: str, said: str) -> str:
    """The part of ``said`` that is one sign from ``name``, or nothing.

    One of the same length before a shorter or longer one.
    """
    if len(name) < LEAST:
        return ""
    for length in (len(name), len(name) + 1, len(name) - 1):
        for at in range(len(said) - length + 1):
            part = said[at : at + length]
            if is_near(name, part):
                return part
    return ""


def is_near(one: str, other: str) -> bool:
    """Whether one sign changed, added or left out makes one text of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
