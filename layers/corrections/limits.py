"""How long an answer may take: the site's limits, by layer."""

from pathlib import Path

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from layers.models import CorrectionLimit, Layer
from workflow.models.clock import LimitType


def load_limits(path: Path) -> int:
    """A site's limits: [{"layer": code or "", "limit": 5, "limit_type": "work_days"}].

    A file that is not there changes nothing. Raises BadInput.
    """
    if not path.is_file():
        return 0
    rows = read_json(path)
    for row in rows:
        try:
            code = row.get("layer")
            CorrectionLimit.objects.update_or_create(
                layer=Layer.objects.get(code=code) if code else None,
                defaults={
                    "limit": int(row["limit"]),
                    "limit_type": LimitType(row["limit_type"]),
                },
            )
        except (KeyError, ValueError, Layer.DoesNotExist) as error:
            raise BadInput(
                f"{path.name}: {row}: {error}. Write layer (or leave it empty), limit"
                " and limit_type."
            ) from error
    return len(rows)
