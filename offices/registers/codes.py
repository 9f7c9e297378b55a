"""What the coded fields of the registers may hold, and how it is said."""

from functools import cached_property

from django.db import models

from offices.models import Code

# The list that each field's codes are of.
LISTS: dict[str, dict[str, str]] = {
    "Person": {
        **{name: name for name in ("sex", "nation", "marriage", "political", "paper")},
        **{name: name for name in ("education", "service", "occupation", "match")},
        **{name: name for name in ("nationality", "flow_reason", "residence_kind")},
        **{name: name for name in ("permit", "visit_purpose", "left_kind", "source")},
    },
    "Building": {"source": "source"},
    "Dwelling": {
        "use": "dwelling_use",
        "rent_use": "rent_use",
        "hazard": "hazard",
        "source": "source",
    },
    "Household": {"source": "source"},
    "Organization": {
        "kind": "organization_kind",
        "attention": "attention",
        "hazard": "hazard",
        "source": "source",
    },
    "Residence": {"tenure": "residence_kind"},
    "Member": {"relation": "relation"},
    "OrganizationPost": {"post": "post"},
}
LABELS, DWELLING_LABELS = "label", "dwelling_label"


def choices_of(name: str, *, now: str = "") -> list[tuple[str, str]]:
    """(code, title) of a list's codes in use, and of ``now`` even if it is retired."""
    rows = Code.objects.filter(list__code=name).order_by("order", "code")
    return [
        (row.code, str(row)) for row in rows if not row.retired_at or row.code == now
    ]


class Words:
    """Titles of codes, read once for a page."""

    def __init__(self, *lists: str) -> None:
        self.lists = lists

    @cached_property
    def titles(self) -> dict[tuple[str, str], str]:
        rows = Code.objects.select_related("list")
        if self.lists:
            rows = rows.filter(list__code__in=self.lists)
        return {(row.list.code, row.code): str(row) for row in rows}

    def of(self, name: str, code: str) -> str:
        """A code nobody explains is shown as it is."""
        return self.titles.get((name, code), code) if code else ""

    def of_field(self, row: models.Model, field: str) -> str:
        """What a field of an entry says, in words."""
        value = getattr(row, field)
        name = LISTS.get(type(row).__name__, {}).get(field)
        if name:
            return self.of(name, str(value))
        shown = getattr(row, f"get_{field}_display", None)
        return str(shown() if shown else "" if value is None else value)
