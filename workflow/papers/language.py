"""The language of templates: Django's, with nothing in it that reaches anything.

No loader, no library, no tag but if, for and comment; the data is texts, numbers and
dates in lists and dictionaries; every value is escaped. What a template may contain is
checked before it is used (`workflow.papers.checking`), what it costs while it runs.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template import Context, Engine, Template
from django.utils.translation import override

from workflow.papers.vocabulary import TALLY, Tally


class PaperEngine(Engine):
    """In place of Django's own tags and filters stand those of papers."""

    default_builtins = ["workflow.papers.vocabulary"]


ENGINE = PaperEngine(
    app_dirs=False,
    loaders=[("django.template.loaders.locmem.Loader", {})],
    string_if_invalid="",
    autoescape=True,
    debug=False,
)


@lru_cache(maxsize=64)
def compiled(source: str) -> Template:
    """Raises TemplateSyntaxError."""
    return ENGINE.from_string(source)


def filled(source: str, data: Mapping[str, Any]) -> str:
    """The body of a paper as HTML. Papers are in Chinese, whoever prints them.

    Raises TooLong; of a template that was checked, nothing else.
    """
    with override("zh-hans"):
        return compiled(source).render(Context({**data, TALLY: Tally()}))
