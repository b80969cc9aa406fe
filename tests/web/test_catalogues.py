"""Both languages have all texts, and pages use no text that is missing."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from game.errors import ROOM_REFUSALS
from server.live.error_codes import ErrorCode
from server.problems import CODES
from server.web.catalogues import LOCALES, choose_locale, part_of, read_catalogues, read_nouns
from server.web.page_list import PAGES, Page
from server.web.static import STATIC, read_static

CATALOGUES = read_catalogues()
SHELL = (STATIC.parent / "templates/page.html").read_text()
SAID_BY_THE_TEMPLATE = set(re.findall(r"t\('([a-z_.]+)'\)", SHELL))
KEY = re.compile(r'\b(tn?)\(\s*"([a-z_]+\.[a-z0-9_.]+)"')
COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
TEMPLATE = re.compile(r"\btn?\(\s*`([^`]+)`")
FILLED = re.compile(r"\\?\$\{[^}]*\}")
BLANK = re.compile(r"\{(\w+)\}")
ROOT = STATIC.parents[2]
REFUSAL = re.compile(r'raise \w+\(\s*"([a-z_]+)"|Refusal\("([a-z_]+)"')
ONLY_FOR_PROGRAMS = {  # what no page of ours ever sends, or is told
    "bad_message",
    "bad_request",
    "client_gone",
    "code_in_use",
    "head_too_large",
    "key_used",
    "kicked",
    "last_administrator",
    "import_too_many_pictures",
    "malformed_form",
    "malformed_json",
    "method_not_allowed",
    "metrics_not_allowed",
    "not_a_question",
    "not_from_bank",
    "not_joined",
    "session_in_use",
    "topic_or_set",
    "unknown_type",
    "unsupported_media_type",
}


def used_keys(source: str) -> Iterator[str]:
    for function, key in KEY.findall(COMMENT.sub("", source)):
        yield from [key] if function == "t" else [f"{key}.one", f"{key}.other"]


def test_languages_have_the_same_keys_of_each_noun() -> None:
    first, *others = (
        {noun: texts.keys() for noun, texts in read_nouns(locale).items()} for locale in LOCALES
    )
    assert all(keys == first for keys in others)


def test_a_prefix_belongs_to_one_noun() -> None:
    nouns: defaultdict[str, set[str]] = defaultdict(set)
    for noun, texts in read_nouns("en").items():
        for key in texts:
            nouns[key.partition(".")[0]].add(noun)
    assert [prefix for prefix, found in nouns.items() if len(found) > 1] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_keys_are_sorted_and_nothing_is_empty(locale: str) -> None:
    for texts in read_nouns(locale).values():
        assert list(texts) == sorted(texts)
        assert [key for key, text in texts.items() if not text.strip()] == []


def test_languages_fill_in_the_same_names() -> None:
    differ = [
        key
        for key, text in CATALOGUES["en"].items()
        if set(BLANK.findall(text)) != set(BLANK.findall(CATALOGUES["id"][key]))
    ]
    assert differ == []


def test_every_refusal_that_a_page_may_meet_has_words() -> None:
    sources = [
        path for name in ("game", "persistence", "server") for path in ROOT.glob(f"{name}/**/*.py")
    ]
    raised = {
        code for path in sources for pair in REFUSAL.findall(path.read_text()) for code in pair
    }
    codes = raised | ROOM_REFUSALS.keys() | set(CODES.values()) | set(ErrorCode)
    codes -= {"", *ONLY_FOR_PROGRAMS}
    assert {f"error.{code}" for code in codes} - CATALOGUES["en"].keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_gets_all_words_that_its_scripts_use(page: Page) -> None:
    static = read_static()
    words = part_of(CATALOGUES["en"], ("common", "error", *page.words))
    sources = (static.files[path].body.decode() for path in static.modules(page.module))
    assert {key for source in sources for key in used_keys(source)} - words.keys() == set()


def test_no_text_is_unused() -> None:
    sources = "\n".join(path.read_text() for path in STATIC.rglob("*.js"))
    used = set(used_keys(sources))
    made = [
        re.compile(
            FILLED.sub("[a-z0-9_]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}"))
        )
        for template in TEMPLATE.findall(sources)
    ]
    unused = {
        key
        for key in CATALOGUES["en"].keys() - used
        if not key.startswith(
            ("error.", "common.title_", "mail.")
        )  # by the code; by the page's name; in mails
        and not any(pattern.fullmatch(key) for pattern in made)
    }
    assert unused <= SAID_BY_THE_TEMPLATE


@pytest.mark.parametrize(
    ("cookie", "header", "locale"),
    [
        ("id", "en-GB", "id"),
        ("xx", "id-ID,en;q=0.5", "id"),
        (None, "de, en;q=0.4, id;q=0.8", "id"),
        (None, "fr", "en"),
        (None, "", "en"),
        (None, ";;q=x,,id;q=1.2.3", "id"),
    ],
)
def test_the_reader_chooses_else_the_browser(cookie: str | None, header: str, locale: str) -> None:
    assert choose_locale(cookie, header) == locale


def test_indonesian_texts_say_kamu() -> None:
    """Students go from a room to their homework: both speak to them in the same way."""
    assert [key for key, text in CATALOGUES["id"].items() if re.search(r"\bAnda\b", text)] == []
