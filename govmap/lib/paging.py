"""Pages of the API that cost the same on page 200 as on page 1."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

LARGEST_ID = 2**63 - 1


def read_limit(request: Request, *, usual: int, most: int) -> int:
    """How many rows ``?limit=`` asks for: at most ``most``. Raises ValidationError."""
    raw = request.query_params.get("limit", str(usual))
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10 and int(raw)):
        raise ValidationError({"limit": [_("A positive whole number, please.")]})
    return min(int(raw), most)


class KeysetPagination(BasePagination):
    """Newest first, or oldest; a page begins after the last row of the one before.

    ``?ordering=-received`` or ``received``, ``?limit=`` up to 200, ``?after=`` as
    ``next`` of an answer has it.
    """

    usual, most = 50, 200
    orderings = {"-received": "-pk", "received": "pk"}

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        self.request = request
        self.limit = read_limit(request, usual=self.usual, most=self.most)
        order = self._order(request)
        if after := request.query_params.get("after"):
            step = "pk__lt" if order == "-pk" else "pk__gt"
            queryset = queryset.filter(**{step: read_cursor(after)})
        rows = self.read(queryset.order_by(order))
        self.more = len(rows) > self.limit
        self.rows = rows[: self.limit]
        return self.rows

    def read(self, queryset: Any) -> list[Any]:
        """The rows of the page and one beyond, by which one knows that more follow."""
        return list(queryset[: self.limit + 1])

    @classmethod
    def end_of(cls, request: Request) -> int | None:
        """The id below which every row of the page lies, where there is such a one.

        Raises ValidationError.
        """
        after = request.query_params.get("after")
        order = request.query_params.get("ordering", "-received")
        return (
            read_cursor(after) if after and cls.orderings.get(order) == "-pk" else None
        )

    def _order(self, request: Request) -> str:
        raw = request.query_params.get("ordering", "-received")
        if raw not in self.orderings:
            choices = ", ".join(self.orderings)
            raise ValidationError({"ordering": [_("One of: %s.") % choices]})
        return self.orderings[raw]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.following, "results": data})

    @property
    def following(self) -> str | None:
        """The address of the next page, or None behind the last."""
        if not self.more:
            return None
        here = self.request.build_absolute_uri()
        return replace_query_param(here, "after", cursor_of(self.rows[-1].pk))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        number = {"type": "integer", "minimum": 1, "maximum": self.most}
        order = {"type": "string", "enum": list(self.orderings)}
        return [
            {"name": name, "in": "query", "required": False, "schema": schema}
            for name, schema in (
                ("after", {"type": "string"}),
                ("limit", number),
                ("ordering", order),
            )
        ]


class ChosenFirstPagination(KeysetPagination):
    """Chooses the page by the indexes alone and joins the rest to its rows only.

    For rows with many joins among a million that the reader may not see: to leave
    those out costs as little as reading their numbers.
    """

    def read(self, queryset: Any) -> list[Any]:
        chosen = list(queryset.values_list("pk", flat=True)[: self.limit + 1])
        return list(queryset.filter(pk__in=chosen))


def cursor_of(pk: int) -> str:
    return urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def read_cursor(text: str) -> int:
    """The id in a cursor. Raises ValidationError for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        if raw.isdigit() and len(raw) < 20 and int(raw) <= LARGEST_ID:
            return int(raw)
    except ValueError:
        pass
    raise ValidationError({"after": [_("Take “next” of the page before.")]})
