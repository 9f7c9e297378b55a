"""Tables, workbooks and addresses: rows that say in columns where they are."""

from pathlib import Path

import pytest

from layers.reading import addresses
from tests.layers import files
from tests.layers.hearing import trouble

KEYS = ["F1", "F2", "F3"]


# Tables


def test_a_table_with_longitude_and_latitude(read, tmp_path):
    path = files.table(tmp_path / "f.csv", files.points())
    heard = read(path, geometry="point", schema=[])
    assert heard.keys == KEYS
    assert heard.said["place"] == {"x": "经度", "y": "纬度"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_marks_and_encodings_are_found(read, tmp_path, encoding, mark):
    text = "\r\n".join(mark.join(map(str, row)) for row in files.points())
    path = tmp_path / "f.txt"
    path.write_text(text, encoding=encoding)
    assert read(path, geometry="point", schema=[]).keys == KEYS


def test_quotes_and_line_breaks_stay_in_their_cell(read, tmp_path):
    given = files.points(1)
    given[0].append("备注")
    given[1].append('两行\n带"引号", 逗号\\斜杠')
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[])
    assert heard.properties[0]["备注"] == given[1][3]


def test_a_quote_never_closed_is_said_with_its_line(read, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text('编号,经度,纬度\n"F1,116.3,39.9\nF2,116.3,39.9\n', "utf-8")
    assert trouble(read, path, geometry="point").code == "broken_table"


@pytest.mark.parametrize(
    ("names", "code"),
    [(("lng", "lat"), ""), (("x坐标", "y坐标"), "no_crs"), (("a", "b"), "no_places")],
)
def test_columns_are_known_by_their_names(read, tmp_path, names, code):
    given = files.points()
    given[0][1:] = names
    path = files.table(tmp_path / "f.csv", given)
    job = {"geometry": "point", "schema": []}
    if code:
        assert trouble(read, path, **job).code == code
    else:
        assert read(path, **job).keys == KEYS


def test_columns_of_places_can_be_told(read, tmp_path):
    given = files.points()
    given[0][1:] = ["a", "b"]
    path = files.table(tmp_path / "f.csv", given)
    job = {"geometry": "point", "schema": [], "crs": "EPSG:4490"}
    assert read(path, places={"x": "a", "y": "b"}, **job).keys == KEYS


def test_a_column_of_wkt(read, tmp_path):
    given = [["编号", "几何"]]
    given += [[row["编号"], f"SRID=4490;{row['geometry'].wkt}"] for row in files.rows()]
    heard = read(files.table(tmp_path / "f.csv", given), schema=[])
    assert heard.keys == KEYS
    assert heard.said["crs"].startswith("EPSG:4490")


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ("", "no_geometry"),
        ("nan", "not_finite"),
        ("1e999", "not_finite"),
        ("东边", "wrong_coordinates"),
    ],
)
def test_a_bad_coordinate_refuses_its_row(read, tmp_path, x, code):
    given = [*files.points(2), ["bad", x, "39.9"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[])
    assert heard.codes == {"bad": code}
    assert heard.said["refused"][0]["row"] == 4


@pytest.mark.parametrize(
    "text", ["116°21'30\"", "E116°21′30″", "１１６.３５８３３３３"]
)
def test_coordinates_are_read_as_people_write_them(read, tmp_path, text):
    given = [["编号", "经度", "纬度"], ["F1", text, "39°54'"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[], ground=None)
    assert heard.shapes[0].x == pytest.approx(116.3583333)


def test_a_code_that_a_spreadsheet_rounded_is_refused(read, tmp_path):
    given = files.points(2)
    given[1][0] = "1.10102E+11"
    path = files.table(tmp_path / "f.csv", given)
    assert read(path, geometry="point", schema=[]).said["reasons"] == {"rounded_key": 1}


def test_a_row_with_too_many_cells_is_refused(read, tmp_path):
    given = files.points()
    given[2] = ["F2", "甲", *given[2][1:]]
    path = files.table(tmp_path / "f.csv", given)
    assert read(path, geometry="point", schema=[]).said["reasons"] == {"ragged_row": 1}


# Workbooks


def test_a_workbook_as_offices_make_them(read, tmp_path):
    head, *rows = files.points()
    rows[0][0], rows[1][0] = 110102001004, "110102001011"
    rows[1][1] = f"{rows[1][1]}"
    given = [["房屋一览表"], head, rows[0], [], rows[1], ["合计", None, 2]]
    heard = read(
        files.workbook(tmp_path / "f.xlsx", 房屋=given), geometry="point", schema=[]
    )
    assert heard.keys == ["110102001004", "110102001011"]
    assert [row[0] for row in heard.rows] == ["3", "5"]
    assert heard.said["notes"] == {"totals": 1}


def test_several_sheets_are_several_layers(read, tmp_path):
    given = {"甲": files.points(), "乙": files.points(2), "说明": [["随机"]]}
    path = files.workbook(tmp_path / "f.xlsx", **given)
    assert trouble(read, path, geometry="point").details["names"] == "甲, 乙"
    assert read(path, geometry="point", schema=[], layer="乙").keys == ["F1", "F2"]


def test_a_workbook_without_columns_of_places_names_those_it_has(read, tmp_path):
    path = files.workbook(tmp_path / "f.xlsx", 甲=[["编号", "名称"], ["1", "a"]])
    found = trouble(read, path)
    assert (found.code, found.details["columns"]) == ("no_places", ["编号", "名称"])


# Addresses


@pytest.fixture
def register(tmp_path: Path) -> str:
    path = tmp_path / "addresses"
    near = (116.3, 39.9)
    known = [
        ("北京市西城区西长安街１号", near),
        ("德胜门大街12号", near),
        ("双名街1号", near),
        ("双名街1号", (116.31, 39.9)),
    ]
    addresses.write(path, known, prefixes=["北京市", "西城区"])
    return str(path)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("北京市西城区 西长安街1号", True),
        ("西长安街１号", True),
        ("西城区德胜门大街 12 号", True),
        ("德胜门大街1号", False),
        ("双名街1号", False),
    ],
)
def test_an_address_is_found_by_its_text(register, text, is_found):
    found = addresses.Register.at(register).find(text)
    assert (found == (116.3, 39.9)) is is_found


def test_a_table_of_addresses(read, tmp_path, register):
    given = [["编号", "地址"], ["F1", "西长安街1号"], ["F2", "无名路9号"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[], geocode=register)
    assert heard.keys == ["F1"]
    assert heard.codes == {"F2": "address_unknown"}


def test_addresses_without_a_register_are_said_to_need_one(read, tmp_path):
    given = [["编号", "地址"], ["F1", "西长安街1号"]]
    path = files.table(tmp_path / "f.csv", given)
    assert trouble(read, path, geometry="point", schema=[]).code == "no_register"
