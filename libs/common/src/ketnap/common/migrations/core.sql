-- The log of one service and what stands beside it. Everything else in the database can be folded from here.
-- The service's own role ({app}) reads; it writes only through the functions of this file.

CREATE SCHEMA core;
CREATE SCHEMA views;

CREATE TABLE core.head (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    position       bigint NOT NULL,
    recorded_at    timestamptz NOT NULL,
    server         text -- identity of the PostgreSQL that wrote last: another one means a restore or a failover
) WITH (fillfactor = 10);
INSERT INTO core.head (position, recorded_at) VALUES (0, '-infinity');

CREATE TABLE core.log (
    position       bigint PRIMARY KEY,
    id             uuid NOT NULL,
    stream         text COLLATE "C" NOT NULL,
    version        bigint NOT NULL,
    type           text COLLATE "C" NOT NULL,
    schema_version smallint NOT NULL,
    data           jsonb NOT NULL,
    meta           jsonb NOT NULL,
    recorded_at    timestamptz NOT NULL,
    UNIQUE (stream, version)
);
CREATE INDEX log_recorded_at ON core.log (recorded_at);
CREATE INDEX log_restored ON core.log (stream, position) WHERE type = 'source.restored.v1';

CREATE TABLE core.commands (
    id             uuid PRIMARY KEY,
    fingerprint    text NOT NULL,
    stream         text COLLATE "C" NOT NULL,
    version        bigint NOT NULL,
    position       bigint NOT NULL,
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX commands_recorded_at ON core.commands (recorded_at);

CREATE TABLE core.claims (
    kind           text COLLATE "C" NOT NULL,
    key            bytea NOT NULL,
    stream         text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX claims_stream ON core.claims (stream, kind);

-- Erasable content of events, one row a field, sealed with the key of the person it speaks of.
CREATE TABLE core.personal (
    position       bigint NOT NULL,
    field          text COLLATE "C" NOT NULL,
    subject        uuid NOT NULL,
    ciphertext     bytea NOT NULL,
    PRIMARY KEY (position, field)
);
CREATE INDEX personal_subject ON core.personal (subject);

CREATE TABLE core.person_key (
    subject        uuid PRIMARY KEY,
    wrapped        bytea NOT NULL
);

CREATE TABLE core.forgotten (
    subject        uuid PRIMARY KEY,
    forgotten_at   timestamptz NOT NULL,
    rows           bigint NOT NULL -- of erasable content that were deleted
);

-- Instances of read models: at most one of each projection is live, readers follow it.
CREATE TABLE core.cursors (
    projection     text COLLATE "C" NOT NULL,
    instance       integer NOT NULL,
    definition     integer NOT NULL,
    position       bigint NOT NULL,
    live           boolean NOT NULL,
    refolds        bigint NOT NULL DEFAULT 0, -- how often something behind the cursor was folded again
    moved_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, instance)
) WITH (fillfactor = 10);
CREATE UNIQUE INDEX cursors_live ON core.cursors (projection) WHERE live;

CREATE TABLE core.parked (
    projection     text COLLATE "C" NOT NULL,
    instance       integer NOT NULL,
    subject        text COLLATE "C" NOT NULL,
    since          bigint NOT NULL,
    cause          text NOT NULL,
    parked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, instance, subject)
);

-- Records of a topic that are no facts: nobody numbered them. Kept raw, shown to the operator, folded by nobody.
CREATE TABLE core.strays (
    topic          text COLLATE "C" NOT NULL,
    kafka_offset   bigint NOT NULL,
    headers        bytea NOT NULL, -- a line each: name, "=", value in base64
    value          bytea,
    cause          text NOT NULL,
    seen_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, kafka_offset)
);

-- Alarms of the delivery between services: a gap that persists, a number with two contents, a log behind its topic.
CREATE TABLE core.alarms (
    kind           text COLLATE "C" NOT NULL,
    about          text COLLATE "C" NOT NULL,
    cause          text NOT NULL,
    since          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, about)
);

-- What a policy could not do: its command was rejected, or it failed to read the entry. Visible, with its cause, until
-- it succeeds or somebody has dealt with it otherwise.
CREATE TABLE core.cases (
    id             uuid PRIMARY KEY,
    policy         text COLLATE "C" NOT NULL,
    position       bigint NOT NULL,
    target         text COLLATE "C" NOT NULL,
    cause          text NOT NULL,
    opened_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at      timestamptz,
    closed_by      text
);
CREATE INDEX cases_open ON core.cases (position) WHERE closed_at IS NULL;

CREATE TABLE core.access_log (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    account        text COLLATE "C" NOT NULL,
    action         text COLLATE "C" NOT NULL,
    subject        uuid,
    unit           uuid,
    purpose        text NOT NULL,
    correlation_id uuid NOT NULL
);
CREATE INDEX access_log_subject ON core.access_log (subject, at);

