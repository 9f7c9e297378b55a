"""Downloads of layers among the exports: who may, how much, and in what forms."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from layers.downloads import asked, writing
from workflow.exporting import Column, Register, exportable
from workflow.models import Export

NAME = "layer"
MOST = 5_000_000
Form = Export.Form


def found(user: User, query: str) -> object:
    return asked.asked_of(user, query).rows()


exportable(
    Register(
        name=NAME,
        title=_("Layer"),
        columns=(
            Column("row", _("Every attribute that you may see"), lambda row: row),
        ),
        fixed=True,
        named=True,
        apart=True,
        most_rows=MOST,
        found=found,  # type: ignore[arg-type]
        rows=asked.read,
        words=asked.words,
        clean=asked.clean,
        page=asked.page,
        asks_purpose=asked.asks_purpose,
        file_writers={
            Form.GPKG: writing.geopackage,
            Form.GEOJSON: writing.geojson,
            Form.SHP_GBK: writing.shapefile("GBK"),
            Form.SHP: writing.shapefile("UTF-8"),
            Form.PARQUET: writing.geoparquet,
            Form.CSV: writing.table,
            Form.DXF: writing.dxf,
        },
        hint=_("It holds the attributes of the layer that you may see."),
    )
)
