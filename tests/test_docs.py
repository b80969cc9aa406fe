"""The links of the documentation lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    assert [link for page in PAGES for link in dead_links(page, page.read_text())] == []


def test_a_dead_link_is_found() -> None:
    page = ROOT / "docs/reviews.md"
    text = "## A part\n[a](#a-part) [b](#b) [c](gone.md) [d](search.md#gone) [e](images/game.png)"
    dead = ["#b", "gone.md", "search.md#gone"]
    assert list(dead_links(page, text)) == [f"reviews.md: {each}" for each in dead]


def dead_links(page: Path, text: str) -> Iterator[str]:
    for file, heading in LINK.findall(text):
        target = page.parent / file if file else page
        there = target.read_text() if file and target.is_file() and heading else text
        if not target.exists() or (heading and heading not in anchors(there)):
            yield f"{page.name}: {file}{'#' * bool(heading)}{heading}"


def anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }
