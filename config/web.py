"""How gunicorn serves the site, in every shape: `gunicorn --config=python:config.web config.wsgi`.

Two processes for two cores. Threads, because a request waits for the database, and one that has just
submitted for its verdict: `grading.wait` lets half of the threads do that, and no more.
"""

from __future__ import annotations

from config.settings import GRADIENT_WEB_THREADS

worker_class = "gthread"
workers = 2
threads = GRADIENT_WEB_THREADS
preload_app = True
control_socket_disable = True
max_requests = 2000
max_requests_jitter = 200
