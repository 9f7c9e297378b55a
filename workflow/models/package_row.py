"""What a site package said of a row when it was loaded last."""

from django.db import models


class PackageRow(models.Model):
    """Tells a row that the package changed from one that only somebody here did."""

    table = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint("table", "key", name="package_row_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.key}"
