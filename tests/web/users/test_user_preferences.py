"""The profile and the preferences on the account page: each field saves itself."""

from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.school import PASSWORD, Teacher
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People


async def saved(page: Page, name: str) -> None:
    await expect(page.locator(f'[data-key="field-{name}"] [role="status"]')).to_have_text("Saved")


@pytest.fixture
async def page(teacher: Teacher, people: People) -> Page:
    del teacher
    page = await people.open("/account", PHONE, signed_in=True)
    await expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    return page


async def test_a_profile_saves_itself_and_tries_again_what_could_not_be_saved(
    page: Page, teacher: Teacher, people: People
) -> None:
    await page.get_by_label("Name", exact=True).fill("Ibu Sari Dewi")
    await page.get_by_label("Name", exact=True).blur()
    await page.get_by_label("Your level").select_option("B2")
    await saved(page, "full_name")
    await saved(page, "current_level")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ibu Sari Dewi")
    await page.get_by_label("Your first language").select_option(label="Indonesian")
    await page.get_by_label("Your learning goals").fill("Travel\n\n Talk with guests ")
    await page.get_by_label("Your learning goals").blur()
    await saved(page, "learning_goals")
    me = (await teacher.http.get("/api/me")).json()
    assert me["full_name"] == "Ibu Sari Dewi"
    assert (me["current_level"], me["language_code"]) == ("B2", "id")
    assert me["learning_goals"] == ["Travel", "Talk with guests"]
    await page.reload()
    await expect(page.get_by_label("Your level")).to_have_value("B2")
    await expect(page.get_by_label("Your learning goals")).to_have_value("Travel\nTalk with guests")
    assert people.troubles == []

    await page.context.set_offline(True)
    await page.get_by_label("Your level").select_option("A2")
    await expect(page.locator("#current_level-problem")).to_contain_text("connection")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Try again").click()
    await saved(page, "current_level")
    assert (await teacher.http.get("/api/me")).json()["current_level"] == "A2"


async def test_what_is_wrong_is_said_beside_its_field_and_stays_to_be_mended(page: Page) -> None:
    await page.get_by_label("Name", exact=True).fill("  ")
    await page.get_by_label("Your learning goals").fill("\n".join("abcdefghijk"))
    await expect(page.locator("#full_name-problem")).to_contain_text("Type your name")
    await page.get_by_role("heading", name="Reviews").click()
    await page.get_by_label("Daily goal in minutes").fill("500")
    await expect(page.locator("#learning_goals-problem")).to_contain_text("at most 10 goals")
    await page.get_by_label("Daily goal in minutes").blur()
    await expect(page.locator("#daily_goal_minutes-problem")).to_contain_text("from 1 to 240")
    await expect(page.get_by_label("Daily goal in minutes")).to_have_value("500")
    assert await violations(page) == []


async def test_reviews_and_mails_are_folded_away_and_save_themselves(
    page: Page, teacher: Teacher
) -> None:
    await expect(page.get_by_label("Daily goal in minutes")).to_be_hidden()
    await page.get_by_role("heading", name="Reviews").click()
    await page.get_by_label("Share to remember").fill("85")
    await page.get_by_label("Scheduler", exact=True).select_option("SM-2")
    await page.get_by_label("Longest interval").fill("365")
    await page.get_by_label("Make cards of what I miss").uncheck()
    await page.get_by_label("Sat").select_option("Fewer")
    await page.get_by_label("Sun").select_option("None")
    for name in ("desired_retention", "scheduler", "maximum_interval_days", "cards_from_answers"):
        await saved(page, name)
    await saved(page, "easy_days")
    assert await violations(page) == []

    # The device's time zone is suggested.
    zone = await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    await expect(page.get_by_label("Time zone")).to_have_value("")
    await page.get_by_role("button", name="the time zone here").click()
    await saved(page, "time_zone")
    await expect(page.get_by_label("Time zone")).to_have_value(zone)
    await expect(page.get_by_role("button", name="the time zone here")).to_have_count(0)
    await page.get_by_label("Time zone").select_option("Asia/Makassar")
    await expect(page.get_by_role("button", name="the time zone here")).to_be_visible()
    await saved(page, "time_zone")

    await page.get_by_label("Remind me by mail").check()
    await page.get_by_label("Remind me at").select_option("06:00")
    await saved(page, "reminder_hour")
    await expect(page.locator("#reminder_hour-hint")).to_contain_text("address is verified")
    await page.get_by_role("heading", name="Mails that you want").click()
    await page.get_by_label("A summary of each week").check()
    await saved(page, "email_summaries")
    chosen = (await teacher.http.get("/api/me/preferences")).json()
    assert (chosen["desired_retention"], chosen["email_summaries"]) == (0.85, True)
    assert (chosen["scheduler"], chosen["maximum_interval_days"]) == ("sm2", 365)
    assert chosen["easy_days"] == [100, 100, 100, 100, 100, 50, 0]
    assert (chosen["cards_from_answers"], chosen["reminder_hour"]) == (False, 6)
    assert chosen["time_zone"] == "Asia/Makassar"


