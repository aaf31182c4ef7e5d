"""One run: from two spares and a job to the figures and the ending.

How this works: the run gives the code to the learner spare and the tests to the checks spare, links
them by a socketpair, and starts the clock. Then four things can happen, in any order: the checks
process says what it sees; the learner's process ends; a limit is reached; the worker hangs up. The
first that settles the matter fixes the ending. Then both trees are killed. Where the checks came to
their end all is known before that, and said: `Finished` goes out while the kernel clears up. Any other
ending is told when the kernel says that nothing of them lives, since how it ended is part of it. The
run's places are free only then, either way. Nothing the learner's process wrote is parsed: its output
is kept, capped, and shown.
"""

from __future__ import annotations

import contextlib
import functools
import mmap
import os
import socket
import time
from collections.abc import Callable

import msgspec

from grading.sandbox import endings
from grading.sandbox.compiled import CompiledTests
from grading.sandbox.descriptors import send_with_descriptors
from grading.sandbox.live import Live
from grading.sandbox.loop import Loop
from grading.sandbox.meter import meter_of
from grading.sandbox.output import Output
from grading.sandbox.spare import Spare
from grading.sandbox.wire import (
    GO_ON,
    CheckDone,
    ChecksEnded,
    ChecksJob,
    CheckStarted,
    ChecksWord,
    Collected,
    Compiled,
    Doing,
    Ending,
    Figures,
    Finished,
    Job,
    LearnerJob,
    ScratchStarts,
    Stream,
    WireError,
    decode_word,
    frame_length,
)

_CHECKS_MEMORY = 1024 << 20
_TICK = 0.02
_GRACE = 0.5  # for the other half of a story: the wait status after an end of file, or the reverse
_CALM = 0.02  # seconds until a process that prints line by line is listened to again
_LITTLE = 4096  # bytes
_MOST_WORDS = 64 * 1024 * 1024  # bytes that a checks process may say in one run


