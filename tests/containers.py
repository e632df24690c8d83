"""The same servers from images, for a machine with a Docker engine: `make test CONTAINERS=1`."""

import os

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # both are read at import
os.environ.setdefault("TESTCONTAINERS_CONNECTION_MODE", "docker_host")

import docker
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from ketnap.ops.ready import HOST

POSTGRES = "postgres:17-bookworm"
KAFKA = "apache/kafka:4.3.0"
RUN = "ketnap.test-run"


def postgres(run: str) -> str:
    """The superuser's URL. It lives until `remove(run)`, so that all workers of the run can share it."""
    box = PostgresContainer(POSTGRES, username="postgres", password="postgres", driver=None)
    box.with_command("postgres -c fsync=off -c max_connections=300").with_kwargs(labels={RUN: run}).start()
    port = int(box.get_exposed_port(box.port))
    return f"postgresql://postgres:postgres@{HOST}:{port}/postgres"


def kafka(run: str, port: int) -> str:
    """As `postgres`; a broker must know its outside address before it starts, hence the port."""
    box = DockerContainer(KAFKA).with_envs(
        KAFKA_NODE_ID="1",
        KAFKA_PROCESS_ROLES="broker,controller",
        KAFKA_CONTROLLER_QUORUM_VOTERS="1@localhost:9093",
        KAFKA_CONTROLLER_LISTENER_NAMES="CONTROLLER",
        KAFKA_LISTENERS="PLAINTEXT://:9092,CONTROLLER://localhost:9093",
        KAFKA_ADVERTISED_LISTENERS=f"PLAINTEXT://{HOST}:{port}",
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP="PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        KAFKA_AUTO_CREATE_TOPICS_ENABLE="false",
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR="1",
        KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS="1",
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR="1",
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR="1",
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS="0",
    )
    box.ports[9092] = (HOST, port)  # type: ignore[index,assignment] # Docker's own type, loopback only
    ready = LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60)
    box.with_kwargs(labels={RUN: run}).waiting_for(ready).start()
    return f"{HOST}:{port}"


def remove(run: str) -> None:
    engine = docker.from_env()
    for box in engine.containers.list(all=True, filters={"label": f"{RUN}={run}"}):
        box.remove(force=True, v=True)
    engine.close()
