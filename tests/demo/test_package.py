"""The site package: its files, their formats, and that names lead somewhere."""

import csv
import json
import zipfile
from collections import Counter

import numpy as np
import pyogrio
import pytest
import shapely

from govmap.demo.facts import rows

from .conftest import Package


def table(package: Package, name: str) -> list[dict[str, str]]:
    with (package.folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(package: Package, name: str):
    return json.loads((package.folder / name).read_text(encoding="utf-8"))


def test_the_full_site_has_the_size_that_was_asked_for(full):
    count = {
        name: len(full.layer(name))
        for name in ("grid", "housing", "parts", "addresses")
    }
    assert 2300 <= count["grid"] <= 2500
    assert abs(count["housing"] - 60_000) <= 1200
    assert count["parts"] == 20_000
    assert 20_000 <= count["addresses"] <= 30_000


def test_the_full_site_is_the_real_list_of_units(full):
    kinds = Counter(full.layer("regions")["kind"])
    assert kinds == {"district": 1, "street": 15, "community": 263}


def test_the_district_lies_where_xicheng_lies(full):
    west, south, east, north = pyogrio.read_info(
        full.folder / "layers/regions.geojson"
    )["total_bounds"]
    assert 116.29 < west < east < 116.41
    assert 39.85 < south < north < 39.99


def test_the_same_seed_makes_the_same_features(small, make_package):
    again = make_package("small")
    for name in ("grid", "housing", "planning", "parts", "addresses"):
        one, other = small.layer(name), again.layer(name)
        assert shapely.to_wkb(one.geometry.values).tolist() == (
            shapely.to_wkb(other.geometry.values).tolist()
        )
        assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))


def test_another_seed_makes_another_town(small, make_package):
    other = make_package("small", seed=7)
    assert not np.array_equal(small.layer("grid").area, other.layer("grid").area)


def test_planning_comes_as_a_bureau_sends_it(package):
    with zipfile.ZipFile(package.folder / "layers/planning.zip") as archive:
        assert sorted(name[-4:] for name in archive.namelist()) == [
            ".dbf", ".prj", ".shp", ".shx",
        ]  # fmt: skip
        dbf = next(name for name in archive.namelist() if name.endswith(".dbf"))
        head = archive.read(dbf)[:400]
    assert head[29] == 0
    assert "地块编号".encode("gbk") in head


def test_planning_is_in_gauss_kruger_zone_39(package):
    info = pyogrio.read_info(package.folder / "layers/planning.zip", encoding="GBK")
    assert info["crs"] == "EPSG:4527"
    assert 39_400_000 < info["total_bounds"][0] < 39_500_000
    assert list(info["fields"])[:3] == ["地块编号", "用地代码", "用地性质"]


def test_geopackages_are_in_cgcs2000(package):
    for path in (package.folder / "layers").glob("*.gpkg"):
        assert pyogrio.read_info(path)["crs"] == "EPSG:4490"


def test_the_catalogue_describes_every_file(package):
    entries = document(package, "layers.json")
    files = {entry["file"] for entry in entries}
    files |= {before["file"] for entry in entries for before in entry["earlier"]}
    assert files == {
        f"layers/{path.name}" for path in (package.folder / "layers").iterdir()
    }
    for entry in entries:
        info = pyogrio.read_info(
            package.folder / entry["file"], encoding=entry["encoding"]
        )
        assert [field["name"] for field in entry["schema"]] == list(info["fields"])
        assert entry["key"] in info["fields"]
        assert entry["geometry"] in info["geometry_type"].lower().replace("string", "")


def test_keys_are_unique_and_filled(package):
    for entry in document(package, "layers.json"):
        keys = package.layer(entry["code"])[entry["key"]]
        assert keys.notna().all()
        assert keys.is_unique


def test_styles_and_registers_name_columns_that_exist(package):
    for entry in document(package, "layers.json"):
        columns = {field["name"] for field in entry["schema"]}
        assert set(entry["fields"].values()) <= columns
        assert {
            style["field"] for style in entry["styles"] if "field" in style
        } <= columns


def test_code_lists_name_every_value(package):
    for entry in document(package, "layers.json"):
        shown = package.layer(entry["code"])
        for field in entry["schema"]:
            if "codes" in field:
                assert set(shown[field["name"]].dropna()) <= set(field["codes"])


def test_units_come_after_their_parents(package):
    seen = {""}
    for row in table(package, "units.csv"):
        assert row["parent"] in seen
        seen.add(row["code"])


def test_accounts_belong_to_units_of_the_site(package):
    units = {row["code"] for row in table(package, "units.csv")}
    accounts = document(package, "accounts.json")
    for account in accounts:
        assert {post["unit"] for post in account["memberships"]} <= units
        assert "演示" in account["name"]
    names = [account["username"] for account in accounts]
    assert len(set(names)) == len(names)
    assert all(name.isascii() for name in names)


