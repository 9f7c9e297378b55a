"""Photos by parts: begun, asked where they stand, and gone on with."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.views import APIView

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from workflow import partial
from workflow.models import Attachment
from workflow.partial import Coming
from workflow.serializers import WHOLE_NUMBER_MOST, AttachmentSerializer

AT = OpenApiParameter(
    "at", int, required=True, description="where the part begins, in bytes"
)


class BytesParser(BaseParser):
    """The body as it is: a piece of a photo."""

    media_type = "application/octet-stream"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, bytes]:
        return {"part": stream.read(partial.PART_MAX_BYTES + 1)}


class AnnouncedSerializer(serializers.Serializer[Any]):
    """A photo that is to come."""

    uuid = ClientUUIDField(help_text="made by the client; it names the photo")
    length = serializers.IntegerField(
        min_value=0, max_value=WHOLE_NUMBER_MOST, help_text="bytes"
    )
    sha256 = serializers.RegexField(
        r"\A[0-9a-fA-F]{64}\Z",
        required=False,
        help_text="of the whole; looked at in the end",
    )


class ComingSerializer(serializers.Serializer[Any]):
    """How much of a photo is here; ``photo`` once it is whole and taken in."""

    uuid = serializers.UUIDField()
    length = serializers.IntegerField()
    at = serializers.IntegerField(help_text="where to go on, in bytes")
    photo = AttachmentSerializer(default=None)


class PartsView(APIView):
    """A photo in parts: one of them lost costs one of them."""

    @extend_schema(request=AnnouncedSerializer, responses={201: ComingSerializer})
    def post(self, request: AuthedApiRequest) -> Response:
        """Announce it. Announced again, the answer says where to go on."""
        sent = AnnouncedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        coming = partial.begin(request.user, **sent.validated_data)
        answer = _described(coming, partial.stored(request.user, coming.uuid))
        return Response(answer, status.HTTP_201_CREATED)


class PartView(APIView):
    """One photo on its way."""

    parser_classes = (BytesParser,)

    @extend_schema(responses=ComingSerializer)
    def get(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Where it stands; 404 where nothing of it is here."""
        if done := partial.stored(request.user, uuid):
            return Response(_described(Coming(uuid, done.size, done.size), done))
        return Response(_described(partial.where(request.user, uuid)))

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=[AT],
        responses={200: ComingSerializer, 409: ComingSerializer},
    )
    def put(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Send the next part; the last one takes the photo in.

        409 where it does not begin at the end of the one before: go on at ``at``.
        """
        if done := partial.stored(request.user, uuid):
            return Response(_described(Coming(uuid, done.size, done.size), done))
        at = _whole_number(request.query_params.get("at", ""))
        sent: Any = request.data
        part: bytes = sent.get("part", b"")
        coming = partial.add(request.user, uuid, at, part)
        if coming.at != at + len(part):
            return Response(_described(coming), status.HTTP_409_CONFLICT)
        done = partial.finish(request.user, uuid) if coming.is_whole else None
        return Response(_described(coming, done))

    @extend_schema(responses={204: None})
    def delete(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Throw away what is here of it."""
        partial.drop(request.user, uuid)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _described(coming: Coming, photo: Attachment | None = None) -> dict[str, Any]:
    said = {"uuid": coming.uuid, "length": coming.length, "at": coming.at}
    return dict(ComingSerializer({**said, "photo": photo}).data)


def _whole_number(text: str) -> int:
    """-1, where no part begins, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
