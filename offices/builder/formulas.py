"""What is worked out from others, in titles as people write it and in codes as it is
kept."""

import re

from offices.builder.words import WORDS
from offices.modules.definition import ROWS, Definition
from offices.modules.expressions import BadExpression, names_in

FUNCTIONS: dict[str, str] = WORDS["functions"]
SIGNS: dict[str, str] = WORDS["signs"]
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")


def _names(definition: Definition) -> dict[str, str]:
    """Each title with the code that it stands for, the longest first."""
    found: dict[str, str] = {}
    for one in definition.fields.values():
        found.setdefault(one.label, one.name)
        if one.kind == ROWS:
            for column in one.columns.values():
                found.setdefault(f"{one.label}.{column.label}", column.path)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def to_codes(text: str, definition: Definition) -> str:
    """The expression that is kept. Raises BadExpression where it cannot be read."""
    words = {**_names(definition), **FUNCTIONS, **SIGNS}
    order = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, order)))
    parts = QUOTED.split(text.strip().replace("“", '"').replace("”", '"'))
    found = "".join(
        part
        if QUOTED.fullmatch(part)
        else pattern.sub(lambda match: words[match[0]], part)
        for part in parts
    )
    names_in(found)
    return found


def to_titles(expression: str, definition: Definition) -> str:
    """The same in titles."""
    titles = {code: title for title, code in _names(definition).items()}
    titles |= {code: word for word, code in FUNCTIONS.items()}
    parts = QUOTED.split(expression)
    return "".join(
        part
        if QUOTED.fullmatch(part)
        else NAME.sub(lambda match: titles.get(match[0], match[0]), part)
        for part in parts
    )


def uses(expression: str, name: str) -> bool:
    try:
        return any(one.partition(".")[0] == name for one in names_in(expression))
    except BadExpression:
        return False
