"""QTI 2.1 and 3.0: each rule of how their items say questions."""

import io
import re
import zipfile
from typing import Any

import pytest

from game.rules.questions import Kind, QuestionDraft
from server.formats.items import Fate, ImportedItem
from server.formats.qti import read

OLD = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
NEW = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
CAMEL = re.compile(r"(?<=[a-z])([A-Z])")
ELEMENTS = (
    "assessmentItem|choiceInteraction|correct|correctResponse|equal|equalRounded|itemBody|mapEntry"
    "|mapping|matchInteraction|modalFeedback|orderInteraction|outcomeDeclaration|prompt"
    "|responseCondition|responseDeclaration|responseIf|responseProcessing|rubricBlock"
    "|simpleAssociableChoice|simpleChoice|simpleMatchSet|textEntryInteraction|value|variable"
)
QTI = re.compile(rf"(</?)({ELEMENTS})(?=[\s/>])")
STEM = "<p>Is rain wet?</p>"


def in_new_form(item: str) -> str:
    """The same item in QTI 3.0, whose names have hyphens."""
    item = re.sub(r" ([a-z]+[A-Z]\w*)=", lambda found: f" {hyphened(found[1])}=", item)
    item = QTI.sub(lambda found: f"{found[1]}qti-{hyphened(found[2])}", item)
    return item.replace(OLD, NEW)


def hyphened(name: str) -> str:
    return CAMEL.sub(lambda found: f"-{found[1].lower()}", name)


def item(body: str, before: str = "", after: str = "", title: str = "", more: str = "") -> str:
    return (
        f'<assessmentItem {OLD} identifier="i" title="{title}" adaptive="false" {more}'
        f'timeDependent="false">{before}<itemBody>{body}</itemBody>{after}</assessmentItem>'
    )


def response(cardinality: str, type_: str, *right: str, mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in right)
    correct = f"<correctResponse>{values}</correctResponse>" if right else ""
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{type_}">'
        f"{correct}{mapping}</responseDeclaration>"
    )


def mapping(*entries: tuple[str, str], default: str = "0", more: str = "") -> str:
    inside = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"{more}/>' for key, value in entries
    )
    return f'<mapping defaultValue="{default}">{inside}</mapping>'


def choices(*texts: str, name: str = "simpleChoice") -> str:
    return "".join(f'<{name} identifier="{text}">{text}</{name}>' for text in texts)


def choose(*texts: str, most: int = 1) -> str:
    inside = choices(*texts)
    return f'{STEM}<choiceInteraction responseIdentifier="R" maxChoices="{most}">{inside}</choiceInteraction>'  # noqa: E501


def order(*texts: str) -> str:
    return f'{STEM}<orderInteraction responseIdentifier="R">{choices(*texts)}</orderInteraction>'


def match(first: str, second: str) -> str:
    sets = "".join(
        f"<simpleMatchSet>{choices(*each, name='simpleAssociableChoice')}</simpleMatchSet>"
        for each in (first, second)
    )
    return f'{STEM}<matchInteraction responseIdentifier="R">{sets}</matchInteraction>'


TYPED = f'{STEM}<p><textEntryInteraction responseIdentifier="R"/></p>'
ONE = response("single", "identifier", "yes")
WET = item(choose("yes", "no"), ONE)


def package(*items: str, resources: str = "", **files: bytes) -> bytes:
    """A package with a manifest; the names of other files have two underscores for a slash."""
    out = io.BytesIO()
    listed = "".join(
        f'<resource identifier="i{at}" type="imsqti_item_xmlv2p1" href="items/{at}.xml"/>'
        for at in range(len(items))
    )
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/>'
        f"<resources>{resources or listed}</resources></manifest>"
    )
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        for at, each in enumerate(items):
            archive.writestr(f"items/{at}.xml", each)
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def one(item: str) -> ImportedItem:
    (found,) = read(item.encode())
    return found


def draft(item: str) -> QuestionDraft:
    found = one(item)
    assert found.draft is not None, found
    assert found.fate is not Fate.REFUSED, found
    return found.draft


def codes(item: ImportedItem) -> list[str]:
    return [problem.code.removeprefix("loss.") for problem in item.problems]


EQUAL = '<responseProcessing><responseCondition><responseIf><equal toleranceMode="{}" tolerance="{}"><variable identifier="R"/><correct identifier="R"/></equal></responseIf></responseCondition></responseProcessing>'  # noqa: E501
SHARES = mapping(("a", "0.5"), ("b", "0.5"), default="-0.5")
KINDS: list[tuple[str, str, Kind]] = [
    ("one right choice", WET, Kind.MULTIPLE_CHOICE),
    (
        "choices called true and false",
        item(choose("true", "false"), response("single", "identifier", "true")),
        Kind.TRUE_FALSE,
    ),
    (
        "several right choices",
        item(choose("a", "b", "c", most=0), response("multiple", "identifier", "a", "b")),
        Kind.MULTIPLE_SELECT,
    ),
    (
        "several in equal shares",
        item(
            choose("a", "b", "c", most=0),
            response("multiple", "identifier", "a", "b", mapping=SHARES),
        ),
        Kind.MULTIPLE_SELECT,
    ),
    (
        "only a mapping says what is right",
        item(choose("a", "b"), response("single", "identifier", mapping=mapping(("a", "1")))),
        Kind.MULTIPLE_CHOICE,
    ),
    (
        "nothing is right",
        item(choose("a", "b", most=0), response("multiple", "identifier")),
        Kind.POLL,
    ),
    ("a text", item(TYPED, response("single", "string", "Kartini")), Kind.SHORT_ANSWER),
    ("a number", item(TYPED, response("single", "float", "3.5")), Kind.NUMERIC),
    ("a whole number", item(TYPED, response("single", "integer", "3")), Kind.NUMERIC),
    (
        "an order",
        item(order("a", "b", "c"), response("ordered", "identifier", "b", "a", "c")),
        Kind.ORDERING,
    ),
    (
        "pairs with numbers",
        item(match("12", "ab"), response("multiple", "directedPair", "1 b", "2 a")),
        Kind.ORDERING,
    ),
    (
        "numbers on the other side",
        item(match("ab", "12"), response("multiple", "directedPair", "a 2", "b 1")),
        Kind.ORDERING,
    ),
]


