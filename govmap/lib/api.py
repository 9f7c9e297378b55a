"""Domain errors as HTTP, once for the API."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from govmap.lib.errors import DomainError


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """``{"detail": sentence, "code": class name, …details}`` with the error's status."""
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
