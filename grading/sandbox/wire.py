"""The messages between a worker and the supervisor, and how they lie on a socket.

A frame is a 4-byte big-endian length and that many bytes of MessagePack, decoded into one of the
structs below and nothing else: unknown fields, wrong types and frames over `MAX_FRAME` are refused.
One connection carries one request. For a `Job` the supervisor answers `Collected`, then
`CheckStarted` / `CheckDone` / `Drawn` / `Printed` as they happen, then exactly one `Finished` (or,
instead of everything, one `Refused`). For an `Ask` it answers one `Health`.

A connection that the worker closes ends the run.
"""

from __future__ import annotations

import socket
import struct
import time
from enum import IntEnum, StrEnum
from typing import Annotated, TypeVar

import msgspec

MAX_FRAME = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")
_AN_HOUR = 3600.0
_MOST_REASON = 500  # characters: it may quote what came
SHOWN = 64 * 1024  # bytes of each stream that a learner is shown


class WireError(Exception):
    """What came over the socket is not a frame of this protocol."""


class Ending(StrEnum):
    """How a run ended, as the supervisor knows it. What the checks said is apart from this."""

    FINISHED = "finished"  # every check had its turn
    DOES_NOT_COMPILE = "does-not-compile"
    CRASHED = "crashed"  # the process ended, or importing the code raised
    TOO_SLOW = "too-slow"
    OUT_OF_MEMORY = "out-of-memory"
    TOO_MUCH_OUTPUT = "too-much-output"
    FORBIDDEN = "forbidden"  # the kernel killed it for a system call
    PLATFORM_ERROR = "platform-error"  # ours, or the exercise author's; never the learner's


class Permission(StrEnum):
    """What an exercise may ask for beyond plain code. No run has any of it unless its job says so."""

    LOOPBACK = "loopback"  # a network of the run's own that holds nothing but 127.0.0.1 and ::1
    SUBPROCESS = "subprocess"  # starting Python, and the programs that the environment's packages bring


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    pass


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one run may use. Seconds, and mebibytes or kibibytes as the name says."""

    cpu_s: Annotated[float, msgspec.Meta(gt=0, le=_AN_HOUR)] = 5.0
    wall_s: Annotated[float, msgspec.Meta(gt=0, le=_AN_HOUR)] = 15.0
    memory_mb: Annotated[int, msgspec.Meta(gt=0, le=1 << 20)] = 512
    output_kb: Annotated[int, msgspec.Meta(gt=0, le=1 << 20)] = 1024
    processes: Annotated[int, msgspec.Meta(gt=0, le=4096)] = 32


class Job(_Message, frozen=True):
    """Code to check. `files` is path → text, the module `solution` first; `tests` goes elsewhere.

    `scratch` is code to run beside the files once the checks are through: shown, and never judged.
    """

    id: str
    environment: str
    files: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    tests: str
    data: list[str] = []
    limits: Limits = Limits()
    seed: int = 0
    permissions: list[Permission] = []
    scratch: str = ""


class Ask(_Message, frozen=True):
    """What protects us, and what is ready?"""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str
    hidden: bool = False


class Collected(_Message, frozen=True):
    """The checks that will run, in order. A pass needs each of them positively recorded."""

    checks: list[Check]


class CheckStarted(_Message, frozen=True):
    name: str


class CheckDone(_Message, frozen=True):
    """`outcome` is one of passed, failed, crashed, skipped. Texts are capped and valid UTF-8.

    `exception` names the type that the learner's code raised, where it crashed the check.
    """

    name: str
    outcome: str
    message: str = ""
    explanation: str = ""
    traceback: str = ""
    exception: str = ""
    duration_ms: int = 0


class Drawn(_Message, frozen=True):
    """A figure: a PNG decoded and encoded again outside the learner's process."""

    png: bytes
    width: int
    height: int
    text: str = ""


class Stream(StrEnum):
    """Where something was printed. What scratch code prints is one stream, errors too, as in a terminal."""

    STDOUT = "stdout"
    STDERR = "stderr"
    SCRATCH = "scratch"


