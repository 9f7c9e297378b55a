"""Tables placed by their addresses: tried out, placed, corrected, taken away."""

import csv
import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.geocoding import results, running
from cases.geocoding.columns import Reader, guess
from cases.models import GeocodeDownload, GeocodedRow, GeocodeRun
from cases.table_jobs import carry_out_geocoding, geocoded_rows
from cases.tables.cells import Cell
from govmap.lib.errors import BadInput, Conflict, NotFound
from layers.models import Layer

HEADER = ["编号", "地址", "联系人"]
ROWS = [
    ["1", "东街街道甲１街二号院２号楼", "张三"],
    ["2", "甲1街", "李,四"],
    ["3", "不存在的大道9号", "王\n五"],
    ["4", "", "赵六"],
]


def table(rows=ROWS, header=HEADER, encoding="utf-8-sig"):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


@pytest.fixture
def sent(people, db):
    def sent(data=None, name="desk", file="走访.csv"):
        data = table() if data is None else data
        run = running.send(people[name], file, io.BytesIO(data), job=False)
        return running.carry_out(run)

    return sent


@pytest.fixture
def placed(sent):
    def placed(data=None):
        return running.carry_out(running.begin(sent(data), job=False))

    return placed


def outcomes(run):
    return [row.outcome for row in run.rows.order_by("line")]


