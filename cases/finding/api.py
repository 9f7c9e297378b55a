"""Searching by a caller's phone, for other programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.finding.phones import search_phone
from cases.models import PhoneSearch
from govmap.lib.api import AuthedApiRequest


class PhoneSearchSerializer(serializers.Serializer[Any]):
    """A number, and what it is looked for."""

    phone = serializers.CharField(max_length=30, write_only=True)
    purpose = serializers.ChoiceField(choices=PhoneSearch.Purpose.choices)
    caller = serializers.UUIDField(
        source="uuid", read_only=True, help_text="for `caller` of the list of cases"
    )
    found = serializers.IntegerField(read_only=True)


class PhoneSearchView(APIView):
    """Cases by a caller's phone: for the desk, and on record."""

    @extend_schema(
        request=PhoneSearchSerializer, responses={201: PhoneSearchSerializer}
    )
    def post(self, request: AuthedApiRequest) -> Response:
        """Keep the search; ``caller`` narrows the list of cases for 12 hours."""
        sent = PhoneSearchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        made = search_phone(said["phone"], said["purpose"], request.user)
        return Response(PhoneSearchSerializer(made).data, status.HTTP_201_CREATED)
