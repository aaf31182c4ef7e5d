"""What a run used of its limits, in a learner's words: each figure, its limit, and who measured it.

A kB and an MB are here what the limits call so: 1024 and 1024 × 1024 bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grading.sandbox.wire import Figures, MeasuredBy

HOW = {
    MeasuredBy.CGROUP_1: gettext_lazy("counted by the kernel's control group (v1)"),
    MeasuredBy.CGROUP_2: gettext_lazy("counted by the kernel's control group (v2)"),
    MeasuredBy.PROC: gettext_lazy("summed from /proc: at least this much"),
    MeasuredBy.ITSELF: gettext_lazy("measured by the process itself"),
}
_CLOSE = 80  # percent
_TOLD_APART_MS = 100  # below that the kernel's clock ticks are too few to tell its part


@dataclass(frozen=True)
class Row:
    """`limit` is empty where there is none; `used` where it cannot be measured, and `how` then says why."""

    name: str
    used: str
    limit: str
    how: str


@dataclass(frozen=True)
class Meter:
    """A figure beside its limit, as a bar: `percent` is whole and at most 100."""

    name: str
    used: str
    limit: str
    percent: int

    @property
    def said(self) -> str:
        """“close to its limit”, in words beside the colour; "" where there is room."""
        if self.percent >= 100:
            return _("at its limit")
        return _("close to its limit") if self.percent >= _CLOSE else ""


def meters_of(figures: Figures) -> list[Meter]:
    """Time and memory of the run; what cannot be measured is left out."""
    limits, memory = figures.limits, figures.memory_bytes
    meters = [
        _meter(
            _("Processor time"),
            _processor(figures),
            f"{limits.cpu_s:g} s",
            figures.cpu_ms / 1000 / limits.cpu_s,
        ),
        _meter(
            _("Time"), _time(figures.wall_ms), f"{limits.wall_s:g} s", figures.wall_ms / 1000 / limits.wall_s
        ),
    ]
    if memory is not None:
        most = f"{limits.memory_mb:,} MB"
        meters.append(_meter(_("Memory"), _size(memory), most, memory / (limits.memory_mb << 20)))
    return meters


def _meter(name: str, used: str, limit: str, share: float) -> Meter:
    return Meter(name, used, limit, min(round(share * 100), 100))


def in_short(figures: Figures) -> str:
    """The figures that have a limit, in one line; what cannot be measured is left out."""
    limits = figures.limits
    told = [
        _("%(used)s of %(limit)s s processor time")
        % {"used": _time(figures.cpu_ms), "limit": f"{limits.cpu_s:g}"}
    ]
    if figures.memory_bytes is not None:
        told.append(
            _("%(used)s of %(limit)s MB memory")
            % {"used": _size(figures.memory_bytes), "limit": f"{limits.memory_mb:,}"}
        )
    if figures.processes is not None:
        told.append(
            _("%(used)d of %(limit)d processes") % {"used": figures.processes, "limit": limits.processes}
        )
    told.append(_("%(size)s printed") % {"size": _size(figures.stdout_bytes + figures.stderr_bytes)})
    return ", ".join(told)


def rows_of(figures: Figures) -> list[Row]:
    """Every figure that there is something to say of, those with a limit first."""
    return [*_of_the_limits(figures), *_of_the_run(figures)]


def _of_the_limits(figures: Figures) -> Iterator[Row]:
    limits, how, pipe = (
        figures.limits,
        str(HOW[figures.measured_by]),
        _("counted by the sandbox as it was read"),
    )
    memory, processes = figures.memory_bytes, figures.processes
    unmeasured = _not_measured(figures.measured_by)
    yield Row(
        _("Processor time"), _processor(figures), f"{limits.cpu_s:g} s", _note(_in_the_kernel(figures), how)
    )
    yield Row(_("Time"), _time(figures.wall_ms), f"{limits.wall_s:g} s", _("by the sandbox's clock"))
    yield Row(
        _("Memory"),
        "" if memory is None else _size(memory),
        f"{limits.memory_mb:,} MB",
        _note(_killed(figures), unmeasured if memory is None else how),
    )
    yield Row(
        _("Processes and threads at once"),
        "" if processes is None else str(processes),
        str(limits.processes),
        _note(_refused(figures), unmeasured if processes is None else how),
    )
    most = f"{limits.output_kb:,} kB"
    yield Row(_("Printed"), _size(figures.stdout_bytes), most, pipe)
    if figures.stderr_bytes:
        yield Row(_("Printed to standard error"), _size(figures.stderr_bytes), most, pipe)


def _of_the_run(figures: Figures) -> Iterator[Row]:
    clock, kernel = _("by the sandbox's clock"), _("told by the kernel")
    if figures.exit_code is not None:
        yield Row(_("How its process ended"), _("exit code %d") % figures.exit_code, "", kernel)
    elif figures.signal:
        yield Row(_("How its process ended"), figures.signal, "", kernel)
    if figures.first_check_ms is not None:
        yield Row(_("Until the first check began"), _time(figures.first_check_ms), "", clock)
    yield Row(_("Waited for a free place before that"), _time(figures.queued_ms), "", clock)


def _not_measured(measured_by: MeasuredBy) -> str:
    if measured_by in (MeasuredBy.CGROUP_1, MeasuredBy.CGROUP_2):
        return _("cannot be measured here: this kernel keeps no peak")
    return _("cannot be measured here: no control group counts it")


def _processor(figures: Figures) -> str:
    if figures.measured_by is MeasuredBy.PROC and not figures.cpu_ms:
        return _("under 10 ms")  # a tick of the clock that /proc tells
    return _time(figures.cpu_ms)


def _in_the_kernel(figures: Figures) -> str:
    if figures.cpu_system_ms is None or figures.cpu_ms < _TOLD_APART_MS:
        return ""
    return _("%s of it in the kernel") % _time(figures.cpu_system_ms)


def _killed(figures: Figures) -> str:
    if not figures.oom_kills:
        return ""
    ended = ngettext(
        "the kernel ended %d process for it", "the kernel ended %d processes for it", figures.oom_kills
    )
    return ended % figures.oom_kills


def _refused(figures: Figures) -> str:
    if not figures.processes_refused:
        return ""
    refused = ngettext("%d more was refused", "%d more were refused", figures.processes_refused)
    return refused % figures.processes_refused


def _note(told: str, how: str) -> str:
    return f"{told}; {how}" if told else how


def _time(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _size(count: int) -> str:
    if count < 1 << 10:
        return ngettext("%d byte", "%d bytes", count) % count
    unit, number = ("kB", count / (1 << 10)) if count < 1 << 20 else ("MB", count / (1 << 20))
    return f"{number:,.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
