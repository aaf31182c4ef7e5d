"""What fuzzing found: small messages that cost their reader much, and what the reader holds them to."""

from __future__ import annotations

import socket
import tracemalloc
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from grading.sandbox import checks
from grading.sandbox.crossing import values
from grading.sandbox.crossing.channel import Channel
from grading.sandbox.crossing.values import Encoder, Malformed, Unsendable, read
from grading.sandbox.judging.differences import first_difference
from grading.sandbox.judging.handles import Handle, handle_class
from grading.sandbox.judging.side import ChecksSide, OutOfTurn, RunOver, TooLarge
from grading.sandbox.wire import Doing, Ending

from .test_strangers_on_the_line import asked, frame

pytestmark = pytest.mark.slow


def arrived(node: Any, *buffers: bytes) -> Any:
    """What the checks make of a node, with nobody at the other end."""
    here, there = socket.socketpair()
    there.close()
    with here:
        side = ChecksSide(Channel(here), bytearray(1))
        body = msgspec.msgpack.encode([node])
        return read(side, body, [memoryview(buffer) for buffer in buffers])[0]


def rows_in_rows(depth: int) -> list[Any]:
    node: list[Any] = ["plain", 0]
    for _ in range(depth):
        node = ["rows", ["tuple"], node]
    return ["list", node]


_NO_ARGUMENTS = ["*"]
MONSTERS: dict[str, tuple[Any, bytes]] = {
    "one buffer for many values": (["list", ["*", ["bytes", 0], ["bytes", 0]]], b"x" * 100),
    "rows in rows in rows": (rows_in_rows(100), msgspec.msgpack.encode([None] * 200_000)),
    "rows that are dicts": (
        ["list", ["rows", ["dict", ["*", "a"]], ["plain", 0]]],
        msgspec.msgpack.encode([None] * 1_000_000),
    ),
    "iterators without end": (["list", ["*", *([["stream", 1]] * 240_000)]], b""),
    "queues": (["list", ["*", *([["deque", None, ["*"]]] * 240_000)]], b""),
    "classes without end": (
        ["list", ["*", *(["record", at, "A", [], False, None, ["*"]] for at in range(6_000))]],
        b"",
    ),
    "fields without end": (["record", 1, "A", [f"f{at}" for at in range(2_000)], False, None, ["*"]], b""),
    "enums without end": (
        ["list", ["*", *(["enum", 1, f"E{at}", "x", 1, False] for at in range(6_000))]],
        b"",
    ),
    "error classes without end": (
        ["list", ["*", *(["errortype", [f"E{at}", ["Exception"], None], 1] for at in range(6_000))]],
        b"",
    ),
    "an error class of a long name": (["errortype", ["E" * 1_000, ["Exception"], None], 1], b""),
    "an error made of containers": (
        ["error", "ValueError", "", ["*", ["list", ["*"]]], [], [], None, None, False],
        b"",
    ),
    "an error class without a number": (["errortype", "ValueError", "x"], b""),
    "a number with an exponent": (["decimal", "1e999999999"], b""),
    "an int that cannot be printed": (["int", b"\x7f" * 1_787], b""),
    "a generator that asks the learner": (["random", ["tuple", ["*", 3, ["stream", 1], None]]], b""),
    "a name that is a list": (["object", 1, [[]], "a", []], b""),
}


@pytest.mark.parametrize("monster", MONSTERS)
def test_a_monster_is_malformed(monster: str) -> None:
    node, data = MONSTERS[monster]
    with pytest.raises(Malformed):
        arrived(node, data)


@pytest.mark.parametrize(
    ("node", "data"),
    [
        (["list", ["*", *([["deque", None, ["*"]]] * 4_700)]], b""),
        (["list", ["*", *([["stream", 1]] * 4_700)]], b""),
        (rows_in_rows(100), msgspec.msgpack.encode([None] * 450)),
        (["list", ["rows", ["dict", ["*", "a"]], ["plain", 0]]], msgspec.msgpack.encode([1.5] * 16_000)),
        (["list", ["plain", 0]], msgspec.msgpack.encode([1.5] * 99_000)),
    ],
    ids=["queues", "iterators", "rows in rows", "dicts", "numbers"],
)
def test_what_is_read_costs_no_more_than_64_bytes_for_each_element_that_it_counts_as(
    node: Any, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "MAX_ELEMENTS", 100_000)
    tracemalloc.start()
    try:
        arrived(node, data)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 64 * 100_000 + len(data) + 500_000  # and the tree itself


