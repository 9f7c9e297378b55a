"""Numbers of people and organisations: their form, their check digits, what they tell.

A number that cannot be right is refused with what is wrong and where, counted from 1
as people read it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import mul

from django.utils import timezone
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

# GB 11643-1999: weights of the first 17 digits, and the check sign by the sum mod 11.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# The first two digits of GB/T 2260; 81 to 83 are the residence permits of people from
# Hong Kong, Macao and Taiwan, 9 the foreigners' permanent residence card of 2023.
PROVINCES = frozenset(
    str(code)
    for first, last in (
        *((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65)),
        *((71, 71), (81, 83)),
    )
    for code in range(first, last + 1)
)
FOREIGN = "9"
EARLIEST = 1800  # nobody in a register was born before
# GB 32100-2015: 31 signs, none that looks like a digit.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
# GB 11714-1997.
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
MALE, FEMALE = "1", "2"  # GB/T 2261.1
SPACES = re.compile(r"[\s　‐-―-]+")


class BadNumber(BadInput):
    """This is not a number of its kind. Compare it with the paper."""

    message = gettext_noop(
        "This is not a number of its kind. Compare it with the paper."
    )


@dataclass(frozen=True)
class CitizenNumber:
    """A number of GB 11643 with 18 signs, and what it tells of whoever bears it."""

    text: str
    birth: date
    sex: str  # code of GB/T 2261.1

    @property
    def area(self) -> str:
        """GB/T 2260 at the time of registration; the area may be gone since."""
        return self.text[:6]


def plain(text: str) -> str:
    """Without blanks and hyphens, in half-width capitals."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def citizen_number(text: str, *, today: date | None = None) -> CitizenNumber:
    """The number of a citizen. One of 15 digits is upgraded to 18.

    Raises BadNumber that says which signs are wrong, and what would be right.
    """
    number = plain(text)
    if len(number) == 15:
        number = _upgraded(number)
    if len(number) != 18:
        raise BadNumber(
            gettext_noop(
                "A citizen's number has 18 signs (15 in its old form); this one has"
                " %(count)d."
            ),
            count=len(number),
        )
    _only_digits(number[:17])
    if number[17] not in CHECKS:
        _refuse_sign(18, number[17])
    if number[:2] not in PROVINCES and number[0] != FOREIGN:
        raise BadNumber(
            gettext_noop("Signs 1 to 2 (%(found)s) are the code of no province."),
            found=number[:2],
        )
    birth = _birth_in(number, today or timezone.localdate())
    _check_citizen(number)
    sex = MALE if int(number[16]) % 2 else FEMALE
    return CitizenNumber(text=number, birth=birth, sex=sex)


def check_of(digits: str) -> str:
    """The 18th sign of a citizen's number, from the 17 before it."""
    return CHECKS[sum(map(mul, WEIGHTS, map(int, digits))) % 11]


def _upgraded(number: str) -> str:
    """Old numbers have a year of two digits, all of the 20th century, and no check."""
    _only_digits(number)
    digits = f"{number[:6]}19{number[6:]}"
    return digits + check_of(digits)


def _only_digits(number: str) -> None:
    if number.isascii() and number.isdigit():
        return
    for at, sign in enumerate(number, start=1):
        if not (sign.isascii() and sign.isdigit()):
            _refuse_sign(at, sign)


def _refuse_sign(at: int, sign: str) -> None:
    if at == 18:
        message = gettext_noop("Sign 18 is “%(sign)s”; it must be a digit or X.")
    else:
        message = gettext_noop("Sign %(at)d is “%(sign)s”; it must be a digit.")
    raise BadNumber(message, at=at, sign=sign)


def _birth_in(number: str, today: date) -> date:
    digits = number[6:14]
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth = None
    if birth is None or birth.year < EARLIEST:
        raise BadNumber(
            gettext_noop("Signs 7 to 14 (%(found)s) are no date of birth."),
            found=digits,
        )
    if birth > today:
        raise BadNumber(
            gettext_noop("Signs 7 to 14 (%(found)s) are a day still to come."),
            found=digits,
        )
    return birth


def _check_citizen(number: str) -> None:
    right = check_of(number[:17])
    if number[17] == right:
        return
    swapped = [
        at
        for at, (one, other) in enumerate(pairwise(number[:17]), start=1)
        if one != other and _is_right(_swapped(number, at))
    ]
    if swapped:
        raise BadNumber(
            gettext_noop(
                "The check sign does not fit: it should be %(right)s. It would fit if"
                " signs %(at)d and %(next)d changed places."
            ),
            right=right,
            at=swapped[0],
            next=swapped[0] + 1,
        )
    raise BadNumber(
        gettext_noop(
            "The check sign should be %(right)s, not %(found)s: one of the 18 signs is"
            " mistyped."
        ),
        right=right,
        found=number[17],
    )


def _swapped(number: str, at: int) -> str:
    """With sign ``at`` (from 1) and the next one exchanged."""
    return number[: at - 1] + number[at] + number[at - 1] + number[at + 1 :]


def _is_right(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[:2] in PROVINCES and check_of(number[:17]) == number[17]


def credit_code(text: str) -> str:
    """A unified social credit code (GB 32100-2015), as it is kept.

    Raises BadNumber that says which sign is wrong, and what would be right.
    """
    code = plain(text)
    if len(code) != 18:
        raise BadNumber(
            gettext_noop("A unified code has 18 signs; this one has %(count)d."),
            count=len(code),
        )
    _only_signs(code)
    for at, sign in enumerate(code[2:8], start=3):
        if not sign.isdigit():
            _refuse_sign(at, sign)
    right = credit_check_of(code[:17])
    if code[17] != right:
        raise BadNumber(
            gettext_noop(
                "The check sign should be %(right)s, not %(found)s: one of the 18 signs"
                " is mistyped."
            ),
            right=right,
            found=code[17],
        )
    if code[16] != (body := body_check_of(code[8:16])):
        raise BadNumber(
            gettext_noop(
                "Sign 17 should be %(right)s, not %(found)s: signs 9 to 17 are an"
                " organisation code of GB 11714."
            ),
            right=body,
            found=code[16],
        )
    return code


def credit_check_of(signs: str) -> str:
    """The 18th sign, from the 17 before it."""
    pairs = zip(CREDIT_WEIGHTS, signs, strict=True)
    total = sum(weight * SIGNS.index(sign) for weight, sign in pairs)
    return SIGNS[(31 - total % 31) % 31]


def body_check_of(signs: str) -> str:
    """The 9th sign of an organisation code: letters count from A = 10."""
    pairs = zip(BODY_WEIGHTS, signs, strict=True)
    check = 11 - sum(weight * int(sign, 36) for weight, sign in pairs) % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def _only_signs(code: str) -> None:
    for at, sign in enumerate(code, start=1):
        if sign not in SIGNS:
            raise BadNumber(
                gettext_noop(
                    "Sign %(at)d is “%(sign)s”; I, O, S, V and Z are never used, for"
                    " they look like digits."
                )
                if sign in "IOSVZ"
                else gettext_noop(
                    "Sign %(at)d is “%(sign)s”; it must be a digit or letter."
                ),
                at=at,
                sign=sign,
            )


def mask_number(tail: str) -> str:
    """What a list shows of a number: its last four signs."""
    return f"••••{tail}" if tail else ""
