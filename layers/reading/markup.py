"""XML from outside, looked at before any parser sees it.

Entities are declared in a document type, and a document type stands before the root
element. So a prolog without one is all that a bounded look has to make sure of.
"""

import codecs
import re
from pathlib import Path

from layers.reading import encoding
from layers.reading.trouble import Trouble

PROLOG = 64 << 10  # bytes; a declaration and some comments
CHUNK = 1 << 20
_ROOT = re.compile(r"<([^\s/>!?<&]+)")
_DECLARED = re.compile(r"""(<\?xml[^>]{0,200}?encoding\s*=\s*["'])([\w.:-]+)(["'])""")


def root_of(head: bytes) -> str | None:
    """The root element's name without its prefix; None where this is no XML.

    Raises Trouble for a document type, whatever it declares.
    """
    text, at = _text(head[:PROLOG]), 0
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return None
    while at < len(text):
        at = _past_space(text, at)
        if text.startswith("<?", at):
            at = _past(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _past(text, "-->", at)
        elif text.startswith("<!", at):
            raise Trouble("xml_entities")
        else:
            found = _ROOT.match(text, at)
            return found[1].split(":")[-1] if found else None
    return None


def check(head: bytes) -> None:
    """Refuses XML whose root does not come within the first bytes. Raises Trouble."""
    if root_of(head) is None:
        raise Trouble("xml_entities")


def as_utf8(path: Path) -> Path:
    """``path``, or a copy of it in UTF-8 where it declares an encoding such as GBK."""
    with path.open("rb") as file:
        head = file.read(PROLOG)
    declared = _DECLARED.search(_text(head[:1000]))
    name = _by_mark(head) or encoding.known(declared[2] if declared else "UTF-8")
    if name == "UTF-8":
        return path
    copy = path.with_name("utf8.kml")
    try:
        with (
            path.open(encoding=name, newline="") as old,
            copy.open("x", encoding="utf-8", newline="") as new,
        ):
            new.write(_DECLARED.sub(r"\1UTF-8\3", old.read(CHUNK), count=1))
            while text := old.read(CHUNK):
                new.write(text)
    except UnicodeDecodeError as error:
        raise Trouble("encoding_does_not_fit", encoding=name) from error
    return copy


def _text(head: bytes) -> str:
    """Enough of it to see the marks, which are ASCII in what XML is written in."""
    name = _by_mark(head)
    return head.decode(name, "replace") if name else head.decode("utf-8", "replace")


def _by_mark(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if head.startswith((b"<\x00", b"\x00<")):
        return "UTF-16-LE" if head[:1] == b"<" else "UTF-16-BE"
    return ""


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in "\ufeff \t\r\n":
        at += 1
    return at


def _past(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)
