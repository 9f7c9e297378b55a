"""Kinds of a site package, as `kind_rules` keeps them: a code, titles, and what more.

``{"<listed>": [{"code", "title", "retired", …}]}``, in the order of the list. A row
counts only where the package says of it what it did not say last time, so that what
an administrator changed since stays (`package_rows`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from govmap.lib.errors import BadInput
from workflow.package_rows import PackageRows

CODE_MOST = 20


def nothing_more(row: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class KindFile:
    """How the rows of one table stand in a file.

    ``read``: what a row of the file says besides, as the columns keep it (raises
    KeyError, TypeError, ValueError); ``write``: the same of a row of the table.
    """

    model: type[models.Model]
    listed: str
    called: str
    needs: str
    title_most: int = 80
    read: Callable[[Any], dict[str, Any]] = nothing_more
    write: Callable[[Any], dict[str, Any]] = nothing_more

    def put(self, data: Any, *, where: str, packaged: bool = False) -> int:
        """Write these rows over those of the same code; the others stay.

        ``packaged``: of a site package. Returns how many rows. Raises BadInput; then
        nothing is changed.
        """
        rows = data.get(self.listed) if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise BadInput(
                f'{where}: it must be an object with a list "{self.listed}".'
            )
        with transaction.atomic():
            known = PackageRows(self.model._meta.label_lower) if packaged else None
            for order, row in enumerate(rows, start=1):
                try:
                    code, values = self._values(row, order)
                    if known is None or known.is_new(code, values):
                        self._put(code, values)
                except (AttributeError, KeyError, TypeError, ValueError) as error:
                    raise BadInput(
                        f"{where}: {self.called} {order}: {error}. It needs"
                        f" {self.needs}."
                    ) from error
            if known:
                known.keep()
        return len(rows)

    def dump(self) -> dict[str, Any]:
        """As `put` takes it."""
        rows = self.model._default_manager.all()
        return {self.listed: [self._said(row) for row in rows]}

    def _values(self, row: Any, order: int) -> tuple[str, dict[str, Any]]:
        code = row["code"]
        is_word = isinstance(code, str) and code.isidentifier()
        if not is_word or len(code) > CODE_MOST:
            raise ValueError(f"code is one word of at most {CODE_MOST} letters")
        titles = {
            name: str(text)[: self.title_most] for name, text in row["title"].items()
        }
        if not titles.get("zh-hans"):
            raise ValueError("title needs zh-hans")
        own = {"retired": bool(row.get("retired")), "order": order}
        return code, {"titles": titles, **self.read(row), **own}

    def _put(self, code: str, values: dict[str, Any]) -> None:
        """Nothing is written where nothing differs: each writing is kept on record."""
        found = self.model._default_manager.filter(code=code).first()
        row: Any = found or self.model(code=code)
        if found and all(getattr(row, name) == said for name, said in values.items()):
            return
        for name, said in values.items():
            setattr(row, name, said)
        row.save()

    def _said(self, row: Any) -> dict[str, Any]:
        said = {"code": row.code, "title": row.titles, **self.write(row)}
        return {**said, "retired": True} if row.retired else said
