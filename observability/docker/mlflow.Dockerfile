# MLflow's server and pages, in the version that `make mlflow` runs. Built from the repository's root.
FROM python:3.12.12-slim-bookworm AS packages
COPY training/requirements-mlflow.lock /build/mlflow.lock
RUN python -m venv /opt/venv
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r /build/mlflow.lock

FROM python:3.12.12-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true
COPY --from=packages /opt/venv /opt/venv
# A volume that is mounted here takes over its owner.
RUN install -d -o 10001 -g 10001 /mlflow
WORKDIR /mlflow
USER 10001:10001
EXPOSE 5002
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:5002/health', timeout=4)"]
CMD ["mlflow", "server", "--host", "0.0.0.0", "--port", "5002", "--workers", "1", \
    "--backend-store-uri", "sqlite:////mlflow/mlflow.db", "--artifacts-destination", "/mlflow/artifacts"]
