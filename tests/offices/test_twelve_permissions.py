"""Every module of the twelve, every field and export, for every post there is.

What a post may do is worked out here from the definition once more, in other words
than the code's, and both are held against each other. No table is needed for it: that
lists follow these rights is shown by `test_twelve_records`.
"""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from offices.models import Module, Record
from offices.modules import definition
from offices.modules.amending import changeable
from offices.modules.definition import Definition, definition_of, with_order
from offices.modules.exporting import register_of
from offices.modules.opening import openable
from offices.modules.rights import RIGHTS, may
from tests.offices.twelve import SINCE, STREET, definitions
from workflow.exporting import Column

COMMUNITY, OTHER = f"{STREET}001", "110109002"
LEVELS = ("S1", "S2", "S3")
Post = tuple[str, str]  # role, unit


@pytest.fixture
def modules(monkeypatch: Any) -> dict[str, Module]:
    """All as if they were published: what a definition says needs no table."""
    found, kept = {}, {}
    for number, (code, data) in enumerate(definitions().items(), start=1):
        kept[number] = Definition(with_order(data))
        found[code] = Module(
            **{"pk": number, "code": code, "published_id": number},
            **{"titles": data["title"], "owner": data["owner"]},
        )
    monkeypatch.setattr(definition, "KEPT", kept)
    return found


def units() -> dict[str, Unit]:
    """The places that posts are at: here and elsewhere, above and beside."""
    places = {
        **{"110109": ("district", None), STREET: ("street", "110109")},
        **{OTHER: ("street", "110109"), COMMUNITY: ("community", STREET)},
        f"{STREET}002": ("community", STREET),
    }
    for owner in sorted({data["owner"] for data in definitions().values()}):
        places |= {f"{one}-{owner}": ("office", one) for one in (STREET, OTHER)}
    for entry in entries_of("department"):
        places[entry["unit"]] = ("department", "110109")
    keys = {code: number for number, code in enumerate(places, start=1)}
    return {
        code: Unit(pk=keys[code], code=code, kind=kind, parent_id=keys.get(above or ""))
        for code, (kind, above) in places.items()
    }


def entries_of(where: str) -> list[dict[str, Any]]:
    """What the definitions say of rights that lie there."""
    rights = [data["rights"] for data in definitions().values()]
    lists = [part for one in rights for part in (*one.values(),)]
    flat = [part for one in lists if isinstance(one, list) for part in one]
    return [entry for entry in flat if entry["where"] == where]


def holders(modules: dict[str, Module]) -> dict[Post, User]:
    """One person for each role at each place."""
    published = [(m.pk, m.owner, m.published_id, None) for m in modules.values()]
    found, number = {}, 0
    for role in sorted(Role.values):
        for code, unit in units().items():
            number += 1
            user = User(pk=number, username=f"{role}-{code}")
            post = Membership(user=user, unit=unit, role=role, valid=SINCE)
            user.__dict__ |= {"posts": [post], "_modules": published}
            found[role, code] = user
    return found


def reaches(entries: list[dict[str, Any]], post: Post, owner: str) -> bool:
    """Whether a post reaches a record of the first community, by the definition."""
    role, unit = post
    office = unit.partition("-")[2]
    where = {
        "street": unit == STREET or unit.startswith(f"{STREET}-"),
        "owner": (unit.startswith(f"{STREET}-") and office == owner) or unit == owner,
        "community": unit == COMMUNITY,
        "district": unit == "110109",
        "creator": False,
    }
    return any(
        entry["role"] == role
        and (
            unit == entry.get("unit")
            if entry["where"] == "department"
            else where[entry["where"]]
        )
        for entry in entries
    )


def record_of(module: Module) -> Record:
    """One that lies in the first community, written by somebody of no post."""
    here = units()
    return Record(
        **{"uuid": uuid4(), "module": module, "version_id": module.published_id},
        **{"street": here[STREET], "community": here[COMMUNITY]},
    )


@pytest.mark.parametrize("right", RIGHTS)
def test_each_post_has_the_rights_that_the_definition_gives_it(right, modules):
    people, wrong = holders(modules), []
    for code, module in modules.items():
        data, record = definitions()[code], record_of(module)
        for post, user in people.items():
            wanted = reaches(data["rights"].get(right, []), post, data["owner"])
            if may(user, record, right) is not wanted:
                wrong.append((code, right, post))
    assert not wrong


def test_each_field_is_open_masked_or_hidden_as_its_sensitivity_says(modules):
    """Every field of every module, for every post that reads the module."""
    people, wrong, walked = holders(modules), [], set()
    for code, module in modules.items():
        data, record = definitions()[code], record_of(module)
        rights, owner = data["rights"], data["owner"]
        for post, user in people.items():
            if not reaches(rights["read"], post, owner):
                continue
            opens = {
                level: reaches(rights["sensitive"].get(level, []), post, owner)
                if level in rights.get("sensitive", {})
                else level == "S2" and reaches(rights["write"], post, owner)
                for level in LEVELS[1:]
            }
            found = set(openable(user, record))
            for name, spec in data["schema"]["properties"].items():
                level = spec["x-sensitivity"]
                walked.add((code, name))
                if level != "S1" and (level in found) is not opens[level]:
                    wrong.append((code, name, post))
    assert not wrong
    assert walked == every_field()


def every_field() -> set[tuple[str, str]]:
    return {
        (code, name)
        for code, data in definitions().items()
        for name in data["schema"]["properties"]
    }


def test_nobody_changes_what_he_may_not_open(modules):
    wrong = []
    for code, module in modules.items():
        record, known = record_of(module), definition_of(module.published_id)
        for post, user in holders(modules).items():
            may_change = set(changeable(record, known, user))
            levels = {"S1", *openable(user, record)}
            fields = known.fields.values()
            hidden = {one.name for one in fields if one.level not in levels}
            if may_change & hidden:
                wrong.append((code, post))
    assert not wrong


def exported(module: Module) -> dict[str, Column]:
    return {
        column.name.removeprefix("f_"): column
        for column in register_of(module).columns
        if column.name.startswith("f_")
    }


def test_no_file_holds_what_is_sensitive_and_personal_columns_say_so(modules):
    """Every field of every module as a column of its file."""
    wrong = []
    for code, module in modules.items():
        columns = exported(module)
        for name, spec in definitions()[code]["schema"]["properties"].items():
            column, level = columns.get(name), spec["x-sensitivity"]
            if level == "S3" and column is not None:
                wrong.append((code, name, "sensitive"))
            if column is not None and column.personal != (level == "S2"):
                wrong.append((code, name, "personal"))
    assert not wrong


def test_lists_filters_labels_and_the_wall_hold_nothing_sensitive():
    wrong = []
    for code, data in definitions().items():
        fields = data["schema"]["properties"]
        shown = [*data["list"], *data["filters"], data["symbol"].get("label", "")]
        for name in filter(None, shown):
            if fields[name]["x-sensitivity"] == "S3":
                wrong.append((code, name))
        for name in filter(None, [*data["filters"], data["symbol"].get("label", "")]):
            if fields[name]["x-sensitivity"] != "S1":
                wrong.append((code, name))
    assert not wrong
