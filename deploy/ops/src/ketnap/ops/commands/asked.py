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
        help="Code of the deployment. Without it the only one of this home, or that of KETNAP_PROVINCE.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
