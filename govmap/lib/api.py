"""What comes in as JSON, and domain errors as HTTP, once for the API."""

import math
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from govmap.lib.errors import DomainError

if TYPE_CHECKING:
    from accounts.models import User


class AuthedApiRequest(Request):
    """A request that the API's permissions let in."""

    user: "User"


class ClientUUIDField(serializers.UUIDField):
    """A UUID as text; the framework alone would take a number for one."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class CleanJSONParser(JSONParser):
    """JSON that the database can keep: no NUL, no half sign, no endless number."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Any = None,
    ) -> Any:
        try:
            content = super().parse(stream, media_type, parser_context)
            clean = is_clean(content)
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deep.")) from error
        if not clean:
            raise ParseError(_("A text or a number in this JSON cannot be stored."))
        return content


def is_clean(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return all(is_clean(key) and is_clean(item) for key, item in value.items())
    if isinstance(value, list):
        return all(is_clean(item) for item in value)
    # Larger integers are no floats, and no column takes them.
    return not isinstance(value, int | float) or (
        abs(value) < 2**63 and math.isfinite(value)
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """``{"detail": sentence, "code": class name, …details}``, the error's status."""
    if isinstance(error, DomainError):
        wrapped = APIException(error.text)
        wrapped.status_code = error.status
        response = framework_handler(wrapped, context)
        assert response is not None
        response.data = {
            "detail": error.text,
            "code": type(error).__name__,
            **{name: str(value) for name, value in error.details.items()},
        }
        return response
    return framework_handler(error, context)
