"""The client process of the bench: executes the calls that it gets over a socket.

Started with that socket's number; ends when nobody is at the other end any more.
"""

import resource
import socket
import sys

from server.bench import client_messages
from server.bench.client_messages import Call, Connect, Done, Drop, Exchange, Failed, Timing
from server.bench.players import Players


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    link = socket.socket(fileno=int(sys.argv[1]))
    players = Players(link.fileno())
    while True:
        players.idle()
        call = client_messages.next_call(link)
        if call is None:
            return
        try:
            answer: Done | Failed = Done(_do(players, call))
        except OSError as error:
            answer = Failed(f"{type(call).__name__}: {error}")
        client_messages.send(link, answer)


def _do(players: Players, call: Call) -> Timing | None:
    match call:
        case Connect():
            return players.connect(call)
        case Exchange():
            return players.exchange(call)
        case Drop(group):
            players.drop(group)
            return None


if __name__ == "__main__":
    main()
