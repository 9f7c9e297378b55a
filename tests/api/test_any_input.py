"""Whatever the schema allows, and much that it does not: never an error of ours."""

import json
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

SCHEMA = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
SOME = settings(
    max_examples=8,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def send(client, case, uuid):
    """The generated call, half of the time on a case that is there."""
    names = {name: str(value) for name, value in case.path_parameters.items()}
    if uuid and "uuid" in names:
        names["uuid"] = uuid
    path = case.path
    for name, value in names.items():
        path = path.replace("{" + name + "}", quote(value, safe="", errors="replace"))
    if case.query:
        path += "?" + urlencode(case.query, doseq=True, errors="replace")
    body = {} if not isinstance(case.body, dict | list | str | int) else case.body
    text = json.dumps(body, default=str)
    return client.generic(case.method, path, text, content_type="application/json")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
def test_no_call_breaks_the_server(operation, people, signed_in, make_case):
    # To think of a call takes longer than to answer it: two people make each.
    clients = [signed_in(people[name]) for name in ("grid_worker", "desk")]
    uuid = str(make_case().uuid)
    calls = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @SOME
    @given(calls, st.booleans())
    def check(case, there):
        for client in clients:
            with transaction.atomic():
                answer = send(client, case, uuid if there else "")
                transaction.set_rollback(True)
            assert answer.status_code < 500

    check()