-- The one way to write the log. Batch-shaped: one outcome a command, and a refused command takes no number.
-- Order and gaplessness come from the head row, locked from here to the commit, so any process may call this.
-- Arrays of commands (c_*); of events (e_*), each naming its command by ordinal from 1; of claims to hold (h_*) and to
-- release (r_*; without a key: all of the kind); of erasable content (p_*), each naming its event by ordinal from 1.
-- `deferred`: an earlier command of this very call touches the same stream, command id or claim; ask again.
CREATE FUNCTION core.append(
    shift interval,
    c_id uuid[], c_fingerprint text[], c_stream text[], c_expected bigint[],
    e_c integer[], e_version bigint[], e_id uuid[], e_type text[], e_schema smallint[], e_data text[], e_meta text[],
    h_c integer[], h_kind text[], h_key bytea[],
    r_c integer[], r_kind text[], r_key bytea[],
    p_e integer[], p_field text[], p_subject uuid[], p_ciphertext bytea[]
) RETURNS TABLE (ordinal integer, outcome text, version bigint, "position" bigint, detail text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
#variable_conflict use_column
DECLARE
    h bigint;
    t timestamptz;
    outcomes text[];
    versions bigint[];
    positions bigint[];
    details text[];
    won integer[];
    n bigint;
BEGIN
    SELECT head.position, greatest(head.recorded_at, clock_timestamp() + shift) INTO h, t FROM head FOR UPDATE;

    -- Everything below is a later statement than the lock, so it sees all that was committed before it.
    WITH held AS (
        SELECT k.c, max(k.turn) AS turn, min(k.kind) FILTER (WHERE k.holder <> c_stream[k.c]) AS taken,
               coalesce(bool_or(k.holder = ANY (c_stream[:k.c - 1])), false) AS may_be_released
        FROM (
            SELECT i.c, i.kind, dense_rank() OVER (PARTITION BY i.kind, i.key ORDER BY i.c) AS turn,
                   -- one look-up a key: as a join the planner may scan all claims
                   (SELECT x.stream FROM claims x WHERE x.kind = i.kind AND x.key = i.key) AS holder
            FROM unnest(h_c, h_kind, h_key) AS i(c, kind, key)
        ) k GROUP BY k.c
    ), asked AS (
        SELECT i.c::integer AS c, i.expected, done.id IS NOT NULL AS done, done.fingerprint = i.fingerprint AS same,
               done.version AS done_version, done.position AS done_position,
               coalesce((SELECT l.version FROM log l WHERE l.stream = i.stream ORDER BY l.version DESC LIMIT 1), 0) AS at,
               row_number() OVER (PARTITION BY i.stream ORDER BY i.c) AS stream_turn,
               CASE WHEN i.id IS NULL THEN 1 ELSE row_number() OVER (PARTITION BY i.id ORDER BY i.c) END AS id_turn,
               held.taken, coalesce(held.turn > 1 OR held.may_be_released, false) AS held_before
        FROM unnest(c_id, c_fingerprint, c_stream, c_expected) WITH ORDINALITY AS i(id, fingerprint, stream, expected, c)
        LEFT JOIN LATERAL (SELECT * FROM commands x WHERE x.id = i.id) done ON true
        LEFT JOIN held ON held.c = i.c
    ), judged AS (
        SELECT asked.*, CASE
            WHEN done AND same THEN 'repeated'
            WHEN done THEN 'mismatch'
            WHEN id_turn > 1 THEN 'deferred'
            WHEN at > expected THEN 'stale' -- for ever: streams only grow
            WHEN stream_turn > 1 OR held_before THEN 'deferred'
            WHEN at <> expected THEN 'stale'
            WHEN taken IS NOT NULL THEN 'claimed'
            ELSE 'stored' END AS outcome
        FROM asked
    )
    SELECT array_agg(j.outcome ORDER BY c),
           array_agg(CASE j.outcome WHEN 'repeated' THEN done_version WHEN 'stale' THEN at ELSE expected END ORDER BY c),
           array_agg(done_position ORDER BY c),
           array_agg(taken ORDER BY c),
           array_agg(c ORDER BY c) FILTER (WHERE j.outcome = 'stored')
    INTO outcomes, versions, positions, details, won FROM judged j;

    WITH numbered AS MATERIALIZED (
        SELECT e.o, e.c, h + row_number() OVER (ORDER BY e.o) AS position, e.version, e.id, e.type, e.schema, e.data, e.meta
        FROM unnest(e_c, e_version, e_id, e_type, e_schema, e_data, e_meta)
             WITH ORDINALITY AS e(c, version, id, type, schema, data, meta, o)
        WHERE e.c = ANY (won)
    ), written AS (
        INSERT INTO log (position, id, stream, version, type, schema_version, data, meta, recorded_at)
        SELECT position, id, c_stream[c], version, type, schema, data::jsonb, meta::jsonb, t FROM numbered
    ), sealed AS (
        INSERT INTO personal (position, field, subject, ciphertext)
        SELECT numbered.position, p.field, p.subject, p.ciphertext
        FROM unnest(p_e, p_field, p_subject, p_ciphertext) AS p(e, field, subject, ciphertext)
        JOIN numbered ON numbered.o = p.e
        WHERE NOT EXISTS (SELECT FROM forgotten x WHERE x.subject = p.subject)
    ), last AS (
        SELECT c, max(position) AS position, max(version) AS version FROM numbered GROUP BY c
    ), answered AS (
        SELECT i.c::integer AS c, coalesce(last.version, versions[i.c]) AS version, coalesce(last.position, h) AS position
        FROM unnest(outcomes) WITH ORDINALITY AS i(outcome, c) LEFT JOIN last ON last.c = i.c
        WHERE i.outcome = 'stored'
    ), remembered AS (
        INSERT INTO commands (id, fingerprint, stream, version, position, recorded_at)
        SELECT c_id[c], c_fingerprint[c], c_stream[c], version, position, t FROM answered WHERE c_id[c] IS NOT NULL
    )
    SELECT (SELECT count(*) FROM numbered),
           array_agg(coalesce(answered.version, versions[i.c]) ORDER BY i.c),
           array_agg(coalesce(answered.position, positions[i.c]) ORDER BY i.c)
    INTO n, versions, positions
    FROM unnest(outcomes) WITH ORDINALITY AS i(outcome, c) LEFT JOIN answered ON answered.c = i.c;

    IF cardinality(r_c) > 0 THEN
        DELETE FROM claims USING unnest(r_c, r_kind, r_key) AS r(c, kind, key)
        WHERE r.c = ANY (won) AND claims.stream = c_stream[r.c] AND claims.kind = r.kind
              AND (r.key IS NULL OR claims.key = r.key);
    END IF;
    IF cardinality(h_c) > 0 THEN
        INSERT INTO claims (kind, key, stream)
        SELECT k.kind, k.key, c_stream[k.c] FROM unnest(h_c, h_kind, h_key) AS k(c, kind, key) WHERE k.c = ANY (won)
        ON CONFLICT (kind, key) DO NOTHING; -- held by this stream already
    END IF;
    IF n > 0 THEN
        UPDATE head SET position = h + n, recorded_at = t;
    END IF;

    RETURN QUERY SELECT i.c::integer, i.outcome, versions[i.c], positions[i.c], details[i.c]
                 FROM unnest(outcomes) WITH ORDINALITY AS i(outcome, c) ORDER BY i.c;
END $$;

-- The wrapped keys of these people, in their order: a fresh one where there was none, null for who was forgotten.
-- One lock a person, so that a key is not made while its person is being forgotten.
CREATE FUNCTION core.keys(who uuid[], fresh bytea[]) RETURNS SETOF bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(w::text, 0)) FROM (SELECT DISTINCT w FROM unnest(who) w ORDER BY w) o;
    INSERT INTO person_key (subject, wrapped)
    SELECT DISTINCT ON (i.subject) i.subject, i.wrapped FROM unnest(who, fresh) AS i(subject, wrapped)
    WHERE NOT EXISTS (SELECT FROM forgotten x WHERE x.subject = i.subject)
    ORDER BY i.subject ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT k.wrapped FROM unnest(who) WITH ORDINALITY AS i(subject, n)
                 LEFT JOIN person_key k ON k.subject = i.subject ORDER BY i.n;
