"""The metadata of an item in a package: IEEE LOM, read from its resource and written for it."""

import re
from collections.abc import Mapping
from typing import get_args

import msgspec

from game.rules.levels import Level
from game.rules.questions import QuestionDraft
from game.rules.questions.fields import (
    LANGUAGE_MAX,
    LANGUAGE_PATTERN,
    SKILL_MAX,
    TIME_LIMIT_MAX_S,
    TIME_LIMIT_MIN_S,
    TOPIC_MAX,
)
from server.formats.moodle import LABEL, tags_of
from server.formats.xml_text import escaped
from server.formats.xml_trees import Node

LANGUAGE = re.compile(LANGUAGE_PATTERN)
DURATION = re.compile(r"PT(?:(\d{1,3})M)?(?:(\d{1,4})S)?")
DIFFICULTIES = ("very easy", "easy", "medium", "difficult", "very difficult")
"""LOM's words for 1 to 5."""
TOPIC, LEVEL, SKILL = "discipline", "educational level", "competency"
"""LOM's words for what a classification is about."""


def language_of(node: Node) -> str | None:
    language = node.attributes.get("lang", "")
    fits = len(language) <= LANGUAGE_MAX and LANGUAGE.fullmatch(language)
    return language if fits else None


def with_metadata(draft: QuestionDraft, resource: Node | None, lost: set[str]) -> QuestionDraft:
    """The draft with what its resource says of it."""
    lom = next(resource.all("lom"), None) if resource else None
    if lom is None:
        return draft
    found: dict[str, object] = {
        "tags": tags_of((each.text().strip() for each in lom.all("keyword")), lost),
        "time_limit": _seconds(_educational(lom, "typicallearningtime", "duration")),
    }
    difficulty = _educational(lom, "difficulty", "value").lower()
    if difficulty in DIFFICULTIES:
        found["difficulty"] = DIFFICULTIES.index(difficulty) + 1
    for classification in lom.children("classification"):
        found |= _classified(classification, lost)
    return msgspec.structs.replace(
        draft, **{name: value for name, value in found.items() if value is not None}
    )


def _educational(lom: Node, *path: str) -> str:
    return lom.text_of("educational", *path)


def _classified(classification: Node, lost: set[str]) -> Mapping[str, str]:
    """The topic, level or skill that this says, by the name of the field."""
    purpose = classification.text_of("purpose", "value").lower()
    entries = [entry.text().strip() for entry in classification.all("entry")]
    text = "/".join(entry for entry in entries if entry)
    if purpose == LEVEL:
        return {"level": text} if text in get_args(Level) else {}
    limits = {TOPIC: ("topic", TOPIC_MAX), SKILL: ("skill", SKILL_MAX)}
    if purpose not in limits or not text:
        return {}
    name, most = limits[purpose]
    if len(text) > most or not LABEL.match(text):
        lost.add("topic")
        return {}
    return {name: text}


def _seconds(duration: str) -> int | None:
    found = DURATION.fullmatch(duration)
    seconds = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    return seconds if TIME_LIMIT_MIN_S <= seconds <= TIME_LIMIT_MAX_S else None


def lom_of(question: QuestionDraft) -> str:
    """The metadata as it is written into a manifest, in the order that LOM demands."""
    keywords = "".join(f"<lom:keyword>{_string(tag)}</lom:keyword>" for tag in question.tags)
    general = f"<lom:general>{keywords}</lom:general>" if keywords else ""
    difficulty = ""
    if question.difficulty is not None:
        word = DIFFICULTIES[question.difficulty - 1]
        difficulty = f"<lom:difficulty>{_vocabulary(word)}</lom:difficulty>"
    time = f"<lom:duration>PT{question.time_limit}S</lom:duration>"
    time = f"<lom:typicalLearningTime>{time}</lom:typicalLearningTime>"
    said = ((TOPIC, question.topic), (LEVEL, question.level), (SKILL, question.skill))
    classifications = "".join(_classification(purpose, text) for purpose, text in said if text)
    educational = f"<lom:educational>{difficulty}{time}</lom:educational>"
    return f"<lom:lom>{general}{educational}{classifications}</lom:lom>"


def _classification(purpose: str, text: str) -> str:
    taxon = f"<lom:taxon><lom:entry>{_string(text)}</lom:entry></lom:taxon>"
    return (
        f"<lom:classification><lom:purpose>{_vocabulary(purpose)}</lom:purpose>"
        f"<lom:taxonPath>{taxon}</lom:taxonPath></lom:classification>"
    )


def _vocabulary(word: str) -> str:
    return f"<lom:source>LOMv1.0</lom:source><lom:value>{word}</lom:value>"


def _string(text: str) -> str:
    return f"<lom:string>{escaped(text)}</lom:string>"