def test_every_role_has_an_account(package):
    roles = {
        post["role"]
        for account in document(package, "accounts.json")
        for post in account["memberships"]
    }
    assert len(roles) == 19


def test_every_street_has_a_worker_a_desk_and_a_handler(package):
    posts = {
        (post["unit"], post["role"])
        for account in document(package, "accounts.json")
        for post in account["memberships"]
    }
    for row in table(package, "units.csv"):
        if row["kind"] == "street":
            assert (row["code"], "filer") in posts
            assert any(
                unit[:9] == row["code"] and role == "grid_worker"
                for unit, role in posts
            )
            assert any(
                unit[:9] == row["code"] and role == "handler" for unit, role in posts
            )


def test_conditions_name_categories_and_departments_of_the_site(package):
    units = {row["code"] for row in table(package, "units.csv")} | {""}
    known = {
        (row["standard"], row["kind"], row["code"])
        for row in table(package, "classification/categories.csv")
    }
    for row in table(package, "classification/conditions.csv"):
        assert (row["standard"], row["kind"], row["category"]) in known
        assert row["department"] in units


def test_the_site_says_how_bare_limits_run(small):
    bare = {"hours": "work_hours", "days": "work_days"}
    for standard in document(small, "classification/standards.json"):
        assert standard["bare"] == bare


def test_all_conditions_stand_on_2013_and_on_2026(small):
    count = Counter(
        row["standard"] for row in table(small, "classification/conditions.csv")
    )
    assert count["gbt30428.2-2013"] == len(list(rows("filing_conditions.csv"))) == 519
    own = len(list(rows("local_conditions.csv")))
    assert count["gbt47678.5-2026"] == 519 + own


def test_the_2026_list_is_complete(small):
    codes = [
        (row["kind"], len(row["code"]))
        for row in table(small, "classification/categories.csv")
        if row["standard"] == "gbt47678.5-2026" and not row["local"]
    ]
    assert codes.count(("part", 5)) == 153
    assert codes.count(("event", 5)) == 97


def test_local_classes_are_numbered_by_the_rule(small):
    for row in table(small, "classification/categories.csv"):
        if row["standard"] == "gbt47678.5-2026" and row["local"]:
            code = row["code"]
            assert (80 <= int(code[2:]) <= 999) if row["parent"] else int(code) >= 21
            assert row["tags"].startswith("自定义")


def test_every_class_of_2013_leads_to_one_of_2026(small):
    classes = table(small, "classification/categories.csv")
    known = {(row["standard"], row["kind"], row["code"]) for row in classes}
    walk = {
        (row["from"], row["from_kind"], row["from_code"]): (
            *(row["to"], row["to_kind"], row["to_code"]),
        )
        for row in table(small, "classification/crosswalk.csv")
    }
    assert set(walk.values()) <= known
    assert set(walk) == {
        (row["standard"], row["kind"], row["code"])
        for row in classes
        if row["standard"] == "gbt30428.2-2013" and row["parent"]
    }


def test_parts_carry_the_codes_of_their_class(package):
    parts = package.layer("parts")
    assert parts["GLBJBSM"].str.fullmatch(r"110102\d{11}").all()
    assert (parts["GLBJBSM"].str[6:11] == parts["GLBJDM"]).all()
    known = {row["code"]: row["name"] for row in rows("classification_2026.csv")}
    assert (parts["GLBJDM"].map(known) == parts["GLBJMC"]).all()


def test_the_calendar_knows_holidays_and_make_up_days(small):
    days = document(small, "calendar.json")["holidays"]
    assert days["2026-10-01"] == "off"
    assert "work" in days.values()
    assert {day[:4] for day in days} == {"2025", "2026"}


@pytest.mark.parametrize("name", ["site.json", "layers.json", "accounts.json"])
def test_every_text_for_people_is_there_in_both_languages(small, name):
    def titles(value):
        if isinstance(value, dict):
            if "zh-hans" in value:
                yield value
            for inner in value.values():
                yield from titles(inner)
        if isinstance(value, list):
            for inner in value:
                yield from titles(inner)

    assert all(text["zh-hans"] and text["en"] for text in titles(document(small, name)))


def test_every_class_has_an_english_name(small):
    assert all(row["name_en"] for row in table(small, "classification/categories.csv"))


def test_an_earlier_file_differs_as_a_town_does(package):
    """Some houses were built since; most stand as they stood."""
    houses = {}
    for name in ("housing", "housing_2010"):
        path = package.folder / "layers" / f"{name}.gpkg"
        _meta, _ids, _shapes, columns = pyogrio.raw.read(path, columns=["房屋编号"])
        houses[name] = set(columns[0])
    today, before = houses["housing"], houses["housing_2010"]
    assert 0 < len(today - before) < len(today) / 5
    assert len(today - before) == len(before - today)
