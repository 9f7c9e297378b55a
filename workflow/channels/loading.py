"""The channels and rules of a site package, read and written in one format.

Secrets are in no package: whoever loads one gives them on the page.
"""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.channels import hours
from workflow.channels.forms import give_secret, wrong_in
from workflow.models import Channel, NoticeRule
from workflow.package_rows import PackageRows, changed_by_hand

FILE = "channels.json"
PLAIN = ("url", "method", "headers", "body", "shape", "answer_field", "answer_value")
SWITCHES = ("urgent", "gathered")
QUIET = ("quiet_from", "quiet_until")


def load(path: Path) -> str:
    """What the package says otherwise than when it was loaded last; what an
    administrator changed since stays. Without the file all stays as it is."""
    if not path.exists():
        return "left as it is"
    return load_data(read_json(path), name=path.name)


@transaction.atomic
def load_data(data: Any, *, name: str, anew: bool = False) -> str:
    """Take over a file called ``name``; ``anew``: also what it said before.

    What it leaves out stays. Raises BadInput; then nothing is changed. Returns a line
    for a report.
    """
    if not isinstance(data, dict):
        raise BadInput(f"{name} must be an object with channels and rules.")
    channels = _rows(data, "channels", name)
    rules = _rows(data, "rules", name)
    known = PackageRows("notice channels", by_hand=_by_hand())
    for number, told in enumerate(channels, start=1):
        if known.is_new(f"channel {told.get('code')}", told) or anew:
            _try(_save_channel, told, f"{name}: channel {number}")
    for number, told in enumerate(rules, start=1):
        if known.is_new(f"rule {key_of(told)}", told) or anew:
            _try(_save_rule, told, f"{name}: rule {number}")
    known.keep()
    return f"{len(channels)} channels, {len(rules)} rules"


def _rows(data: dict[str, Any], part: str, name: str) -> list[dict[str, Any]]:
    rows = data.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(f"{name}: {part} must be a list of objects.")
    return rows


def _by_hand() -> list[str]:
    channels, rules = changed_by_hand(Channel), changed_by_hand(NoticeRule)
    found = [f"channel {row.code}" for row in Channel.objects.filter(pk__in=channels)]
    rows = NoticeRule.objects.filter(pk__in=rules).select_related("channel")
    return [*found, *(f"rule {key_of(export_rule(row))}" for row in rows)]


def key_of(told: dict[str, Any]) -> str:
    return " ".join(str(told.get(name, "")) for name in ("what", "role", "channel"))


def _try(save: Any, told: dict[str, Any], where: str) -> None:
    try:
        save(told)
    except (AttributeError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise BadInput(
            f"{where}: {error}. A channel needs code, title and kind; a rule the code"
            " of a channel."
        ) from error


def _save_channel(told: dict[str, Any]) -> None:
    row = Channel.objects.filter(code=str(told["code"])).first()
    row = row or Channel(code=str(told["code"]))
    row.titles, row.kind = dict(told["title"]), Channel.Kind(told["kind"])
    for name in PLAIN:
        if name in told:
            setattr(row, name, told[name])
    times = told.get("digest_at", row.digest_at)
    row.digest_at = [f"{hours.read_time(text):%H:%M}" for text in times]
    row.most_tries = int(told.get("tries", row.most_tries))
    row.in_use = bool(told.get("in_use", False))
    if wrong := wrong_in(row):
        raise ValueError(wrong)
    give_secret(row)
    row.full_clean(exclude=["secret"], validate_unique=False)
    row.save()


def _save_rule(told: dict[str, Any]) -> None:
    channel = Channel.objects.filter(code=str(told["channel"])).first()
    if channel is None:
        raise ValueError(f"no channel has the code {told['channel']}")
    what, role = str(told.get("what", "")), str(told.get("role", ""))
    same = NoticeRule.objects.filter(what=what, role=role, channel=channel)
    row = same.first() or NoticeRule(what=what, role=role, channel=channel)
    row.role = Role(role).value if role else ""
    row.choice = NoticeRule.Choice(told.get("choice", NoticeRule.Choice.USUAL))
    for name in SWITCHES:
        setattr(row, name, bool(told.get(name, False)))
    for name in QUIET:
        text = told.get(name)
        setattr(row, name, hours.read_time(text) if text else None)
    row.in_use = bool(told.get("in_use", True))
    row.full_clean(validate_unique=False)
    row.save()


def export() -> dict[str, Any]:
    """All of them as a site package has them."""
    rules = NoticeRule.objects.select_related("channel")
    return {
        "channels": [export_channel(row) for row in Channel.objects.all()],
        "rules": [export_rule(row) for row in rules],
    }


def export_channel(row: Channel) -> dict[str, Any]:
    """Without the secret, and without what is empty."""
    told = {"code": row.code, "title": row.titles, "kind": row.kind}
    told |= {name: getattr(row, name) for name in PLAIN}
    told |= {"digest_at": row.digest_at, "tries": row.most_tries, "in_use": row.in_use}
    return {name: value for name, value in told.items() if value not in ("", {})}


def export_rule(row: NoticeRule) -> dict[str, Any]:
    told: dict[str, Any] = {"what": row.what, "role": row.role}
    told |= {"channel": row.channel.code, "choice": row.choice}
    told |= {name: getattr(row, name) for name in SWITCHES if getattr(row, name)}
    told |= {name: f"{at:%H:%M}" for name in QUIET if (at := getattr(row, name))}
    if not row.in_use:
        told["in_use"] = False
    return {name: value for name, value in told.items() if value != ""}
