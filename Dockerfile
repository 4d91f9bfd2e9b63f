# Backplay in a container: the front end and the environment are built in stages of their own, and the last one holds
# only what runs. A build behind a proxy or a private registry may be given its set-up as secrets (none is needed):
# `pip.conf`, `npmrc`, `apt-mirror` (an address) and `certificates` (a CA bundle). They never become part of the image.
ARG BASE=python:3.13-slim

FROM ${BASE} AS frontend
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_CONFIG_FILE=/run/secrets/pip.conf \
    NPM_CONFIG_USERCONFIG=/run/secrets/npmrc PATH=/node/bin:$PATH
WORKDIR /build/frontend
COPY requirements-node.txt ../
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=certificates \
    if [ -e /run/secrets/certificates ]; then export PIP_CERT=/run/secrets/certificates; fi; \
    python3 -m venv /node && /node/bin/pip install --quiet --require-hashes -r ../requirements-node.txt
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=certificates \
    if [ -e /run/secrets/certificates ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/certificates; fi; \
    npm ci --no-audit --no-fund
COPY frontend ./
COPY autograd/tape/sentences ../autograd/tape/sentences
RUN npm run build

FROM ${BASE} AS environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_CONFIG_FILE=/run/secrets/pip.conf
WORKDIR /app
COPY requirements.txt ./
RUN --mount=type=secret,id=pip.conf --mount=type=secret,id=certificates \
    if [ -e /run/secrets/certificates ]; then export PIP_CERT=/run/secrets/certificates; fi; \
    python3 -m venv /venv && /venv/bin/pip install --quiet --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY autograd autograd
COPY backend backend
RUN /venv/bin/pip install --quiet --no-deps --no-build-isolation --no-index --editable . \
    && /venv/bin/python -m compileall -q autograd backend \
    && /venv/bin/pip uninstall --quiet --yes setuptools

FROM ${BASE}
# What pygraphviz's own libraries ask of the system, and a font for its pictures.
RUN --mount=type=secret,id=apt-mirror --mount=type=secret,id=certificates \
    set --; \
    if [ -e /run/secrets/certificates ]; then set -- -o Acquire::https::CAInfo=/run/secrets/certificates; fi; \
    if [ -e /run/secrets/apt-mirror ]; then \
      . /etc/os-release; \
      echo "deb $(cat /run/secrets/apt-mirror) $VERSION_CODENAME main" > /etc/apt/mirror.list; \
      set -- "$@" -o Dir::Etc::sourcelist=/etc/apt/mirror.list -o Dir::Etc::sourceparts=-; \
    fi; \
    apt-get "$@" update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get "$@" install -y -qq --no-install-recommends \
      fontconfig-config fonts-dejavu-core libglib2.0-0 libx11-6 libxext6 libxrender1 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/log/apt /etc/apt/mirror.list
RUN mkdir /data && chown 10001:10001 /data
COPY --from=environment /venv /venv
COPY --from=environment /app /app
COPY --from=frontend /build/static /app/static
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    BACKPLAY_HOST=0.0.0.0 BACKPLAY_PORT=8000 BACKPLAY_DATA_DIR=/data BACKPLAY_ALLOW_SCRIPTS=false
USER 10001:10001
WORKDIR /app
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['BACKPLAY_PORT'] + '/healthz', timeout=4)"]
CMD ["backplay", "serve", "--no-open"]