def test_a_table_is_tried_out_and_nothing_is_kept(sent):
    run = sent()
    assert run.status == "looked"
    assert run.report["columns"] == {"address": "地址"}
    assert run.counts == {"sure": 1, "unsure": 1, "none": 2}
    assert (run.rows_total, run.rows.count()) == (4, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_every_row_has_its_address_and_its_score(placed, encoding):
    run = placed(table(encoding=encoding))
    assert run.status == "done"
    assert outcomes(run)[2:] == ["none", "none"]
    row = run.rows.get(line=2)
    assert (row.outcome, row.score, row.level) == ("sure", 100, "building")
    assert row.text.endswith("甲1街2号院2号楼")


def test_a_workbook_is_read_as_well(placed):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in [HEADER, *ROWS]:
        book.active.append(row)
    book.save(file)
    assert placed(file.getvalue()).counts["sure"] == 1


def test_parts_of_an_address_are_put_together():
    header = ["小区", "楼号", "单元", "房号", "街道"]
    columns = guess(header, {})
    said = Reader(header, columns).address(
        [Cell(one) for one in ["甲", "3", "2", "501", "乙"]]
    )
    assert said == "乙 甲 3号楼 2单元 501室"


def test_an_unknown_header_is_asked_about(sent):
    run = sent(table(header=["甲", "乙", "丙"]))
    assert run.report["lacking"]
    with pytest.raises(running.NoAddressColumn):
        running.begin(run, job=False)
    again = running.look_again(run, {"address": "乙"}, job=False)
    assert running.carry_out(again).counts["sure"] == 1


def test_trying_again_twice_is_trying_once(sent):
    run = sent()
    for _again in range(2):
        run = running.look_again(run, {"address": "地址"}, job=False)
    assert run.status == "waiting"
    with pytest.raises(Conflict):
        running.look_again(run, {"address": "联系人"}, job=False)


def test_the_job_of_a_table_that_was_removed_has_nothing_to_do(sent):
    run = sent()
    running.remove(run)
    carry_out_geocoding(run=run.pk or 0)
    assert not GeocodeRun.objects.exists()


def test_a_row_is_chosen_by_hand_and_put_back(placed):
    run = placed()
    row = run.rows.get(line=3)
    offered = row.candidates[-1]["code"]
    chosen = running.choose(run, 3, offered)
    assert (chosen.code, chosen.outcome, chosen.by_hand) == (offered, "sure", True)
    run.refresh_from_db()
    assert run.counts["sure"] == 2
    assert running.choose(run, 3, "").place is None
    back = running.undo(run, 3)
    assert (back.code, back.outcome, back.by_hand) == (row.code, row.outcome, False)


def test_other_words_find_what_the_table_does_not_say(placed):
    run = placed()
    row = running.say_again(run, 4, "甲1街1号院1号楼")
    assert (row.outcome, row.by_hand) == ("sure", True)
    assert row.said == "不存在的大道9号"


def test_only_a_candidate_can_be_chosen(placed):
    run = placed()
    with pytest.raises(BadInput):
        running.choose(run, 2, "nothing")
    with pytest.raises(NotFound):
        running.choose(run, 99, "")


@pytest.mark.parametrize(
    ("form", "encoding"), [("csv", "utf-8-sig"), ("gbk", "gb18030")]
)
def test_the_file_has_the_own_columns_and_ours(placed, form, encoding):
    run = placed()
    text = results.file_of(run, form).read().decode(encoding)
    header, *rows = csv.reader(io.StringIO(text))
    assert header[:4] == [*HEADER, "匹配地址"]
    assert [row[:3] for row in rows] == [[*one[:2], one[2]] for one in ROWS]
    assert rows[0][5] == "100"
    assert float(rows[0][8]) > 100


def test_points_are_a_file_of_places(placed):
    run = placed()
    found = json.loads(results.file_of(run, "geojson").read())
    assert [one["id"] for one in found["features"]] == [2, 3]
    assert found["features"][0]["properties"]["联系人"] == "张三"


def test_columns_of_one_title_are_all_kept_among_the_points(placed):
    data = table([["1", "甲1街1号院", "张三"]], header=["编号", "地址", "编号"])
    found = json.loads(results.file_of(placed(data), "geojson").read())
    said = found["features"][0]["properties"]
    assert (said["编号"], said["编号 2"]) == ("1", "张三")


def test_a_map_says_that_there_are_more_points(placed, monkeypatch):
    run = placed()
    assert results.points(run)["more"] is False
    monkeypatch.setattr(results, "MOST_POINTS", 1)
    found = results.points(run)
    assert (len(found["features"]), found["more"]) == (1, True)


def test_a_title_that_no_database_keeps_breaks_nothing(sent, signed_in, people):
    run = sent()
    said = {"column-address": "地\x00址"}
    answer = signed_in(people["desk"]).post(f"/geocoding/{run.uuid}/answer/", said)
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.options["columns"]["address"] == "地址"


def test_a_workbook_takes_no_formula(placed):
    data = table([["=1+1", "甲1街1号院", "x"]])
    sheet = openpyxl.load_workbook(results.file_of(placed(data), "xlsx")).active
    assert sheet["A2"].value == "'=1+1"


def test_what_the_rows_say_lies_sealed(placed):
    run = placed()
    assert "张三".encode() not in results.Kept(run).path.read_bytes()
    assert "张三" not in str(list(GeocodedRow.objects.values()))


def test_a_worker_that_was_killed_begins_anew(sent, monkeypatch):
    run = running.begin(sent(), job=False)
    GeocodedRow.objects.create(run=run, line=2, outcome="none")
    assert running.carry_out(run).counts["sure"] == 1
    assert run.rows.count() == 4


def test_too_long_a_table_is_refused(sent, monkeypatch):
    monkeypatch.setattr(running, "MOST_ROWS", 3)
    run = sent()
    assert run.status == "failed"
    assert "50,000" in run.message


def test_old_tables_go_with_their_files(placed):
    run = placed()
    path = results.Kept(run).path
    assert geocoded_rows() == [f"tables/{run.uuid}.rows"]
    GeocodeRun.objects.update(sent_at="2020-01-01T00:00:00Z")
    geocoded_rows()
    assert not GeocodeRun.objects.exists()
    assert not path.exists()


def test_the_page_takes_a_table_to_the_end(signed_in, people, placed):
    client = signed_in(people["desk"])
    file = SimpleUploadedFile("走访.csv", table())
    answer = client.post("/geocoding/", {"file": file})
    assert answer.status_code == 302
    assert "等待" in client.get(answer.url).content.decode()
    run = placed()
    page = client.get(f"/geocoding/{run.uuid}/?outcome=unsure").content.decode()
    assert "甲1街" in page
    assert "匹配到" in page
    code = run.rows.get(line=3).candidates[0]["code"]
    said = client.post(f"/geocoding/{run.uuid}/choose/", {"line": 3, "code": code})
    assert said.url.endswith("#row-3")
    assert run.rows.get(line=3).by_hand


def test_taking_a_file_is_on_record(signed_in, people, placed):
    run, client = placed(), signed_in(people["desk"])
    answer = client.get(f"/geocoding/{run.uuid}/file/xlsx/")
    assert answer.status_code == 200
    row = GeocodeDownload.objects.get()
    assert (row.by, row.form, row.rows, row.run) == (
        people["desk"],
        "xlsx",
        4,
        run.uuid,
    )
    assert client.get(f"/geocoding/{run.uuid}/file/pdf/").status_code == 404


def test_nobody_sees_anothers_table(signed_in, people, placed):
    run = placed()
    other = signed_in(people["steward"])
    assert other.get(f"/geocoding/{run.uuid}/").status_code == 404
    assert other.get(f"/api/v1/geocodings/{run.uuid}/").status_code == 404


def test_who_does_not_see_the_register_places_nothing(signed_in, people):
    assert signed_in(people["grid_worker"]).get("/geocoding/").status_code == 404
    Layer.objects.filter(feeds="addresses").update(sensitivity="sensitive")
    assert signed_in(people["desk"]).get("/geocoding/").status_code == 404


def test_the_api_places_a_table(signed_in, people, placed):
    client = signed_in(people["desk"])
    file = SimpleUploadedFile("走访.csv", table())
    made = client.post("/api/v1/geocodings/", {"file": file})
    assert (made.status_code, made.json()["status"]) == (202, "waiting")
    run = placed()
    rows = client.get(f"/api/v1/geocodings/{run.uuid}/rows/?outcome=unsure").json()
    assert [row["line"] for row in rows] == [3]
    said = {"line": 3, "code": rows[0]["candidates"][0]["code"]}
    url = f"/api/v1/geocodings/{run.uuid}/choose/"
    row = client.post(url, said, content_type="application/json").json()
    assert (row["outcome"], row["by_hand"]) == ("sure", True)


def test_a_table_is_removed_with_all_of_it(signed_in, people, placed):
    run = placed()
    path = results.Kept(run).path
    signed_in(people["desk"]).post(f"/geocoding/{run.uuid}/remove/")
    assert not GeocodeRun.objects.exists()
    assert not path.exists()