def test_what_is_too_much_to_be_read_is_refused_in_words_where_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both ends count alike: whatever is sent, the other end takes."""
    here, there = socket.socketpair()
    with here, there:
        side = ChecksSide(Channel(here), bytearray(1))
        for value in (
            [{"a": n} for n in range(20)],
            [[n, [n]] for n in range(20)],
            [(n, n) for n in range(20)],
            [1 << 70] * 20,
            {n: str(n) for n in range(40)},
            ValueError("x"),
        ):
            sent = 0
            for most in range(1, 400):
                monkeypatch.setattr(values, "MAX_ELEMENTS", most)
                encoder = Encoder(side)
                try:
                    node = encoder.node(value)
                except Unsendable:
                    continue
                sent += 1
                if isinstance(value, ValueError):
                    continue  # the checks tell less of theirs than they take
                read(side, msgspec.msgpack.encode([node]), [memoryview(each) for each in encoder.buffers])
            assert sent


def test_a_number_of_too_many_digits_is_refused_where_it_is_written() -> None:
    here, there = socket.socketpair()
    with here, there, pytest.raises(Unsendable, match="exponent"):
        Encoder(ChecksSide(Channel(here), bytearray(1))).node(Decimal("1e999999999"))


def test_kinds_of_handles_without_end_become_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    from grading.sandbox.judging import handles

    monkeypatch.setattr(handles, "_made", {})
    monkeypatch.setattr(handles, "MAX_CLASSES", 10)
    made = {handle_class(f"K{at}", frozenset()) for at in range(50)}
    assert len(made) == 11
    assert all(issubclass(kind, Handle) for kind in made)


@pytest.mark.parametrize(
    "answer",
    [
        frame([["list", ["*"]], 1]),
        frame(["#", ["list", ["*", 1]]]),
        frame(["?", ["list", ["*", ["list", ["*"]]]], "call"]),
    ],
    ids=["a word that is a list", "a reason that is a list", "something given back that is a list"],
)
def test_a_message_of_the_wrong_types_ends_the_run(answer: bytes) -> None:
    with pytest.raises(OutOfTurn):
        asked(answer)


def test_what_was_sent_to_a_callback_that_fails_is_not_kept() -> None:
    """The exception is kept, to be known again; the arguments that it was raised over are not."""
    call = ["?", ["list", ["*"]], "call", 1, ["tuple", ["*", ["bytes", 0]]], ["dict", ["*"], ["*"]]]

    def fails(_data: bytes) -> None:
        raise ValueError

    tracemalloc.start()
    try:
        here, there = socket.socketpair()
        with here, there:
            side = ChecksSide(Channel(here), bytearray(1))
            _answers(side, there, [frame(call, b"x" * 100_000)] * 30, fails)
            assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()


def _answers(side: ChecksSide, peer: socket.socket, messages: list[bytes], *arguments: Any) -> Any:
    """What `ask` gives where the peer says these, one after another, and then 5."""
    import threading

    def say() -> None:
        channel = Channel(peer)
        for message in [*messages, frame(["=", 5])]:
            channel.receive()
            peer.sendall(message)

    thread = threading.Thread(target=say)
    thread.start()
    try:
        return side.ask("call", *arguments)
    finally:
        thread.join()


def test_a_great_many_numbers_are_given_back_in_several_questions() -> None:
    here, there = socket.socketpair()
    with here, there:
        side = ChecksSide(Channel(here), bytearray(1))
        side.released = [1] * 150_000
        assert _answers(side, there, []) == 5
        assert len(side.released) == 50_000


def test_a_value_for_which_there_is_no_memory_is_the_learners(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(values, "_unpack_tree", no_memory)
    with pytest.raises(RunOver) as reason:
        asked(frame(["=", 5]))
    assert isinstance(reason.value, TooLarge)
    assert checks.over(reason.value).ending is Ending.OUT_OF_MEMORY


def test_the_time_of_a_check_is_the_learners_once_it_has_something_of_theirs() -> None:
    here, there = socket.socketpair()
    flag = bytearray(1)
    with here, there:
        side = ChecksSide(Channel(here), flag)
        assert _answers(side, there, []) == 5
        assert flag[0] == Doing.OWN_WORK  # not in a check
        with side.check():
            assert flag[0] == Doing.OWN_WORK
            assert _answers(side, there, []) == 5
            assert flag[0] == Doing.JUDGING
        with side.check():
            assert flag[0] == Doing.OWN_WORK


def test_objects_that_hash_by_identity_cross_in_a_set(judge: Any) -> None:
    code = """
        from dataclasses import dataclass, field

        @dataclass(eq=False)
        class Node:
            name: str
            edges: list = field(default_factory=list)

        @dataclass(eq=False)
        class Busy(Node):
            def degree(self): return len(self.edges)

        def nodes(): return {Node("a"), Node("b", [1])}
        def keys(): return {Busy("a"): 1, Busy("b", [1]): 2}
    """
    tests = """
        def test_nodes(solution): assert {node.name for node in solution.nodes()} == {"a", "b"}
        def test_keys(solution): assert {node.name for node in solution.keys()} == {"a", "b"}
    """
    judge.passes(code, tests)


def test_classes_made_in_a_loop_are_refused_in_words(judge: Any) -> None:
    code = """
        from collections import namedtuple
        def point(n): return namedtuple("Point", "x")(n)
    """
    tests = """
        def test_points(solution):
            for n in range(5_100):
                solution.point(n)
    """
    judged = judge(code, tests)
    assert judged.ended["ending"] == "finished"
    assert "more than 5,000 classes" in judged.only["message"]


def test_a_difference_of_values_that_are_large_inside_is_the_first_one() -> None:
    """pytest would print all of what only one side has."""
    much, little = {"x": list(range(30_000))}, {"x": [1]}
    lines = first_difference([much], [little])
    assert lines is not None
    assert len("".join(lines)) < 2_000
    assert first_difference([little], [{"x": [2]}]) is None
