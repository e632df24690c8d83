"""Commands of `ketnap` as a document writes them, looked up in the command line itself."""

import re
import shlex
from typing import Any

import click
import typer

from ketnap.ops import cli

INLINE = re.compile(r"`(ketnap [^`]+)`")

# Any in these signatures: Click's classes as Typer vendors or imports them
APP: Any = typer.main.get_command(cli.app)


def parse(line: str) -> None:
    """As the command line itself would, and no further."""
    words = shlex.split(line)[1:]
    command, context = APP, click.Context(APP)
    while hasattr(command, "commands"):
        command = command.commands.get(words[0])
        assert command is not None, f"{line}: there is no {words[0]}"
        words = words[1:]
    command.make_context(line, words, parent=context)


def named(text: str) -> Any:
    """The command of a sentence, whatever arguments it leaves out; its options exist."""
    words = shlex.split(text)[1:]
    command = APP
    while hasattr(command, "commands") and words:
        command = command.commands.get(words.pop(0))
        assert command is not None, text
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word for word in words if word.startswith("-")} <= known, text
    return command
