"""`python -m benchmarks [name …]`: every module here that has `measure(stand, scale)`, and a table of what it found."""

import argparse
import asyncio
import sys

from benchmarks.running import names, run
from benchmarks.table import Scale


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what the README claims."
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(names())}; else all")
    parser.add_argument("--rounds", type=int, default=Scale().rounds, help="of both sides each")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names()):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    scale = Scale(rounds=asked.rounds)
    sys.exit(0 if asyncio.run(run(asked.names or names(), scale)) else 1)


if __name__ == "__main__":
    main()
