"""Reads an item of QTI whose elements have names as in qti.py."""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats.contents import Contents, Find
from server.formats.gift import BLANK
from server.formats.items import BadItemError
from server.formats.moodle import NEAR, decimal_of, in_order, note_title, points_of
from server.formats.qti_metadata import language_of, with_metadata
from server.formats.xml_trees import Node

SCORE = 1000
"""How many points a score of 1 is."""
MARK = "\ufdd0"
"""Stands for the gap while the text is put together; no text may have it."""
FEEDBACK = {"feedbackblock", "feedbackinline", "templateblock", "templateinline"}
UNSEEN = {"companionmaterialsinfo", "script", "style", "stylesheet", "prompt"}
SHOWN_AS = {"contentbody": "", "rubricblock": "div"}
"""Elements of QTI that HTML does not have."""
NAME = re.compile(r"[a-z][a-z0-9]*")


class Item:
    """One item while it is read; `find` gives the files that it names, `resource` its metadata."""

    def __init__(self, node: Node, find: Find, resource: Node | None) -> None:
        self._node = node
        self._find = find
        self._resource = resource
        self.contents = Contents()

    def draft(self) -> QuestionDraft:
        if next(self._node.children("templatedeclaration"), None):
            raise BadItemError("calculated", "Items that are made from a template are not taken.")
        self._body = self._node.child("itembody") or Node("itembody", {})
        found = list(_interactions(self._body))
        if not found:
            raise BadItemError("description", "This text asks nothing.")
        if len(found) > 1:
            message = "An item that asks for several things is not taken. Make a question of each."
            raise BadItemError("several_interactions", message)
        self._interaction = found[0]
        reader = READERS.get(found[0].name)
        if reader is None:
            raise _unsupported(found[0].name.removesuffix("interaction"))
        self._declare()
        return reader(self)

    def _declare(self) -> None:
        """Find the declaration of the response, with its right values and its mapping."""
        identifier = self._interaction.attributes.get("responseidentifier", "")
        self._identifier = identifier
        self._declaration = next(
            (
                each
                for each in self._node.children("responsedeclaration")
                if each.attributes.get("identifier") == identifier
            ),
            Node("responsedeclaration", {}),
        )
        correct = self._declaration.child("correctresponse")
        self._correct = [value.text().strip() for value in correct.all("value")] if correct else []
        mapping = self._declaration.child("mapping")
        usual = mapping.attributes.get("defaultvalue", "0") if mapping else "0"
        self._default = decimal_of(usual)
        self._entries = list(mapping.children("mapentry")) if mapping else []
        self._mapped = {
            each.attributes.get("mapkey", "").strip(): decimal_of(
                each.attributes.get("mappedvalue", "0")
            )
            for each in self._entries
        }

    def choosing(self) -> QuestionDraft:
        choices = self._choices("simplechoice")
        several = self._declaration.attributes.get("cardinality") == "multiple"
        right = self._right(several=several)
        if not right:
            return self._poll(list(choices.values()))
        drafts = [
            ChoiceDraft(text=each.text, media=each.media, is_correct=name in right)
            for name, each in choices.items()
        ]
        if several:
            kind = Kind.MULTIPLE_SELECT
        else:
            is_statement = {name.lower() for name in choices} == {"true", "false"}
            kind = Kind.TRUE_FALSE if is_statement else Kind.MULTIPLE_CHOICE
        self._note_weights(choices, right, several=several)
        return self._draft(kind, drafts)

    def text_entry(self) -> QuestionDraft:
        type_ = self._declaration.attributes.get("basetype", "string")
        accepted = list(dict.fromkeys([*self._correct, *self._best()]))
        if type_ in {"float", "integer"}:
            return self._numeric(accepted)
        if type_ != "string":
            raise _unsupported(f"text entry of {type_}")
        if not accepted:
            raise _no_key()
        if any(value > 0 for key, value in self._mapped.items() if key not in accepted):
            self.contents.lost.add("weights")
        has_cases = any(
            each.attributes.get("casesensitive", "").lower() == "true" for each in self._entries
        )
        options = {"ignore_case": False} if has_cases else {}
        texts = [self.contents.plain(text).text for text in accepted]
        return self._draft(Kind.SHORT_ANSWER, options=options, key={"accepted": texts})

    def ordering(self) -> QuestionDraft:
        choices = self._choices("simplechoice")
        if not self._correct:
            raise _no_key()
        if sorted(self._correct) != sorted(choices):
            message = "Orderings are taken only if all of the choices have a place."
            raise BadItemError("part_of_order", message)
        return self._draft(Kind.ORDERING, [choices[name] for name in self._correct])

    def matching(self) -> QuestionDraft:
        """Pairs of which one side is the numbers 1, 2, 3 are an ordering."""
        choices = self._choices("simpleassociablechoice")
        texts = {name: each.text for name, each in choices.items()}
        pairs = [pair.split() for pair in self._correct]
        is_whole = sorted(name for pair in pairs for name in pair) == sorted(texts)
        if not is_whole or any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004  # a pair
            pairs = []
        named = [(texts[left], texts[right]) for left, right in pairs]
        if any(not left.isdigit() for left, _ in named):
            named = [(right, left) for left, right in named]
        named.sort(key=lambda pair: (len(pair[0]), pair[0]))
        ordered = in_order(named or [("", "")])
        return self._draft(Kind.ORDERING, [ChoiceDraft(text=text) for text in ordered])

    def _numeric(self, accepted: Sequence[str]) -> QuestionDraft:
        tests = [
            each
            for rules in self._node.children("responseprocessing")
            for each in rules.all("equal", "equalrounded")
            if any(v.attributes.get("identifier") == self._identifier for v in each.all("variable"))
        ]
        numbers = [*accepted, *(each.text_of("basevalue") for each in tests)]
        numbers = list(dict.fromkeys(number for number in numbers if number))
        if not numbers:
            raise _no_key()
        if len(numbers) > 1 or len(tests) > 1:
            self.contents.lost.add("other_answers")
        value = decimal_of(numbers[0])
        below, above = _tolerance(tests[0], value) if tests else (Decimal(0), Decimal(0))
        middle = value + (above - below) / 2
        key = {"value": float(middle), "tolerance": float((above + below) / 2)}
        return self._draft(Kind.NUMERIC, key=key)

    def _poll(self, choices: list[ChoiceDraft]) -> QuestionDraft:
        """A choice of which none is right, unless rules of the item's own decide it."""
        if next(self._node.children("responseprocessing"), None):
            raise _no_key()
        is_one = self._interaction.attributes.get("maxchoices", "1") == "1"
        return self._draft(Kind.POLL, choices, options={"multiple": False} if is_one else {})

    def _right(self, *, several: bool) -> set[str]:
        if self._correct:
            return set(self._correct)
        if several:
            return {key for key, value in self._mapped.items() if value > 0}
        return set(self._best()[:1])

    def _best(self) -> list[str]:
        """The keys with the highest value above zero, in the order of the mapping."""
        best = max(self._mapped.values(), default=Decimal(0))
        return [key for key, value in self._mapped.items() if value == best > 0]

    def _note_weights(self, names: Iterable[str], right: set[str], *, several: bool) -> None:
        """A mapping is what Kuis does if each right choice gives what a wrong one takes away."""
        if not self._mapped:
            return
        values = {name: self._mapped.get(name, self._default) for name in names}
        share = max(values.values())
        if several:
            is_equal = all(
                abs(float(value - (share if name in right else -share))) < NEAR
                for name, value in values.items()
            )
        else:
            is_equal = all(value <= 0 or name in right for name, value in values.items())
        if not is_equal:
            self.contents.lost.add("weights")

    def _choices(self, name: str) -> dict[str, ChoiceDraft]:
        """The choices by their identifiers."""
        found = dict[str, ChoiceDraft]()
        for each in self._interaction.all(name):
            shown = self.contents.html(self._markup(each), self._find)
            identifier = each.attributes.get("identifier", "")
            found[identifier] = ChoiceDraft(text=shown.text, media=shown.media)
        return found

    def _draft(
        self,
        kind: Kind,
        choices: Iterable[ChoiceDraft] = (),
        options: dict[str, bool] | None = None,
        key: dict[str, Any] | None = None,  # Any: as in QuestionDraft
    ) -> QuestionDraft:
        lost = self.contents.lost
        stem = self.contents.html(self._markup(self._body), self._find)
        text = _with_gap(stem.text)
        note_title(self._node.attributes.get("title", ""), text, lost)
        if next(self._node.children("assessmentstimulusref"), None):
            lost.add("passage")
        draft = QuestionDraft(
            type=kind,
            stem=text,
            media=stem.media,
            explanation=self._explanation() or None,
            points=self._points(),
            language=language_of(self._node),
            choices=tuple(choices),
            options=options or {},
            answer_key=key,
        )
        return with_metadata(draft, self._resource, lost)

    def _explanation(self) -> str:
        """The feedback, if the same is shown whatever the answer was."""
        said = list(self._node.children("modalfeedback"))
        if len(said) > 1:
            self.contents.lost.add("feedback")
        return self.contents.html(self._markup(said[0])).text if len(said) == 1 else ""

    def _points(self) -> int:
        outcomes = self._node.children("outcomedeclaration")
        score = next(
            (each for each in outcomes if each.attributes.get("identifier") == "SCORE"), None
        )
        most = score.attributes.get("normalmaximum") if score else None
        return points_of(most, SCORE, self.contents.lost)

    def _markup(self, node: Node) -> str:
        """The HTML inside of an element, with the prompt, and a mark in the place of the gap."""
        parts = [
            html.escape(each.replace(MARK, ""), quote=False)
            if isinstance(each, str)
            else self._element(each)
            for each in node.content
        ]
        return "".join(parts)

    def _element(self, node: Node) -> str:
        name = node.name
        if node is self._interaction:
            prompt = node.child("prompt")
            asked = f"<p>{self._markup(prompt)}</p>" if prompt else ""
            return MARK if name == "textentryinteraction" else asked
        if name in UNSEEN or self._is_left_out(node):
            return ""
        if (source := _source(node)) is not None:
            return f'<img src="{html.escape(source)}">'
        inside = self._markup(node)
        shown = SHOWN_AS.get(name, name)
        if not NAME.fullmatch(shown):
            return inside
        return "<br>" if name == "br" else f"<{shown}>{inside}</{shown}>"

    def _is_left_out(self, node: Node) -> bool:
        """Feedback in the text, and notes that are not for those who answer."""
        if node.name in FEEDBACK:
            loss = "feedback_per_choice" if node.name == "feedbackinline" else "feedback"
            self.contents.lost.add(loss)
            return True
        if node.name == "rubricblock" and "candidate" not in node.attributes.get("view", ""):
            self.contents.lost.add("notes")
            return True
        return False


