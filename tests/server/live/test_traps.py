"""What other live quizzes fell into, each as a test over real sockets.

The traps of the engine (answers lost, nicknames checked and then written, keys without expiry) have
their tests in tests/game/live as well; here they are seen from the socket.
"""

import asyncio
import json

from game.live.rooms import Rooms
from game.rules.rooms import RoomSettings
from tests.conftest import RunningServer
from tests.server.live.client import Client
from tests.server.live.conftest import FAST, Opening, Room, capital


async def players(room: Room, count: int) -> list[Client]:
    return list(await asyncio.gather(*(room.player(f"Player {n}") for n in range(count))))


async def test_answers_at_once_are_all_kept(room: Room) -> None:
    host, everyone = await room.host(), await players(room, 60)
    await host.send("start")
    await asyncio.gather(*(player.hears("question") for player in everyone))
    await asyncio.gather(*(p.send("answer", question=0, response="a") for p in everyone))
    await asyncio.gather(*(player.hears("answered") for player in everyone))
    revealed = await host.hears("reveal")
    assert revealed["answered"] == 60
    assert revealed["counts"]["a"] == 60


async def test_an_event_reaches_its_own_room_only(open_room: Opening) -> None:
    one, other = await open_room(), await open_room()
    host, bystander = await one.host(), await other.player("Anna")
    await one.player("Budi")
    await bystander.quiet()
    seen = len(bystander.frames)
    for command in ("lock", "unlock", "start", "pause", "unpause", "close_question", "end"):
        await host.send(command)
    await host.hears("finished")
    await bystander.quiet()
    assert [message["type"] for message in bystander.messages[seen:]] == ["pong"]


async def test_the_server_closes_the_question_whatever_clients_do(open_room: Opening) -> None:
    room = await open_room(capital(time_limit=1), settings=FAST)
    host, player = await room.host(), await room.player("Anna")
    await host.send("start")
    await player.hears("reveal")
    await player.send("answer", question=0, response="a", elapsed_ms=10)
    await player.refused("too_late", "answer")


async def test_an_answer_is_not_broadcast(open_room: Opening) -> None:
    room = await open_room(capital())
    host, everyone = await room.host(), await players(room, 20)
    await host.send("start")
    await asyncio.gather(*(player.hears("question") for player in everyone))
    for player in everyone[:-1]:
        await player.send("answer", question=0, response="b")
        await player.hears("answered")
    idle = everyone[-1]
    await idle.quiet()
    asked = [message["type"] for message in idle.messages].index("question")
    assert {message["type"] for message in idle.messages[asked:]} <= {"question", "lobby", "pong"}
    await host.quiet()
    assert len([message for message in host.messages if message["type"] == "tally"]) < 10


async def test_a_reveal_carries_the_best_five_and_the_own_place_only(room: Room) -> None:
    host, everyone = await room.host(), await players(room, 12)
    await host.send("start")
    for player in everyone:
        await player.hears("question")
        await player.send("answer", question=0, response="a")
    for player in everyone:
        revealed = await player.hears("reveal")
        assert len(revealed["top"]) == 5
        assert json.dumps(revealed).count("Player ") == 5


