"""Pictures in the editor, from a file to the phones and the projector."""

import asyncio
import base64

from PIL import Image
from playwright.async_api import FilePayload, Page, Route, expect

from tests.e2e.school import Json, Teacher
from tests.pictures import encoded, plain
from tests.web.accessibility import violations
from tests.web.conftest import PHONE, PROJECTOR, People, resize
from tests.web.quizzes.editor_page import FIRST, SECOND, edit, saved, stored

RED = FilePayload(name="red.png", mimeType="image/png", buffer=plain(320, 200))
BLUE = FilePayload(name="blue.png", mimeType="image/png", buffer=plain(320, 200, "blue"))
SVG = FilePayload(
    name="drawing.svg",
    mimeType="image/svg+xml",
    buffer=b'<svg xmlns="http://www.w3.org/2000/svg"/>',
)
GIVE = """
([kind, type, content, text]) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], "given", { type }));
    if (text) given.items.add(text, "text/plain");
    const where = document.querySelector("#stem");
    const how = { bubbles: true, cancelable: true, dataTransfer: given, clipboardData: given };
    const event = kind === "paste" ? new ClipboardEvent(kind, how) : new DragEvent(kind, how);
    return !where.dispatchEvent(event);
}
"""

WATCH_UPLOADS = """
() => {
    const real = window.fetch;
    window.uploads = [];
    window.fetch = (path, given) => {
        if (given?.body instanceof Blob) window.uploads.push(given.body.size);
        return real(path, given);
    };
}
"""


async def give(page: Page, kind: str, file: FilePayload, text: str = "") -> bool:
    """Drop or paste a file into the question's text; whether the page took it."""
    content = base64.b64encode(file["buffer"]).decode()
    taken: bool = await page.evaluate(GIVE, [kind, file["mimeType"], content, text])
    return taken


async def choose(page: Page, file: FilePayload) -> None:
    await page.locator("#picture-file").set_input_files(file)


async def media_of(teacher: Teacher, quiz: Json, index: int = 0) -> str | None:
    media: str | None = (await stored(teacher, quiz))["questions"][index]["media"]
    return media


async def opened(people: People, quiz: Json) -> Page:
    page = await edit(people, quiz)
    await page.get_by_text("Picture", exact=True).click()
    return page


async def test_a_picture_goes_from_a_file_to_the_room(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST])
    page = await opened(people, quiz)
    await choose(page, RED)
    await expect(page.locator(".uploaded img")).to_be_visible()
    await expect(page.locator("phone-preview img")).to_be_visible()
    await saved(page)
    media = await media_of(teacher, quiz)
    assert media is not None
    assert media.startswith("/pictures/")

    await teacher.open(quiz)
    host = await teacher.host()
    wall = await people.open(f"/screen/{teacher.code}", PROJECTOR)
    phone = await people.player(teacher.code, "Ana")
    await host.send("start")
    for screen, address in ((wall, media), (phone, f"{media}/small")):
        picture = screen.locator("img.picture")
        await expect(picture).to_have_attribute("src", address)
        await expect(picture).to_have_js_property("naturalWidth", 320)


async def test_a_picture_is_dropped_or_pasted_but_not_with_its_text(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST])
    page = await edit(people, quiz)
    assert not await give(page, "paste", RED, "a table")
    before = None
    for kind, file in (("drop", RED), ("paste", BLUE)):
        assert await give(page, kind, file)
        await expect(page.locator(f".uploaded img:not([src^='{before}'])")).to_be_visible()
        await saved(page)
        media = await media_of(teacher, quiz)
        assert media
        assert media != before
        before = media
    assert await give(page, "dragover", RED)
    await expect(page.locator("body.file-over")).to_be_visible()


async def test_removing_can_be_undone(teacher: Teacher, people: People) -> None:
    quiz = await teacher.write([FIRST])
    page = await opened(people, quiz)
    await choose(page, RED)
    await expect(page.locator(".uploaded img")).to_be_visible()
    await saved(page)
    media = await media_of(teacher, quiz)
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.locator("#picture-file")).to_be_focused()
    await expect(page.locator("phone-preview img")).to_have_count(0)
    await saved(page)
    assert await media_of(teacher, quiz) is None
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(".uploaded img")).to_be_visible()
    await saved(page)
    assert await media_of(teacher, quiz) == media
    await choose(page, BLUE)
    await expect(page.locator(f'.uploaded img[src^="{media}"]')).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(page.locator(f'.uploaded img[src^="{media}"]')).to_be_visible()


