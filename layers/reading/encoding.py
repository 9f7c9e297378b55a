"""Which encoding a file's text is in: told, declared, or found by trying.

A shapefile's table is dBASE: a header of 32 bytes, 32 bytes a field, then rows of fixed
width. Surveyors' tables are mostly GBK and mostly do not say so.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from layers.reading.trouble import Trouble

# dBASE's language driver byte: the two that mean Chinese, and what UTF-8 writers use.
LANGUAGE_DRIVERS = {0x4D: "GB18030", 0x4F: "BIG5", 0x78: "BIG5", 0x7A: "GB18030"}
CHUNK = 1 << 20


def of_table(path: Path, *, told: str = "", usual: str = "") -> str:
    """The encoding of the dBASE table at ``path``.

    ``told`` must fit; else the .cpg, the language byte, strict UTF-8, ``usual`` (what
    this provider sends) and GB18030 are tried in that order. Raises Trouble.
    """
    if told:
        name = known(told)
        if not _fits(path, name):
            raise Trouble("encoding_does_not_fit", encoding=told)
        return name
    for name in _candidates(path, usual):
        if _fits(path, name):
            return name
    raise Trouble("encoding_unknown")


def known(name: str) -> str:
    """A name that both Python and GDAL understand; GBK is read as its superset."""
    plain = name.strip().upper().replace("_", "-")
    if re.fullmatch(r"(CP|ANSI )?936|GB2312|GBK|GB-?18030", plain):
        return "GB18030"
    if re.fullmatch(r"\d{3,5}", plain):
        plain = "UTF-8" if plain == "65001" else f"CP{plain}"
    try:
        codecs.lookup(plain)
    except LookupError as error:
        raise Trouble("encoding_unheard_of", encoding=name) from error
    return "UTF-8" if plain in {"UTF8", "UTF-8"} else plain


def _candidates(path: Path, usual: str) -> Iterator[str]:
    declared = path.with_suffix(".cpg")
    if declared.exists():
        text = declared.read_text("ascii", errors="ignore").strip()[:40]
        with suppress(Trouble):
            yield known(text)
    with path.open("rb") as file:
        head = file.read(32)
    if len(head) == 32 and head[29] in LANGUAGE_DRIVERS:
        yield LANGUAGE_DRIVERS[head[29]]
    yield "UTF-8"
    if usual:
        yield known(usual)
    yield "GB18030"


def _fits(path: Path, encoding: str) -> bool:
    decode = codecs.getdecoder(encoding)
    for text in _texts(path):
        try:
            decode(text)
        except UnicodeDecodeError as error:
            # Writers cut a long text at the field's width, in the middle of a sign.
            if error.start < len(text) - 3:
                return False
    return True


def _texts(path: Path) -> Iterator[bytes]:
    """Field names, then every text that is not plain ASCII."""
    with path.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            raise Trouble("broken", said="dBASE header")
        start, width = (
            int.from_bytes(head[8:10], "little"),
            int.from_bytes(head[10:12], "little"),
        )
        fields = file.read(max(0, start - 32))
        spans, at = [], 1
        for offset in range(0, len(fields) - 31, 32):
            field = fields[offset : offset + 32]
            if field[0] == 0x0D:
                break
            yield field[:11].split(b"\x00")[0]
            if field[11:12] == b"C":
                spans.append((at, at + field[16]))
            at += field[16]
        yield from _rows(file, width, spans)


def _rows(file: object, width: int, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    if not width or not spans:
        return
    count = max(1, CHUNK // width)
    while block := file.read(count * width):  # type: ignore[attr-defined]
        if block.isascii():
            continue
        for offset in range(0, len(block), width):
            row = block[offset : offset + width]
            if not row.isascii():
                for start, end in spans:
                    text = row[start:end].rstrip(b" \x00")
                    if text and not text.isascii():
                        yield text


def of_text(path: Path, *, told: str = "", usual: str = "") -> str:
    """The encoding of a text file, as Python's ``open`` wants it. Raises Trouble."""
    with path.open("rb") as file:
        head = file.read(4)
    if told:
        name = _marked(known(told), head)
        if not _decodes(path, name):
            raise Trouble("encoding_does_not_fit", encoding=told)
        return name
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ["UTF-16"]
    else:
        names = ["UTF-8", *([known(usual)] if usual else []), "GB18030"]
    for name in names:
        if _decodes(path, name):
            return _marked(name, head)
    raise Trouble("encoding_unknown")


def _marked(name: str, head: bytes) -> str:
    marked = name == "UTF-8" and head.startswith(codecs.BOM_UTF8)
    return "utf-8-sig" if marked else name


def shown(name: str) -> str:
    """A name as a report says it."""
    return "UTF-8" if name == "utf-8-sig" else name


def as_utf8(path: Path, *, told: str = "", usual: str = "") -> tuple[Path, str]:
    """The path, or that of a copy in UTF-8 where its text is not; and what it was."""
    name = of_text(path, told=told, usual=usual)
    if shown(name) == "UTF-8":
        return path, "UTF-8"
    copy = path.with_name(f"utf8{path.suffix}")
    with (
        path.open(encoding=name, newline="") as old,
        copy.open("x", encoding="utf-8", newline="") as new,
    ):
        while text := old.read(CHUNK):
            new.write(text)
    return copy, name


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
