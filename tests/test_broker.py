"""The doorbell of files: nothing is read half, nothing is rung twice, nothing hangs about."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from kombu import Connection, Producer, Queue

from config.broker import SCHEME


@pytest.fixture
def options(tmp_path: Path) -> dict[str, object]:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    messages = str(tmp_path / "messages")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.05,
    }


def queue_of(connection: Connection) -> Queue:
    queue = Queue("interactive", routing_key="interactive")(connection.channel())
    queue.declare()
    return queue


def test_a_reader_that_never_looks_away_gets_each_message_once_and_whole(options):
    rung, got, over = 600, [], time.monotonic() + 20

    def read() -> None:
        with Connection(f"{SCHEME}://", transport_options=options) as connection:
            queue = queue_of(connection)
            while len(got) < rung and time.monotonic() < over:
                message = queue.get(no_ack=True)
                if message:
                    got.append(message.payload["number"])

    reader = threading.Thread(target=read)
    reader.start()
    with Connection(f"{SCHEME}://", transport_options=options) as connection:
        queue_of(connection)
        producer = Producer(connection.channel())
        for number in range(rung):
            producer.publish({"number": number}, exchange="", routing_key="interactive")
    reader.join()
    assert sorted(got) == list(range(rung))
    assert list(Path(str(options["data_folder_in"])).iterdir()) == []


def test_a_message_being_written_is_not_for_readers_yet(options):
    messages = Path(str(options["data_folder_in"]))
    (messages / ".1_half").write_bytes(b"{")
    with Connection(f"{SCHEME}://", transport_options=options) as connection:
        assert queue_of(connection).get(no_ack=True) is None
