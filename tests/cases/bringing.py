"""Old systems' cases for tests that are about something else."""

from accounts.models import Unit, User
from cases.models import OldCase, OldImport, OldSystem
from tests.cases.driving import litter
from tests.sites import package

AREAS = {"own": "110109001", "foreign": "110109002"}


def old_import() -> OldImport:
    """One export that was taken, made once."""
    system, _made = OldSystem.objects.get_or_create(code="walk", name="数字城管")
    done = {"status": OldImport.Status.DONE, "by": User.objects.get(username="system")}
    run, _made = OldImport.objects.get_or_create(
        system=system, name="旧系统.csv", defaults=done
    )
    return run


def old_case(side: str) -> OldCase:
    """One of street 1 that the sanitation department had, or one of street 2."""
    run, street = old_import(), Unit.objects.get(code=AREAS[side])
    number = int(AREAS[side][-1])
    lon, lat = package.inside(number, 1, 1)
    sanitation = Unit.objects.get(code="sanitation")
    values = {
        "run": run,
        "line": number,
        "street": street,
        "community": Unit.objects.get(code=f"{street.code}001"),
        "unit": sanitation if side == "own" else None,
        "category": litter(),
        "place": f"SRID=4490;POINT({lon} {lat})",
        "address": "甲1街1号院",
        "reported_at": "2025-11-01T09:00:00+08:00",
        "closed_at": "2025-11-02T09:00:00+08:00",
        "phase": "done",
        "sha256": side,
    }
    found, _made = OldCase.objects.get_or_create(
        system=run.system, number=f"2025-{side}", defaults=values
    )
    return found
