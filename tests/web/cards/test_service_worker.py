"""The service worker of /reviews, with a network and a cache that are played by hand."""

from playwright.async_api import Page

from tests.web.modules import run

BROWSER = """
    const stored = new Map();
    const pathOf = (what) => (typeof what === "string" ? what : new URL(what.url).pathname);
    const cache = {
        keys: async () => [...stored.keys()].map((path) => ({ url: location.origin + path })),
        match: async (what) => stored.get(pathOf(what)),
        put: async (path, page) => stored.set(path, page),
        delete: async (what) => stored.delete(pathOf(what)),
    };
    Object.defineProperty(globalThis, "caches", { value: { open: async () => cache } });
    const told = [];
    globalThis.clients = { get: async (id) => ({ postMessage: (text) => told.push(`${id} ${text}`) }) };
    globalThis.setTimeout = (act) => queueMicrotask(act);   // nobody waits
    let served = null;   // the version that files are of, if not that of the page
    const file = (path) => new Response(path, {
        headers: { "Cache-Control": served === null || path.includes(served) ? "public, immutable" : "no-cache" },
    });
    const page = (version) => ({
        version, ok: true, redirected: false, type: "basic", clone() { return { ...this }; },
        text: async () => `<script src="/static/${version}/a.js"></script><link href="/static/${version}/b.css">`,
    });
    async function visit(id, network) {
        const [event, waits] = [new Event("fetch"), []];
        let shown;
        const request = { url: `${location.origin}/reviews?deck=1`, method: "GET", mode: "navigate" };
        Object.assign(event, { request, resultingClientId: id, respondWith: (page) => (shown = page), waitUntil: (each) => waits.push(each) });
        let arrive;
        globalThis.fetch = async (what) => what !== request ? file(what) : network === "slow" ? new Promise((done) => (arrive = done)) : network instanceof Error ? Promise.reject(network) : Promise.resolve(network);
        dispatchEvent(event);
        const { version } = await shown;
        return { version, arrived: async (later) => { arrive?.(later); for (const each of waits) await each; } };
    }
"""  # noqa: E501


async def test_a_page_that_was_kept_hears_of_a_newer_one(blank: Page) -> None:
    """It is shown when the network is slow or away. The next visit gets the newer one."""
    script = """
        const first = await visit("one", page("1")); await first.arrived();
        const away = await visit("two", new Error("offline")); await away.arrived();
        const slow = await visit("three", "slow"); await slow.arrived(page("2"));
        const again = await visit("four", "slow"); await again.arrived(page("2"));
        const seen = [first, away, slow, again].map(({ version }) => version);
        return [seen, told, [...stored.keys()].sort()];"""
    seen, told, stored = await run(blank, "cards/sw.js", BROWSER + script)
    assert seen == ["1", "1", "1", "2"]
    assert told == ["three outdated"]
    assert stored == ["/reviews", "/static/2/a.js", "/static/2/b.css"]


async def test_files_of_another_version_are_not_cached(blank: Page) -> None:
    """While servers are replaced, an old one may be asked for the files of a new page."""
    script = """
        await (await visit("one", page("1"))).arrived();
        served = "/1/";
        await (await visit("two", page("2"))).arrived();
        const between = [...stored.keys()].sort();
        served = "/2/";
        await (await visit("three", page("2"))).arrived();
        const whole = [...stored.keys()].length;
        await (await visit("four", page("2"))).arrived();
        return [between, whole, [...stored.keys()].sort()];"""
    between, whole, after = await run(blank, "cards/sw.js", BROWSER + script)
    assert between == ["/reviews", "/static/1/a.js", "/static/1/b.css"]
    assert whole == 5, "the page before may still be loading its files"
    assert after == ["/reviews", "/static/2/a.js", "/static/2/b.css"]
