"""Takes the text out of HTML. What remains is plain text: pages show it as it is."""

import html
import re
from typing import NamedTuple

BLOCK_END = r"</(?:p|div|li|tr|h[1-6])\s*>"
LINE_ENDS = re.compile(rf"<br\s*/?>|{BLOCK_END}(?: ?{BLOCK_END})*", re.IGNORECASE)
AROUND_LINE_ENDS = re.compile(" ?\n ?")
IMAGE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
SOURCE = re.compile(r"""\bsrc\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
TAG = re.compile(r"</?([a-z][a-z0-9]*)\b[^<>]*>|<!--[^<>]*-->", re.IGNORECASE)
KNOWN_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|span|strong|sub|sup|table|td|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
WITHOUT_LOOKS = {"p", "br", "div", "span"}
OTHER_MEDIA = {"audio", "embed", "iframe", "object", "source", "track", "video"}
UNSHOWN_TAG = re.compile(r"<(/?)(script|style)\b[^<>]*>", re.IGNORECASE)
SPACE = re.compile(r"[ \t\r\n\f]+")
MARKDOWN = re.compile(r"[*_`#\[]")


class HtmlText(NamedTuple):
    """The text of HTML, the codes of what was lost, and the addresses of its pictures."""

    text: str
    lost: set[str]
    pictures: list[str]


def has_html(text: str) -> bool:
    return "<" in text and KNOWN_TAG.search(text) is not None


def text_of_html(text: str) -> HtmlText:
    """Pictures are not among what is lost: the caller knows whether they can be had."""
    if "<" not in text:
        return HtmlText(html.unescape(SPACE.sub(" ", text)).strip(), set(), [])
    lost: set[str] = set()
    pictures: list[str] = []
    if (shown := _shown(text)) != text:
        lost.add("formatting")

    def noted(match: re.Match[str]) -> str:
        source = SOURCE.search(match[1])
        pictures.append(html.unescape(source[1] or source[2] or source[3] or "") if source else "")
        return ""

    def removed(match: re.Match[str]) -> str:
        name = (match[1] or "span").lower()
        if name in OTHER_MEDIA:
            lost.add("other_media")
        elif name not in WITHOUT_LOOKS:
            lost.add("formatting")
        return ""

    text = SPACE.sub(" ", IMAGE.sub(noted, shown))
    lines = AROUND_LINE_ENDS.sub("\n", LINE_ENDS.sub("\n", text))
    plain = html.unescape(TAG.sub(removed, lines)).replace("\xa0", " ").strip()
    return HtmlText(plain, lost, pictures)


def _shown(text: str) -> str:
    """The HTML without scripts and styles."""
    parts: list[str] = []
    at = 0
    unshown = ""
    for match in UNSHOWN_TAG.finditer(text):
        closes, name = match[1], match[2].lower()
        if not unshown and not closes:
            parts.append(text[at : match.start()])
            unshown = name
        elif closes and name == unshown:
            unshown, at = "", match.end()
    return "".join(parts) + (text[at:] if not unshown else "")
