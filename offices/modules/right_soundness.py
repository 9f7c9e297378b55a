"""What is wrong with who may do what by a definition; a street's own module."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.roles import Role
from offices.modules.definition import S3, Definition
from offices.modules.rights import CREATOR, DEPARTMENT, DISTRICT, WRITE


def check_rights(definition: Definition) -> Iterator[str]:
    rights = definition.data["rights"]
    every = [
        *(
            (name, entry)
            for name in ("read", "write", "export")
            for entry in rights.get(name, ())
        ),
        *(
            (level, entry)
            for level, rows in rights.get("sensitive", {}).items()
            for entry in rows
        ),
        *(
            ("reminders", entry)
            for one in definition.reminders
            for entry in one.spec.get("who", ())
        ),
    ]
    for name, entry in every:
        if entry["role"] not in Role.values:
            told = {"name": name, "role": entry["role"], "known": listed(Role.values)}
            yield (
                _(
                    "“rights.%(name)s”: nobody has the role"
                    " “%(role)s”; the roles are: %(known)s."
                )
                % told
            )
        if (entry["where"] == DEPARTMENT) != bool(entry.get("unit")):
            told = {"name": name}
            yield (
                _("“rights.%(name)s”: “department” and “unit” need one another.") % told
            )
    if S3 in definition.levels and not rights.get("sensitive", {}).get(S3):
        yield _(
            "There are sensitive fields (S3): say in “rights.sensitive.S3”"
            " who may open them."
        )


def check_street(definition: Definition) -> Iterator[str]:
    """A street's own module: owner and rights do not go beyond the street."""
    code = definition.data.get("street")
    if not code:
        return
    if not Unit.objects.filter(code=code, kind=Unit.Kind.STREET).exists():
        yield _("“street”: there is no street “%(name)s”.") % {"name": code}
    owner = Unit.objects.filter(code=definition.data["owner"]).first()
    if owner is None or code not in (owner.code, getattr(owner.parent, "code", "")):
        yield _("The module is one street's own: choose an office of it as the owner.")
    rights = definition.data["rights"]
    every = [*_entries(rights), *_entries(rights.get("sensitive", {}))]
    every += [entry for step in definition.flow for entry in step.who]
    if any(entry["where"] in (DEPARTMENT, DISTRICT) for entry in every):
        yield _(
            "The module is one street's own: nobody outside of the street can be given"
            " a right of it."
        )
    if any(entry["where"] == CREATOR for entry in rights.get(WRITE, ())):
        yield _("Who may write a new entry must be named by a post of the street.")


def _entries(rights: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        entry for rows in rights.values() if isinstance(rows, list) for entry in rows
    ]


def listed(names: Iterable[Any]) -> str:
    return "、".join(sorted(map(str, names))) or _("none")
