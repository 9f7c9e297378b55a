"""A difference side by side: field by field what the list says and what is held."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from govmap.lib.sealed import last_four
from offices.comparison.answering import said_by
from offices.comparison.compared import compared_in
from offices.comparison.listed import fields_of
from offices.models import ComparisonTask, Household, Person, Register
from offices.models.person import NumberTailField
from offices.registers.codes import Words
from offices.registers.identity import mask_number
from offices.registers.importing.columns import CODE, FLAG, Field
from offices.registers.life import register_of

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


SHOWN: dict[str, set[str]] = {
    Register.PERSON: {"name", "number", "birth", "address"},
    Register.HOUSEHOLD: {"household", "head", "number", "address"},
    Register.DWELLING: {"address", "use", "owner_name"},
    Register.ORGANIZATION: {"name", "code", "address"},
}


def _shown(task: ComparisonTask) -> set[str]:
    """What is shown of the entry though the list says nothing of it."""
    return SHOWN[Register(task.source.register)]


SO: dict[tuple[str, str], str | Promise] = {
    ("person", "moved"): _("“It is so” writes that he moved out."),
    ("household", "moved"): _(
        "“It is so” ends the household: its members belong to it no more, and live"
        " where they live."
    ),
    ("dwelling", "moved"): _(
        "“It is so” writes that the dwelling is no longer there. Who lives there has"
        " to be moved first."
    ),
    ("organization", "moved"): _("“It is so” writes that it has left or closed."),
    ("household", "new"): _(
        "“It is so” enters the household and its head, with this list as its source."
    ),
}
SO_OF_ALL: dict[str, str | Promise] = {
    "new": _("“It is so” enters it into the register, with this list as its source."),
    "changed": _("“It is so” takes over what the list says."),
    "dead": _("“It is so” writes that he died."),
}


def so_means(task: ComparisonTask) -> str | Promise:
    """What the answer “it is so” does to the register."""
    told = SO.get((task.source.register, task.kind))
    return told or SO_OF_ALL[task.kind]


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
    if one.name == "number" and isinstance(entry, Household):
        return mask_number(entry.head.number_tail) if entry.head else ""
    if one.name in ("number", "phone"):
        return mask_number(getattr(entry, f"{one.name}_tail"))
    if one.name == "household":
        return str(entry.number)
    if one.name == "address":
        return str(entry.address)
    value = compared_in(register_of(entry)).value(entry, one.name)
    return "" if value in (None, "") else _in_words(one, value, words)


def _in_words(one: Field, value: Any, words: Words) -> str:
    if one.kind == CODE:
        return words.of(one.list, str(value))
    if one.kind == FLAG:
        return "是" if value else "否"
    return str(WORDS.get((one.name, str(value)), value))


WORDS: dict[tuple[str, str], str | Promise] = {
    ("status", "dead"): "死亡",
    ("status", "left"): "迁出",
    ("status", "here"): "在册",
    **{("household_kind", one.value): one.label for one in Household.Kind},
    **{("kind", one.value): one.label for one in Person.Kind},
}