async def test_what_cannot_be_taken_is_said_beside_the_picture(
    teacher: Teacher, people: People
) -> None:
    page = await opened(people, await teacher.write([FIRST]))
    await choose(page, SVG)
    await expect(page.get_by_text("This is not a JPEG, PNG, WebP or GIF")).to_be_visible()
    noise = FilePayload(name="noise", mimeType="x/y", buffer=bytes(5 * 1024 * 1024 + 1))
    await choose(page, noise)
    await expect(page.locator(".drop-zone + .problem")).to_contain_text("This file has more than 5")
    await page.get_by_label("Address of the picture").fill("https://")
    await expect(page.get_by_text("more than 5 MB")).to_have_count(0)
    await page.get_by_label("Address of the picture").fill("")
    await choose(page, RED)
    await expect(page.locator(".uploaded img")).to_be_visible()
    people.troubles.clear()  # the console says that a request was refused


async def test_a_photo_is_scaled_before_it_is_sent(teacher: Teacher, people: People) -> None:
    page = await opened(people, await teacher.write([FIRST]))
    noise = Image.effect_noise((3200, 2400), 60).convert("RGB")
    photo = encoded(noise, "JPEG", quality=90)
    await page.evaluate(WATCH_UPLOADS)
    await choose(page, FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=photo))
    await expect(page.locator(".uploaded img")).to_be_visible()
    [size] = await page.evaluate("window.uploads")
    assert size < len(photo) / 2
    await choose(page, BLUE)
    await expect(page.locator("img[src$='small']").first).to_be_visible()
    await expect(page.get_by_text("Uploading")).to_have_count(0)
    assert await page.evaluate("window.uploads") == [size, len(BLUE["buffer"])]


async def test_an_upload_belongs_to_the_question_where_it_began(
    teacher: Teacher, people: People
) -> None:
    quiz = await teacher.write([FIRST, SECOND])
    page = await opened(people, quiz)
    goes_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await goes_on.wait()
        await route.continue_()

    await page.route("**/api/pictures", hold)
    await choose(page, RED)
    await expect(page.get_by_text("Uploading")).to_be_visible()
    await page.locator(".pick").nth(1).click()
    await expect(page.get_by_label("Question", exact=True)).to_have_value(SECOND["stem"])
    goes_on.set()
    await page.locator(".pick").nth(0).click()
    await expect(page.locator(".uploaded img")).to_be_visible()
    await saved(page)
    assert await media_of(teacher, quiz, 0)
    assert await media_of(teacher, quiz, 1) is None


async def test_a_picture_that_has_gone_is_said_to_be_gone(teacher: Teacher, people: People) -> None:
    gone = "/pictures/0199c5a2-0000-4000-8000-000000000000"
    page = await edit(people, await teacher.write([{**FIRST, "media": gone}]))
    await expect(page.get_by_text("no longer on the server")).to_be_visible()
    await expect(page.locator("phone-preview img")).to_have_count(0)
    await choose(page, RED)
    await expect(page.locator(".uploaded img")).to_be_visible()
    people.troubles.clear()  # the console says that it is not found


async def test_everybody_can_use_it(teacher: Teacher, people: People) -> None:
    page = await opened(people, await teacher.write([FIRST]))
    button = page.locator(".file-button")
    before = await button.bounding_box()
    await page.locator("#picture-file").focus()
    assert await button.bounding_box() == before  # it looks the same with the focus
    await expect(page.locator("#picture-file")).to_have_css("opacity", "0")
    for chosen in (False, True):
        if chosen:
            await choose(page, RED)
            await expect(page.locator(".uploaded img")).to_be_visible()
        for size in (PHONE, PROJECTOR):
            await resize(page, size)
            assert await violations(page) == []
            wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wide
