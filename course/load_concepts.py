"""The glossary → rows. Nothing of anybody's hangs on a term, so what the files no longer hold goes."""

from __future__ import annotations

from collections.abc import Mapping

from course.content import CourseContent
from course.load_rows import Changes, assign, described
from course.models import Concept, Lesson


def load_concepts(content: CourseContent, lessons: Mapping[str, Lesson], changes: Changes) -> None:
    """Make the terms say what the files say; `lessons` are the rows, by slug."""
    known = {concept.slug: concept for concept in Concept.objects.prefetch_related("needed_by")}
    written = [lesson for _, _, lesson in content.lessons()]
    taught = {
        slug: (lessons[lesson.slug], place)
        for lesson in written
        for place, slug in enumerate(lesson.teaches, start=1)
    }
    for slug, matter in content.concepts.items():
        lesson, place = taught.get(slug, (None, 0))
        concept = known.pop(slug, None) or Concept(slug=slug)
        values = {"name": matter.name, "definition": matter.definition, "lesson": lesson, "place": place}
        changed = assign(concept, values)
        if changed:
            changes.note(f"concept {slug}: {described(changed) if concept.pk else 'added'}")
            concept.save()
        wanted = {lessons[lesson.slug].pk for lesson in written if slug in lesson.needs}
        if wanted != {lesson.pk for lesson in concept.needed_by.all()}:
            concept.needed_by.set(wanted)
    for slug, concept in known.items():
        concept.delete()
        changes.note(f"concept {slug}: removed")
