"""What is said of a file that cannot be read, and of a row that is refused.

A file's sentence says what the trouble is and what to do; a row's says what is wrong.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

FILES: dict[str, str] = {
    "empty_file": gettext_noop("The file is empty. Send it again."),
    "no_rows": gettext_noop(
        "The file has no rows, so nothing was changed. Check what was exported."
    ),
    "no_good_rows": gettext_noop(
        "None of the rows could be taken, so nothing was changed. See the reasons"
        " below, correct the file and send it again."
    ),
    "unknown_format": gettext_noop(
        "This is no format that can be read here, whatever its name says. Send a"
        " GeoPackage, GeoJSON, zipped shapefile or FileGDB, KML, DXF, FlatGeobuf,"
        " GeoParquet, CSV or Excel file."
    ),
    "old_excel": gettext_noop(
        "This is an Excel file of the old kind, or one locked by a password. Save it"
        " as .xlsx without a password."
    ),
    "dwg": gettext_noop("This is a DWG drawing. Save it as DXF and send that."),
    "binary_dxf": gettext_noop(
        "This is a DXF in its binary form. Save it as ASCII DXF and send that."
    ),
    "other_archive": gettext_noop(
        "This is an archive of another kind than zip. Pack the data as a zip."
    ),
    "xml_entities": gettext_noop(
        "The file holds XML with a document type, which may name other files, so"
        " nothing of it was read. Export it again without one."
    ),
    "parquet_encoding": gettext_noop(
        "The file keeps its geometry as %(encoding)s. Write it as WKB."
    ),
    "lone_shp": gettext_noop(
        "A .shp file alone has no attributes. Send a zip with its .shp, .shx, .dbf"
        " and .prj."
    ),
    "no_dbf": gettext_noop(
        "The shapefile %(name)s has no .dbf, so its rows have no attributes. Send a"
        " zip with its .shp, .shx, .dbf and .prj."
    ),
    "broken_zip": gettext_noop(
        "The zip is damaged or packed in an unusual way. Pack it again and send it."
    ),
    "zip_members": gettext_noop(
        "The zip holds more than %(limit)s files. Send one data set in a zip."
    ),
    "zip_paths": gettext_noop(
        "The zip names a place outside itself (%(member)s), so nothing of it was"
        " read. Pack the files again."
    ),
    "zip_links": gettext_noop(
        "The zip holds a link (%(member)s), so nothing of it was read. Pack the files"
        " themselves."
    ),
    "zip_locked": gettext_noop(
        "The zip is locked by a password. Pack it again without one."
    ),
    "zip_bomb": gettext_noop(
        "The zip unpacks to far more than its size, so reading stopped. Send less in"
        " one file."
    ),
    "zip_nested": gettext_noop(
        "The zip holds another archive (%(member)s), so nothing of it was read. Pack"
        " the files themselves."
    ),
    "zip_without_data": gettext_noop(
        "The zip holds no data that can be read here. Pack a shapefile with its .shp,"
        " .shx, .dbf and .prj, a FileGDB, or another file of data."
    ),
    "several_layers": gettext_noop(
        "The file holds several layers: %(names)s. Say which one to import."
    ),
    "no_geometry_layer": gettext_noop(
        "The file holds no layer with geometry. Export the layer with its geometry."
    ),
    "columns_to_check": gettext_noop(
        "You asked to look first. Check where each field comes from, and the"
        " coordinate system; then go on."
    ),
    "no_places": gettext_noop(
        "No column says where the rows are. Say which columns hold longitude and"
        " latitude, a WKT or the address."
    ),
    "no_register": gettext_noop(
        "The rows have addresses only, and there is no register of addresses to find"
        " them in. Give columns of longitude and latitude, or a WKT."
    ),
    "no_header": gettext_noop(
        "There is no row of column names in the first 20 rows. Put one above the data."
    ),
    "broken_line": gettext_noop(
        "Line %(line)s is no GeoJSON feature. Correct it or take it out, and send the"
        " file again."
    ),
    "broken_table": gettext_noop(
        "Line %(line)s of the table cannot be read (%(said)s). Mostly a quotation mark"
        " is missing or one too many; correct it and send the file again."
    ),
    "no_such_field": gettext_noop(
        "The field %(field)s is missing. The file has: %(fields)s. Say which of these"
        " it is, or export it too."
    ),
    "too_many_rows": gettext_noop(
        "The file has more than %(limit)s rows, which is the most that one file may"
        " have. Split it."
    ),
    "too_many_columns": gettext_noop(
        "The file has more than %(limit)s columns. Export those that are needed."
    ),
    "encoding_unknown": gettext_noop(
        "The text is neither UTF-8 nor GB18030. Say which encoding it is in."
    ),
    "encoding_unheard_of": gettext_noop(
        "There is no encoding %(encoding)s. Try GBK or UTF-8."
    ),
    "encoding_does_not_fit": gettext_noop(
        "The text is not in %(encoding)s. Leave the encoding empty to have it found."
    ),
    "no_crs": gettext_noop(
        "The file does not say its coordinate system (a shapefile's .prj is missing)."
        " Choose it, or export the file with it."
    ),
    "crs_unheard_of": gettext_noop(
        "There is no coordinate system %(crs)s. Give a code such as EPSG:4527."
    ),
    "crs_datum": gettext_noop(
        "%(crs)s stands on another datum than CGCS2000, and the parameters between"
        " them are not public. Have the survey office convert the file."
    ),
    "crs_local": gettext_noop(
        "The site's own coordinate system %(system)s is not fully defined (%(wrong)s)."
        " Tell the administrator."
    ),
    "lands_elsewhere": gettext_noop(
        "In %(crs)s most of the rows would lie outside the district, so that is not"
        " the file's coordinate system. Choose the right one."
    ),
    "broken": gettext_noop("The file is damaged: %(said)s. Export it again."),
    "too_big": gettext_noop(
        "Reading the file took more memory than one file may. Split it, or ask the"
        " administrator."
    ),
    "too_slow": gettext_noop(
        "Reading the file took longer than one file may. Split it, or ask the"
        " administrator."
    ),
    "reader_died": gettext_noop(
        "The reading process broke off at this file. Export it again; if it happens"
        " again, give the file to the administrator."
    ),
    "drivers": gettext_noop(
        "The reading process is not closed tightly enough (%(names)s), so nothing was"
        " read. Tell the administrator."
    ),
    "file_gone": gettext_noop("The file is no longer there. Send it again."),
    "failed": gettext_noop(
        "The import broke off. Nothing was changed. Tell the administrator."
    ),
}

ROWS: dict[str, str] = {
    "no_geometry": gettext_noop("without geometry"),
    "wrong_coordinates": gettext_noop("coordinates that are no numbers: %(value)s"),
    "address_unknown": gettext_noop(
        "address that is not in the register, or stands for several places: %(value)s"
    ),
    "too_many_vertices": gettext_noop("more vertices than one geometry may have"),
    "ragged_row": gettext_noop("more cells than there are column names"),
    "rounded_key": gettext_noop(
        "key whose last digits a spreadsheet has rounded away: %(value)s"
    ),
    "empty_geometry": gettext_noop("empty geometry"),
    "unreadable_geometry": gettext_noop("geometry that cannot be read"),
    "not_finite": gettext_noop("coordinates that are no numbers"),
    "wrong_geometry_type": gettext_noop("another kind of geometry than the layer's"),
    "invalid_geometry": gettext_noop(
        "invalid geometry that no repair leaves as it is meant"
    ),
    "no_extent": gettext_noop("geometry without any extent"),
    "outside_ground": gettext_noop("outside the district"),
    "no_key": gettext_noop("without key"),
    "long_key": gettext_noop("key too long"),
    "twin_key": gettext_noop("key that an earlier row has, number %(first)s"),
    "missing_attribute": gettext_noop("%(field)s is missing"),
    "wrong_attribute": gettext_noop("%(field)s has another type: %(value)s"),
    "no_such_unit": gettext_noop("code that no unit has"),
    "cell_code": gettext_noop("code of other than 15 digits"),
    "cell_in_pieces": gettext_noop("cell of several pieces"),
    "cell_without_community": gettext_noop("code whose community is unknown"),
    "cell_outside_community": gettext_noop("outside the community of its code"),
    "cell_code_retired": gettext_noop(
        "code of a closed cell; codes are not used again"
    ),
    "cell_not_yet": gettext_noop("start in the future"),
    "no_address_text": gettext_noop("without the full address"),
    "part_code": gettext_noop("code of other than 16 or 17 digits"),
    "part_category": gettext_noop("without the class code"),
}


REPAIRS: dict[str, str] = {
    "closed": gettext_noop("ring closed"),
    "crossing": gettext_noop("edges that crossed taken apart"),
    "touching": gettext_noop("parts that touched themselves taken apart"),
    "holes": gettext_noop("holes put in order"),
    "parts": gettext_noop("parts put in order"),
    "split": gettext_noop("taken out of a collection; its other parts were left out"),
    "other": gettext_noop("geometry made valid"),
}

NOTES: dict[str, str] = {
    "z_dropped": gettext_noop("%(count)s rows: heights left out"),
    "m_dropped": gettext_noop("%(count)s rows: measures left out"),
    "curves": gettext_noop("%(count)s rows: arcs drawn as short lines"),
    "promoted": gettext_noop("%(count)s closed lines taken as polygons"),
    "split": gettext_noop("%(count)s collections: only the layer's kind taken"),
    "other_kinds": gettext_noop(
        "%(count)s things of other kinds in the drawing left out"
    ),
    "totals": gettext_noop("%(count)s rows of totals left out"),
}


def of_repair(code: str) -> str:
    """What was done to a row, in the reader's language."""
    return _(REPAIRS.get(code, REPAIRS["other"]))


