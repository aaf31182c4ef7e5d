# The site. Web server, worker, clock and preparation are this one image, started with different
# commands: see docker-compose.yml. The sandbox has an image of its own, grading/sandbox/Dockerfile.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
COPY requirements.lock /
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r /requirements.lock

FROM ${PYTHON}
# What is written at run time: secrets drawn once, letters where no mail server is set. Both are
# volumes, which take their owner from here; the rest of the tree stays root's and is only read.
RUN groupadd --gid 10001 gradient \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nowhere --shell /usr/sbin/nologin gradient \
    && install -d -o gradient -g gradient -m 0750 \
        /secrets/site /secrets/database /secrets/redis /var/lib/gradient /var/lib/gradient/mail
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    GRADIENT_VAR=/var/lib/gradient \
    GRADIENT_STATIC=/app/collected
RUN python -m compileall -q accounts config course grading \
    && GRADIENT_VAR=/tmp/making python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/making
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config=python:config.web", "--bind=0.0.0.0:8000", "config.wsgi"]
