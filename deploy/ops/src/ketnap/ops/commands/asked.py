"""What every command of an operator is told: of which service, of which deployment."""

from typing import Annotated

import typer

OfService = Annotated[
    str, typer.Argument(metavar="SERVICE", help="registry, training, admission or statistics.")
]
OfProvince = Annotated[
    str,
    typer.Option(
        "--province",
        help="A deployment of this home. Without it the only one there is, or that of the environment (KETNAP_*).",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
