"""The glossary: terms by letter, and what builds on them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from course.models import Concept, Lesson
from tests.course.conftest import FIRST, SECOND
from tests.course.queries import queries_of
from tests.course.test_load import edit, tree  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db
L1 = "1-basics/week01-counting/01-counting-lines/lesson.md"
L2 = "1-basics/week02-sorting/01-top-paths/lesson.md"


def test_a_term_stands_under_its_letter_with_its_lesson_and_what_needs_it(tiny, learner, browser_of):
    page = browser_of(learner).get("/glossary/").content.decode()
    assert page.index('id="letter-C"') < page.index('id="counting"') < page.index('id="letter-S"')
    counting = page[page.index('id="counting"') : page.index('id="letter-S"')]
    assert "One number for many lines." in counting
    assert f'Taught in <a href="{FIRST}">Counting lines</a>, Week 1' in counting
    assert f'Needed in <a href="{SECOND}">' in counting
    sorting = page[page.index('id="sorting"') :]
    assert 'Its lesson builds on <a href="#counting">counting</a>' in sorting
    assert "Needed in" not in sorting


def test_a_stranger_signs_in_first_and_who_has_no_place_is_told_so(tiny, stranger, learner, browser_of):
    for page in ("/glossary/", "/glossary/map/"):
        assert stranger.get(page)["Location"].startswith("/accounts/login/")
        assert browser_of(learner).get(page).status_code == 200
    learner.enrolments.all().delete()
    assert browser_of(learner).get("/glossary/").status_code == 403


@pytest.mark.parametrize("values", [{"planned": True}, {"retired_at": timezone.now()}])
def test_a_term_whose_lesson_cannot_be_read_is_absent(tiny, learner, browser_of, values):
    Lesson.objects.filter(slug="top-paths").update(**values)
    for page in ("/glossary/", "/glossary/map/"):
        words = browser_of(learner).get(page).content.decode()
        assert "counting" in words
        assert "sorting" not in words
        assert SECOND not in words


def test_without_a_written_lesson_it_says_so(course, learner, browser_of):
    for page in ("/glossary/", "/glossary/map/"):
        assert (
            "No lesson that teaches a term is written yet." in browser_of(learner).get(page).content.decode()
        )


def test_loading_keeps_the_terms_like_the_files(tree):  # noqa: F811
    from course.load import load_course

    first = load_course(tree)
    assert "concept counting: added" in first.lines
    counting = Concept.objects.get(slug="counting")
    assert counting.lesson.slug == "counting-lines"
    assert [lesson.slug for lesson in counting.needed_by.all()] == ["top-paths"]

    edit(tree, "concepts.yaml", ("One number for many lines.", "A number for many lines."))
    edit(tree, L2, ("needs: [counting]", "needs: []"))
    again = load_course(tree)
    assert "concept counting: changed (definition)" in again.lines
    counting.refresh_from_db()
    assert counting.definition == "A number for many lines."
    assert not counting.needed_by.exists()
    assert not load_course(tree).lines


def test_a_term_that_the_files_no_longer_hold_is_gone(tiny, tree):  # noqa: F811
    from course.load import load_course

    edit(tree, "concepts.yaml", ("sorting:", "order:"), ("name: sorting", "name: order"))
    edit(tree, L2, ("teaches: [sorting]", "teaches: [order]"))
    assert "concept sorting: removed" in load_course(tree).lines
    assert set(Concept.objects.values_list("slug", flat=True)) == {"counting", "order"}


def test_a_lesson_links_the_terms_that_it_teaches_or_needs(tree):  # noqa: F811
    from course.load import load_course

    edit(tree, L1, ("\n## ", "\nOf sorting and of counting.\n\n## "))
    edit(tree, L2, ("\n## ", "\nCounting comes before sorting.\n\n## "))
    load_course(tree)
    counting, sorting = (
        f'<a class="term" href="/glossary/#{slug}">{words}</a>'
        for slug, words in (("counting", "counting"), ("sorting", "sorting"))
    )
    first, second = (Lesson.objects.get(slug=slug).body_html for slug in ("counting-lines", "top-paths"))
    assert f"Of sorting and of {counting}." in first, "sorting is a common word here"
    assert f"{counting.replace('>counting', '>Counting')} comes before {sorting}." in second


def test_an_author_may_link_a_term_that_is_there(tree):  # noqa: F811
    from course.content import ContentErrors
    from course.load import load_course

    edit(tree, L2, ("\n## ", "\n[An order](/glossary/#sorting), [drawn](/glossary/map/).\n\n## "))
    load_course(tree)
    edit(tree, L2, ("/glossary/#sorting", "/glossary/#shuffling"))
    with pytest.raises(ContentErrors, match="/glossary/ has no heading `#shuffling`"):
        load_course(tree)


@pytest.mark.parametrize("page", ["/glossary/", "/glossary/map/"])
def test_its_queries_do_not_grow_with_the_terms(tiny, learner, browser_of, page):
    browser = browser_of(learner)
    few = queries_of(browser, page)
    lessons = list(Lesson.objects.filter(planned=False))
    for number in range(30):
        concept = Concept.objects.create(
            slug=f"term-{number}", name=f"term {number}", definition="A term.", lesson=lessons[number % 2]
        )
        concept.needed_by.set(lessons[1:] if number % 2 == 0 else [])
    assert queries_of(browser, page) == few
