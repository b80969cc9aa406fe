"""The command line: `kuis`. A command is imported when it is called: serving needs no bench."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from asyncpg import PostgresError
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from game.errors import Refusal
from persistence.embedded import EngineError
from persistence.schema_state import NotMigratedError
from server import logging, settings
from server.errors import CommandError

FORESEEN = (CommandError, EngineError, NotMigratedError, Refusal)
ENGINE_ERRORS = (OSError, PostgresError, RedisError, SQLAlchemyError)

COMMANDS: Mapping[str, str] = {  # the module in this package, and the command there
    "asyncapi": "descriptions.asyncapi",
    "audit": "audit_events.audit",
    "bench": "bench.bench",
    "bots": "bots.bots",
    "create-admin": "users.create_admin",
    "export": "question_files.export_questions",
    "import": "question_files.import_questions",
    "jobs": "jobs.jobs",
    "migrate": "database.migrate",
    "openapi": "descriptions.openapi",
    "reports": "quiz_reports.reports",
    "seed": "database.seed",
    "serve": "serve.serve",
    "users": "users.users",
    "verify": "verify.verify",
    "web": "web.web",
    "worker": "worker.worker",
}


class Commands(click.Group):
    """Commands whose foreseeable failures are one line and a status, not a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click has it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # the same
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # the same
        try:
            return super().invoke(ctx)
        except FORESEEN as error:
            raise click.ClickException(str(error)) from error
        except ENGINE_ERRORS as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise click.ClickException(f"PostgreSQL or Redis does not answer: {reason}") from error


@click.group(cls=Commands)
@click.version_option(package_name="kuis")
@click.pass_context
def main(context: click.Context) -> None:
    """Live quizzes: a teacher opens a room, a class joins by its code."""
    context.obj = settings.read(os.environ)
    logging.configure(context.obj.log_level)