END $$;

-- Makes the content of one person unreadable and gone: sealed rows and key. Says how many rows there were in all, however
-- often it is asked. The head is locked first, so that no append slips in content that it sealed a moment ago.
CREATE FUNCTION core.forget(who uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    PERFORM FROM head FOR UPDATE;
    PERFORM pg_advisory_xact_lock(hashtextextended(who::text, 0));
    DELETE FROM personal WHERE subject = who;
    GET DIAGNOSTICS n = ROW_COUNT;
    DELETE FROM person_key WHERE subject = who;
    INSERT INTO forgotten AS f (subject, forgotten_at, rows) VALUES (who, clock_timestamp(), n)
    ON CONFLICT (subject) DO UPDATE SET rows = f.rows + n RETURNING f.rows INTO n;
    RETURN n;
END $$;

-- A null on a restricted topic: what was landed of these people from there, up to now, goes.
CREATE FUNCTION core.erase(topic text, who uuid[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
    DELETE FROM personal USING log
    WHERE personal.subject = ANY (who) AND log.position = personal.position AND log.stream = topic
$$;

-- Command ids are kept 90 days: a repeat after that is a new command.
CREATE FUNCTION core.prune_commands(before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    DELETE FROM commands WHERE recorded_at < before;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- Remembers which PostgreSQL wrote last; said by an operator after a restore or a failover.
CREATE FUNCTION core.acknowledge_server(identity text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = core, pg_temp AS $$
    UPDATE head SET server = identity
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA core FROM PUBLIC;
GRANT USAGE ON SCHEMA core, views TO {app};
GRANT SELECT ON public.alembic_version TO {app};
GRANT SELECT ON ALL TABLES IN SCHEMA core TO {app};
GRANT INSERT, UPDATE, DELETE ON core.cursors, core.parked, core.strays, core.alarms, core.cases TO {app};
GRANT INSERT ON core.access_log TO {app};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core TO {app};
GRANT CREATE ON SCHEMA views TO {app};
