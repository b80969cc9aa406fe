"""Plays whole games over sockets, so that pages have results to show."""

from tests.e2e.school import ALL_KINDS, Json, Teacher


def patient(question: Json) -> Json:
    """With more time than a slow machine needs: it closes when all have answered."""
    return {**question, "time_limit": 300}


UNHURRIED = [patient(question) for question in ALL_KINDS]


def right(question: Json, shown: Json) -> object:
    """The response that is right, by the ids that the room shows."""
    ids = {choice["text"]: choice["id"] for choice in shown.get("choices", ())}
    marked = [ids[one["text"]] for one in question.get("choices", ()) if one.get("is_correct")]
    kind, key = question["type"], question.get("answer_key") or {}
    if kind in {"short_answer", "numeric"}:
        return key["value"] if kind == "numeric" else key["accepted"][0]
    if kind in {"ordering", "poll"}:
        return [ids[one["text"]] for one in question["choices"]][: 1 if kind == "poll" else None]
    return {"true_false": marked == ["true"], "multiple_select": marked}.get(kind, marked[0])


def wrong(question: Json, shown: Json) -> object:
    """Some other response; a poll has none that is wrong."""
    answer, ids = right(question, shown), [choice["id"] for choice in shown.get("choices", ())]
    if isinstance(answer, bool):
        return not answer
    if isinstance(answer, list):
        left = [id_ for id_ in ids if id_ not in answer][:1]
        return answer if question["type"] == "poll" else left or answer[::-1]
    if question["type"] == "short_answer":
        return "=no idea"
    return next((id_ for id_ in ids if id_ != answer), -1)


async def play(teacher: Teacher, quiz: Json, names: list[str]) -> Json:
    """The results of a game: the first player is right in all, the second wrong once, and so on."""
    await teacher.open(quiz)
    host = await teacher.host()
    players = [await teacher.player(name) for name in names]
    await host.send("start")
    for index, question in enumerate(quiz["questions"]):
        for place, player in enumerate(players):
            shown = await player.hears("question")
            answer = wrong if index < place else right
            response = answer(question, shown)
            await player.send("answer", question=index, response=response)
            await player.hears("answered")
        await host.hears("reveal")
        await host.send("next")
    await host.hears("finished")
    for player in (host, *players):
        await player.close()
    return await teacher.results()