async def test_a_refresh_keeps_the_score_and_the_answer_given_before_it(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    await anna.close()
    for _ in range(2):  # a second refresh is as good as the first
        anna_again = await room.resumed(anna.token)
        welcome = await anna_again.hears("welcome")
        assert welcome["player"] == anna.welcomed["player"]
        assert welcome["room"]["you"]["response"] == "a"
        await anna_again.send("answer", question=0, response="c")
        await anna_again.refused("already_answered", "answer")
        await anna_again.close()
    back = await room.resumed(anna.token)
    await back.hears("welcome")
    await host.send("close_question")
    first = (await back.hears("reveal"))["you"]
    assert first["correct"] is True
    await back.close()
    back = await room.resumed(anna.token)
    assert (await back.hears("welcome"))["room"]["you"] == first


async def test_the_hosts_page_may_be_refreshed_at_any_moment(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await host.close()
    host = await room.host()
    shown = host.welcomed["room"]
    assert (shown["phase"], shown["question"]["question"]) == ("question", 0)
    assert [person["nickname"] for person in shown["roster"]] == ["Anna", "Budi"]
    await host.send("close_question")
    await anna.hears("reveal")
    await host.close()
    host = await room.host()
    assert host.welcomed["room"]["reveal"]["key"] == "a"
    await host.send("next")
    await anna.hears("question", question=1)


async def test_a_player_cannot_become_host(room: Room) -> None:
    player = await room.player("Anna")
    await player.send("host")
    await player.refused("not_allowed", "host")
    await player.send("start")
    await player.refused("not_allowed", "start")


async def test_nobody_gets_the_token_of_another(room: Room) -> None:
    host, projector = await room.host(), await room.projector()
    everyone = await players(room, 5)
    await host.send("start")
    for player in everyone:
        await player.hears("question")
        await player.send("answer", question=0, response="a")
    for client in (host, projector, *everyone):
        await client.hears("reveal")
    await host.send("end")
    for client in (host, projector, *everyone):
        await client.hears("finished")
    secrets = {player.token.partition(".")[2]: player for player in everyone}
    for secret, owner in secrets.items():
        for client in (host, projector, *everyone):
            told = sum(secret in frame for frame in client.frames)
            assert told == (1 if client is owner else 0)


async def test_the_disconnected_do_not_hold_up_a_question(room: Room) -> None:
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await budi.close()
    await anna.send("answer", question=0, response="a")
    assert (await anna.hears("reveal"))["answered"] == 1


async def test_one_who_leaves_last_without_an_answer_ends_the_question(room: Room) -> None:
    host, anna, budi = await room.host(), await room.player("Anna"), await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    await budi.close()
    await anna.hears("reveal")


async def test_a_tap_after_the_result_does_not_count_for_the_next_question(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await host.send("close_question")
    await anna.hears("reveal")
    await anna.send("answer", question=0, response="a")
    await anna.refused("too_late", "answer")
    await host.send("next")
    await anna.hears("question", question=1)
    await anna.send("answer", question=0, response="a")
    await anna.refused("too_late", "answer")
    await host.send("close_question")
    assert (await anna.hears("reveal", question=1))["you"]["response"] is None


async def test_of_many_with_one_nickname_one_gets_it(room: Room) -> None:
    clients = await asyncio.gather(*(room.connect() for _ in range(40)))
    await asyncio.gather(*(client.send("join", nickname="Anna") for client in clients))
    told = await asyncio.gather(*(client.hears("welcome", "error") for client in clients))
    assert [message["type"] for message in told].count("welcome") == 1
    assert {message.get("code") for message in told} == {None, "nickname_taken"}


async def test_the_game_does_not_live_in_the_process(
    room: Room, second: RunningServer, rooms: Rooms
) -> None:
    elsewhere = room.at(second)
    host, anna = await elsewhere.host(), await elsewhere.player("Anna")
    await room.player("Budi")
    await host.send("start")
    await anna.hears("question")
    await anna.send("answer", question=0, response="a")
    await anna.hears("answered")
    second.stop()
    await anna.closed()
    again, host = await room.resumed(anna.token), await room.host()
    await again.hears("welcome")
    await host.send("close_question")
    assert (await again.hears("reveal"))["you"]["correct"] is True
    assert (await rooms.view(room.session)).phase == "reveal"


async def test_a_late_joiner_gets_no_speed_bonus(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await host.send("start")
    await anna.hears("question")
    late = await room.player("Late")
    assert late.welcomed["room"]["phase"] == "question"
    await late.send("answer", question=0, response="a")
    await late.hears("answered")
    await anna.send("answer", question=0, response="a")
    assert (await late.hears("reveal"))["you"]["gained"] == 500
    assert (await anna.hears("reveal"))["you"]["gained"] > 900


async def test_a_school_behind_one_address_gets_in(open_room: Opening) -> None:
    room = await open_room(settings=RoomSettings(max_players=500))
    assert len(await players(room, 300)) == 300


async def test_who_was_removed_or_came_too_late_is_told_so(room: Room) -> None:
    host, anna = await room.host(), await room.player("Anna")
    await host.send("kick", player=anna.id)
    await anna.hears("kicked")
    await host.send("end")
    await host.hears("finished")
    client = await room.connect()
    await client.send("join", nickname="Anna")
    assert await client.closed() == 4410
