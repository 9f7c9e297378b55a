"""What a run says of itself while it is carried out, and when it has ended."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from layers.imports import reasons, refusals, shifted
from layers.models import ImportRun
from layers.reading import process
from layers.reading.trouble import Trouble
from layers.versions import publishing, quality

MAX_REFUSALS = 1000
# What more can be told of the same file to get it in.
ASKABLE = {
    *("no_crs", "crs_unheard_of", "crs_datum", "lands_elsewhere", "several_layers"),
    *("encoding_unknown", "encoding_unheard_of", "encoding_does_not_fit"),
    *("no_such_field", "no_places", "columns_to_check"),
}
Progress = Callable[[int, int | None], None]


class Cancelled(Exception):
    """Somebody cancelled the run while it was being carried out."""


class Report:
    """What a run says of itself, kept on its row as it goes."""

    def __init__(self, run: ImportRun, progress: Progress | None) -> None:
        self.run = run
        self.progress = progress
        self.begun = time.monotonic()
        self.content: dict[str, Any] = {"refusals": [], "repairs": []}
        self.reasons: Counter[str] = Counter()
        # For the file of refused rows; the report lists only the first.
        self.refused: list[dict[str, Any]] = []

    def begin(self) -> None:
        self._save(
            status=ImportRun.Status.RUNNING,
            rows_read=0,
            rows_total=None,
            report={},
            message="",
        )

    def hear(self, said: process.Said) -> None:
        content = said.content
        if said.kind == "start":
            self.content |= content
            self._save(rows_total=content["total"])
        elif said.kind == "read":
            self._save(rows_read=content["rows"])
            if self.progress:
                self.progress(content["rows"], self.run.rows_total)
        elif said.kind == "refused":
            self._refuse(content["rows"])
        elif said.kind == "repaired":
            self.content["repairs"] += content["rows"]
        elif said.kind == "end":
            told = ("read", "repaired", "notes")
            self.content |= {key: content[key] for key in told if key in content}
            self.reasons.update(content["reasons"])

    def finish(self, drafted: publishing.Drafted) -> None:
        """In the transaction that writes the draft: both stand or neither."""
        difference = drafted.difference
        self._refuse(drafted.refused)
        self.reasons.update(refusal["code"] for refusal in drafted.refused)
        refused = sum(self.reasons.values())
        written = difference.added + difference.changed
        self.content |= {
            "written": written,
            "added": difference.added,
            "changed": difference.changed,
            "moved": difference.moved,
            "differs": drafted.differs,
            "closed": difference.closed,
            "kept": difference.kept,
            "unchanged": self.content["read"] - refused - written,
            "refused": refused,
            "reasons": dict(self.reasons.most_common()),
            "refused_file": refusals.PENDING if self.content["refusals"] else "",
        }
        if drafted.differs:
            quality.tell(drafted.version, self.content)
            self.content["looks_shifted"] = shifted.suspected(drafted.version)
        self._end(ImportRun.Status.DONE, version=drafted.version)

    def hear_trouble(self, trouble: Trouble) -> None:
        """Rows that it names were refused."""
        refused = trouble.details.pop("refused", [])
        self._refuse(refused)
        self.reasons.update(refusal["code"] for refusal in refused)

    def keep_refused(self, job: dict[str, Any], limits: process.Limits) -> None:
        """Makes the file of the refused rows; a report that stands is told of it."""
        self.content["refused_file"] = refusals.write(
            self.run,
            job,
            self.refused,
            limits,
            source=self.content.get("format", ""),
        )
        if self.run.has_ended:
            self.run.report = self.content
            self.run.save(update_fields=["report"])

    def fail(self, trouble: Trouble) -> None:
        # What a page asks with stands in "found".
        plain = {
            name: value
            for name, value in trouble.details.items()
            if name not in {"layers", "columns"}
        }
        self.content |= {
            "trouble": {"code": trouble.code, "details": plain},
            "refused": sum(self.reasons.values()),
            "reasons": dict(self.reasons.most_common()),
        }
        message = reasons.of_file(trouble.code, trouble.details)
        asks = trouble.code in ASKABLE
        status = ImportRun.Status.ASKING if asks else ImportRun.Status.FAILED
        self._end(status, message=message)

    def _refuse(self, rows: list[dict[str, Any]]) -> None:
        self.refused.extend(rows)
        kept = self.content["refusals"]
        kept.extend(rows[: MAX_REFUSALS - len(kept)])

    def _end(self, status: str, **values: Any) -> None:
        self.content["seconds"] = round(time.monotonic() - self.begun, 1)
        self._save(
            status=status, report=self.content, ended_at=timezone.now(), **values
        )

    def _save(self, **values: Any) -> None:
        """Raises Cancelled: in the draft's transaction, so that none of it stays."""
        run = ImportRun.objects.filter(pk=self.run.pk, status__in=ImportRun.UNDER_WAY)
        if not run.update(**values):
            raise Cancelled
        for name, value in values.items():
            setattr(self.run, name, value)
