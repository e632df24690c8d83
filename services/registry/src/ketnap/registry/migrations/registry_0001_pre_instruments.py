"""The register of instruments: a plain table with an audit column, no rule lives in it."""

from alembic import context

from ketnap.common.migrate import run

revision = "registry_0001_pre"
down_revision = None
branch_labels = ("registry",)
depends_on = "core_0001_pre"


def upgrade() -> None:
    run(
        f"""
        CREATE SCHEMA register;
        CREATE TABLE register.instruments (
            key         text COLLATE "C" PRIMARY KEY, -- issuer/type/number/date: a number alone is no identifier
            issuer      text NOT NULL,
            type        text NOT NULL,
            number      text NOT NULL,
            dated       date NOT NULL,
            title       text NOT NULL,
            cites       jsonb NOT NULL DEFAULT '[]',
            recorded_by text NOT NULL,
            recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        GRANT USAGE ON SCHEMA register TO {context.config.attributes["app"]};
        GRANT SELECT, INSERT, UPDATE ON register.instruments TO {context.config.attributes["app"]};
        """
    )
