"""The course that is shipped: each line of its syllabus stands on the page, whatever is written yet."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from course.models import Lesson

TOPICS = """
ML Engineering Syllabus for DevOps/SRE Professionals
Python Basics for DevOps/SRE · NumPy for Infrastructure Metrics · Pandas for Log Analysis
Matplotlib for Monitoring Dashboards · Introduction to TensorFlow/PyTorch · Data versioning with DVC
Experiment tracking with MLflow/Weights & Biases · Apache Airflow for ML workflows · Shadow deployments
Model approval workflows · Container registries for ML · Service mesh for ML services
Triton Inference Server · Multi-cloud considerations · Data lake vs data warehouse
Feature stores (Feast, Tecton) · Great Expectations framework · Real-time feature computation
Data drift vs concept drift · Prometheus & Grafana for ML · SLIs/SLOs/SLAs for ML systems
Hardware acceleration (GPU/TPU) · Horovod and distributed frameworks · Optuna/Ray Tune
RAG architectures · Compliance (GDPR, CCPA) · CI/CD integration · Documentation
Designing Machine Learning Systems · Practical MLOps · Fast.ai Practical Deep Learning
AWS ML Specialty Certification · Azure ML · Scikit-learn · Deploy a model with canary releases
"""


@pytest.fixture
def syllabus(db, client) -> str:
    call_command("load_course", Path(__file__).parents[2] / "fixtures", verbosity=0)
    text = client.get("/syllabus/").content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_every_kind_of_line_is_there(syllabus):
    wanted = [topic.strip() for line in TOPICS.splitlines() for topic in line.split("·") if topic.strip()]
    assert [topic for topic in wanted if topic not in syllabus] == []


def test_all_weeks_are_there(syllabus):
    assert [week for week in range(1, 25) if f"Week {week}" not in syllabus] == []
    assert syllabus.count("planned") >= Lesson.objects.filter(planned=True).count() > 0
