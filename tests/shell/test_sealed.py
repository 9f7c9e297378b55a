"""Personal text is ciphertext in the table, opened on purpose, found by its hash."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.db import connection, models
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from govmap.lib import sealed
from govmap.lib.env import Environment
from govmap.lib.sealed import (
    CannotOpen,
    KeyedHashField,
    Sealed,
    SealedField,
    TailField,
    keyed_hash,
    keyed_hashes,
    last_four,
    mask_name,
    mask_phone,
    normalised,
)


class Caller(models.Model):
    phone = SealedField(default="")
    phone_hash = KeyedHashField(of="phone")
    phone_tail = TailField(of="phone")

    class Meta:
        app_label = "test_sealed"
        managed = False

    def __str__(self) -> str:
        return self.phone_tail


CALLERS = Caller._default_manager


@pytest.fixture
def table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE test_sealed_caller (id bigserial PRIMARY KEY,"
            " phone text, phone_hash text, phone_tail text)"
        )


def _row() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_hash, phone_tail FROM test_sealed_caller")
        return cursor.fetchone()


def test_nothing_readable_stands_in_the_table(table: None) -> None:
    CALLERS.create(phone="13812345678")
    phone, digest, tail = _row()
    assert "13812345678" not in phone + digest
    assert tail == "5678"


def test_it_is_opened_on_purpose(table: None) -> None:
    CALLERS.create(phone="13812345678")
    assert CALLERS.get().phone.open() == "13812345678"


def test_it_is_found_by_its_hash(table: None) -> None:
    CALLERS.create(phone="138 1234 5678")
    assert CALLERS.filter(phone_hash=keyed_hash("+86-13812345678")).exists()


def test_many_rows_at_once_get_their_hashes(table: None) -> None:
    CALLERS.bulk_create([Caller(phone="13812345678")])
    assert _row()[1] == keyed_hash("13812345678")


def test_the_ciphertext_itself_cannot_be_searched(table: None) -> None:
    with pytest.raises(FieldError):
        list(CALLERS.filter(phone="13812345678"))


def test_a_template_shows_nothing_of_it() -> None:
    shown = Template("{{ phone }}{{ phone.open }}").render(
        Context({"phone": Sealed.of("13812345678")})
    )
    assert shown == sealed.HIDDEN


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert Sealed.of("张三").token != Sealed.of("张三").token


def test_an_old_key_still_opens(settings: Any) -> None:
    old = Sealed.of("张三")
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_KEYS]
    assert old.open() == "张三"


def test_a_dropped_key_opens_nothing(settings: Any) -> None:
    old = Sealed.of("张三")
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CannotOpen):
        old.open()


def test_until_all_is_sealed_anew_old_hashes_are_looked_for_too(
    settings: Any,
) -> None:
    old = keyed_hash("13812345678")
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_KEYS]
    assert keyed_hashes("13812345678") == [keyed_hash("13812345678"), old]


def test_a_row_is_sealed_anew_with_the_newest_key(table: None, settings: Any) -> None:
    CALLERS.create(phone="13812345678")
    new = Fernet.generate_key().decode()
    settings.PERSONAL_KEYS = [new, *settings.PERSONAL_KEYS]
    row = CALLERS.get()
    row.save(update_fields=sealed.reseal(row))
    settings.PERSONAL_KEYS = [new]
    found = CALLERS.get(phone_hash=keyed_hash("13812345678"))
    assert found.phone.open() == "13812345678"


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "１３８１２３４５６７８",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 138 1234 5678",
        "0086-13812345678",
        "8613812345678",
        "＋８６（138）12345678",
    ],
)
def test_a_phone_is_one_however_it_is_written(written: str) -> None:
    assert normalised(written) == "13812345678"


def test_a_landline_gets_its_trunk_digit_back() -> None:
    assert normalised("+86 10 6601 1234") == normalised("(010)66011234")


def test_an_account_is_not_taken_for_a_phone() -> None:
    assert normalised(" WX_Li88 ") == "wx_li88"


@given(st.text())
def test_what_is_normal_stays_so(text: str) -> None:
    once = normalised(text)
    assert last_four(text) == "" or once.endswith(last_four(text))
    assert keyed_hash(text) == ("" if not text.strip() else keyed_hashes(text)[0])


@given(st.text(max_size=80))
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    assert Sealed.of(clean).open() == clean


def test_names_and_phones_are_masked() -> None:
    assert [mask_name(name) for name in ("张三", "欧阳修", "李", "")] == [
        "张*",
        "欧阳*",
        "李*",
        "",
    ]
    assert mask_phone("138 1234 5678") == "138****5678"
    assert mask_phone("66011234") == "****"


def test_without_a_key_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVMAP_VAR", str(tmp_path))
    monkeypatch.delenv("GOVMAP_PERSONAL_KEYS", raising=False)
    with pytest.raises(SystemExit, match="GOVMAP_PERSONAL_KEYS"):
        Environment(tmp_path).personal_keys()
