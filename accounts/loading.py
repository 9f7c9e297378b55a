"""The accounts' part of a site package: site.json, units.csv, accounts.json."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Membership, Site, Unit, User
from accounts.robots import make_robot
from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.periods import SINCE_EVER


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Units, the site's row and, of a demonstration, its people. Safe to run twice.

    Raises BadInput that names the file and what to correct.
    """
    units = _load_units(folder / "units.csv")
    progress(f"units: {len(units)}")
    about = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    path = folder / "accounts.json"
    people = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    _load_people(people, units)
    make_robot(units[about["district"]])
    progress(f"accounts: {len(people)}")
    Site.objects.update_or_create(
        code=about["code"],
        defaults={
            "titles": about["title"],
            "notices": about.get("notice", {}),
            "demonstration": about.get("demonstration", False),
            "district": units[about["district"]],
            "center": about["center"],
            "accounts": _shown(people, units) if about.get("demonstration") else [],
        },
    )


def _load_units(path: Path) -> dict[str, Unit]:
    """Parents first, as the file lists them."""
    units: dict[str, Unit] = {}
    known = {unit.code: unit for unit in Unit.objects.all()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            unit = known.get(row["code"]) or Unit(code=row["code"])
            _fill(unit, row, units, f"{path.name}, line {number}")
            units[unit.code] = unit
    return units


def _fill(unit: Unit, row: dict[str, str], units: dict[str, Unit], where: str) -> None:
    parent = row["parent"]
    if row["kind"] not in Unit.Kind.values:
        raise BadInput(f"{where}: “{row['kind']}” is no kind of unit")
    if parent and parent not in units:
        raise BadInput(f"{where}: parent {parent} must stand above its children")
    before = (unit.name, unit.name_en, unit.kind, unit.parent_id)
    unit.name, unit.kind = row["name"], row["kind"]
    unit.name_en = row.get("name_en") or ""
    unit.parent = units[parent] if parent else None
    if unit.pk is None or before != (
        unit.name,
        unit.name_en,
        unit.kind,
        unit.parent_id,
    ):
        unit.save()


def _load_people(people: list[dict[str, Any]], units: dict[str, Unit]) -> None:
    known = {user.username: user for user in User.objects.all()}
    # argon2 costs 50 ms each on purpose; one password is hashed once.
    hashes: dict[str, str] = {}
    posts = set(Membership.objects.values_list("user_id", "unit_id", "role"))
    for person in people:
        user = known.get(person["username"])
        if user is None:
            secret = person["password"]
            if secret not in hashes:
                hashes[secret] = make_password(secret)
            user = User.objects.create(
                username=person["username"],
                name=person["name"],
                password=hashes[secret],
            )
        for post in person["memberships"]:
            _load_post(user, post, units, posts)


def _load_post(
    user: User,
    post: dict[str, str],
    units: dict[str, Unit],
    posts: set[tuple[int, int, str]],
) -> None:
    if post["unit"] not in units or post["role"] not in Role.values:
        raise BadInput(f"accounts.json: {user.username}: unknown post {post}")
    unit = units[post["unit"]]
    if (user.pk, unit.pk, post["role"]) not in posts:
        Membership.objects.create(
            user=user, unit=unit, role=post["role"], valid=SINCE_EVER
        )


def _shown(people: list[dict[str, Any]], units: dict[str, Unit]) -> list[Any]:
    """What the sign-in page of a demonstration tells of each account."""
    return [
        {
            "username": person["username"],
            "password": person["password"],
            "name": person["name"],
            "hint": person.get("hint", {}),
            "roles": [post["role"] for post in person["memberships"]],
            "unit": units[person["memberships"][0]["unit"]].name,
        }
        for person in people
        if person["memberships"]
    ]
