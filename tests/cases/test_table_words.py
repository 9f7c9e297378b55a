"""What incoming tables call things is data: read, changed on its page, on record."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Order, OrderSheet, TableWord
from cases.orders import running
from cases.tables import words
from govmap.lib.errors import BadInput
from tests.cases.bringing import old_case
from tests.cases.ordering import HEADER, book, hotline, look, row, take

PAGE = "/rules/tables/"


@pytest.fixture
def system(people, signed_in):
    return signed_in(people["system"])


def _add(client, **sent):
    return client.post(f"{PAGE}new/", {"table": "orders", **sent})


def test_a_further_word_for_a_column_is_understood(people, system):
    hotline()
    _add(system, sort="column", word="问题摘要", means="标题")
    header = ["问题摘要" if title == "标题" else title for title in HEADER]
    changed = {**row(), "问题摘要": "楼前积水"}
    look(people["desk"], book(changed, header=header))
    sheet = OrderSheet.objects.get()
    running.carry_out(running.take(sheet, people["desk"], job=False))
    assert Order.objects.get().title == "楼前积水"


def test_a_further_word_makes_orders_secret(people, system):
    hotline()
    _add(system, sort="secret", word="匿名")
    take(people["desk"], row(tags="匿名来电"))
    assert Order.objects.get().secret


def test_a_word_out_of_use_is_no_longer_understood(people, system):
    hotline()
    word = TableWord.objects.get(table="orders", sort="secret", word="举报")
    system.post(f"{PAGE}{word.pk}/retire/")
    take(people["desk"], row(type="举报"))
    assert not Order.objects.get().secret


def test_a_column_that_is_none_is_refused_beside_its_field(system):
    answer = _add(system, sort="column", word="某列", means="没有这列")
    assert answer.status_code == 400
    assert not TableWord.objects.filter(word="某列").exists()


def test_who_changed_a_word_is_on_record(system):
    _add(system, sort="secret", word="匿名")
    html = system.get(PAGE).content.decode()
    assert "演示system" in html
    assert "匿名" in html


def test_the_file_goes_out_and_in_again(system):
    file = b"".join(system.get(f"{PAGE}tables.csv"))
    before = words.lines()
    sent = {"file": SimpleUploadedFile("tables.csv", file), "keep": "1"}
    system.post(f"{PAGE}take/", sent)
    assert words.lines() == before


def test_loading_again_keeps_what_the_site_changed(db, tmp_path: Path):
    TableWord.objects.filter(word="举报").update(retired=True)
    TableWord.objects.filter(table="old", word="案件号").update(means="note")
    words.load(tmp_path, print)
    assert TableWord.objects.get(word="举报").retired
    assert TableWord.objects.get(table="old", word="案件号").means == "note"


def test_a_row_that_the_package_changed_is_taken(db, tmp_path: Path):
    (tmp_path / "cases").mkdir()
    table = "table,sort,word,means\nold,column,案件号,cell\n"
    (tmp_path / "cases" / "tables.csv").write_text(table, encoding="utf-8")
    words.load(tmp_path, print)
    assert TableWord.objects.get(table="old", word="案件号").means == "cell"


def test_a_package_with_a_wrong_row_says_where(db, tmp_path: Path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "tables.csv").write_text("table,sort,word\nx,column,y\n")
    with pytest.raises(BadInput, match="line 2"):
        words.load(tmp_path, print)


def test_old_cases_are_found_by_number_address_day_and_street(people, signed_in):
    mine, other = old_case("own"), old_case("foreign")
    client = signed_in(people["supervisor"])
    for query in ("q=2025-own", "street=110109001", f"q={mine.number}&from=2025-11-01"):
        html = client.get(f"/old/?{query}").content.decode()
        assert mine.number in html
        assert other.number not in html
    assert mine.number not in client.get("/old/?to=2025-10-31").content.decode()


def test_a_street_finds_its_own_old_cases_only(people, signed_in):
    mine, other = old_case("own"), old_case("foreign")
    html = signed_in(people["desk"]).get("/old/").content.decode()
    assert mine.number in html
    assert other.number not in html


def test_a_list_of_old_cases_costs_the_same_however_long(
    people, signed_in, django_assert_max_num_queries
):
    old_case("own")
    old_case("foreign")
    client = signed_in(people["supervisor"])
    client.get("/old/")
    with django_assert_max_num_queries(8):
        client.get("/old/")


def test_a_new_case_shows_earlier_ones_of_its_class_here(people, signed_in, make_case):
    earlier, case = old_case("own"), make_case()
    client = signed_in(people["desk"])
    assert (
        f"/old/near/{case.uuid}/" in client.get(f"/cases/{case.uuid}/").content.decode()
    )
    near = client.get(f"/old/near/{case.uuid}/").content.decode()
    assert earlier.number in near


def test_an_old_case_is_read_and_offers_no_act(people, signed_in):
    html = signed_in(people["desk"]).get(f"/old/{old_case('own').pk}/").content.decode()
    assert "只读" in html
    assert 'method="post"' not in html.split("<main")[-1].split("</main")[0]
