"""Writes QTI 3.0 packages. What they cannot carry is found by reading them again."""

import html
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random

from game.rules.questions import (
    AcceptedAnswers,
    ChoiceDraft,
    Kind,
    NumericKey,
    QuestionDraft,
    freeze,
    problems,
)
from game.rules.questions.drafts import read_key
from game.rules.questions.kinds import CHOICE_IDS
from server.formats.pictures import NO_PICTURES, extension, is_own
from server.formats.qti import MANIFEST
from server.formats.qti_items import SCORE
from server.formats.qti_metadata import lom_of
from server.formats.xml_text import as_xhtml, attribute, escaped, exact_attribute, title_of

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
ITEM_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
PACKAGE_SCHEMA = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
LOM = "http://ltsc.ieee.org/xsd/LOM"
INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of all files, so that the same questions are the same package."""
RESPONSE = "RESPONSE"
FEEDBACK_DECLARATION = (
    '<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier"/>'
)


def write(
    questions: Iterable[QuestionDraft], pictures: Mapping[str, bytes] = NO_PICTURES
) -> Iterator[bytes]:
    """A package with an item for each question, and the pictures of which there are bytes."""
    out = _Out()
    resources = []
    paths: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for number, question in enumerate(questions, 1):
            if problems(question):
                continue
            item = _Item(question, number, pictures)
            _add(package, item.path, item.xml().encode())
            for address, path in item.pictures.items():
                if address not in paths:
                    paths[address] = path
                    _add(package, path, pictures[address])
            resources.append(item.resource())
            yield out.taken()
        _add(package, MANIFEST, _manifest(resources).encode())
    yield out.taken()


class _Out(io.RawIOBase):
    """Keeps what is written until it is taken: `zipfile` needs no more of a file than this."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        written = b"".join(self._pieces)
        self._pieces.clear()
        return written


def _add(package: zipfile.ZipFile, path: str, content: bytes) -> None:
    info = zipfile.ZipInfo(path, LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, content)


def _manifest(resources: Sequence[str]) -> str:
    return (
        f'{DECLARATION}<manifest xmlns="{PACKAGE}" xmlns:lom="{LOM}" {INSTANCE}'
        f' xsi:schemaLocation="{PACKAGE} {PACKAGE_SCHEMA}" identifier="kuis">\n'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{''.join(resources)}</resources>\n</manifest>\n"
    )


