"""How much may be sent, before any of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

# Who has not signed in sends a form and nothing larger.
ANONYMOUS_MAX_BYTES = 256 * 1024


class BodyLimitMiddleware:
    """Refuses a body that its length says is too large (413).

    It stands behind the sign-in and before the check of forms, which would write the
    whole body to the disk to look for its token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = _length(request)
        if size <= ANONYMOUS_MAX_BYTES or size <= _most(request):
            return self.get_response(request)
        detail = _("What was sent is too large. Send less at once.")
        return JsonResponse({"detail": detail, "code": "TooLarge"}, status=413)


def _length(request: HttpRequest) -> int:
    """Bytes; 0 where nothing sound is said, for then Django reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _most(request: HttpRequest) -> int:
    """Bytes that this person may send to this address."""
    if not request.user.is_authenticated:
        return ANONYMOUS_MAX_BYTES
    for prefix, most in settings.BODY_MAX_BYTES.items():
        if request.path.startswith(prefix):
            return most
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE
