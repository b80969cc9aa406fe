"""Writes texts into XML, and into HTML so that `text_of_html` finds them again."""

import html
import re

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TITLE_MAX = 80
OUTER_SPACE = re.compile(r"(?<=[ \n]) |(?<=\n) | (?=\n)")


def escaped(text: str) -> str:
    """For the text of an element. XML has no place for some control characters."""
    return html.escape(NOT_IN_XML.sub("", text), quote=False).replace("\r", "&#13;")


def attribute(text: str) -> str:
    """For the value of an attribute, in which all space is the same."""
    return html.escape(NOT_IN_XML.sub("", " ".join(text.split())))


def exact_attribute(text: str) -> str:
    """For the value of an attribute, with all of its space."""
    shown = html.escape(NOT_IN_XML.sub("", text))
    return shown.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def as_xhtml(text: str) -> str:
    """A text with its lines and its spaces, in HTML that is XML."""
    text = html.escape(NOT_IN_XML.sub("", text), quote=False).replace("\r\n", "\n")
    return OUTER_SPACE.sub("&#160;", text).replace("\n", "<br/>")


def as_html(text: str) -> str:
    """A text with its lines and its spaces."""
    text = OUTER_SPACE.sub("\xa0", html.escape(text, quote=False).replace("\r\n", "\n"))
    return text.replace("\xa0", "&nbsp;").replace("\t", "&#9;").replace("\n", "<br>")


def title_of(stem: str) -> str:
    """The beginning of a question, for formats in which it has a title."""
    text = " ".join(stem.split())
    return text if len(text) <= TITLE_MAX else f"{text[: TITLE_MAX - 1]}…"
