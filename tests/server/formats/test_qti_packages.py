"""Packages of QTI: what is refused or lost in them, their pictures, and how they are written."""

import zipfile
from io import BytesIO

import msgspec
import pytest

from game.errors import Invalid
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats import qti_writer
from server.formats.all import detect
from server.formats.items import Fate
from server.formats.qti import read
from tests.pictures import plain
from tests.server.formats.test_qti import (
    ONE,
    SHARES,
    STEM,
    TYPED,
    WET,
    choose,
    codes,
    item,
    mapping,
    match,
    one,
    order,
    package,
    response,
)

TWO_ENTRIES = TYPED + TYPED
RULES = "<responseProcessing><responseCondition/></responseProcessing>"
REFUSALS: list[tuple[str, str]] = [
    ("essay", item('<extendedTextInteraction responseIdentifier="R"/>')),
    ("unsupported_kind", item('<hotspotInteraction responseIdentifier="R"/>')),
    ("unsupported_kind", item(TYPED, response("single", "identifier", "a"))),
    ("several_interactions", item(TWO_ENTRIES, response("single", "string", "a"))),
    ("description", item(STEM)),
    ("description", item("").replace("<itemBody></itemBody>", "")),
    ("calculated", item(TYPED, '<templateDeclaration identifier="T"/>')),
    ("no_key", item(TYPED, response("single", "string"))),
    ("no_key", item(TYPED, response("single", "float"))),
    ("no_key", item(choose("a", "b"), response("single", "identifier"), RULES)),
    ("no_key", item(order("a", "b"), response("ordered", "identifier"))),
    ("bad_number", item(TYPED, response("single", "float", "many"))),
    ("bad_number", item(TYPED, response("single", "string", mapping=mapping(("a", "most"))))),
    ("part_of_order", item(order("a", "b", "c"), response("ordered", "identifier", "a", "b"))),
    ("matching", item(match("12", "ab"), response("multiple", "directedPair", "1 b"))),
    ("matching", item(match("xy", "ab"), response("multiple", "directedPair", "x a", "y b"))),
    ("choices_count", item(choose("yes"), ONE)),
    ("item_too_long", item(f"<p>{'x' * 70_000}</p>{choose('yes', 'no')}", ONE)),
    ("bad_xml", "<assessmentItem>"),
    ("bad_xml", "<html/>"),
    ("bad_xml", "<!DOCTYPE assessmentItem><assessmentItem/>"),
]


@pytest.mark.parametrize(("code", "text"), REFUSALS)
def test_refusals_name_their_reason_and_the_rest_goes_on(code: str, text: str) -> None:
    bad, good = read(package(text, WET))
    assert codes(bad)[0] == code
    assert bad.fate is Fate.REFUSED
    assert good.fate is Fate.TAKEN
    assert (good.place.kind, good.place.number) == ("item", 2)


UNEVEN = mapping(("a", "1"), ("b", "2"))
FEEDBACK = '<modalFeedback outcomeIdentifier="F" identifier="{}">Hm.</modalFeedback>'
INLINE = "<feedbackInline>Hm.</feedbackInline>"
TEN = '<outcomeDeclaration identifier="SCORE" normalMaximum="10"/>'
LOSSES: list[tuple[str, str]] = [
    ("title", item(choose("yes", "no"), ONE, title="Weather 7")),
    ("formatting", item(f"<p><em>Look.</em></p>{choose('yes', 'no')}", ONE)),
    ("other_media", item(f'<object type="audio/mpeg" data="a.mp3"/>{choose("yes", "no")}', ONE)),
    ("picture", item(f'<p><img src="missing.png"/></p>{choose("yes", "no")}', ONE)),
    ("feedback", item(choose("yes", "no"), ONE, FEEDBACK.format("a") + FEEDBACK.format("b"))),
    ("notes", item(f'<rubricBlock view="scorer">Be kind.</rubricBlock>{choose("yes", "no")}', ONE)),
    ("passage", item(choose("yes", "no"), f'{ONE}<assessmentStimulusRef identifier="s"/>')),
    (
        "points",
        item(
            choose("yes", "no"), f'{ONE}<outcomeDeclaration identifier="SCORE" normalMaximum="10"/>'
        ),
    ),
    (
        "weights",
        item(choose("a", "b", "c"), response("multiple", "identifier", "a", "b", mapping=UNEVEN)),
    ),
    ("weights", item(TYPED, response("single", "string", mapping=UNEVEN))),
    ("other_answers", item(TYPED, response("single", "float", "3", "5"))),
    (
        "feedback_per_choice",
        item(
            choose("yes", "no").replace(
                "</simpleChoice>", "<feedbackInline>Hm.</feedbackInline></simpleChoice>"
            ),
            ONE,
        ),
    ),
]


