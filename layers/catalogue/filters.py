"""The catalogue's filters: chips that can be set and removed, and a search."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from layers.catalogue.entries import is_late
from layers.models import Layer


@dataclass(frozen=True)
class Chip:
    """One choice of a filter with the layers that it would leave."""

    title: str
    count: int
    query: str  # the address with this chip set, or removed where it is set
    is_set: bool


class Filters:
    """What was asked for of all the layers that this person sees.

    A catalogue has some hundred layers at most, so they are chosen from in memory and
    each chip knows its count.
    """

    NAMES = ("class", "provider", "sensitivity", "overdue")

    def __init__(self, query: QueryDict, layers: Iterable[Any]) -> None:
        self.layers = list(layers)
        self.text = query.get("q", "").strip()[:60]
        self.asked = {name: query.get(name, "") for name in self.NAMES}

    @property
    def is_set(self) -> bool:
        return bool(self.text) or any(self.asked.values())

    def shown(self) -> list[Any]:
        return [layer for layer in self.layers if self._fits(layer)]

    def _fits(self, layer: Any, *, but: str = "") -> bool:
        wanted = self.text.casefold()
        words = [layer.code, *map(str, layer.titles.values())]
        if wanted and not any(wanted in word.casefold() for word in words):
            return False
        has = _answers(layer)
        return all(
            has[name] == asked
            for name, asked in self.asked.items()
            if asked and name != but
        )

    def chips(self, name: str, titles: dict[str, str]) -> list[Chip]:
        """Of one filter: those that would leave something, and the one set."""
        rest = [layer for layer in self.layers if self._fits(layer, but=name)]
        made = []
        for value, title in titles.items():
            count = sum(_answers(layer)[name] == value for layer in rest)
            is_set = self.asked[name] == value
            if count or is_set:
                query = self._query(name, "" if is_set else value)
                made.append(Chip(title, count, query, is_set))
        return made

    def _query(self, name: str, value: str) -> str:
        query = QueryDict(mutable=True)
        asked = {**self.asked, name: value, "q": self.text}
        query.update({key: said for key, said in asked.items() if said})
        return f"?{query.urlencode()}"

    @property
    def classes(self) -> list[Chip]:
        titles = {code: str(label) for code, label in Layer.Class.choices}
        return self.chips("class", titles)

    @property
    def providers(self) -> list[Chip]:
        units = {layer.provider.code: str(layer.provider) for layer in self.layers}
        return self.chips("provider", dict(sorted(units.items())))

    @property
    def sensitivities(self) -> list[Chip]:
        titles = {code: str(label) for code, label in Layer.Sensitivity.choices}
        return self.chips("sensitivity", titles)

    @property
    def overdue(self) -> list[Chip]:
        return self.chips("overdue", {"1": ""})


def _answers(layer: Any) -> dict[str, str]:
    """What a layer says to each filter."""
    return {
        "class": layer.kind,
        "provider": layer.provider.code,
        "sensitivity": layer.sensitivity,
        "overdue": "1" if is_late(layer.due) else "",
    }
