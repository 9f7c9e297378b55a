"""The API of internal comments on a case."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case, Comment
from cases.models.comment import TEXT_MOST
from cases.talk import comments
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.paging import KeysetPagination


class CommentSerializer(serializers.ModelSerializer[Comment]):
    author = serializers.CharField(source="author.name")
    unit = serializers.CharField(source="unit.code")
    called = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = (
            *("uuid", "author", "unit", "own_unit", "text", "called"),
            *("made_at", "edited_at", "withdrawn_at"),
        )

    def get_called(self, row: Comment) -> list[str]:
        return [str(one.person or one.unit) for one in row.mentions.all()]


class SaidSerializer(serializers.Serializer[Any]):
    """A comment; ``@`` and a whole name calls somebody who may see the case."""

    uuid = ClientUUIDField()
    text = serializers.CharField(max_length=TEXT_MOST)
    own_unit = serializers.BooleanField(default=False, help_text="for nobody else")


class ChangedSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=TEXT_MOST)


def seen_case(request: AuthedApiRequest, uuid: UUID) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)


class CommentsView(GenericAPIView[Comment]):
    """内部评论: for who works on the case, never for who only reported it."""

    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    pagination_class = KeysetPagination
    filter_backends = ()

    @extend_schema(operation_id="case_comments", responses=CommentSerializer(many=True))
    def get(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Newest first, page by page."""
        rows = comments.seen_by(request.user, seen_case(request, uuid))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CommentSerializer(page, many=True).data)

    @extend_schema(
        operation_id="case_comment_say",
        request=SaidSerializer,
        responses={201: CommentSerializer},
    )
    def post(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Sent again under the same uuid it is the same comment."""
        case = seen_case(request, uuid)
        sent = SaidSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = comments.say(case, request.user, **sent.validated_data)
        return Response(CommentSerializer(row).data, status.HTTP_201_CREATED)


class CommentView(APIView):
    """One comment, for ten minutes its author's to change."""

    def _row(self, request: AuthedApiRequest, uuid: UUID, comment: UUID) -> Comment:
        rows = comments.seen_by(request.user, seen_case(request, uuid))
        return get_object_or_404(rows, uuid=comment)

    @extend_schema(request=ChangedSerializer, responses=CommentSerializer)
    def patch(self, request: AuthedApiRequest, uuid: UUID, comment: UUID) -> Response:
        row = self._row(request, uuid, comment)
        sent = ChangedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        text = sent.validated_data["text"]
        return Response(
            CommentSerializer(comments.change(row, request.user, text)).data
        )

    @extend_schema(responses={204: None})
    def delete(self, request: AuthedApiRequest, uuid: UUID, comment: UUID) -> Response:
        comments.withdraw(self._row(request, uuid, comment), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
