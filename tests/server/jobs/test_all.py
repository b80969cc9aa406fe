"""The list of all kinds of jobs."""

import pkgutil
from importlib import import_module

from server import jobs
from server.jobs.all import JOBS
from server.jobs.job import Job


def test_every_job_is_listed() -> None:
    """No worker runs one that is not: it would wait in the queue for ever."""
    modules = [import_module(f"{jobs.__name__}.{found.name}") for found in iter_modules()]
    made = {value for module in modules for value in vars(module).values() if is_job(value)}
    assert made == set(JOBS)


def iter_modules() -> list[pkgutil.ModuleInfo]:
    return list(pkgutil.iter_modules(jobs.__path__))


def is_job(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Job) and value is not Job
