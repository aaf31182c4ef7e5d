"""A file of a data set, to be kept."""

from __future__ import annotations

from django.http import FileResponse
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required
from course.data_sets import data_file


@require_safe
@course_member_required
def data(request: MemberRequest, data_set: str, name: str) -> FileResponse:
    path = data_file(data_set, name)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"{data_set}-{name}")
    response["Cache-Control"] = "private, max-age=3600"
    return response
