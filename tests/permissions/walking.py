"""Every endpoint of the URL configuration, and calling one as somebody."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4
from zlib import crc32

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from PIL import Image

from cases.models import Case, SamplingRule, TableWord, Tag
from layers.models import Address, ConflictRun, Correction, ImportRun, Version
from tests.cases import geocode_walking, outdoors, papering
from tests.cases.bringing import old_case, old_import
from tests.cases.conferring import conference_on, task_of, work_on
from tests.cases.driving import litter
from tests.cases.evaluation_walking import appeal_of, publication_of, report_of
from tests.cases.keeping import kept_view
from tests.cases.ordering import sheet_of
from tests.cases.reviewing.making import example_of, sample_of
from tests.cases.ruling import made_rules
from tests.cases.talking import comment_on, instruction_on
from tests.layers.sketching import map_view_of, sketch_of
from tests.offices import register_walking
from tests.offices import walking as module_walking
from tests.permissions.rows import TABLE
from tests.permissions.table import PEOPLE, STRANGER, Row, Says
from tests.sites import package
from tests.workflow.asking_exports import export_rule, waiting_export
from tests.workflow.channels import walking as channel_walking
from tests.workflow.duties import article_of, contact_of, file_of, note_of
from tests.workflow.pausing import made_for_walks
from workflow.models import Condition

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@contextmanager
def undrawn() -> Iterator[None]:
    """Pages are empty: what they would say takes half the time of asking for them.

    So is what describes the API: it takes a second.
    """
    with (
        patch.object(Template, "render", lambda *_args, **_more: ""),
        patch.object(SchemaGenerator, "get_schema", lambda *_args, **_more: {}),
    ):
        yield


def condition() -> Condition:
    """The one that the driven cases are filed under."""
    return Condition.objects.get(category=litter())


def endpoints(resolver: Any = None, space: str = "") -> Iterator[str]:
    """The name of every address, with its namespace; an unnamed one by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from endpoints(entry, inner)
        else:
            yield f"{space}{entry.name or entry.pattern}"


@dataclass
class World:
    """Two of each thing that rows are of: the own side's and the foreign one's."""

    cases: dict[str, Case]
    photos: dict[str, Any]
    runs: dict[str, ImportRun]
    drafts: dict[str, Version]
    corrections: dict[str, Correction]
    conflicts: dict[str, ConflictRun]
    rules: dict[str, int] = field(
        default_factory=lambda: made_rules() | made_for_walks()
    )

    made: dict[str, Any] = field(default_factory=dict)

    place = package.inside(1, 1, 1)
    layers = {"own": "planning", "foreign": "addresses"}
    keys = {"own": "XC-00", "foreign": "110109001A1"}

    def fresh(self) -> str:
        return str(uuid4())

    @property
    def category(self) -> int:
        return litter().pk

    def picture(self) -> SimpleUploadedFile:
        content = io.BytesIO()
        Image.new("RGB", (8, 8)).save(content, "JPEG")
        return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")

    def layer_file(self) -> SimpleUploadedFile:
        text = b'{"type": "FeatureCollection", "features": []}'
        return SimpleUploadedFile("a.geojson", text)

    def version(self, side: str) -> Version:
        """The one that the site's own file became."""
        version = self.runs[side].version
        assert version
        return version

    def arguments(self, of: str, side: str) -> dict[str, Any]:
        """What the address of a row needs."""
        if of in self.rules:
            return {"pk": self.rules[of]}
        if of.startswith("paper"):
            return papering.arguments(of, self.cases[side])
        if side not in self.made:
            self.made[side] = self._arguments(side)
        return self.made[side][of]

    def _arguments(self, side: str) -> dict[str, dict[str, Any]]:
        """By what a row is of; made once, for whatever a call changes is undone."""
        layer = self.layers[side]
        place = {"z": 0, "x": 0, "y": 0}
        return {
            "": {},
            "case": {"uuid": self.cases[side].uuid},
            "saved_view": {"uuid": kept_view().uuid},
            "map_view": {"uuid": map_view_of("desk").uuid},
            "sketch": {"uuid": sketch_of("desk").uuid},
            "photo": {"uuid": self.photos[side]},
            "order": {"uuid": self.cases[side].orders.get().uuid},
            "whistle": {"uuid": self.cases[side].whistles.get().uuid},
            "whistle_occasion": {"code": "emergency"},
            "matter": {"uuid": work_on(self.cases[side]).uuid},
            "conference": {"uuid": conference_on(self.cases[side]).uuid},
            "matter_task": {"uuid": task_of(work_on(self.cases[side])).uuid},
            "matter_sort": {"code": "ownership"},
            "order_sheet": {"uuid": sheet_of(self.cases[side]).uuid},
            "old_case": {"pk": old_case(side).pk},
            "old_import": {"uuid": old_import().uuid},
            "table_word": {"pk": TableWord.objects.earliest("pk").pk},
            "sample": {"uuid": sample_of(self.cases[side]).uuid},
            "example": {"uuid": example_of(self.cases[side]).uuid},
            "example_photo": {
                "uuid": example_of(self.cases[side]).uuid,
                "photo": UUID(int=0),
            },
            "sampling_rule": {"code": SamplingRule.objects.earliest("pk").code},
            "export": {
                "uuid": waiting_export(self.cases[side], 1 + (side != "own")).uuid
            },
            "export_rule": {"pk": export_rule().pk},
            "publication": {"uuid": publication_of().uuid},
            "count_appeal": {"uuid": appeal_of(self.cases[side]).uuid},
            "report": {"uuid": report_of(self.cases[side].street).uuid},
            "correction": {"uuid": self.corrections[side].uuid},
            "conflict": {"uuid": self.conflicts[side].rule.conflicts.get().uuid},
            "rule": {"code": self.conflicts[side].rule.code},
            "conflict_run": {"uuid": self.conflicts[side].uuid},
            "layer": {"code": layer},
            "feature": {"code": layer, "key": self.keys[side]},
            "layer_tile": {"code": layer, "z": 0, "x": 0, "y": 0},
            "outside": {"code": "sky"},
            "nobodys_key": {"pk": 999_999},
            "outside_tile": {"code": "sky", "z": 0, "x": 0, "y": 0},
            "run": {"code": layer, "uuid": self.runs[side].uuid},
            "version": {"code": layer, "uuid": self.version(side).uuid},
            "version_alone": {"uuid": self.version(side).uuid},
            "import": {"uuid": self.runs[side].uuid},
            "tile": {"layer": layer, "version": 1, **place},
            "tilejson": {"layer": layer},
            "draft_tile": {"uuid": self.drafts[side].uuid, **place},
            "map_tile": place,
            "cell": {"code": package.cell_code(1, 1, 1)},
            "address": {"code": Address.objects.earliest("pk").code},
            "unit": {"code": package.DISTRICT},
            "category": {"pk": self.category},
            "pair": {"pk": 0},
            "words": {"kind": "tags"},
            "word": {"kind": "tags", "pk": Tag.objects.earliest("pk").pk},
            "draft": {"uuid": UUID(int=7)},
            "condition": {"pk": condition().pk},
            "process": {"kind": "case"},
            "process_version": {"code": "correction", "version": 1},
            "handover": {
                "uuid": note_of(
                    self.cases[side].street, "desk" if side == "own" else "outsider"
                ).uuid
            },
            "contact": {"pk": contact_of(self.cases[side].street).pk},
            "instruction": {"uuid": instruction_on(self.cases[side]).uuid},
            "comment": {
                "uuid": self.cases[side].uuid,
                "comment": comment_on(self.cases[side]).uuid,
            },
            "article": {"uuid": article_of(self.cases[side].street).uuid},
            "article_file": {
                "uuid": article_of(self.cases[side].street).uuid,
                "file": file_of(article_of(self.cases[side].street)).uuid,
            },
            "shift_kind": {"code": "night"},
            "roster_slot": {
                "unit": self.cases[side].street.code,
                "day": str(timezone.localdate() + timedelta(days=1)),
                "kind": "night",
            },
            **outdoors.arguments(self.cases[side], side),
            **channel_walking.arguments(),
            **geocode_walking.arguments(side),
            **module_walking.arguments(side),
            **register_walking.arguments(side),
        }


