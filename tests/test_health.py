from __future__ import annotations

from django.core.cache import cache
from django.db import DatabaseError, connection


def test_a_process_that_answers_is_alive_without_asking_the_database(stranger):
    assert stranger.get("/livez").content == b"ok\n"


def test_a_site_with_database_and_cache_is_ready(stranger, db):
    answer = stranger.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "cache": "ok"}
    assert "no-cache" in answer["Cache-Control"]


def test_a_site_without_its_cache_is_not_ready_and_says_so(stranger, db, settings):
    if settings.GRADIENT_REDIS_URL:
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE cache")
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["cache"] == "does not answer"


def test_a_site_without_its_database_is_not_ready_and_says_so(stranger, db):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("the database is away")

    with connection.execute_wrapper(refuse):
        answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"


def test_the_cache_is_one_that_all_processes_share(db):
    cache.set("word", "said")
    assert cache.get("word") == "said"
    assert "locmem" not in type(cache._connections["default"]).__module__
