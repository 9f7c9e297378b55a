"""What somebody chooses for his own pages: big type."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from cases.models import OwnChoice
from govmap.lib.api import AuthedApiRequest
from govmap.lib.pages import AuthedRequest


def choose(user: User, *, big_type: bool) -> OwnChoice:
    """Keep the choice for this person, on whatever phone he signs in."""
    row, _made = OwnChoice.objects.update_or_create(
        person=user, defaults={"big_type": big_type}
    )
    return row


@login_required
@require_POST
@never_cache
def big_type(request: AuthedRequest) -> HttpResponse:
    """``big`` on or off, and back to the page that it was chosen on."""
    choose(request.user, big_type=request.POST.get("big") == "1")
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if ours else "home")


class OwnChoiceSerializer(serializers.ModelSerializer[OwnChoice]):
    class Meta:
        model = OwnChoice
        fields = ("big_type",)


class OwnChoiceView(APIView):
    """How the person who asks wants his pages."""

    @extend_schema(responses=OwnChoiceSerializer)
    def get(self, request: AuthedApiRequest) -> Response:
        row = OwnChoice.objects.filter(person=request.user).first()
        return Response(OwnChoiceSerializer(row or OwnChoice()).data)

    @extend_schema(request=OwnChoiceSerializer, responses=OwnChoiceSerializer)
    def put(self, request: AuthedApiRequest) -> Response:
        sent = OwnChoiceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told: dict[str, Any] = sent.validated_data
        row = choose(request.user, big_type=told.get("big_type", False))
        return Response(OwnChoiceSerializer(row).data)
