"""The checks' end of the channel against a peer that sends whatever it likes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.sandbox.crossing.channel import Channel
from grading.sandbox.crossing.conversation import Unusable
from grading.sandbox.crossing.errors import told
from grading.sandbox.judging.side import ChecksSide, LearnerGone, OutOfTurn, RunOver

Script = Callable[[Channel], None]


def frame(tree: Any, *buffers: bytes) -> bytes:
    body = msgspec.msgpack.encode(tree)
    lengths = struct.pack(f">{len(buffers)}I", *map(len, buffers))
    rest = lengths + body + b"".join(buffers)
    return struct.pack(">II", len(rest), len(buffers)) + rest


def asked(answer: bytes, question: str = "find", *arguments: Any) -> Any:
    """Ask a peer that answers with these bytes and then closes."""
    here, there = socket.socketpair()
    with here, there:

        def peer() -> None:
            Channel(there).receive()
            there.sendall(answer)
            there.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=peer)
        thread.start()
        side = ChecksSide(Channel(here), bytearray(1))
        try:
            return side.ask(question, *arguments)
        finally:
            here.close()
            thread.join()


def test_an_honest_answer_is_taken() -> None:
    assert asked(frame(["=", ["tuple", ["*", True, 5]]])) == (True, 5)


@pytest.mark.parametrize(
    "answer",
    [
        b"\0",
        b"\xff" * 8,
        struct.pack(">II", 2**31, 0),
        struct.pack(">II", 4, 2**31),
        struct.pack(">II", 8, 2) + struct.pack(">II", 5, 5),
        frame([]),
        frame(["="]),
        frame([5, 5]),
        frame(["no such word", 1]),
        frame(["!", 5]),
        frame(["!", ["error", "SystemExit"]]),
        frame(["=", ["yours", 0]]),
        frame(["=", ["yours", "x"]]),
        frame(["=", ["object", -1, "a", "b", ["*"]]]),
        frame(["=", ["object", 1, "a", "not a name", []]]),
        frame(["=", ["object", 1, "a", "b", ["no such feature"]]]),
        frame(["=", ["record", 1, "A", ["__eq__"], False, None, ["*", 1]]]),
        frame(["=", ["record", 1, "A", ["_gradient_values"], False, None, ["*", 1]]]),
        frame(["=", ["record", 1, "A", ["a", "a"], False, None, ["*", 1, 2]]]),
        frame(["=", ["record", 1, "A", ["a"], False, None, ["*", 1, 2]]]),
        frame(["=", ["list", ["rows", ["record", 1, "A", ["a"], False], ["*", 1], ["*", 1]]]]),
        frame(["=", ["type", "eval"]]),
        frame(["=", ["errortype", 3, 1]]),
        frame(["=", ["enum", 1, "a b", "x", 1, False]]),
        frame(["?", ["list", ["*"]], "call"]),
        frame(["?", 5, "call"]),
        frame(["?", ["list", ["*", 99]], "call"]),
        frame(["?", ["list", ["*"]], 5]),
    ],
    ids=lambda answer: repr(answer[8:48]),
)
def test_what_no_honest_peer_sends_ends_the_run(answer: bytes) -> None:
    with pytest.raises(RunOver):
        asked(answer)


def test_a_peer_that_closes_is_gone_and_stays_gone() -> None:
    here, there = socket.socketpair()
    with here:
        side = ChecksSide(Channel(here), bytearray(1))
        there.close()
        for _ in range(2):
            with pytest.raises(LearnerGone):
                side.ask("find", "x")


def test_a_peer_that_speaks_first_is_out_of_turn() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(frame(["=", 5]))
        side = ChecksSide(Channel(here), bytearray(1))
        with pytest.raises(OutOfTurn):
            side.ask("find", "x")
        assert isinstance(side.over, OutOfTurn)


def test_the_flag_is_up_from_a_question_to_its_answer_callbacks_included() -> None:
    here, there = socket.socketpair()
    flag = bytearray(1)
    seen: list[int] = []
    with here, there:
        side = ChecksSide(Channel(here), flag)

        def peer() -> None:
            channel = Channel(there)
            channel.receive()
            while not flag[0]:
                pass
            seen.append(flag[0])
            there.sendall(frame(["?", ["list", ["*"]], "call", 1, ["tuple", ["*"]], ["dict", ["*"], ["*"]]]))
            channel.receive()
            there.sendall(frame(["=", 5]))

        thread = threading.Thread(target=peer)
        thread.start()
        assert side.ask("call", lambda: seen.append(flag[0])) == 5
        thread.join()
    assert seen == [1, 1]
    assert flag[0] == 0


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("no such operation", []),
        ("get", [["yours", 1], "__globals__"]),
        ("get", [1, "__globals__"]),
        ("get", [1, "gi_frame"]),
        ("get", [7, "x"]),
        ("put", [1, "x", 5]),
        ("next", [1, 10]),
        ("call", [5, 5]),
        ("item", [1]),
    ],
)
def test_a_question_that_may_not_be_asked_has_no_effect(operation: str, arguments: list[Any]) -> None:
    """It is answered with an exception, or ends the run; here the peer then hangs up."""
    with pytest.raises(RunOver):
        asked(frame(["?", ["list", ["*"]], operation, *arguments]), "call", lambda: None)


_NODES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10)
    | st.text(max_size=3)
    | st.sampled_from(["x", "A", "*", "list"]),
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.builds(
            lambda tag, rest: [tag, *rest],
            st.sampled_from(
                [
                    "error",
                    "errortype",
                    "type",
                    "yours",
                    "object",
                    "stream",
                    "record",
                    "enum",
                    "*",
                    "list",
                    "dict",
                    "rows",
                ]
            ),
            st.lists(inner, max_size=8),
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.sampled_from("?=!#"), st.lists(_NODES, max_size=4))
def test_any_message_is_an_answer_an_error_or_the_end(kind: str, rest: list[Any]) -> None:
    told_errors = []
    try:
        asked(frame([kind, *rest]), "call", len)
    except (RunOver, Unusable):
        pass
    except Exception as error:  # noqa: BLE001  # whatever the peer says was raised
        told_errors.append(error)
    assert all(told(error) for error in told_errors)
