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
_TOLD_APART_MS = 100  # below that the kernel's clock ticks are too few to tell its part


@dataclass(frozen=True)
class Row:
    """`limit` is empty where there is none; `used` where it cannot be measured, and `how` then says why."""

    name: str
    used: str
    limit: str
    how: str


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
    limits, how = figures.limits, str(HOW[figures.measured_by])
    clock, pipe = _("the sandbox's clock"), _("counted by the sandbox as it was read")
    unmeasured = _not_measured(figures.measured_by)
    yield Row(_("Processor time"), _processor(figures), f"{limits.cpu_s:g} s", how)
    yield Row(_("Time"), _time(figures.wall_ms), f"{limits.wall_s:g} s", clock)
    memory = figures.memory_bytes is not None
    yield Row(_("Memory"), _memory(figures), f"{limits.memory_mb:,} MB", how if memory else unmeasured)
    processes = figures.processes is not None
    yield Row(
        _("Processes and threads at once"),
        _processes(figures),
        str(limits.processes),
        how if processes else unmeasured,
    )
    for name, size in (
        (_("Printed"), figures.stdout_bytes),
        (_("Printed to standard error"), figures.stderr_bytes),
    ):
        yield Row(name, _size(size), f"{limits.output_kb:,} kB", pipe)


def _of_the_run(figures: Figures) -> Iterator[Row]:
    clock, kernel = _("the sandbox's clock"), _("told by the kernel")
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
        return _("less than 10 ms")  # a tick of the clock that /proc tells
    if figures.cpu_system_ms is None or figures.cpu_ms < _TOLD_APART_MS:
        return _time(figures.cpu_ms)
    return _("%(all)s, of it %(kernel)s in the kernel") % {
        "all": _time(figures.cpu_ms),
        "kernel": _time(figures.cpu_system_ms),
    }


def _memory(figures: Figures) -> str:
    used = "" if figures.memory_bytes is None else _size(figures.memory_bytes)
    if not figures.oom_kills:
        return used
    killed = ngettext(
        "the kernel ended %d process for it", "the kernel ended %d processes for it", figures.oom_kills
    )
    return ", ".join(filter(None, [used, killed % figures.oom_kills]))


def _processes(figures: Figures) -> str:
    used = "" if figures.processes is None else str(figures.processes)
    if not figures.processes_refused:
        return used
    refused = ngettext("%d more was refused", "%d more were refused", figures.processes_refused)
    return ", ".join(filter(None, [used, refused % figures.processes_refused]))


def _time(ms: int) -> str:
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _size(count: int) -> str:
    if count < 1 << 10:
        return ngettext("%d byte", "%d bytes", count) % count
    unit, number = ("kB", count / (1 << 10)) if count < 1 << 20 else ("MB", count / (1 << 20))
    return f"{number:,.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
