"""Files: sent by those who report or act, seen by those who see their event."""

import logging
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from govmap.lib.errors import DomainError, NotFound
from govmap.lib.pages import AuthedRequest
from workflow import voices
from workflow.attachments import IncompleteUpload, path_of, store
from workflow.models import Attachment

logger = logging.getLogger(__name__)


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """``uuid`` and ``file`` in; ``{"uuid", "url", "thumb"}`` or ``{"detail"}`` out."""
    if not request.user.is_authenticated:
        detail = _("You are signed out. Sign in, then send the photo again.")
        return JsonResponse({"detail": detail, "code": "SignedOut"}, status=401)
    try:
        return JsonResponse(described(_stored(request)))
    except DomainError as error:
        answer = {"detail": error.text, "code": type(error).__name__}
        return JsonResponse(answer, status=error.status)


def described(attachment: Attachment) -> dict[str, str]:
    """An attachment as page and API speak of it."""
    name = {"uuid": attachment.uuid}
    return {
        "uuid": str(attachment.uuid),
        "url": reverse("workflow:file", kwargs=name),
        "thumb": reverse("workflow:thumb", kwargs=name),
    }


def _stored(request: HttpRequest) -> Attachment:
    file = request.FILES.get("file")
    try:
        uuid = UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise IncompleteUpload from error
    if not isinstance(file, UploadedFile):
        raise IncompleteUpload
    return store(cast(User, request.user), uuid, file)


@login_required
@require_GET
def file(request: AuthedRequest, uuid: UUID, *, thumb: bool = False) -> HttpResponse:
    """Asked for again, the browser's copy is used, but never without asking."""
    attachment = Attachment.objects.visible_to(request.user).filter(uuid=uuid).first()
    return served(request, attachment, thumb=thumb)


def served(
    request: AuthedRequest, attachment: Attachment | None, *, thumb: bool
) -> HttpResponse:
    """The file of a row that somebody has checked the person may see; 404 for None."""
    if attachment is None:
        return _nothing()
    if thumb and attachment.is_voice:
        return HttpResponse(voices.SIGN, voices.SIGN_TYPE)
    etag = f'"{attachment.sha256}{"-thumb" if thumb else ""}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        path = path_of(attachment.sha256, thumb=thumb)
        if not path.is_file():
            logger.error("The file of attachment %s is not there.", attachment.uuid)
            return _nothing()
        response = voices.played(request, path.read_bytes(), attachment.media_type)
        name = f"{attachment.uuid}{voices.suffix_of(attachment.media_type)}"
        response["Content-Disposition"] = f'inline; filename="{name}"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _nothing() -> HttpResponse:
    """In the place of a picture no page is seen: a sentence is enough."""
    return HttpResponseNotFound(NotFound().text, content_type="text/plain")
