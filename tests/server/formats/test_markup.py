"""The text of HTML, and what is lost of it."""

import pytest

from server.formats.markup import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<style>.b { color: red }</style>c", "ac"),
        ("a<SCRIPT src='x'>b < c && '</div>'</SCRIPT >d", "ad"),
        ("a<script>b</style>c", "a"),
        ("a</script>b", "ab"),
        ("a<style><script></style>b</script>c", "abc"),
    ],
)
def test_scripts_and_styles_are_no_text(html: str, text: str) -> None:
    found = text_of_html(html)
    assert (found.text, found.lost) == (text, {"formatting"})
