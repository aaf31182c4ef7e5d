"""The course's pages. An exercise's page shows verdicts and lives in `grading.urls`."""

from __future__ import annotations

from django.urls import path

from course.views import activity, data, glossary, join, lesson, outline, question, quiz, review

_WEEK = "docs/<slug:module>/week<int:week>/"
_LESSON = f"{_WEEK}<slug:lesson>/"

urlpatterns = [
    path("", outline.home, name="home"),
    path("syllabus/", outline.syllabus, name="syllabus"),
    path("what-is-counted/", activity.what_is_counted, name="what-is-counted"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("glossary/map/", glossary.concept_map, name="concept-map"),
    path("join/<str:code>/", join.join, name="join"),
    path("data/<slug:data_set>/<str:name>", data.data, name="data"),
    path("review/", review.review, name="review"),
    path("quizzes/<int:sitting>/", quiz.sitting, name="sitting"),
    path("quizzes/<int:sitting>/<int:number>/", quiz.sitting_item, name="sitting-item"),
    path("docs/<slug:module>/", outline.module, name="module"),
    path("docs/<slug:module>/checkpoint/", quiz.checkpoint, name="checkpoint"),
    path(_WEEK, outline.week, name="week"),
    path(f"{_WEEK}quiz/", quiz.week_quiz, name="week-quiz"),
    path(_LESSON, lesson.lesson, name="lesson"),
    path(f"{_LESSON}read/", lesson.lesson_read, name="lesson-read"),
    path(f"{_LESSON}place/", lesson.lesson_place, name="lesson-place"),
    path(f"{_LESSON}beat/", activity.lesson_beat, name="lesson-beat"),
    path(f"{_LESSON}<slug:picture>.svg", lesson.picture, name="picture"),
    path(f"{_LESSON}quiz/<slug:question>/", question.question, name="question"),
]
