"""Voice notes: a few words said beside a photo, kept as they were recorded.

What a browser's recorder makes is taken (WebM, Ogg, MP4), told by its first bytes and
not by what it is called. Nothing is transcoded.
"""

import re
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

HEAD = 16  # bytes that tell what a file is
TRACKS = 4096  # within which WebM names its tracks
MOST_SECONDS = 60  # that the page records
KILOBYTE = 1024
RANGE = re.compile(r"^bytes=(\d{1,9})-(\d{0,9})$")
# In the place of a picture, wherever one is shown small.
SIGN = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" \
height="96"><rect width="96" height="96" fill="#5b6776"/><g fill="none" stroke="#fff" \
stroke-width="5" stroke-linecap="round"><rect x="38" y="20" width="20" height="34" \
rx="10"/><path d="M27 46a21 21 0 0 0 42 0M48 67v11"/></g></svg>"""
SIGN_TYPE = "image/svg+xml"


class VoiceTooLarge(BadInput):
    """A minute of words takes a fraction of this."""

    status = 413
    message = gettext_noop(
        "The voice note has %(size)s kB and at most %(most)s kB are taken. Record it"
        " anew, in at most a minute."
    )


def media_type_of(file: BinaryIO) -> str:
    """What kind of voice note the file is; nothing for anything else.

    The file is left at its beginning.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(b"\x1a\x45\xdf\xa3"):  # EBML: Matroska and WebM
        return "audio/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    # A box of ISO 14496-12 whose brand is of sound or of a general MP4; pictures of
    # the same family (HEIC, AVIF) are none.
    if head[4:8] == b"ftyp" and head[8:12] in (b"M4A ", b"mp42", b"mp41", b"isom"):
        return "audio/mp4"
    return "audio/mp4" if head[4:12] == b"ftypiso5" else ""


class NoVideo(BadInput):
    """Only words are taken, no moving picture."""

    message = gettext_noop(
        "A video is not taken. Take a photo, and say the rest in a voice note."
    )


def check_is_sound(content: bytes, media_type: str) -> None:
    """Raises NoVideo: a picture track is told by its mark in either container."""
    mark = b"vide" if media_type == "audio/mp4" else b"\x83\x81\x01"
    searched = content if media_type == "audio/mp4" else content[:TRACKS]
    if media_type != "audio/ogg" and mark in searched:
        raise NoVideo


def check_size(size: int) -> None:
    """Raises VoiceTooLarge; ``size`` is in bytes."""
    most = settings.VOICE_MAX_BYTES
    if size > most:
        raise VoiceTooLarge(size=size // KILOBYTE, most=most // KILOBYTE)


def suffix_of(media_type: str) -> str:
    """How a file of this type is called when somebody keeps it."""
    return {"audio/webm": ".webm", "audio/ogg": ".ogg", "audio/mp4": ".m4a"}.get(
        media_type, ".jpg"
    )


def played(request: HttpRequest, content: bytes, media_type: str) -> HttpResponse:
    """The sound, or the part of it that a player asks for: some play no other way."""
    match = RANGE.match(request.headers.get("Range", ""))
    first, last = 0, len(content) - 1
    if match:
        first = int(match[1])
        last = min(last, int(match[2])) if match[2] else last
    if not match or first > last:
        answer = HttpResponse(content, media_type)
    else:
        answer = HttpResponse(content[first : last + 1], media_type, status=206)
        answer["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    answer["Accept-Ranges"] = "bytes"
    return answer
