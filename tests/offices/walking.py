"""A module with a record on each side, for the permission walk."""

from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from offices.models import Record, RecordTable
from offices.modules.making import make
from tests.offices import building
from tests.offices.modules import load
from tests.sites import package

MAKERS = {"own": "grid_worker", "foreign": "outsider_worker"}


def arguments(side: str) -> dict[str, dict[str, Any]]:
    """What the addresses of modules and records need, by what a row is of."""
    module = load("construction")
    record = Record.objects.filter(creator__username=MAKERS[side]).first()
    if record is None:
        place = list(package.inside(1 if side == "own" else 2, 1, 1))
        fields = {"name": "演示工程", "kind": "small", "spot": place}
        by = User.objects.get(username=MAKERS[side])
        fields["manager_phone"] = "13800001234"
        record, _event = make(module, by=by, uuid=uuid4(), fields=fields)
    assert module.published
    table = RecordTable.objects.filter(by=record.creator).first()
    table = table or RecordTable.objects.create(
        by=record.creator, name="a.csv", module=module, version=module.published
    )
    code = {"code": module.code}
    uuid = {"uuid": record.uuid}
    return {
        **building.arguments(side),
        "application": {"code": "city"},
        "application_tile": {"code": "city", "z": 0, "x": 0, "y": 0},
        "reference": {"kind": "part"},
        "module": code,
        "module_tile": {**code, "z": 0, "x": 0, "y": 0},
        "module_draft": {**code, "uuid": UUID(int=7)},
        "module_table": {**code, "uuid": table.uuid},
        "record": uuid,
        "record_file": {**uuid, "file": UUID(int=7)},
        "api_module": code,
        "api_records": {"module": module.code},
        "api_record": {"module": module.code, **uuid},
    }
