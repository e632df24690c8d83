"""Where everything lies and listens on this machine, and what the operator may choose about it."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[5]
