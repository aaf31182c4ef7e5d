from datetime import timedelta

from django.db import migrations

DAY = timedelta(days=1)


def make_cards(apps, schema_editor):
    """A card, new and due on the day after, for each question that was answered before there were cards."""
    cards = apps.get_model("course", "ReviewCard")
    answers = apps.get_model("course", "QuizAnswer").objects.select_related("question")
    cards.objects.bulk_create(
        (
            cards(
                user_id=answer.user_id,
                question_id=answer.question_id,
                due_at=answer.answered_at + DAY,
                reviewed_at=answer.answered_at,
                missed=not answer.correct,
                content_hash=answer.question.content_hash,
            )
            for answer in answers.iterator(chunk_size=1000)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('course', '0010_review_cards'),
    ]

    operations = [
        migrations.RunPython(make_cards, migrations.RunPython.noop),
    ]
