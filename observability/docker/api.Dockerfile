# The API in a container. Built from the repository's root: docker compose -f observability/docker-compose.yml build api
FROM python:3.12.12-slim-bookworm AS packages
COPY ml-api/requirements.lock /build/app.lock
COPY observability/docker/requirements.lock /build/server.lock
RUN python -m venv /opt/venv
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r /build/app.lock -r /build/server.lock

FROM python:3.12.12-slim-bookworm
# Nothing is written at run time: what is compiled, is compiled here.
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY ml-api/ ./
RUN python -m compileall -q /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
# As tools/local_server.py starts it, but for all addresses of the container.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--http", "1", "--no-ws", \
    "--blocking-threads", "128", "--log-level", "warning", "--workers-kill-timeout", "6", \
    "--static-path-expires", "0", "--static-path-route", "/assets", "--static-path-mount", "/app/public/assets", \
    "api.index:app"]