class _Item:
    """One item; `pictures` has the paths of its pictures in the package by their addresses."""

    def __init__(self, question: QuestionDraft, number: int, contents: Mapping[str, bytes]) -> None:
        self._question = question
        self._contents = contents
        self._identifier = f"question-{number}"
        self.path = f"items/{self._identifier}.xml"
        self.pictures: dict[str, str] = {}

    def resource(self) -> str:
        files = "".join(f'<file href="{path}"/>' for path in (self.path, *self.pictures.values()))
        return (
            f'<resource identifier="{self._identifier}" type="imsqti_item_xmlv3p0"'
            f' href="{self.path}"><metadata>{lom_of(self._question)}</metadata>{files}</resource>\n'
        )

    def xml(self) -> str:
        question = self._question
        language = f' xml:lang="{question.language}"' if question.language else ""
        score = Decimal(question.points) / SCORE
        score_declaration = (
            '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"'
            f' normal-maximum="{score}"><qti-default-value><qti-value>0</qti-value>'
            "</qti-default-value></qti-outcome-declaration>"
        )
        shown = self._shown(question.stem, question.media, block=True)
        parts = (
            self._declaration(),
            score_declaration,
            FEEDBACK_DECLARATION,
            f"<qti-item-body>{shown}{self._interaction()}</qti-item-body>",
            self._processing(score),
            self._feedback(),
        )
        body = "\n".join(filter(None, parts))
        return (
            f'{DECLARATION}<qti-assessment-item xmlns="{ITEM}" {INSTANCE}'
            f' xsi:schemaLocation="{ITEM} {ITEM_SCHEMA}" identifier="{self._identifier}"'
            f' title="{attribute(title_of(question.stem))}" adaptive="false"'
            f' time-dependent="false"{language}>\n{body}\n</qti-assessment-item>\n'
        )

    def _declaration(self) -> str:
        question = self._question
        score = Decimal(question.points) / SCORE
        match question.type:
            case Kind.SHORT_ANSWER:
                rules = read_key(question, AcceptedAnswers)
                case = "false" if rules.ignore_case else "true"
                texts = [text.strip() for text in rules.accepted]
                entries = [_entry(text, score, f' case-sensitive="{case}"') for text in texts]
                return _declared("single", "string", texts[:1], _mapping(entries))
            case Kind.NUMERIC:
                value = read_key(question, NumericKey).value
                return _declared("single", "float", [repr(value)])
            case Kind.ORDERING:
                return _declared("ordered", "identifier", [name for name, _ in self._choices()])
            case Kind.POLL:
                is_one = question.options.get("multiple") is False
                return _declared("single" if is_one else "multiple", "identifier", [])
        right = [name for name, choice in self._choices() if choice.is_correct]
        if question.type is not Kind.MULTIPLE_SELECT:
            return _declared("single", "identifier", right)
        share = round(score / len(right), 6)
        entries = [
            _entry(name, share if choice.is_correct else -share) for name, choice in self._choices()
        ]
        return _declared("multiple", "identifier", right, _mapping(entries))

    def _choices(self) -> list[tuple[str, ChoiceDraft]]:
        """The choices with their identifiers."""
        question = self._question
        if question.type is Kind.TRUE_FALSE:
            frozen = freeze(question, Random(0))  # noqa: S311  # nothing is drawn here
            ids = [choice.id for choice in getattr(frozen, "choices", ())]
            return list(zip(ids, question.choices, strict=True))
        return list(zip(CHOICE_IDS, question.choices, strict=False))

    def _interaction(self) -> str:
        kind = self._question.type
        if kind in {Kind.SHORT_ANSWER, Kind.NUMERIC}:
            return f'<p><qti-text-entry-interaction response-identifier="{RESPONSE}"/></p>'
        choices = "\n".join(
            f'<qti-simple-choice identifier="{name}">{self._shown(choice.text, choice.media)}'
            "</qti-simple-choice>"
            for name, choice in self._choices()
        )
        if kind is Kind.ORDERING:
            return (
                f'<qti-order-interaction response-identifier="{RESPONSE}" shuffle="true">\n'
                f"{choices}\n</qti-order-interaction>"
            )
        is_one = kind in {Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE} or (
            kind is Kind.POLL and self._question.options.get("multiple") is False
        )
        return (
            f'<qti-choice-interaction response-identifier="{RESPONSE}" shuffle="false"'
            f' max-choices="{1 if is_one else 0}">\n{choices}\n</qti-choice-interaction>'
        )

    def _processing(self, score: Decimal) -> str:
        match self._question.type:
            case Kind.POLL:
                return ""
            case Kind.SHORT_ANSWER | Kind.MULTIPLE_SELECT:
                return f'<qti-response-processing template="{TEMPLATES}/map_response.xml"/>'
            case Kind.NUMERIC:
                tolerance = repr(read_key(self._question, NumericKey).tolerance)
                test = f'qti-equal tolerance-mode="absolute" tolerance="{tolerance} {tolerance}"'
            case _:
                if score == 1:
                    return f'<qti-response-processing template="{TEMPLATES}/match_correct.xml"/>'
                test = "qti-match"
        return (
            f"<qti-response-processing><qti-response-condition><qti-response-if><{test}>"
            f'<qti-variable identifier="{RESPONSE}"/><qti-correct identifier="{RESPONSE}"/>'
            f'</{test.partition(" ")[0]}><qti-set-outcome-value identifier="SCORE">'
            f'<qti-base-value base-type="float">{score}</qti-base-value></qti-set-outcome-value>'
            "</qti-response-if></qti-response-condition></qti-response-processing>"
        )

    def _feedback(self) -> str:
        """Is shown whatever the answer was: FEEDBACK never has the value that would hide it."""
        explanation = (self._question.explanation or "").strip()
        if not explanation:
            return ""
        return (
            '<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="none" show-hide="hide">'
            f"<qti-content-body><p>{as_xhtml(explanation)}</p></qti-content-body>"
            "</qti-modal-feedback>"
        )

    def _shown(self, text: str, media: str | None, *, block: bool = False) -> str:
        shown = as_xhtml(text.strip())
        shown = f"<p>{shown}</p>" if block or media else shown
        if media is None or (is_own(media) and media not in self._contents):
            return shown
        source = media
        if is_own(media):
            name = f"{media.rpartition('/')[2]}.{extension(self._contents[media])}"
            self.pictures[media] = f"pictures/{name}"
            source = f"../pictures/{name}"
        return f'{shown}<p><img src="{html.escape(source)}" alt=""/></p>'


def _declared(cardinality: str, type_: str, right: Sequence[str], mapping: str = "") -> str:
    values = "".join(f"<qti-value>{escaped(value)}</qti-value>" for value in right)
    correct = f"<qti-correct-response>{values}</qti-correct-response>" if right else ""
    return (
        f'<qti-response-declaration identifier="{RESPONSE}" cardinality="{cardinality}"'
        f' base-type="{type_}">{correct}{mapping}</qti-response-declaration>'
    )


def _mapping(entries: Sequence[str]) -> str:
    return f'<qti-mapping lower-bound="0" default-value="0">{"".join(entries)}</qti-mapping>'


def _entry(key: str, value: Decimal, more: str = "") -> str:
    return f'<qti-map-entry map-key="{exact_attribute(key)}" mapped-value="{value}"{more}/>'