class Printed(_Message, frozen=True):
    """What the learner's process printed since it was last said: whole characters, made fit to be shown.

    A few times a second, and never for a run that ends at once. `Finished` holds all of it again.
    """

    stream: Stream
    text: Annotated[str, msgspec.Meta(max_length=SHOWN)]


class MeasuredBy(StrEnum):
    """Who counted processor time, memory and processes."""

    CGROUP_1 = "cgroup v1"
    CGROUP_2 = "cgroup v2"
    PROC = "proc"  # /proc, looked at again and again: memory and processes are not measured
    ITSELF = "itself"  # no sandbox: the process that ran it, as in unit tests


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run used of its limits: the learner's whole process tree, from its job to its end.

    The kernel and the supervisor counted it; nothing here was said by the learner's process. None is
    what cannot be measured here, or did not happen.
    """

    measured_by: MeasuredBy = MeasuredBy.PROC
    limits: Limits = Limits()  # those in force in this run
    cpu_ms: int = 0
    cpu_system_ms: int | None = None  # the part of `cpu_ms` that the kernel worked for it
    wall_ms: int = 0
    memory_bytes: int | None = None  # the peak, without the libraries that every run shares
    oom_kills: int | None = None  # processes that the kernel ended for want of memory
    processes: int | None = None  # the most at once; a thread counts as one
    processes_refused: int | None = None  # how often there could not be one more
    stdout_bytes: int = 0  # all that was printed until the end, not only what is shown
    stderr_bytes: int = 0
    exit_code: int | None = None  # where its process ended by itself
    signal: str = ""  # the name of the one that ended it, where it was not ended as the run was over
    queued_ms: int = 0  # in the supervisor, for its turn and for spares
    first_check_ms: int | None = None  # from the job until a check began


class Finished(_Message, frozen=True):
    """`scratch` is what the scratch code printed; `scratch_end` why it did not come to its end, if so.

    Neither has a part in `ending`: once scratch code runs, only a failure of ours changes that.
    """

    ending: Ending
    detail: str = ""
    figures: Figures = Figures()
    stdout: str = ""
    stderr: str = ""
    scratch: str = ""
    scratch_end: str = ""
    environment_digest: str = ""
    author_log: str = ""


class Refused(_Message, frozen=True):
    """The supervisor cannot take the job. `permanent`: asking again will not help."""

    reason: str
    permanent: bool = False


class State(StrEnum):
    """How well a layer holds, worst first."""

    MISSING = "missing"  # nothing is graded without it
    REDUCED = "reduced"
    PROTECTED = "protected"


class Protection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One layer, as the doctor and the operator's page show it. `remedy`: what to do about it."""

    name: str
    state: State
    sentence: str
    remedy: str = ""
    group: str = ""  # the heading that it stands under


class Health(_Message, frozen=True):
    ready: bool
    reason: str
    protections: list[Protection]
    environments: dict[str, str]  # name → digest, of those that can take a job
    shape: str = ""  # "root" or "unprivileged"
    running: int = 0
    spares: int = 0  # locked-in processes that wait for a job, of both kinds
    spares_wanted: int = 0  # how many are kept; it follows demand
    spare_bytes: int | None = None  # of memory that one of them holds for itself, on average
    generation: int = 0  # of the newest zygote that serves: it grows when one is replaced

    @property
    def unprotected(self) -> list[Protection]:
        """The layers that want somebody's eye, the worst first."""
        worst = list(State)
        return sorted(
            (layer for layer in self.protections if layer.state is not State.PROTECTED),
            key=lambda layer: worst.index(layer.state),
        )

    @property
    def protected(self) -> dict[str, list[Protection]]:
        """The layers that hold, by their heading."""
        groups: dict[str, list[Protection]] = {}
        for layer in self.protections:
            if layer.state is State.PROTECTED:
                groups.setdefault(layer.group, []).append(layer)
        return groups


# Between the supervisor and its own processes: each spare gets one of the two jobs, once.


class LearnerJob(_Message, frozen=True):
    files: dict[str, str]
    main: str
    data: list[str]
    limits: Limits
    metered: bool  # whether a control group watches the memory; else an rlimit has to