@pytest.mark.parametrize("form", [str, in_new_form], ids=["2.1", "3.0"])
@pytest.mark.parametrize(("text", "kind"), [case[1:] for case in KINDS], ids=[c[0] for c in KINDS])
def test_the_interaction_says_the_kind(text: str, kind: Kind, form: Any) -> None:  # noqa: ANN401  # a function
    found = one(form(text))
    assert found.draft is not None, found
    assert found.draft.type is kind
    assert found.draft.stem == "Is rain wet?"
    assert found.fate is Fate.TAKEN


@pytest.mark.parametrize(
    "text",
    [
        item(order("a", "b", "c"), response("ordered", "identifier", "b", "a", "c")),
        item(match("123", "abc"), response("multiple", "directedPair", "2 a", "3 c", "1 b")),
    ],
    ids=["ordered", "matched"],
)
def test_the_choices_of_an_ordering_are_in_the_right_order(text: str) -> None:
    assert [choice.text for choice in draft(text).choices] == ["b", "a", "c"]


KEYS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "texts of a mapping",
        response("single", "string", "a", mapping=mapping(("a", "1"), ("b", "1"))),
        "",
        {"accepted": ["a", "b"]},
    ),
    (
        "an exact number",
        response("single", "float", "3"),
        EQUAL.format("exact", "1"),
        {"value": 3, "tolerance": 0},
    ),
    (
        "a tolerance",
        response("single", "float", "3"),
        EQUAL.format("absolute", "0.5"),
        {"value": 3, "tolerance": 0.5},
    ),
    (
        "two tolerances",
        response("single", "float", "3"),
        EQUAL.format("absolute", "1 2"),
        {"value": 3.5, "tolerance": 1.5},
    ),
    (
        "a tolerance in percent",
        response("single", "float", "-200"),
        EQUAL.format("relative", "5"),
        {"value": -200, "tolerance": 10},
    ),
    (
        "rounded",
        response("single", "float", "3.14"),
        EQUAL.format("", "")
        .replace(
            "equal toleranceMode",
            'equalRounded roundingMode="decimalPlaces" figures="2" toleranceMode',
        )
        .replace("</equal>", "</equalRounded>"),
        {"value": 3.14, "tolerance": 0.005},
    ),
]


@pytest.mark.parametrize(
    ("declared", "rules", "key"), [case[1:] for case in KEYS], ids=[case[0] for case in KEYS]
)
def test_keys(declared: str, rules: str, key: dict[str, Any]) -> None:
    found = one(item(TYPED, declared, rules))
    assert found.fate is Fate.TAKEN
    assert found.draft is not None
    assert found.draft.answer_key == key


def test_case_counts_where_the_mapping_says_so() -> None:
    entries = mapping(("a", "1"), more=' caseSensitive="true"')
    assert draft(item(TYPED, response("single", "string", mapping=entries))).options == {
        "ignore_case": False
    }


@pytest.mark.parametrize(
    ("body", "stem"),
    [
        ("<p>Rain is {} in May.</p>", "Rain is _____ in May."),
        ("<p>What is wet?</p><div><p>{}</p></div>", "What is wet?"),
        ("<h1>Rain</h1><ul><li>one</li><li>two</li></ul>{}", "Rain\none\ntwo"),
        ("<p>one<br/>\n two &amp; three</p>{}", "one\ntwo & three"),
    ],
)
def test_the_stem_of_a_text_entry(body: str, stem: str) -> None:
    entry = '<textEntryInteraction responseIdentifier="R"/>'
    assert draft(item(body.format(entry), response("single", "string", "x"))).stem == stem


def test_the_prompt_belongs_to_the_stem() -> None:
    body = choose("yes", "no").replace("<simpleChoice", "<prompt>Look up.</prompt><simpleChoice", 1)
    assert draft(item(body, ONE)).stem == "Is rain wet?\nLook up."


FIELDS: list[tuple[str, str, dict[str, Any]]] = [
    ("the language", item(choose("yes", "no"), ONE, more='xml:lang="id" '), {"language": "id"}),
    (
        "half a score",
        item(
            choose("yes", "no"),
            f'{ONE}<outcomeDeclaration identifier="SCORE" normalMaximum="0.5"/>',
        ),
        {"points": 500},
    ),
    (
        "one feedback",
        item(
            choose("yes", "no"),
            ONE,
            '<modalFeedback outcomeIdentifier="F" identifier="f">Water is.</modalFeedback>',
        ),
        {"explanation": "Water is."},
    ),
    ("a title that begins the question", item(choose("yes", "no"), ONE, title="Is rain"), {}),
    (
        "instructions",
        item(f'<rubricBlock view="candidate"><p>Read.</p></rubricBlock>{choose("yes", "no")}', ONE),
        {"stem": "Read.\nIs rain wet?"},
    ),
]


@pytest.mark.parametrize("form", [str, in_new_form], ids=["2.1", "3.0"])
@pytest.mark.parametrize(
    ("text", "fields"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS]
)
def test_fields(text: str, fields: dict[str, Any], form: Any) -> None:  # noqa: ANN401  # a function
    found = one(form(text))
    assert found.fate is Fate.TAKEN
    assert {name: getattr(found.draft, name) for name in fields} == fields
