"""The log and what stands beside it."""

from pathlib import Path

from alembic import context

from ketnap.common.migrate import run

revision = "core_0001_pre"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    sql = Path(__file__).parent.parent.joinpath("core.sql").read_text()
    run(sql.replace("{app}", context.config.attributes["app"]))
