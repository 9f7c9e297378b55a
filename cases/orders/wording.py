"""What callers say, shown without the numbers that they leave in their words."""

import re

# Mobiles and landlines in a text, and the 18 characters of an identity card.
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ]?\d{3,4}(\d{4})(?!\d)")
CARD = re.compile(r"(?<!\d)\d{14}(\d{3}[\dXx])(?!\d)")


def without_phones(text: str) -> str:
    """The text without the middle of each phone and the most of each card."""
    text = CARD.sub(r"**************\1", text)
    return LANDLINE.sub(r"\1****\2", PHONE.sub(r"\1****\2", text))
