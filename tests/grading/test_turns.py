"""Whose turn it is: people before bulk, and one person's hundred does not delay another's one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from grading.models import Submission
from grading.verdict import Verdict
from tests.grading.conftest import RIGHT

SECOND = timedelta(seconds=1)
within_the_database = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def queued(learner, exercise):
    def queued(user=learner, **other):
        return Submission.objects.create(user=user, exercise=exercise, files={"solution.py": RIGHT}, **other)

    return queued


@pytest.fixture
def many_people(db):
    return [User.objects.create_user(f"person{number}@example.org") for number in range(5)]


def claimed(queue="interactive"):
    return Submission.objects.claim_next(queue)


def graded(submission):
    assert Submission.objects.finish(submission, Verdict.PASSED)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_script_that_submits_200_times_delays_a_neighbour_by_no_run_that_has_not_begun(
    queued, other_learner, workers
):
    for _ in range(200):
        queued()
    running = [claimed() for _ in range(workers)]
    theirs = queued(other_learner)
    graded(running[0])
    assert claimed() == theirs


def test_with_one_worker_people_take_turns_though_one_of_them_came_first(queued, other_learner):
    """Nobody runs when the worker claims: what counts is whose last turn is longest ago."""
    ours, theirs = [queued() for _ in range(3)], [queued(other_learner) for _ in range(3)]
    order = []
    while found := claimed():
        order.append(found)
        graded(found)
    assert order == [ours[0], theirs[0], ours[1], theirs[1], ours[2], theirs[2]]


def test_who_has_a_long_run_lets_others_go_first_however_long_ago_it_began(queued, other_learner):
    long_run, again = queued(), queued()
    assert claimed() == long_run
    queued(other_learner)
    graded(claimed())
    theirs = queued(other_learner)
    assert [claimed(), claimed()] == [theirs, again]


def test_tries_and_attempts_take_the_same_turns(queued, other_learner):
    first, second, theirs = queued(purpose="run"), queued(), queued(other_learner)
    order = []
    while found := claimed():
        order.append(found)
        graded(found)
    assert order == [first, theirs, second]


def test_a_regrade_takes_nobodys_turn(queued, other_learner):
    queued(queue="bulk", purpose="regrade")
    graded(claimed("bulk"))
    ours, theirs = queued(), queued(other_learner)
    assert [claimed(), claimed()] == [ours, theirs]


def test_bulk_goes_oldest_first_and_only_where_nobody_waits(queued):
    older, newer, person = queued(queue="bulk"), queued(queue="bulk"), queued()
    assert [claimed("bulk") for _ in range(3)] == [person, older, newer]


def test_a_turn_from_the_future_was_none(queued, other_learner):
    """Its clock ran ahead; the learner does not wait until the others' get there."""
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        queued()
        graded(claimed())
    ours, theirs = queued(), queued(other_learner)
    assert [claimed(), claimed()] == [ours, theirs]


@within_the_database
@given(
    moves=st.lists(st.one_of(st.integers(0, 4), st.just("claim"), st.just("end")), max_size=60),
    workers=st.integers(1, 3),
)
def test_for_any_arrivals_who_waits_with_one_sees_each_other_person_go_once_at_the_most(
    queued, many_people, moves, workers
):
    """A number is that person's new submission; the workers claim, and end the run that began first."""
    Submission.objects.all().delete()
    running, gone_before = [], {}  # submission → who was claimed since it came
    now = timezone.now()
    for move in moves:
        now += SECOND
        with time_machine.travel(now, tick=False):
            if isinstance(move, int):
                person = many_people[move]
                others = Submission.objects.in_progress().filter(user=person)
                if not others.exists():  # the promise is to who waits with one
                    gone_before[queued(person).pk] = []
                else:
                    queued(person)
            elif move == "end" and running:
                graded(running.pop(0))
            elif move == "claim" and len(running) < workers and (found := claimed()):
                running.append(found)
                gone_before.pop(found.pk, None)
                for seen in gone_before.values():
                    seen.append(found.user_id)
    assert all(len(seen) == len(set(seen)) for seen in gone_before.values())


def test_a_claim_takes_as_many_queries_however_many_wait(queued, many_people):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            graded(claimed())
        return len(captured)

    queued()
    few = cost()
    for number in range(60):
        queued(many_people[number % 5])
    assert cost() == few


def test_indexes_serve_the_claim(queued, other_learner):
    for _ in range(20):
        queued()
        queued(other_learner)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # with so few rows it would read the table
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Submission.objects.all()._in_turn().explain()
    assert "turns" in plan, plan
    # Which of its indexes PostgreSQL takes for what waits depends on how many rows it believes in.
    assert "the_queue" in plan or connection.vendor == "postgresql", plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_with_workers_at_once_a_neighbour_waits_for_one_run_of_each(queued, learner, other_learner):
    """On PostgreSQL, where workers skip what another has locked; on SQLite claims come one by one."""
    for _ in range(60):
        queued()
    theirs, errors = [], []
    workers, begun = 4, threading.Barrier(5)

    def work():
        try:
            begun.wait(10)
            while found := claimed():
                graded(found)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        finally:
            connection.close()  # this thread's own

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    for _ in range(5):
        theirs.append(queued(other_learner))
    for thread in threads:
        thread.join()
    assert not errors
    assert set(Submission.objects.values_list("verdict", flat=True)) == {"passed"}
    for row in Submission.objects.filter(user=other_learner):
        earlier = Submission.objects.filter(user=other_learner, created_at__lt=row.created_at)
        since = max([row.created_at, *earlier.values_list("finished_at", flat=True)])
        went = Submission.objects.filter(user=learner, claimed_at__gt=since, claimed_at__lt=row.claimed_at)
        # Those that had looked before it came, and those that came while it was being written.
        assert went.count() <= 2 * workers