class Walk:
    """Calls every endpoint as everybody and keeps what the table does not say."""

    def __init__(self, world: World, clients: dict[str, Client]) -> None:
        self.world, self.clients = world, clients
        self.wrong: list[str] = []

    def over(self, name: str) -> None:
        row = TABLE[name]
        for side in ("own", "foreign") if row.of else ("own",):
            path = reverse(name, kwargs=self.world.arguments(row.of, side))
            for method in METHODS:
                self._method(name, row, side, path, method)

    def _method(self, name: str, row: Row, side: str, path: str, method: str) -> None:
        says = row.methods.get(method)
        if says is None and (row.others is None or side != "own"):
            return
        people = sorted(PEOPLE) if says else ["desk"]
        reader = self._reader(name, says, side)
        for person in [*people, STRANGER]:
            with nullcontext() if person == reader else undrawn():
                got = self._call(person, method, path, says, side)
            if person == STRANGER:
                wanted = {row.stranger} if says else {row.stranger, 405}
            elif says:
                wanted = {says.status(side, person)}
            else:
                # Whoever may not come in need not learn what the door is for.
                wanted = {row.others or 0}
            if got not in wanted:
                said = f"{method} {name} ({side}) as {person}"
                self.wrong.append(f"{said}: {got}, not {sorted(wanted)}")

    def _reader(self, name: str, says: Says | None, side: str) -> str:
        """For whom the page is drawn: one of those who get it, another on each page.

        How a page looks for each role is for its own tests; no page may break.
        """
        let_in = [
            one for one in sorted(PEOPLE) if says and says.status(side, one) == 200
        ]
        return let_in[crc32(name.encode()) % len(let_in)] if let_in else ""

    def _call(
        self, person: str, method: str, path: str, says: Says | None, side: str
    ) -> int:
        """The status; whatever it changed is undone."""
        body = says.body(self.world, side) if says and says.body else {}
        path += says.query if says else ""
        client = self.clients[person]
        with transaction.atomic():
            if method == "GET" or "file" in body or "/api/" not in path:
                answer = getattr(client, method.lower())(path, **_form(method, body))
            else:
                text = json.dumps(body)
                answer = client.generic(method, path, text, "application/json")
            transaction.set_rollback(True)
        return answer.status_code


def _form(method: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"data": body} if method == "POST" else {}
