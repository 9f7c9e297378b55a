"""Keys of programs: made by a person, shown once, for reading in his name.

A program sends one as ``Authorization: Bearer …``, or as the password of HTTP Basic,
with any user name: what QGIS and GDAL can send. Whoever loses a post or is shut out
reads nothing more with it, as on the pages.
"""

import binascii
import hashlib
import secrets
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from layers.models import ProgramToken

PREFIX = "gm_"
SHOWN = 10  # signs by which its owner knows it again
DAYS = (30, 90, 180, 365)
MOST = 10  # of one person at a time
NAME_MOST = 60
USED_EVERY = timedelta(hours=1)
View = Callable[..., HttpResponse]


class NoName(BadInput):
    """Say which program the key is for."""

    message = gettext_noop("Say which program the key is for.")


class TooManyTokens(BadInput):
    """You have 10 keys in use. Revoke one that no program needs any more."""

    message = gettext_noop(
        "You have 10 keys in use. Revoke one that no program needs any more."
    )


def make(person: User, name: str, days: int) -> tuple[ProgramToken, str]:
    """The row, and the key itself, which nobody sees again. Raises BadInput."""
    name = name.replace("\x00", "").strip()[:NAME_MOST]
    if not name:
        raise NoName
    if days not in DAYS:
        raise BadInput
    now = timezone.now()
    if ProgramToken.objects.filter(person=person).valid_at(now).count() >= MOST:
        raise TooManyTokens
    key = PREFIX + secrets.token_urlsafe(32)
    row = ProgramToken.objects.create(
        person=person,
        name=name,
        digest=_digest(key),
        begins=key[:SHOWN],
        expires_at=now + timedelta(days=days),
    )
    return row, key


def revoke(token: ProgramToken) -> None:
    """At once; again it is still so."""
    rows = ProgramToken.objects.filter(pk=token.pk, revoked_at__isnull=True)
    rows.update(revoked_at=timezone.now())


def _digest(key: str) -> str:
    """Of 256 random bits no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def person_of(request: HttpRequest) -> User | None:
    """Whose key the request brings, if it is in use."""
    key = _sent(request.headers.get("Authorization", ""))
    if not key.startswith(PREFIX) or len(key) > 100:
        return None
    now = timezone.now()
    rows = ProgramToken.objects.valid_at(now).select_related("person")
    token = rows.filter(digest=_digest(key), person__is_active=True).first()
    if token is None:
        return None
    if token.used_at is None or token.used_at < now - USED_EVERY:
        address = request.META.get("REMOTE_ADDR", "")[:60]
        rows = ProgramToken.objects.filter(pk=token.pk)
        rows.update(used_at=now, used_from=address)
    return token.person


def _sent(header: str) -> str:
    scheme, _blank, said = header.partition(" ")
    said = said.strip()
    if scheme.lower() == "bearer":
        return said
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(said, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def for_programs(view: View) -> View:
    """For whoever is signed in, or brings a key; a browser is sent to sign in."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "Authorization" in request.headers:
            person = person_of(request)
        else:
            person = request.user if request.user.is_authenticated else None
        if person is None:
            return _unknown(request)
        request.user = person
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    return asked


def _unknown(request: HttpRequest) -> HttpResponse:
    if "Authorization" not in request.headers and "text/html" in request.headers.get(
        "Accept", ""
    ):
        return redirect_to_login(request.get_full_path())
    said = _("A key of a program is needed: make one on your page of programs.")
    response = JsonResponse({"code": "Unauthorized", "description": said}, status=401)
    response["WWW-Authenticate"] = 'Basic realm="govmap", charset="UTF-8"'
    return response
