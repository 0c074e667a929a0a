# One image for web, worker, scheduler and migrations; docker-compose.yml says which of them a container is.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv/portal
RUN python -m venv .venv
COPY requirements/runtime.txt requirements/runtime.txt
RUN .venv/bin/pip install --require-hashes --no-deps --only-binary=:all: -r requirements/runtime.txt

FROM python:3.11-slim-bookworm
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORTAL_VAR=/srv/portal/var
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal
WORKDIR /srv/portal
COPY --from=packages /srv/portal/.venv .venv
COPY manage.py ./
COPY ser_portal ser_portal
COPY covenants covenants
COPY climate climate
COPY templates templates
COPY static static
# Translations belong to the code; static files go to the shared volume when `prepare` runs.
RUN python manage.py compile_translations && rm -rf var && install -d -o portal -g portal var
USER portal
VOLUME /srv/portal/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-P", "ser_portal/runner.py", "health"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", \
     "--respawn-failed-workers", "--workers-kill-timeout", "20", "--no-ws", "ser_portal.wsgi:application"]