@pytest.mark.parametrize(("code", "text"), LOSSES)
def test_losses_are_named(code: str, text: str) -> None:
    found = one(text)
    assert found.fate is Fate.TAKEN_WITH_LOSS
    assert codes(found) == [code]


@pytest.mark.parametrize("kind", ["imsqti_item_xmlv2p1", "imsqti_item_xmlv3p0"])
def test_items_come_in_the_order_of_the_manifest(kind: str) -> None:
    listed = [
        ("test", "imsqti_test_xmlv2p1"),
        ("items/1", kind),
        ("page", "webcontent"),
        ("items/0", kind),
    ]
    resources = "".join(
        f'<resource identifier="{path}" type="{type_}" href="{path}.xml"/>'
        for path, type_ in listed
    )
    content = package(WET, WET.replace("rain", "snow"), resources=resources)
    assert detect(content) == "qti"
    stems = [found.draft.stem for found in read(content) if found.draft]
    assert stems == ["Is snow wet?", "Is rain wet?"]


def test_old_and_missing_items_are_refused() -> None:
    resources = '<resource type="imsqti_xmlv1p2" href="a.xml"/>'
    resources += '<resource type="imsqti_item_xmlv2p1" href="../../etc/passwd"/>'
    found = list(read(package(WET, resources=resources)))
    assert [codes(each) for each in found] == [["old_version"], ["missing_file"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (package(WET, resources="<resource/>"), "import_unknown_format"),
        (b"<manifest/>", "import_unknown_format"),
        (b"<assessmentItem>", "import_bad_xml"),
        (package()[:40], "import_bad_archive"),
    ],
    ids=["no_items", "a_manifest", "bad_xml", "cut"],  # packages have the time in them
)
def test_files_that_are_no_packages_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        list(read(content))
    assert raised.value.code == code


@pytest.mark.parametrize(
    "source", ["../pictures/a.png", "/items/../pictures/a.png?x=1", "..%2Fpictures/a.png"]
)
def test_pictures_in_the_package_come_along(source: str) -> None:
    shown = f'<p><img src="{source}" alt="rain"/></p>'
    (found,) = read(package(item(shown + choose("yes", "no"), ONE), pictures__a_png=plain()))
    assert found.draft is not None
    (picture,) = found.pictures
    assert (picture.address, picture.content) == (found.draft.media, plain())


FULL = QuestionDraft(
    type=Kind.MULTIPLE_CHOICE,
    stem="Which <b>one</b>?\n\nThis  one & that.",
    points=1500,
    time_limit=45,
    explanation="Because.\nSo.",
    language="id",
    level="B1",
    skill="reading",
    topic="Weather/Rain",
    difficulty=4,
    tags=["rain", "a&b"],
    choices=(ChoiceDraft(text="yes", is_correct=True), ChoiceDraft(text="no")),
)


def test_a_written_package_has_the_names_of_the_standard() -> None:
    address = "/pictures/0b1f6c1e-5a0e-4b52-9f0a-2a4b8c1d7e3f"
    questions = [msgspec.structs.replace(FULL, media=address), FULL]
    with zipfile.ZipFile(
        BytesIO(b"".join(qti_writer.write(questions, {address: plain()})))
    ) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "imsmanifest.xml",
            "items/question-1.xml",
            "items/question-2.xml",
            f"{address[1:]}.png",
        ]
        manifest = archive.read("imsmanifest.xml").decode()
        written = archive.read("items/question-1.xml").decode()
    assert "<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion>" in manifest
    assert 'type="imsqti_item_xmlv3p0" href="items/question-1.xml"' in manifest
    assert f'<file href="{address[1:]}.png"/>' in manifest
    assert 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"' in written
    assert f'<img src="..{address}.png" alt=""/>' in written


def test_the_same_questions_are_the_same_package() -> None:
    assert b"".join(qti_writer.write([FULL])) == b"".join(qti_writer.write([FULL]))


def test_equal_shares_are_no_loss() -> None:
    declared = response("multiple", "identifier", "a", "b", mapping=SHARES)
    assert codes(one(item(choose("a", "b", "c", most=0), declared))) == []