class Run:
    """`reply` takes each message for the worker; `on_over` is called once, when nothing is left."""

    def __init__(
        self,
        job: Job,
        spares: tuple[Spare, Spare],
        loop: Loop,
        *,
        digest: str,
        compiled: CompiledTests,
        queued_at: float,
        reply: Callable[[object], None],
        on_over: Callable[[], None],
    ) -> None:
        self.job = job
        self._learner, self._checks = spares
        self._loop = loop
        self._digest = digest
        self._compiled = compiled
        self._code = compiled.get(digest, job.tests)
        self._queued_at = queued_at
        self._reply = reply
        self._on_over = on_over
        self._outputs = [Output(self._learner.output), Output(self._learner.error, Stream.STDERR)]
        self._live = Live(loop, self._outputs, job.limits.wall_s, lambda printed: self._reply(printed))
        self._scratching = False
        self._scratch_end = ""
        self._author = [Output(self._checks.output), Output(self._checks.error)]
        self._said = bytearray()
        self._said_bytes = 0
        self._expected: list[str] | None = None
        self._recorded: set[str] = set()
        self._last_word: ChecksEnded | None = None
        self._decide_at: float | None = None
        self._waited = 0.0  # seconds for which the checks waited for the learner
        self._ending: Ending | None = None
        self._detail = ""
        self.odd = ""  # what the zygotes should be replaced for
        self._status: int | None = None
        self._dead = 0
        self._reported = False
        self._ended_at = 0.0
        self._first_check_at: float | None = None
        self._meter = meter_of(self._learner.group, self._learner.first.pid, self._learner.second.pid)

    def start(self) -> None:
        """Hand out the job. Raises OSError where a spare is already gone."""
        limits = self.job.limits
        if self._learner.group and self._checks.group:
            before = self._learner.group.memory_now()  # what the spare itself took is not the learner's
            self._learner.group.limit(
                memory_bytes=(limits.memory_mb << 20) + before, processes=limits.processes
            )
            self._checks.group.limit(memory_bytes=_CHECKS_MEMORY, processes=32)
        for_learner, for_checks = socket.socketpair()
        flag = os.memfd_create("waiting", os.MFD_CLOEXEC)
        try:
            os.ftruncate(flag, 1)
            self._waiting = mmap.mmap(flag, 1)
            main = next(iter(self.job.files))
            job = LearnerJob(
                self.job.files, main, self.job.data, limits, metered=self._learner.group is not None
            )
            given = (self.job.tests, self.job.data, self.job.seed)
            tests = ChecksJob(*given, self._code, self.job.scratch)
            self._learner.line.settimeout(5)
            self._checks.line.settimeout(5)
            self._meter.begin()
            self._started_at = time.monotonic()
            send_with_descriptors(self._checks.line, tests, [for_checks.fileno(), flag])
            send_with_descriptors(self._learner.line, job, [for_learner.fileno()])
        finally:
            for_learner.close()
            for_checks.close()
            os.close(flag)
        self._checks.line.setblocking(False)
        self._watch()

    def abort(self) -> None:
        """The worker is gone: end everything, tell nobody."""
        self._reply = lambda message: None
        self._settle(Ending.PLATFORM_ERROR, "the worker closed the connection")

    def abandon(self) -> None:
        """Give up a run that `start` could not start."""
        for spare in (self._learner, self._checks):
            spare.kill()
            spare.release()
        self._on_over()

    def _watch(self) -> None:
        loop = self._loop
        for output in (*self._outputs, *self._author):
            loop.watch(output.descriptor, functools.partial(self._on_output, output))
        loop.watch(self._checks.line, self._on_checks)
        loop.watch(self._learner.status, self._on_learner_status)
        loop.watch(self._learner.first.descriptor, lambda: self._on_dead(self._learner))
        loop.watch(self._checks.first.descriptor, lambda: self._on_dead(self._checks))
        loop.after(_TICK, self._tick)

    # -- what may happen ---------------------------------------------------------------------

    def _on_output(self, output: Output) -> None:
        count = output.read()
        if count < _LITTLE:
            self._loop.forget(output.descriptor)
        if 0 < count < _LITTLE:
            self._loop.after(_CALM, lambda: self._listen_again(output))
        if count and output in self._outputs:
            self._live.noticed()
        if output in self._outputs and output.total > self.job.limits.output_kb * 1024:
            self._settle(*endings.too_much_output(self.job.limits))

    def _listen_again(self, output: Output) -> None:
        if self._ending is None:
            self._loop.watch(output.descriptor, functools.partial(self._on_output, output))

    def _on_checks(self) -> None:
        try:
            data = self._checks.line.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._said += data
        self._said_bytes += len(data)
        if not data or self._said_bytes > _MOST_WORDS:
            self._loop.forget(self._checks.line)
            if self._last_word is None:
                group = self._checks.group if self._waiting[0] else None
                self._settle(*endings.checks_gone(while_reading=bool(group and group.out_of_memory_kills())))
            return
        try:
            self._take_words()
        except WireError as error:
            self.odd = f"the checks sent something unreadable: {error}"
            self._settle(Ending.PLATFORM_ERROR, self.odd)

    def _take_words(self) -> None:
        while len(self._said) >= 4:
            length = frame_length(bytes(self._said[:4]))
            if len(self._said) < 4 + length:
                return
            body = bytes(self._said[4 : 4 + length])
            del self._said[: 4 + length]
            self._take_word(decode_word(body))

    def _take_word(self, word: ChecksWord) -> None:
        if self._ending is not None:
            return
        if self._last_word is not None:
            raise WireError("a word after the last")
        if isinstance(word, ScratchStarts):
            self._start_scratch()
            return
        if isinstance(word, ChecksEnded):
            self._last_word = word
            if not word.learner_gone:
                self._settle(word.ending, word.detail)
            elif self._learner.ended is not None:
                self._decide()
            else:
                self._decide_at = time.monotonic() + _GRACE
            return
        if isinstance(word, Compiled):
            if self._code or self._expected is not None:
                raise WireError("code that nobody asked for")
            self._code = word.code
            self._compiled.keep(self._digest, self.job.tests, word.code)
            return
        if isinstance(word, Collected):
            if self._expected is not None:
                raise WireError("the checks were collected twice")
            self._expected = [check.name for check in word.checks]
        elif isinstance(word, CheckDone):
            if word.name in self._recorded or word.name not in (self._expected or ()):
                raise WireError(f"a result for {word.name!r}, which was not expected")
            if word.outcome == "skipped":
                return  # said again for all at the end
            self._recorded.add(word.name)
        elif isinstance(word, CheckStarted):
            self._first_check_at = self._first_check_at or time.monotonic()
        self._reply(word)

    def _start_scratch(self) -> None:
        """The checks are through. What was printed so far is theirs; the rest is the scratch code's."""
        if self._scratching or not self.job.scratch:
            raise WireError("scratch code that nobody asked for")
        self._scratching = True
        for output in self._outputs:
            while output.total <= self.job.limits.output_kb * 1024 and output.read():
                pass
            output.turn_to(Stream.SCRATCH)
        with contextlib.suppress(OSError):  # they are gone: the end of the line says so
            self._checks.line.send(GO_ON)

    def _on_learner_status(self) -> None:
        with contextlib.suppress(OSError):
            self._learner.read_status()
        self._loop.forget(self._learner.status)
        if self._last_word is not None:
            self._decide()
        elif self._decide_at is None:
            self._decide_at = time.monotonic() + _GRACE

    def _tick(self) -> None:
        if self._ending is not None:
            return
        self._loop.after(_TICK, self._tick)
        now, limits = time.monotonic(), self.job.limits
        cpu_ms = self._meter.cpu_ms()
        self._waited += _TICK if self._waiting[0] == Doing.WAITING else 0.0
        if self._decide_at is not None and now >= self._decide_at:
            self._decide()
        elif cpu_ms >= limits.cpu_s * 1000:
            self._settle(*endings.too_slow(limits))
        elif now - self._started_at >= limits.wall_s:
            said_all = self._recorded.issuperset(self._expected or [""]) and not self._scratching
            # Who answers at the last moment leaves the checks no time: it is not they that were slow.
            waits = self._scratching or 2 * self._waited >= limits.wall_s
            doing = Doing.WAITING if waits else self._waiting[0]
            self._settle(*endings.out_of_time(limits, said_all=said_all, doing=doing))

    # -- the ending --------------------------------------------------------------------------

    def _decide(self) -> None:
        """The learner's process is gone, or its line is: say why, from what the kernel knows."""
        group, word = self._learner.group, self._last_word
        self._settle(
            *endings.why_it_ended(
                self._learner.ended,
                self.job.limits,
                vanished=self._learner.vanished,
                cpu_ms=self._meter.cpu_ms(),
                memory_ran_out=bool(group and group.out_of_memory_kills()),
                killed_for_others=bool(group and group.killed_for_others()),
                while_compiling=word is not None and word.ending is Ending.DOES_NOT_COMPILE,
                checks_ran=self._scratching,
            )
        )

    def _settle(self, ending: Ending, detail: str) -> None:
        if self._ending is not None:
            return
        if self._scratching and ending not in (Ending.FINISHED, Ending.PLATFORM_ERROR):
            self._scratch_end, ending, detail = detail, Ending.FINISHED, ""
        self._ending, self._detail = ending, detail
        self._live.end()
        self._ended_at = time.monotonic()
        self._status = self._learner.ended  # from here on it ends because we end it
        self._meter.cpu_ms()  # a last look while it lives
        if ending is Ending.PLATFORM_ERROR:
            self._compiled.forget(self._digest, self.job.tests)
        if ending is Ending.FINISHED and not self._scratch_end:
            self._report()  # all has been said: nobody has to wait for the kernel to clear up
        self._learner.kill()
        self._checks.kill()

    def _on_dead(self, spare: Spare) -> None:
        self._loop.forget(spare.first.descriptor)
        self._dead += 1
        if self._ending is None:
            self._died_early(spare)
        if self._dead == len((self._learner, self._checks)):
            self._over()

    def _died_early(self, spare: Spare) -> None:
        if spare is self._checks:
            self._on_checks()  # its last words may still be in the line
        elif spare.ended is None:
            self._on_learner_status()
        if self._ending is not None or spare.ended is not None:
            return
        if spare.group and spare.group.out_of_memory_kills() and spare is self._learner:
            self._settle(*endings.out_of_memory(self.job.limits))
        elif self._last_word is None:
            # A process 1 never ends before its process 2: the zygote went away, or somebody killed it.
            self.odd = f"the {spare.role} process was ended from outside"
            self._settle(Ending.PLATFORM_ERROR, self.odd)

    def _over(self) -> None:
        """Nothing of the run lives: clean up."""
        self._report()
        for output in (*self._outputs, *self._author):
            self._loop.forget(output.descriptor)
        self._loop.forget(self._checks.line, self._learner.status)
        self._waiting.close()
        for spare in (self._learner, self._checks):
            spare.release()
        self._on_over()

    def _report(self) -> None:
        """Read what is left of the output, and say what there is to say; once."""
        if self._reported:
            return
        self._reported = True
        for output in (*self._outputs, *self._author):
            while output.total <= self.job.limits.output_kb * 1024 and output.read():
                pass
        for name in self._expected or ():
            if name not in self._recorded:
                self._reply(CheckDone(name, "skipped"))
        self._reply(self._finished())

    def _finished(self) -> Finished:
        assert self._ending is not None
        author = "".join(output.text() for output in self._author)
        last = self._last_word.author_log if self._last_word else ""
        ours = self._ending is Ending.PLATFORM_ERROR
        return Finished(
            ending=self._ending,
            detail="" if ours else self._detail,
            figures=self._figures(),
            stdout=self._outputs[0].text(),
            stderr=self._outputs[1].text(Stream.STDERR),
            scratch="".join(output.text(Stream.SCRATCH) for output in self._outputs),
            scratch_end=self._scratch_end,
            environment_digest=self._digest,
            author_log="\n".join(filter(None, [self._detail if ours else "", last, author])),
        )

    def _figures(self) -> Figures:
        first = self._first_check_at
        exit_code, signal_name = endings.exit_of(self._status)
        return msgspec.structs.replace(
            self._meter.figures(),
            limits=self.job.limits,
            wall_ms=_ms(self._ended_at - self._started_at),
            stdout_bytes=self._outputs[0].total,
            stderr_bytes=self._outputs[1].total,
            exit_code=exit_code,
            signal=signal_name,
            queued_ms=_ms(self._started_at - self._queued_at),
            first_check_ms=None if first is None else _ms(first - self._started_at),
        )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
