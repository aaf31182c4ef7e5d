"""The course from above: home, syllabus, a module, a week."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from course.access import MemberRequest, course_member_required, may_read_course, module_for, week_for
from course.deadline_words import notice_of
from course.deadlines import rules_for_week
from course.models import Course, Module, Week
from course.outline import neighbours, outline_of, resources, size_of
from course.progress import progress_over
from course.sections import after_its_first_paragraph, at_its_headings
from course.sitting_view import checkpoint_offer, week_offer
from course.weekmap import weekmap


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User) and may_read_course(request.user):
        return redirect("dashboard")
    course = Course.objects.first()
    modules = outline_of(None)
    context = {
        "course": course,
        "welcome": after_its_first_paragraph(course.welcome_html if course else ""),
        "modules": modules,
        "size": size_of(modules),
    }
    return render(request, "course/home.html", context)


@require_safe
def syllabus(request: HttpRequest) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    modules = outline_of(user)
    standings = [part.standing for module in modules for part in module.weeks if part.standing]
    context = {
        "course": Course.objects.first(),
        "modules": modules,
        "size": size_of(modules),
        "resources": resources(),
        "standing": progress_over(standings) if user else None,
        "weekmap": weekmap(standings) if user else None,
    }
    return render(request, "course/syllabus.html", context)


@require_safe
@course_member_required
def module(request: MemberRequest, module: str) -> HttpResponse:
    row = module_for(module)
    parts = outline_of(request.user, Q(module=row))
    weeks = parts[0].weeks if parts else []
    before, after = neighbours(row, Module.objects.current())
    context = {
        "module": row,
        "weeks": weeks,
        "next_line": next(filter(None, (part.next_line for part in weeks)), None),
        "standing": progress_over([part.standing for part in weeks if part.standing]),
        "offer": checkpoint_offer(request.user, row),
        "before": before,
        "after": after,
    }
    return render(request, "course/module.html", context)


@require_safe
@course_member_required
def week(request: MemberRequest, module: str, week: int) -> HttpResponse:
    row = week_for(module, week)
    (part,) = outline_of(request.user, Q(pk=row.pk))[0].weeks
    before, after = neighbours(row, Week.objects.current().select_related("module"))
    context = {
        "week": part.week,
        "part": part,
        "text": at_its_headings(part.week.body_html),
        "notice": notice_of(rules_for_week(request.user, row), timezone.now()),
        "offer": week_offer(request.user, part.week),
        "before": before,
        "after": after,
    }
    return render(request, "course/week.html", context)