async def test_reminders_are_for_where_they_are_switched_on(people: People) -> None:
    """On a phone, by somebody with a long address."""
    page = await people.open("/", PHONE)
    learner = {
        "email": f"{'averylongname' * 4}@school.example",
        "password": PASSWORD,
        "full_name": "Budi",
        "role": "student",
    }
    await people.sign_in(page.context, learner, "/api/auth/register")
    await page.goto("/account#reviews")
    await page.get_by_label("Remind me by mail").check()
    await saved(page, "email_reminders")
    zone = await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    await expect(page.get_by_label("Time zone")).to_have_value(zone)
    read = "fetch('/api/me/preferences').then((answer) => answer.json())"
    chosen: dict[str, Any] = await page.evaluate(read)
    assert (chosen["email_reminders"], chosen["time_zone"], chosen["locale"]) == (True, zone, "en")
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def parameters(status: str | None, *, reviews: int = 1_000, fitted: bool = False) -> dict[str, Any]:
    return {
        "fitted": (
            fitted
            and {
                "fitted_at": "2026-11-22T08:00:00Z",
                "reviews": 6_276,
                "log_loss_before": 0.4650,
                "log_loss_after": 0.4533,
                "weights": [1.0] * 21,
            }
        )
        or None,
        "last_fit": status and {"asked_at": "2026-11-22T08:00:00Z", "status": status},
        "reviews": reviews,
        "reviews_needed": 1_000,
        "workload": [
            {"retention": percent / 100, "reviews_per_new_card": 10.0 if percent == 90 else 19.3}
            for percent in range(80, 98)
        ],
    }


@pytest.mark.slow
async def test_parameters_are_fitted_and_taken_back(page: Page, people: People) -> None:
    """What the API answers is told here; tests/server/api/cards/test_parameters.py asks it."""
    answers = [
        parameters(None, reviews=12),
        parameters(None),
        parameters("waiting"),
        parameters("waiting"),
        parameters("fitted", fitted=True),
        parameters("fitted"),
    ]

    async def answer(route: Route) -> None:
        await route.fulfill(json=answers.pop(0))

    await page.get_by_role("heading", name="Reviews").click()
    part = page.get_by_role("region", name="Scheduler for your memory")
    await expect(part).to_contain_text("You have 0.")
    await page.route("**/api/cards/parameters", answer)
    await page.reload()
    await page.get_by_role("heading", name="Reviews").click()
    await expect(part).to_contain_text("You have 12.")
    await expect(part.get_by_role("button")).to_have_count(0)
    await page.reload()
    await page.get_by_role("heading", name="Reviews").click()
    hint = page.locator("#desired_retention-hint")
    await expect(hint).to_contain_text("With 20 new cards a day, this share is about 200 reviews")
    await page.get_by_label("New cards a day").fill("0")
    await page.get_by_label("Share to remember").fill("97")
    await page.get_by_label("Share to remember").blur()
    await expect(hint).to_contain_text("With 10 new cards a day, this share is about 193 reviews")
    await part.get_by_role("button", name="Fit it to my reviews").click()
    await expect(part).to_contain_text("It is learning from your reviews")
    await expect(part.get_by_role("button")).to_have_count(0)
    await page.reload()  # and the page goes on to look
    await page.get_by_role("heading", name="Reviews").click()
    await expect(part).to_contain_text("6,276 of your reviews")
    await expect(part).to_contain_text("off by 0.453 (log loss), before by 0.465")
    assert await violations(page) == []
    await part.get_by_role("button", name="Take back").click()
    await expect(part.get_by_role("button", name="Fit it to my reviews")).to_be_visible()
    await page.get_by_label("Scheduler", exact=True).select_option("SM-2")
    await expect(part).to_have_count(0)
    assert people.troubles == []


async def test_language_and_colours_follow_to_other_devices(page: Page, people: People) -> None:
    other = await people.open("/dashboard", PROJECTOR, signed_in=True)
    await expect(other.locator("html")).to_have_attribute("data-theme", "light")
    await page.get_by_text("Dark", exact=True).click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    async with page.expect_response("**/api/me/preferences"):
        await page.locator('site-switches [data-do="theme"]').click()
    await expect(page.get_by_role("radio", name="Light")).to_be_checked()
    async with page.expect_response("**/api/me/preferences"):
        await page.get_by_text("Dark", exact=True).click()
    await page.get_by_text("Bahasa Indonesia", exact=True).click()
    await expect(page.get_by_role("heading", name="Kata sandi")).to_be_visible()
    await other.reload()
    await expect(other.get_by_role("heading", name="Kuis saya")).to_be_visible()
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    # By the switches in the header, it is the account's choice as well.
    await other.locator('site-switches [data-do="locale"]').click()
    await expect(other.get_by_role("heading", name="My quizzes")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Password")).to_be_visible()
    assert people.troubles == []