class ChecksJob(_Message, frozen=True):
    tests: str
    data: list[str]
    seed: int
    code: bytes = b""  # the tests, compiled in an earlier run; empty where that is still to be done
    scratch: str = ""  # handed to the learner's process, after the checks


class Compiled(_Message, frozen=True):
    """The tests as code, as `marshal` writes it: the checks' first word, where they had to compile them."""

    code: bytes


class Doing(IntEnum):
    """What the checks do at a moment: one byte that they write and the supervisor reads, and believes."""

    OWN_WORK = 0
    WAITING = 1  # for the learner's code, or reading what it sent
    JUDGING = 2  # at work in a check that has something of the learner's in its hands


class ScratchStarts(_Message, frozen=True):
    """What the learner's process prints from here on is the scratch code's. Waits for `GO_ON`."""


GO_ON = b"."  # the supervisor's whole answer: it has read what was printed before


class ChecksEnded(_Message, frozen=True):
    """The checks process's last word. `author_log` is for the exercise's author, never the learner.

    `learner_gone`: the learner's process went away before the checks were through; the kernel knows why.
    `ending` is then `does-not-compile` where it was still compiling, and `finished` otherwise.
    """

    ending: Ending
    detail: str = ""
    author_log: str = ""
    learner_gone: bool = False


ChecksWord = Compiled | Collected | CheckStarted | CheckDone | Drawn | ScratchStarts | ChecksEnded

Request = Job | Ask
Reply = Collected | CheckStarted | CheckDone | Drawn | Printed | Finished | Refused | Health

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_words: msgspec.msgpack.Decoder[ChecksWord] = msgspec.msgpack.Decoder(ChecksWord)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)

_T = TypeVar("_T")


def frame(message: object) -> bytes:
    """The message as one frame."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME:
        raise WireError(f"a message of {len(body)} bytes is over the {MAX_FRAME} a frame may hold")
    return _LENGTH.pack(len(body)) + body


def frame_length(head: bytes) -> int:
    """The length that the 4 bytes announce; WireError where it is over the limit."""
    length: int = _LENGTH.unpack(head)[0]
    if length > MAX_FRAME:
        raise WireError(f"a frame of {length} bytes is announced; at most {MAX_FRAME} are taken")
    return length


def decode_request(body: bytes) -> Request:
    return _decode(_requests, body)


def decode_reply(body: bytes) -> Reply:
    return _decode(_replies, body)


def decode_word(body: bytes) -> ChecksWord:
    return _decode(_words, body)


def decode_as(kind: type[_T], body: bytes) -> _T:
    """A frame's body as one struct (or union of structs); WireError where it is not one."""
    return _decode(msgspec.msgpack.Decoder(kind), body)


def _decode(decoder: msgspec.msgpack.Decoder[_T], body: bytes) -> _T:
    try:
        return decoder.decode(body)
    # A text that is not UTF-8 is a plain ValueError of Python's, not one of msgspec's.
    except (msgspec.MsgspecError, ValueError, RecursionError, MemoryError) as error:
        raise WireError(str(error)[:_MOST_REASON]) from error


def send(sock: socket.socket, message: object) -> None:
    sock.sendall(frame(message))


def receive(sock: socket.socket, deadline: float | None = None) -> bytes | None:
    """The body of the next frame; None where the other side closed between two frames.

    `deadline` is for the whole frame, on the monotonic clock: a line that only drips raises TimeoutError.
    """
    head = _exactly(sock, _LENGTH.size, deadline)
    if head is None:
        return None
    body = _exactly(sock, frame_length(head), deadline)
    if body is None:
        raise WireError("the connection closed inside a frame")
    return body


def _exactly(sock: socket.socket, count: int, deadline: float | None) -> bytes | None:
    got = bytearray()
    while len(got) < count:
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
        chunk = sock.recv(min(count - len(got), 1 << 20))
        if not chunk:
            if got:
                raise WireError("the connection closed inside a frame")
            return None if count else b""
        got += chunk
    return bytes(got)
