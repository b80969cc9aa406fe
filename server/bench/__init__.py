"""`kuis bench`: measures how fast rooms and searches are here, compared with a bare server.

The bench itself only coordinates. These run in separate processes:

- the server: one that it starts (`server.py`) or one that runs already;
- the client (`client.py`, `players.py`): thousands of sockets, times taken as frames arrive;
- the reference (`reference.py`): the least that a server can do, on the same core as the server.
"""

from server.bench.bench import measure
from server.bench.errors import BenchError
from server.bench.measures import NAMES
from server.bench.report import details, encode, head, rows
from server.bench.results import Result
from server.bench.testbeds import BenchOptions, ReportProgress

__all__ = [
    "NAMES",
    "BenchError",
    "BenchOptions",
    "ReportProgress",
    "Result",
    "details",
    "encode",
    "head",
    "measure",
    "rows",
]
