"""Takes the text out of HTML. What remains is plain text: pages show it as it is."""

import html
import re

LINE_ENDS = re.compile(r"\s*<(?:br\s*/?|/(?:p|div|li|tr|h[1-6]))\s*>\s*", re.IGNORECASE)
TAG = re.compile(r"</?([a-z][a-z0-9]*)\b[^<>]*>|<!--[^<>]*-->", re.IGNORECASE)
KNOWN_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|font|h[1-6]|i|img|li|ol|p|pre|span|strong|sub|sup|table|td|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
WITHOUT_LOOKS = {"p", "br", "div", "span"}
SPACE = re.compile(r"[ \t\r\n\f]+")
MARKDOWN = re.compile(r"[*_`#\[]")


def has_html(text: str) -> bool:
    return "<" in text and KNOWN_TAG.search(text) is not None


def text_of_html(text: str) -> tuple[str, set[str]]:
    """The text, and the codes of what was lost."""
    text = SPACE.sub(" ", text)
    if "<" not in text:
        return html.unescape(text).strip(), set()
    lost: set[str] = set()

    def removed(match: re.Match[str]) -> str:
        name = (match[1] or "span").lower()
        if name == "img":
            lost.add("picture")
        elif name not in WITHOUT_LOOKS:
            lost.add("formatting")
        return ""

    lines = LINE_ENDS.sub("\n", text)
    return html.unescape(TAG.sub(removed, lines)).replace("\xa0", " ").strip(), lost
