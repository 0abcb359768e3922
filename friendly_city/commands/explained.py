"""What commands share: faults told in words, exit codes, options that several have."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from friendly_city.errors import FriendlyCityError

P = ParamSpec("P")
UNREADABLE, INTERRUPTED = 3, 130
catalogue_option = click.option("--catalogue", default="", help="Folder with standards of your own, one <id>.yaml each.")


def explained(command: Callable[P, int]) -> Callable[P, None]:
    """Turn our own errors into a message on stderr and an exit code; the return value is the exit code otherwise."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except FriendlyCityError as err:
            click.echo(f"friendly-city: {err}", err=True)
            code = err.exit_code
        except OSError as err:
            where = f" {err.filename}" if err.filename else ""
            click.echo(f"friendly-city: a file or folder cannot be read or written:{where}: {err.strerror or err}", err=True)
            code = UNREADABLE
        except KeyboardInterrupt:
            click.echo("friendly-city: interrupted; what was finished is kept, run the same command to go on", err=True)
            code = INTERRUPTED
        sys.exit(code)

    return run
