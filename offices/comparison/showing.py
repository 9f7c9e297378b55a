"""A difference side by side: field by field what the list says and what is held."""

from typing import Any

from govmap.lib.sealed import last_four
from offices.comparison.answering import said_by
from offices.comparison.listed import fields_of
from offices.models import ComparisonTask, Register
from offices.models.person import NumberTailField
from offices.registers.codes import Words
from offices.registers.identity import mask_number
from offices.registers.importing.columns import CODE, FLAG, Field

TAIL = NumberTailField(of="number")
LEFT_OUT = {"unit", "room", "source"}


def sides(task: ComparisonTask, entry: Any) -> list[dict[str, Any]]:
    """Each field that one side says something about. Numbers and phones are masked:
    the worker has the paper in his hand, and the entry shows its own on purpose.
    """
    said, words = said_by(task), Words()
    rows = []
    for one in fields_of(task.source.register):
        if one.name in LEFT_OUT:
            continue
        listed = _listed(one, said, words)
        held = _held(one, entry, words) if entry is not None else ""
        if listed or (held and one.name in _shown(task)):
            rows.append(
                {
                    "title": one.title,
                    "listed": listed,
                    "held": held,
                    "differs": one.name in task.fields and bool(task.subject),
                }
            )
    return rows


def _shown(task: ComparisonTask) -> set[str]:
    """What is shown of the entry though the list says nothing of it."""
    if task.source.register == Register.PERSON:
        return {"name", "number", "birth", "address"}
    return {"name", "code", "address"}


def _listed(one: Field, said: dict[str, Any], words: Words) -> str:
    value = said.get(one.name)
    if value in (None, ""):
        return ""
    if one.name == "address":
        door = (said.get("unit"), said.get("room"))
        return " ".join(str(part) for part in (value, *door) if part)
    if one.name == "number":
        return mask_number(TAIL.derive(str(value)))
    if one.name == "phone":
        return mask_number(last_four(str(value)))
    return _in_words(one, value, words)


def _held(one: Field, entry: Any, words: Words) -> str:
    if one.name in ("number", "phone"):
        return mask_number(getattr(entry, f"{one.name}_tail"))
    value = getattr(entry, one.name, "")
    return "" if value in (None, "") else _in_words(one, value, words)


def _in_words(one: Field, value: Any, words: Words) -> str:
    if one.kind == CODE:
        return words.of(one.list, str(value))
    if one.kind == FLAG:
        return "是" if value else "否"
    return WORDS.get((one.name, str(value)), str(value))


WORDS: dict[tuple[str, str], str] = {
    ("status", "dead"): "死亡",
    ("status", "left"): "迁出",
    ("status", "here"): "在册",
}
