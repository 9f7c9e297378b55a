"""The API of one act on many cases."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.desk import bulk
from govmap.lib.api import AuthedApiRequest, ClientUUIDField

WHOLE_NUMBER_MOST = 2**31 - 1


class WantedSerializer(serializers.Serializer[Any]):
    """One case; what it has no evidence of its own for, is as proposed."""

    uuid = ClientUUIDField()
    act_id = ClientUUIDField(
        required=False, help_text="needed to do it; a look needs none"
    )
    after_event = serializers.IntegerField(
        required=False, min_value=0, max_value=WHOLE_NUMBER_MOST
    )
    evidence = serializers.DictField(required=False)


class ManySerializer(serializers.Serializer[Any]):
    """One act on many cases."""

    verb = serializers.CharField(max_length=40)
    cases = WantedSerializer(  # type: ignore[call-arg]
        many=True, min_length=1, max_length=bulk.MOST
    )
    evidence = serializers.DictField(required=False, help_text="for all of them")
    preview = serializers.BooleanField(default=False, help_text="only look")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["preview"]:
            for row in attrs["cases"]:
                if "act_id" not in row:
                    raise serializers.ValidationError({"cases": "act_id?"})
        return attrs


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of one case, or would: `done`, `repeated`, `possible`, `refused`."""

    uuid = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(
        choices=["done", "repeated", "possible", "refused"]
    )
    detail = serializers.CharField(help_text="why it was refused", allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    event = serializers.IntegerField(allow_null=True, help_text="`seq` of the act")
    evidence = serializers.DictField(help_text="what is proposed for this case")
    why = serializers.CharField(help_text="why this unit", allow_blank=True)


class ManyAnswerSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = OutcomeSerializer(many=True)


class ManyView(APIView):
    """One act on up to 100 cases, each in its own transaction."""

    request: AuthedApiRequest

    @extend_schema(request=ManySerializer, responses=ManyAnswerSerializer)
    def post(self, request: AuthedApiRequest) -> Response:
        """Do it, or only look. Sent again with the same ids, nothing is done twice."""
        sent = ManySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        cases = bulk.cases_named(request.user, [row["uuid"] for row in told["cases"]])
        plan = bulk.Plan(request.user, cases, told["verb"])
        if told["preview"]:
            rows = [_planned(row) for row in plan.rows]
        else:
            wanted = [_wanted(row) for row in told["cases"]]
            results = bulk.do(plan, wanted, told.get("evidence", {}))
            rows = [_became(row) for row in results]
        refused = sum(row["status"] == "refused" for row in rows)
        done = sum(row["status"] in {"done", "repeated"} for row in rows)
        return Response({"done": done, "refused": refused, "results": rows})


def _wanted(row: dict[str, Any]) -> bulk.Wanted:
    return bulk.Wanted(
        row["uuid"], row["act_id"], row.get("after_event"), row.get("evidence", {})
    )


def _planned(row: bulk.Row) -> dict[str, Any]:
    return {
        "uuid": str(row.case.uuid),
        "number": row.case.number,
        "status": "possible" if row.move else "refused",
        "detail": row.why_not,
        "code": "",
        "event": None,
        "evidence": row.own,
        "why": row.why,
    }


def _became(row: bulk.Result) -> dict[str, Any]:
    done = "repeated" if row.repeated else "done"
    return {
        "uuid": str(row.uuid),
        "number": row.case.number if row.case else None,
        "status": done if row.event else "refused",
        "detail": row.why_not,
        "code": row.code,
        "event": row.event.seq if row.event else None,
        "evidence": {},
        "why": "",
    }
