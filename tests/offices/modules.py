"""Two small modules, on the ground of the small test site."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from psycopg.types.range import TimestamptzRange

from accounts.models import Membership, Unit, User
from offices.models import Module
from offices.modules import loading
from workflow import processes
from workflow.loading import load_process

DEMO = Path(__file__).parent / "demo"
STREET = "110109001"


def definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEMO / "modules" / f"{name}.json").read_text())
    return found


def load(name: str, **changes: Any) -> Module:
    """The module of that name with its procedure, published."""
    path = DEMO / "processes" / f"{name}.json"
    if path.exists():
        load_process(processes.read(path))
    version = loading.publish({**definition(name), **changes})
    return Module.objects.select_related("published").get(pk=version.module_id)


def office(suffix: str) -> Unit:
    """An office of the first street."""
    street = Unit.objects.get(code=STREET)
    made, _new = Unit.objects.get_or_create(
        code=f"{STREET}-{suffix}",
        defaults={"name": suffix, "kind": Unit.Kind.OFFICE, "parent": street},
    )
    return made


def at_office(role: str, suffix: str) -> User:
    """Somebody of an office of the first street."""
    user, _new = User.objects.get_or_create(
        username=f"{role}-{suffix}", defaults={"name": "演示经办"}
    )
    since = TimestamptzRange(datetime(2020, 1, 1, tzinfo=UTC), None)
    Membership.objects.get_or_create(
        user=user, unit=office(suffix), role=role, defaults={"valid": since}
    )
    return user
