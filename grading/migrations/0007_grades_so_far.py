"""Grades of what was graded before there were grade events: the best attempt, then a person's last score."""

from decimal import Decimal

from django.db import migrations

from grading.cluster import cluster_of

BATCH = 500


def name_the_failures(apps, schema_editor):
    results = apps.get_model("grading", "CheckResult")
    failed = results.objects.filter(outcome__in=["failed", "crashed"], cluster="")
    keys = list(failed.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        some = list(results.objects.filter(pk__in=keys[start : start + BATCH]).only("name", "outcome", "message"))
        for result in some:
            result.cluster = cluster_of(result.name, result.outcome, result.message)
        results.objects.bulk_update(some, ["cluster"])


def add_events(apps, schema_editor):
    submissions = apps.get_model("grading", "Submission").objects.defer("files", "stdout", "stderr", "usage")
    done = submissions.filter(state="done", purpose="submit").exclude(verdict="platform-error")
    best = {}
    for one in done.select_related("exercise").order_by("created_at").iterator(chunk_size=BATCH):
        pair = (one.user_id, one.exercise_id)
        tenths = one.exercise.points * one.checks_passed * 10 // one.checks_total if one.checks_total else 0
        if pair not in best or tenths > best[pair][0]:
            best[pair] = (tenths, one)
    scored = {}
    reviews = apps.get_model("grading", "Review").objects.filter(score__isnull=False)
    for review in reviews.select_related("submission__exercise").order_by("created_at").iterator(chunk_size=BATCH):
        scored[(review.submission.user_id, review.submission.exercise_id)] = review
    for pair in sorted(best.keys() | scored.keys()):
        machines = _machines(apps, *best[pair]) if pair in best else None
        if pair in scored:
            _persons(apps, scored[pair], machines)


def _machines(apps, tenths, one):
    passed = f"{one.checks_passed} of {one.checks_total} checks passed."
    return apps.get_model("grading", "GradeEvent").objects.create(
        user_id=one.user_id,
        exercise_id=one.exercise_id,
        submission_id=one.pk,
        kind="graded",
        reason="Every check passed." if one.verdict == "passed" else passed,
        after=Decimal(tenths) / 10,
        machine=Decimal(tenths) / 10,
        points=one.exercise.points,
        content_hash=one.content_hash,
        created_at=one.finished_at or one.created_at,
    )


def _persons(apps, review, machines):
    one = review.submission
    apps.get_model("grading", "GradeEvent").objects.create(
        user_id=one.user_id,
        exercise_id=one.exercise_id,
        previous=machines,
        submission_id=one.pk,
        actor_id=review.reviewer_id,
        kind="scored",
        reason=review.score_reason,
        before=machines.after if machines else None,
        after=Decimal(review.score),
        machine=machines.machine if machines else None,
        by_hand=True,
        points=one.exercise.points,
        content_hash=one.content_hash,
        created_at=review.created_at,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("grading", "0006_grades"),
    ]

    operations = [
        migrations.RunPython(name_the_failures, migrations.RunPython.noop),
        migrations.RunPython(add_events, migrations.RunPython.noop),
    ]
