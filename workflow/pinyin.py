"""What people type of a Chinese name: the initials of its pinyin."""

from pypinyin import Style, lazy_pinyin


def initials(name: str) -> str:
    """``垃圾箱`` → ``ljx``. Letters and digits stay, in lower case; the rest goes."""
    parts = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_kept)
    return "".join(parts).lower()


def _kept(signs: str) -> str:
    return "".join(sign for sign in signs if sign.isascii() and sign.isalnum())
