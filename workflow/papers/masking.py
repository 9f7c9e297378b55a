"""What a paper that leaves the house does not tell: numbers of people, their names."""

import re

from govmap.lib.sealed import mask_phone

NUMBERS = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]"  # of an identity card
    r"|(?:\+?86[- ]?)?1[3-9]\d{9}"  # mobile
    r"|0\d{2,3}[- ]?\d{7,8})(?!\d)"  # landline
)


def without_numbers(text: str) -> str:
    """Telephones as 138****1234, of identity numbers the last four only."""
    return NUMBERS.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 18 and text[:17].isdigit():
        return "*" * 14 + text[-4:]
    return mask_phone(text)
