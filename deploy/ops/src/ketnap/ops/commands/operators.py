"""The operators' commands, gathered for the command line."""

import typer

from ketnap.ops.commands import cases, doctor, entries, exports, founding, people, telling, views

app = typer.Typer()
for part in (doctor, views, cases, telling, entries, founding, people, exports):
    app.add_typer(part.app)
