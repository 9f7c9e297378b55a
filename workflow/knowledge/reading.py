"""Articles as they are read: found by words, and by what fits a case."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from govmap.lib.bigrams import holds
from workflow.models import Article, Category
from workflow.models.knowledge import ArticleQuerySet

BESIDE_MOST = 8
TERMS_MOST, QUERY_MOST = 6, 60
BLANK = re.compile(r"[\s\W_]+")


def form_of(*texts: str) -> str:
    """As it is searched: one width, one case, no blanks and no signs within a text.

    Two Chinese signs are found wherever they stand together, whatever parted them.
    """
    parts = (BLANK.sub("", unicodedata.normalize("NFKC", text)) for text in texts)
    return "\n".join(part.upper() for part in parts if part)


def terms_of(query: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", query.replace("\x00", "")[:QUERY_MOST])
    found = [form_of(term) for term in re.split(r"[\s,，、;；]+", plain)]
    return [term for term in found if term][:TERMS_MOST]


def matching(rows: ArticleQuerySet, query: str) -> ArticleQuerySet:
    """Those whose published words hold every term: by the index of pairs of signs."""
    for term in terms_of(query):
        rows = rows.filter(holds("current__form", term))
    return rows


def of_class(rows: ArticleQuerySet, code: str) -> ArticleQuerySet:
    """Those that name the class (``event/06010``), or its main class (``event/06``)."""
    asked = Q(current__classes__contains=[code])
    kind, _slash, digits = code.partition("/")
    if len(digits) > 2:
        asked |= Q(current__classes__contains=[f"{kind}/{digits[:2]}"])
    return rows.filter(asked)


def beside(user: User, category: Category) -> list[Article]:
    """What fits a case of the class, what is meant for it alone first: one query."""
    code = f"{category.kind}/{category.code}"
    rows = of_class(Article.objects.visible_to(user).listed(), code)
    found = list(rows.order_by("-current__published_at")[: BESIDE_MOST * 3])
    found.sort(key=lambda row: code not in row.current.classes if row.current else True)
    return found[:BESIDE_MOST]


@dataclass(frozen=True)
class ClassName:
    code: str
    name: str


def class_names(codes: Iterable[str]) -> list[ClassName]:
    """What the classes are called: one query; unknown ones by their code."""
    wanted = list(dict.fromkeys(codes))
    told = [code.partition("/") for code in wanted]
    rows = Category.objects.filter(
        kind__in={kind for kind, _s, _c in told}, code__in={c for _k, _s, c in told}
    )
    names = {
        f"{row.kind}/{row.code}": str(row)
        for row in rows.order_by("standard__is_default", "pk")
    }
    return [ClassName(code, names.get(code, code)) for code in wanted]


def as_html(text: str) -> SafeString:
    """Plain paragraphs: ``## `` begins a heading, ``- `` a row of a list. All that is
    written is escaped."""
    parts: list[SafeString] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = block.split("\n")
        if lines[0].startswith("## "):
            parts.append(format_html("<h3>{}</h3>", lines.pop(0)[3:].strip()))
        if lines and all(line.lstrip().startswith("- ") for line in lines):
            rows: Any = ((line.lstrip()[2:],) for line in lines)
            parts.append(
                format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))
            )
        elif lines:
            body = format_html_join(mark_safe("<br>"), "{}", ((x,) for x in lines))
            parts.append(format_html("<p>{}</p>", body))
    return format_html_join("", "{}", ((part,) for part in parts))
