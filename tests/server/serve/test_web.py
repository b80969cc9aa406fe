"""A web process raises its limit of open files."""

import resource

import pytest

from server.serve import web

SOFT, HARD, ENDLESS = 1024, 4096, resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((SOFT, HARD), [(HARD, HARD)]),
        ((HARD, HARD), []),
        ((SOFT, ENDLESS), [(web.FILES_WITHOUT_LIMIT, ENDLESS)]),
        ((SOFT, web.FILES_WITHOUT_LIMIT * 2), [(web.FILES_WITHOUT_LIMIT * 2,) * 2]),
        ((ENDLESS, ENDLESS), []),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_allowed_and_never_lowered(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: set_to.append(new))
    web.raise_file_limit()
    assert set_to == expected
