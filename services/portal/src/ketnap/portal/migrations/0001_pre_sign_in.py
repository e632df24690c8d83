"""Accounts, their sessions, and the tries to sign in."""

from alembic import context

from ketnap.common.migrate import run

revision = "portal_0001_pre"
down_revision = None
branch_labels = ("portal",)
depends_on = None


def upgrade() -> None:
    run(_SQL.replace("{app}", context.config.attributes["app"]))


_SQL = """
CREATE SCHEMA portal;

CREATE TABLE portal.accounts (
    id            uuid PRIMARY KEY,
    login         text NOT NULL UNIQUE,
    name          text NOT NULL,
    password_hash text NOT NULL,
    closed        boolean NOT NULL DEFAULT false,
    changed_at    timestamptz NOT NULL,
    changed_by    text NOT NULL
);

CREATE TABLE portal.sessions (
    id_hash  bytea PRIMARY KEY,
    account  uuid NOT NULL REFERENCES portal.accounts,
    began_at timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL
);
CREATE INDEX ON portal.sessions (account);

-- A name that was typed may be a password by mistake: only its hash is kept.
CREATE TABLE portal.attempts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login_hash bytea NOT NULL,
    address    text NOT NULL,
    at         timestamptz NOT NULL,
    succeeded  boolean NOT NULL DEFAULT false
);
CREATE INDEX ON portal.attempts (login_hash, at);
CREATE INDEX ON portal.attempts (address, at);
CREATE INDEX ON portal.attempts (at);

GRANT SELECT ON public.alembic_version TO {app};
GRANT USAGE ON SCHEMA portal TO {app};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA portal TO {app};
"""
