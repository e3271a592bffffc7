# Signoff in a container: not root, nothing written but to the one volume, with the locked versions.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
# pg_dump and pg_restore, for `signoff backup` and `signoff restore`.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home --home-dir /srv/signoff signoff \
    && install -d -o signoff -g signoff -m 0700 /srv/signoff/instance
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SIGNOFF_INSTANCE=/srv/signoff/instance
USER signoff
WORKDIR /srv/signoff
VOLUME /srv/signoff/instance
EXPOSE 8000
HEALTHCHECK --start-period=20s --interval=30s --timeout=6s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
ENTRYPOINT ["signoff"]
CMD ["up", "--host", "0.0.0.0"]
