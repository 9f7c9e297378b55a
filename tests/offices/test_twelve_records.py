"""Every module of the twelve, from its definition: created, filled, listed, mapped,
imported, exported, printed. `test_twelve_walks` runs them through their procedures."""

import csv
import io
import json
from typing import Any
from uuid import uuid4

import pytest

from offices.models import Module, Record
from offices.modules import tables
from offices.modules.definition import COMPUTED, ROWS, S3, definition_of
from offices.modules.exporting import LEFT_OUT, register_of
from offices.modules.keeping import values_of
from offices.modules.tiles import tile_of
from tests.offices.test_twelve_walks import things, with_entries  # noqa: F401
from tests.offices.twelve import COMMUNITY, definitions, invented, published, staff


class Round:
    """One module, somebody who writes it, and values for all of its fields."""

    def __init__(self, code: str, things: Any) -> None:  # noqa: F811
        self.module: Module = published(code)
        assert self.module.published_id
        self.data = definitions()[code]
        self.definition = definition_of(self.module.published_id)
        self.by = self._writer()
        self.values = self._values(with_entries(code, things))

    def _writer(self) -> Any:
        users = {user.posts[0].role: user for user in staff(self.data)}
        roles = [entry["role"] for entry in self.data["rights"]["write"]]
        return next(users[role] for role in roles if role in users)

    def _values(self, known: Any) -> dict[str, Any]:
        fields = self.data["schema"]["properties"]
        found = {
            name: invented(spec, known)
            for name, spec in fields.items()
            if "x-computed" not in spec
        }
        return {name: value for name, value in found.items() if value is not None}

    def create(self, client: Any) -> Record:
        uuid = str(uuid4())
        body = {"uuid": uuid, "fields": self.values, "community": COMMUNITY}
        address = f"/api/v1/modules/{self.module.code}/records/"
        answer = client.post(address, json.dumps(body), "application/json")
        assert answer.status_code == 201, answer.content.decode()
        return Record.objects.get(uuid=uuid)

    def table(self) -> io.BytesIO:
        """The same values as somebody writes them into a spreadsheet."""
        fields = self.definition.fields
        names = [name for name in self.values if name in fields]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["社区", *(fields[name].label for name in names)])
        row = [self._written(fields[name], self.values[name]) for name in names]
        writer.writerow([COMMUNITY, *row])
        return io.BytesIO(text.getvalue().encode("utf-8-sig"))

    def _written(self, one: Any, value: Any) -> str:
        if one.kind == ROWS:
            return "；".join(
                "，".join(
                    f"{column.label} {self._written(column, row[name])}"
                    for name, column in one.columns.items()
                    if name in row
                )
                for row in value
            )
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return (",".join if one.kind == "place" else "、".join)(map(str, value))
        return str(value)


@pytest.fixture
def walk(things: Any) -> Any:  # noqa: F811
    return lambda code: Round(code, things)


@pytest.mark.parametrize("code", definitions())
def test_a_record_is_created_filled_listed_mapped_and_printed(
    code, walk, signed_in, django_assert_max_num_queries
):
    one = walk(code)
    client = signed_in(one.by)
    record = one.create(client)
    kept = values_of(record)
    assert kept and all(
        kept[name] == one.values[name] for name in kept if name in one.values
    )
    assert set(one.data["schema"]["required"]) <= set(kept)
    assert record.number in client.get(f"/modules/{code}/").content.decode()
    assert (
        record.number in client.get(f"/records/{record.uuid}/print/").content.decode()
    )
    with django_assert_max_num_queries(15):
        assert client.get(f"/records/{record.uuid}/").status_code == 200
    has_place = client.get(f"/modules/{code}/on-map/").context["count"]
    drawn = tile_of(Record.objects.all(), 0, 0, 0, label="")
    assert bool(has_place) == (record.place is not None) == bool(drawn)


@pytest.mark.parametrize("code", definitions())
def test_a_table_comes_in_and_a_file_goes_out(code, walk):
    one = walk(code)
    run = tables.carry_out(tables.send(one.by, one.module, "a.csv", one.table()))
    assert run.counts == {"new": 1}, (run.message, run.lines)
    tables.carry_out(tables.take(run, one.by))
    record = Record.objects.filter(module=one.module).latest("pk")
    register = register_of(one.module)
    (row,) = register.rows(Record.objects.filter(pk=record.pk), 10)
    told = {column.name: column.read(row) for column in register.columns}
    for name, value in values_of(record).items():
        field = one.definition.fields[name]
        is_out = field.level != S3 and field.kind not in {*LEFT_OUT, COMPUTED}
        assert not is_out or (told[f"f_{name}"] not in (None, "")), (name, value)
