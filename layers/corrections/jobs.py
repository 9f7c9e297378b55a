"""Jobs of corrections."""

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers.corrections import following
from layers.models import Version


@app.task(
    name="layers.follow_version",
    retry=RetryStrategy(max_attempts=50, wait=15, retry_exceptions={OperationalError}),
)
def follow_version(version: int) -> None:
    """Answers the corrections that a version corrects, or that its draft held."""
    following.follow(Version.objects.select_related("layer").get(pk=version))
