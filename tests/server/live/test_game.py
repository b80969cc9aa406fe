"""A whole game over real sockets, and what each side gets of it."""

from tests.server.live.client import Message
from tests.server.live.conftest import Opening, Room, capital


def ranks(places: list[Message]) -> list[tuple[str, int, int | None]]:
    return [(each["nickname"], each["rank"], each.get("previous_rank")) for each in places]


async def test_a_game_is_played_from_the_lobby_to_the_podium(room: Room) -> None:
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.hears("lobby", players=2)
    await host.send("start")
    opened = await anna.hears("question")
    assert opened["question"] == 0
    assert opened["of"] == 2
    assert opened["choices"][1] == {"id": "b", "text": "Hanoi"}
    await anna.send("answer", question=0, response="a")
    assert (await anna.hears("answered"))["question"] == 0
    await budi.hears("question")
    await budi.send("answer", question=0, response="c")
    await budi.hears("answered")
    revealed = await anna.hears("reveal")
    assert revealed["key"] == "a"
    assert revealed["counts"] == {"a": 1, "b": 0, "c": 1, "d": 0}
    assert revealed["you"]["correct"] is True
    assert revealed["you"]["rank"] == 1
    assert ranks(revealed["top"]) == [("Anna", 1, None), ("Budi", 2, None)]
    assert (await budi.hears("reveal"))["you"]["correct"] is False
    assert "you" not in await host.hears("reveal")
    await host.send("next")
    await anna.hears("question", question=1)
    await host.send("close_question")
    revealed = await anna.hears("reveal")
    assert revealed["you"]["previous_rank"] == 1
    assert ranks(revealed["top"]) == [("Anna", 1, 1), ("Budi", 2, 2)]
    await host.send("end")
    finished = await anna.hears("finished")
    assert [place["nickname"] for place in finished["podium"]] == ["Anna", "Budi"]
    assert finished["you"] == {"score": revealed["you"]["score"], "rank": 1, "correct": 1, "of": 2}


async def test_the_subprotocol_is_selected_when_offered(open_room: Opening) -> None:
    room = await open_room(capital())
    client = await room.connect(subprotocols=["kuis.v1"])
    assert client.socket.subprotocol == "kuis.v1"
    plain = await room.connect()
    assert plain.socket.subprotocol is None
