"""Personal text that no table shows: kept as ciphertext, found by a keyed hash.

The keys are ``settings.PERSONAL_KEYS``, the newest first: the first one seals, each
of them opens. To change the key, put a new one in front, run ``manage.py reseal``,
then drop the old one.
"""

import base64
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

HIDDEN = "••••"
TAIL = 4
# Phone numbers as people write them, +86 in front and an extension behind included.
PHONE = re.compile(r"(?:\+|00)?[\d()\- .·]{5,}(?:(?:转|ext\.?|x|#)\d{1,6})?", re.ASCII)
# The commonest surnames of two characters.
COMPOUND_SURNAMES = {"欧阳", "司马", "上官", "诸葛", "皇甫", "慕容", "司徒", "夏侯"}


class CannotOpen(Exception):
    """None of the keys opens this text: a key was dropped too early."""


@lru_cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache
def _hash_key(key: str) -> bytes:
    """The key of hashes, made from a sealing key (RFC 5869), so that a hash tells
    nothing about the key that opens texts."""
    raw = base64.urlsafe_b64decode(key)
    return HKDF(SHA256(), 32, salt=None, info=b"govmap keyed hash").derive(raw)


def _keys() -> tuple[str, ...]:
    return tuple(settings.PERSONAL_KEYS)


@dataclass(frozen=True, repr=False, eq=False)
class Sealed:
    """A text that is only opened on purpose: printed or shown it stays hidden."""

    token: str

    @classmethod
    def of(cls, text: str) -> "Sealed":
        if not text:
            return cls("")
        return cls(_box(_keys()).encrypt(text.encode()).decode())

    def open(self) -> str:
        """The text. Whoever calls this logs who reads it, and what for.

        Raises CannotOpen.
        """
        if not self.token:
            return ""
        try:
            return _box(_keys()).decrypt(self.token.encode()).decode()
        except InvalidToken as error:
            raise CannotOpen from error

    # A template may not open it.
    open.alters_data = True  # type: ignore[attr-defined]

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return HIDDEN if self.token else ""

    __repr__ = __str__


if TYPE_CHECKING:
    _TextField = models.TextField[str | Sealed, Sealed]
else:
    _TextField = models.TextField


class SealedField(_TextField):
    """A text kept as ciphertext. Python sees a `Sealed`; a plain ``str`` is sealed
    when it is written. It cannot be searched: put a `KeyedHashField` beside it."""

    def from_db_value(self, value: str | None, *args: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return value.token if isinstance(value, Sealed) else Sealed.of(str(value)).token

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked for; ciphertext equals nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


class _DerivedField(models.CharField):
    """Filled from the sealed field named by ``of`` whenever the row is written."""

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        options |= {"editable": False, "blank": True, "default": ""}
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = getattr(model_instance, self.of)
        text = value.open() if isinstance(value, Sealed) else str(value or "")
        setattr(model_instance, self.attname, derived := self.derive(text))
        return derived

    def derive(self, text: str) -> str:
        raise NotImplementedError


class KeyedHashField(_DerivedField):
    """`keyed_hash` of another field, for exact search and for counting the same."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 64, **options})

    def derive(self, text: str) -> str:
        return keyed_hash(text)


class TailField(_DerivedField):
    """The `last_four` of another field, for display."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": TAIL, **options})

    def derive(self, text: str) -> str:
        return last_four(text)


def normalised(text: str) -> str:
    """One form for each way to write the same: digits of a phone, else small letters.

    Full width, spaces, hyphens and the country code of China do not count.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not PHONE.fullmatch(plain):
        return "".join(plain.split())
    is_bare = plain.isdigit()
    digits = plain if is_bare else "".join(filter(str.isdigit, plain))
    for prefix in ("0086", "86"):
        # 86 of its own may begin a landline's number, never a number this long.
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 10:
            return _with_trunk(digits.removeprefix(prefix))
    return digits


def _with_trunk(digits: str) -> str:
    """Abroad the 0 of an area code falls away: +86 10 is 010."""
    is_mobile = len(digits) == 11 and digits.startswith("1")
    return digits if is_mobile or digits.startswith("0") else f"0{digits}"


def keyed_hash(text: str) -> str:
    """Equal for equal `normalised` texts, 64 hex digits; "" for none."""
    return _hash(text, _keys()[0]) if text.strip() else ""


def keyed_hashes(text: str) -> list[str]:
    """One for each key, the newest first: what a search looks for before `reseal`
    has gone through all rows."""
    return [_hash(text, key) for key in _keys()] if text.strip() else []


def _hash(text: str, key: str) -> str:
    message = normalised(text).encode()
    return hmac.digest(_hash_key(key), message, "sha256").hex()


def last_four(text: str) -> str:
    """The last four digits of a phone; nothing of what is too short to be hidden."""
    plain = normalised(text)
    return plain[-TAIL:] if plain.isdigit() and len(plain) >= TAIL + 3 else ""


def mask_name(name: str) -> str:
    """张三丰 is shown as 张*, 欧阳修 as 欧阳*; how long the name is stays hidden."""
    name = name.strip()
    size = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return f"{name[:size]}*" if name else ""


def mask_phone(text: str) -> str:
    """138****1234; of a number too short for that only stars."""
    plain = normalised(text)
    if not plain:
        return ""
    return f"{plain[:3]}****{plain[-TAIL:]}" if len(plain) >= 10 else "****"


def sealed_models(models_: Sequence[type[models.Model]]) -> list[type[models.Model]]:
    """Those of the models that keep a sealed text."""
    return [
        model
        for model in models_
        if any(isinstance(field, SealedField) for field in model._meta.fields)
    ]


def reseal(row: models.Model) -> list[str]:
    """Seal this row's texts with the newest key, in memory. The fields to write."""
    names = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, SealedField) and isinstance(value, Sealed):
            setattr(row, field.attname, Sealed.of(value.open()))
            names.append(field.attname)
        elif isinstance(field, _DerivedField):
            names.append(field.attname)
    return names
