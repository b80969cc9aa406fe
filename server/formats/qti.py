"""Reads QTI 2.x and 3.0: content packages, and items that are files of their own.

Both versions have the same elements under names that differ in form: `choiceInteraction` is
`qti-choice-interaction`. They are read as `choiceinteraction`.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from urllib.parse import unquote, urlsplit

from game.errors import Invalid
from game.rules.pictures import UPLOAD_MAX_BYTES
from server.formats.archives import Archive, is_archive, open_archive
from server.formats.contents import Find, too_long
from server.formats.effort import Effort
from server.formats.items import BadItemError, ImportedItem, Place, Source, refused, taken
from server.formats.qti_items import Item
from server.formats.texts import opened
from server.formats.xml_streams import local_name, pieces_of
from server.formats.xml_trees import CutTree, Node, read_trees

MANIFEST = "imsmanifest.xml"
ITEM_ROOT = "assessmentitem"
ITEM_ROOTS = ("assessmentItem", "qti-assessment-item")
ITEM_TYPE = re.compile(r"imsqti_\w*item_xmlv[23]p\d")
OLD_TYPE = re.compile(r"imsqti_\w*xmlv1p\d")
START_BYTES = 4
PICTURES_KEPT = 4
"""Pictures that are kept in memory, because several items show the same one."""
BROKEN_ITEM = {"import_bad_xml", "import_unsafe_xml", "import_unknown_format"}


def read(source: Source) -> Iterator[ImportedItem]:
    """The items of a package in the order of its manifest, or the one item of a file."""
    with opened(source) as binary:
        start = binary.read(START_BYTES)
    if not is_archive(start):
        yield _imported(Place("item", 1), pieces_of(source), _nowhere, None, Effort(source))
        return
    with open_archive(source) as archive:
        yield from _package(archive, Effort(source))


def _package(archive: Archive, effort: Effort) -> Iterator[ImportedItem]:
    manifest = manifest_of(archive.names)
    if manifest is None:
        message = f"The package has no {MANIFEST}."
        raise Invalid("import_unknown_format", message)
    folder = posixpath.dirname(manifest)
    picture = lru_cache(PICTURES_KEPT)(partial(_picture, archive))
    number, is_qti = 0, False
    for node in read_trees(archive.pieces(manifest), {"manifest"}, 2, effort, named):
        type_ = node.attributes.get("type", "").lower()
        is_qti = is_qti or (node.name == "schema" and "qti" in node.text().lower())
        if node.name != "resource" or not (ITEM_TYPE.match(type_) or OLD_TYPE.match(type_)):
            continue
        number += 1
        effort.found()
        place = Place("item", number)
        path = _resolved(folder, node.attributes.get("href", ""))
        if OLD_TYPE.match(type_):
            message = "QTI 1 is not read. Export the package as QTI 2.1 or 3.0."
            yield refused(place, BadItemError("old_version", message))
        elif path not in archive:
            message = f"The package has no file {path[:100]}."
            yield refused(place, BadItemError("missing_file", message))
        else:
            find = partial(_beside, picture, posixpath.dirname(path))
            yield _imported(place, archive.pieces(path), find, node, effort)
    if not (number or is_qti):
        raise Invalid("import_unknown_format", "The package has no questions in QTI.")


def manifest_of(names: Iterable[str]) -> str | None:
    """The path of the manifest among those of the files in an archive."""
    found = [name for name in names if posixpath.basename(name).lower() == MANIFEST]
    return min(found, key=len, default=None)


def _imported(
    place: Place, pieces: Iterable[bytes], find: Find, resource: Node | None, effort: Effort
) -> ImportedItem:
    try:
        (node,) = read_trees(pieces, {ITEM_ROOT}, 0, effort, named)
        if isinstance(node, CutTree):
            raise too_long()
        item = Item(node, find, resource)
        draft = item.draft()
    except BadItemError as error:
        return refused(place, error)
    except Invalid as error:
        if resource is None or error.code not in BROKEN_ITEM:
            raise
        return refused(place, BadItemError("bad_xml", error.message))
    return taken(place, draft, item.contents.lost, (), item.contents.pictures)


def named(name: str) -> str:
    """The name of an element or attribute of either version in one form."""
    return local_name(name).removeprefix("qti-").replace("-", "").lower()


def _resolved(folder: str, address: str) -> str:
    """The path in the archive of what an address in a file of this folder names."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/") if path else ""


def _picture(archive: Archive, path: str) -> bytes:
    try:
        return archive.read(path, UPLOAD_MAX_BYTES) if path in archive else b""
    except Invalid:  # it is too large or broken, which is not worth the whole file
        return b""


def _beside(picture: Find, folder: str, address: str) -> bytes:
    return picture(_resolved(folder, address))


def _nowhere(_: str) -> bytes:
    return b""
