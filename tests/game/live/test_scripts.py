"""The Lua scripts and the structs of their arguments."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from redis.asyncio import Redis

from game.live.script_arguments import (
    JoinArguments,
    JoinRequest,
    ScriptArguments,
    SetDeadlineArguments,
    pack,
    to_json,
)

SCRIPTS = files("game.live").joinpath("scripts")
WITHOUT_ARGUMENTS = {"shared", "read_room", "read_scoring_input"}
NAMES = sorted(path.name.removesuffix(".lua") for path in SCRIPTS.iterdir())
BIG = 2**48 - 1  # the greatest revision


def code_of(name: str) -> str:
    """A script without its comments."""
    return re.sub(r"--.*", "", SCRIPTS.joinpath(f"{name}.lua").read_text())


def arguments_of(name: str) -> type[ScriptArguments]:
    wanted = "".join(map(str.capitalize, name.split("_"))) + "Arguments"
    return next(each for each in ScriptArguments.__subclasses__() if each.__name__ == wanted)


def fields_read(code: str, variable: str) -> set[str]:
    return set(re.findall(rf"\b{variable}\.(\w+)", code))


def types_in(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  # annotations have no type
    parts = get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from types_in(part)


@pytest.mark.parametrize("name", sorted({*NAMES} - WITHOUT_ARGUMENTS))
def test_a_script_reads_every_field_of_its_arguments_and_no_other(name: str) -> None:
    code, arguments = code_of(name), arguments_of(name)
    assert fields_read(code, "args") == set(arguments.__struct_fields__)
    for variable, field in re.findall(r"for _, (\w+) in ipairs\(args\.(\w+)\)", code):
        (item,) = get_args(get_type_hints(arguments)[field])
        if item is not msgspec.Raw:
            assert fields_read(code, variable) == set(item.__struct_fields__)


@pytest.mark.parametrize("name", NAMES)
def test_a_script_has_one_argument_at_most(name: str) -> None:
    code = code_of(name)
    packed = "" if name in WITHOUT_ARGUMENTS else "local args = cmsgpack.unpack(ARGV[1])\n"
    assert code.replace(packed, "", 1).count("ARGV") == 0
    assert packed in code


def test_arguments_are_of_types_that_every_redis_unpacks() -> None:
    plain = {str, int, bool, type(None), msgspec.Raw}
    structs: list[type[msgspec.Struct]] = [*ScriptArguments.__subclasses__()]
    assert len(structs) == len(NAMES) - len(WITHOUT_ARGUMENTS)
    for struct in structs:
        for annotation in get_type_hints(struct).values():
            for part in types_in(annotation):
                if issubclass(part, msgspec.Struct):
                    structs.append(part)
                else:
                    assert part in plain or issubclass(part, str)


async def unpacked(redis: Redis, expression: str, arguments: ScriptArguments) -> Any:  # noqa: ANN401  # as Redis answers
    script = f"local args = cmsgpack.unpack(ARGV[1]) return {expression}"
    return await redis.eval(script, 0, pack(arguments))


def deadline(at: int | None, revision: int = BIG) -> SetDeadlineArguments:
    return SetDeadlineArguments(
        session="s",
        expected_revision=revision,
        deadline=at,
        deadlines_channel="c",
        shard=1,
    )


async def test_none_is_nil_and_numbers_are_exact(redis: Redis) -> None:
    assert await unpacked(redis, "args.deadline == nil and 1 or 0", deadline(None)) == 1
    same = f"tonumber('{BIG}') == args.expected_revision and 1 or 0"
    assert await unpacked(redis, same, deadline(0)) == 1
    assert await unpacked(redis, same, deadline(0, BIG - 1)) == 0
    written = "redis.call('SET', 'number', args.expected_revision)"
    await unpacked(redis, written, deadline(0))
    assert await redis.get("number") == str(BIG).encode()
    now = 1_763_751_917_123
    assert await unpacked(redis, "'(' .. args.deadline", deadline(now)) == f"({now}".encode()


@pytest.mark.parametrize("size", [0, 40, 300, 70_000])
async def test_json_arrives_as_it_was_written(redis: Redis, size: int) -> None:
    name = "é🎲\x00" * size
    request = JoinRequest(
        player="p",
        record=to_json({"nickname": name}),
        name=name,
        user=None,
        connection="c",
        secret="s",
        has_key=False,
        address=None,
        device=None,
    )
    arguments = JoinArguments(
        now=0, present_until=0, channel="", shares=1, ways_back=1, players=[request] * 2
    )
    both = await unpacked(redis, "{args.players[2].record, args.players[2].name}", arguments)
    assert both == [msgspec.json.encode({"nickname": name}), name.encode()]
    none = msgspec.structs.replace(arguments, players=())
    assert await unpacked(redis, "#args.players", none) == 0
