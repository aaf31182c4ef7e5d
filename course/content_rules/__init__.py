"""What has to hold of a course beyond its single files. One function for each rule, yielding problems.

Plain Python: no Django, no database, and nothing of the course is run. What needs running (solutions
pass, wrong ones fail, blocks print what they say) is proven by `./lms prove`. For each rule there is a
bad tree under `tests/bad_content/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from course.content import CourseContent, Problem
from course.content_rules import data, exercise, lesson, links, outline, quiz

Rule = Callable[[CourseContent], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    outline.counts_agree,
    outline.numbers_run_on,
    outline.slugs_are_unique,
    outline.former_slugs_are_free,
    outline.concepts_are_defined,
    outline.concepts_are_taught_once,
    outline.needs_are_taught_earlier,
    lesson.words_are_in_bounds,
    lesson.code_leaves_room_for_words,
    lesson.minutes_agree,
    lesson.objectives_are_assessed,
    lesson.tests_serve_an_objective,
    lesson.headings_begin_at_two,
    lesson.terms_have_one_spelling,
    lesson.fences_keep_their_contract,
    links.links_resolve,
    links.pictures_are_there,
    links.pictures_say_what_they_show,
    exercise.exercises_are_numbered,
    exercise.variants_ask_for_something_else,
    exercise.starters_have_a_todo,
    exercise.wrongs_are_at_least_two,
    exercise.wrongs_fail_tests_that_exist,
    exercise.alternatives_are_written_differently,
    exercise.hints_name_tests,
    exercise.asserts_have_messages,
    exercise.messages_differ,
    exercise.signatures_agree,
    exercise.files_are_not_libraries,
    quiz.quiz_is_complete,
    quiz.right_answers_are_marked,
    quiz.wrong_answers_name_a_misconception,
    quiz.misconceptions_are_known,
    quiz.options_do_not_give_the_answer_away,
    quiz.answers_are_distinct,
    quiz.code_of_questions_is_code,
    quiz.mistaken_numbers_are_wrong,
    data.data_matches_its_checksum,
    data.data_sets_exist,
    data.files_are_small,
)


def problems_of(course: CourseContent) -> list[Problem]:
    """Everything that any rule finds, in reading order."""
    return sorted({problem for rule in RULES for problem in rule(course)})
