"""The exercise page: the task, the editor, and what became of the submissions so far."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from course.access import MemberRequest, course_member_required, exercise_for
from course.deadline_words import Notice
from course.models import Exercise
from grading.access import attempts_at, hints_opened_at, latest_at, sent_by
from grading.after import after_passing
from grading.credit import notice_for
from grading.desk import desk_again, desk_for, saved_words
from grading.draft_form import MarkForm, keep_submitted
from grading.drafts import Outcome
from grading.forms import SubmitForm
from grading.grades import grade_shown, outdated_grades
from grading.health import last_sighting
from grading.hints import hint_groups
from grading.models import Submission
from grading.panel import Panel
from grading.permission import sentences_of
from grading.phases import note_seen
from grading.task import visible_tests
from grading.wait import wait_briefly, wait_for_its_turn

ATTEMPTS_SHOWN = 10
TEXTS = ("files", "scratch", "scratch_output", "stdout", "stderr", "usage")  # of no use in a table


@require_http_methods(["GET", "HEAD", "POST"])
def exercise(request: HttpRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    """For members the page to work on; whoever is not signed in reads the task."""
    reads = request.method != "POST" and "HX-Request" not in request.headers
    if reads and not request.user.is_authenticated:
        return _for_strangers(request, exercise_for(request.user, module, week, lesson, exercise))
    return _for_members(request, module, week, lesson, exercise)  # type: ignore[return-value]  # of its decorator


@course_member_required
def _for_members(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    form = SubmitForm(found, data=request.POST or None, files=request.FILES or None)
    if request.method == "POST":
        submission = form.submitted_by(request.user)
        if submission is not None:
            kept = keep_submitted(request.user, form, submission)
            wait_briefly(submission)
            return _submitted(request, found, form, kept)
    return exercise_page(request, found, form)


def _for_strangers(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    context = {
        "exercise": exercise,
        "lesson": exercise.lesson,
        "permissions": sentences_of(exercise.permissions),
    }
    return render(request, "grading/task.html", context)


def _submitted(
    request: MemberRequest, exercise: Exercise, form: SubmitForm, kept: Outcome | None
) -> HttpResponse:
    """With htmx the panel at once; without it, or when the editor's text changed, the page anew."""
    address = f"{exercise.get_absolute_url()}#verdict"
    if not request.htmx:
        return HttpResponseRedirect(address, status=303)
    if form.sent_a_file:
        return HttpResponseClientRedirect(address)
    response = exercise_page(request, exercise, form)
    if kept is not None:
        said = {"version": kept.version, "said": saved_words(kept.saved_at), "differs": bool(kept.differs)}
        trigger_client_event(response, "draft:sent", said)
    return response


def exercise_page(request: MemberRequest, exercise: Exercise, form: SubmitForm) -> HttpResponse:
    """The whole page, or with htmx what has changed on it; with the form's errors, if any."""
    template, context = "grading/exercise.html", _context(request, exercise)
    context["form"] = form
    if request.htmx:
        template += "#rules_now" if "rules" in request.GET else "#results"
    else:
        context |= _task(request, exercise) | _desk(request, exercise, form, context["latest"])
    response = render(request, template, context, status=form.status)
    if form.retry_after is not None:
        response["Retry-After"] = str(form.retry_after)
    return response


def _context(request: MemberRequest, exercise: Exercise) -> dict[str, Any]:
    latest = latest_at(request.user, exercise)
    if latest is not None:
        if request.htmx and request.method == "GET":
            wait_for_its_turn(latest)
        latest.exercise = exercise
    attempts: list[Submission] = list(attempts_at(request.user, exercise).defer(*TEXTS)[:ATTEMPTS_SHOWN])
    for attempt in attempts:
        attempt.exercise = exercise
    if latest is not None:
        note_seen(latest, request.user)
    sighting = last_sighting()
    return {
        "exercise": exercise,
        "lesson": exercise.lesson,
        "latest": latest,
        "attempts": attempts,
        "panel": Panel(latest) if latest else None,
        "after": after_passing(request.user, exercise) if latest and latest.ended else None,
        "notice": _notice(request, exercise, latest),
        "grade": grade_shown(request.user, exercise),
        "outdated": outdated_grades(request.user, exercise) if request.user.is_staff else 0,
        "sighting": sighting,
        "environment_missing": sighting.lacks(exercise.environment),
        "poll_url": exercise.get_absolute_url(),
        "compare_url": exercise.address_of("compare"),
    }


def _desk(
    request: MemberRequest, exercise: Exercise, form: SubmitForm, latest: Submission | None
) -> dict[str, Any]:
    """What lies in the editor: what came with the request, is asked for, was typed, or was sent."""
    restored = _restored(request, exercise)
    desk = desk_for(request.user, exercise, latest, starter="starter" in request.GET, restored=restored)
    if form.is_bound:
        desk = desk_again(desk, MarkForm(form.data).mark)
    else:
        files = exercise.starter | desk.text.files
        form.initial = {name: files.get(path, "") for name, path in form.paths.items()}
        form.initial["scratch"] = desk.text.scratch
    return {"desk": desk, "restored": restored}


def _restored(request: MemberRequest, exercise: Exercise) -> Submission | None:
    """What `?restore=` asks to have back in the editor. Nothing is stored by asking."""
    number = request.GET.get("restore")
    return sent_by(request.user, exercise, number) if number and not request.htmx else None


def _task(request: MemberRequest, exercise: Exercise) -> dict[str, Any]:
    """What does not change while the page is open, but for the hints, which change one by one."""
    return {
        "hint_groups": hint_groups(exercise, hints_opened_at(request.user, exercise, request.user)),
        "hint_url": exercise.address_of("hint"),
        "permissions": sentences_of(exercise.permissions),
        "tests_html": visible_tests(exercise.tests),
    }


def _notice(request: MemberRequest, exercise: Exercise, latest: Submission | None) -> Notice | None:
    """The rules; None where the page only asks whether the verdict is there yet: it shows them already."""
    asks_again = request.htmx and request.method == "GET" and "rules" not in request.GET
    if asks_again and latest is not None and not latest.done:
        return None
    return notice_for(request.user, exercise)
