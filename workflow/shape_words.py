"""What is wrong with the shape of data, in sentences that say what to write."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import ValidationError

SHORT = 60  # characters of what was written that a sentence repeats
# What JSON Schema calls the types, as people who write JSON do.
TYPES: Mapping[str, Callable[[], str]] = {
    "object": lambda: _("an object {…}"),
    "array": lambda: _("a list […]"),
    "string": lambda: _("a text"),
    "integer": lambda: _("a whole number"),
    "boolean": lambda: _("true or false"),
    "null": lambda: "null",
}


def sentence_of(error: ValidationError) -> str:
    """Where it is, as ``$.states[0].label``, and what must stand there."""
    say = SAYINGS.get(str(error.validator), _otherwise)
    return f"{error.json_path}: {say(error)}"


def _written(error: Any) -> str:
    text = str(error.instance)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _missing(error: Any) -> str:
    missing = [name for name in error.validator_value if name not in error.instance]
    return _("“%(names)s” is missing: add it.") % {"names": "”, “".join(missing)}


def _unknown(error: Any) -> str:
    known = set(error.schema.get("properties", ()))
    other = sorted(set(error.instance) - known)
    return _("“%(names)s” is not known here: leave it out. Known are: %(known)s.") % {
        "names": "”, “".join(other),
        "known": ", ".join(sorted(known)),
    }


def _type(error: Any) -> str:
    names = error.validator_value
    names = [names] if isinstance(names, str) else names
    wanted = _(" or ").join(TYPES[name]() if name in TYPES else name for name in names)
    return _("“%(written)s” must be %(wanted)s.") % {
        "written": _written(error),
        "wanted": wanted,
    }


def _among(error: Any) -> str:
    return _("“%(written)s” must be one of: %(known)s.") % {
        "written": _written(error),
        "known": ", ".join(str(value) for value in error.validator_value),
    }


def _pattern(error: Any) -> str:
    return _("“%(written)s” is no name: small letters, digits, - and _ (%(form)s).") % {
        "written": _written(error),
        "form": error.validator_value,
    }


def _bound(error: Any) -> str:
    return _("“%(written)s” is out of bounds: the bound is %(bound)s.") % {
        "written": _written(error),
        "bound": error.validator_value,
    }


def _size(error: Any) -> str:
    return _("“%(written)s” is too long or too short: the bound is %(bound)s.") % {
        "written": _written(error),
        "bound": error.validator_value,
    }


def _twice(error: Any) -> str:
    return _("Something is there twice: leave one out.")


def _otherwise(error: Any) -> str:
    return _("“%(written)s” is nothing that may stand here.") % {
        "written": _written(error)
    }


SAYINGS: Mapping[str, Callable[[Any], str]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _among,
    "pattern": _pattern,
    "minimum": _bound,
    "maximum": _bound,
    "minItems": _size,
    "maxItems": _size,
    "minLength": _size,
    "maxLength": _size,
    "uniqueItems": _twice,
}
