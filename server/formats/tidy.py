"""A question in one form, so that two of them can be compared: without what means nothing."""

import msgspec

from game.rules.questions import AcceptedAnswers, ChoiceDraft, Kind, NumericKey, QuestionDraft
from game.rules.questions.drafts import read_key

LENIENCY = tuple(name for name in AcceptedAnswers.__struct_fields__ if name != "accepted")
KEYED = {Kind.SHORT_ANSWER, Kind.NUMERIC}
WITHOUT_RIGHT = {Kind.POLL, Kind.ORDERING}


def tidied(draft: QuestionDraft) -> QuestionDraft:
    """The draft without space around its texts, and without settings of other kinds and ids."""
    options, key = _options_and_key(draft)
    return msgspec.structs.replace(
        draft,
        id=None,
        source_id=None,
        stem=draft.stem.strip(),
        explanation=(draft.explanation or "").strip() or None,
        choices=()
        if draft.type in KEYED
        else tuple(_choice(draft, each) for each in draft.choices),
        options=options,
        answer_key=key,
    )


def _choice(draft: QuestionDraft, choice: ChoiceDraft) -> ChoiceDraft:
    is_correct = choice.is_correct and draft.type not in WITHOUT_RIGHT
    return ChoiceDraft(text=choice.text.strip(), media=choice.media, is_correct=is_correct)


def _options_and_key(draft: QuestionDraft) -> tuple[dict[str, bool], dict[str, object] | None]:
    """The settings that differ from the default, and the key; no key if it cannot be read."""
    if draft.type is Kind.POLL:
        return ({"multiple": False} if draft.options.get("multiple") is False else {}), None
    if draft.type not in KEYED:
        return {}, None
    try:
        if draft.type is Kind.NUMERIC:
            number = read_key(draft, NumericKey)
            return {}, {"value": number.value, "tolerance": number.tolerance}
        key = read_key(draft, AcceptedAnswers)
    except msgspec.ValidationError:
        return {}, None
    options = {name: False for name in LENIENCY if not getattr(key, name)}
    return options, {"accepted": [text.strip() for text in key.accepted]}


def differences(before: QuestionDraft, after: QuestionDraft) -> list[str]:
    """The names of the fields in which two questions differ, pictures of choices on their own."""
    first, second = tidied(before), tidied(after)
    names = [
        name
        for name in QuestionDraft.__struct_fields__
        if name != "choices" and getattr(first, name) != getattr(second, name)
    ]
    if [_wording(each) for each in first.choices] != [_wording(each) for each in second.choices]:
        names.append("choices")
    if [each.media for each in first.choices] != [each.media for each in second.choices]:
        names.append("choice_pictures")
    return names


def _wording(choice: ChoiceDraft) -> tuple[str, bool]:
    return choice.text, choice.is_correct