READERS: Mapping[str, Callable[[Item], QuestionDraft]] = {
    "choiceinteraction": Item.choosing,
    "matchinteraction": Item.matching,
    "orderinteraction": Item.ordering,
    "textentryinteraction": Item.text_entry,
}


def _interactions(node: Node) -> Iterator[Node]:
    for each in node.children():
        if each.name.endswith("interaction"):
            yield each
        yield from _interactions(each)


def _unsupported(kind: str) -> BadItemError:
    if kind == "extendedtext":
        return BadItemError("essay", "Essays have no answer that could be checked.")
    return BadItemError("unsupported_kind", f"Kuis has no questions of the type {kind[:40]}.")


def _no_key() -> BadItemError:
    return BadItemError("no_key", "The item does not say which answer is right.")


def _source(node: Node) -> str | None:
    """The address of the picture that an element shows, if it shows one."""
    if node.name == "img":
        return node.attributes.get("src", "")
    is_picture = node.name == "object" and node.attributes.get("type", "").startswith("image/")
    return node.attributes.get("data", "") if is_picture else None


def _with_gap(text: str) -> str:
    """The text with its gap, unless that stands in a line of its own: there is a field anyway."""
    lines = [line for line in text.split("\n") if line.strip() != MARK]
    return "\n".join(lines).replace(MARK, BLANK).strip()


def _tolerance(test: Node, value: Decimal) -> tuple[Decimal, Decimal]:
    """How far below and above the right number an answer may be."""
    if test.name == "equalrounded":
        figures = int(decimal_of(test.attributes.get("figures", "0")))
        is_by_places = test.attributes.get("roundingmode", "").lower() == "decimalplaces"
        exponent = figures if is_by_places else figures - 1 - (value.adjusted() if value else 0)
        half = Decimal(5).scaleb(-min(max(exponent, -300), 300) - 1)
        return half, half
    mode = test.attributes.get("tolerancemode", "exact").lower()
    given = [decimal_of(each) for each in test.attributes.get("tolerance", "").split()]
    if mode == "exact" or not given:
        return Decimal(0), Decimal(0)
    below, above = given[0], given[-1]
    share = abs(value) / 100 if mode == "relative" else Decimal(1)
    return below * share, above * share