def of_note(code: str, count: int) -> str:
    """What was left out of rows that were taken, in the reader's language."""
    return _(NOTES[code]) % {"count": count} if code in NOTES else f"{code}: {count}"


def of_file(code: str, details: Mapping[str, Any]) -> str:
    """The sentence on a file, in the reader's language."""
    text = _(FILES.get(code, FILES["failed"])) % details
    candidates = details.get("candidates") or []
    if candidates:
        text += " " + _("It looks like %(candidates)s.") % {
            "candidates": ", ".join(item["label"] for item in candidates)
        }
    return text


def of_row(refusal: Mapping[str, Any]) -> str:
    """What is wrong with a row, in the reader's language."""
    return _(ROWS.get(refusal["code"], refusal["code"])) % refusal


def of_reason(code: str) -> str:
    """The same for a count of rows, without what differs from row to row."""
    general = {
        "twin_key": _("key that an earlier row has"),
        "missing_attribute": _("a required attribute is missing"),
        "wrong_attribute": _("an attribute has another type"),
        "wrong_coordinates": _("coordinates that are no numbers"),
        "address_unknown": _("address that is not in the register"),
        "rounded_key": _("key whose last digits a spreadsheet has rounded away"),
    }
    return general.get(code) or _(ROWS.get(code, code))
