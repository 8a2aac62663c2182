# The image of localstack, glue-worker and redshift, and of the tests: one Python environment from the same
# hash-locked lists as the embedded stack's. Layers from what changes least to what changes most: after a change
# of code only the last ones are made again. No `# syntax` line: that would fetch a frontend from a registry.

FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/tarmac/venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    TARMAC_CACHE_DIR=/opt/tarmac/cache
WORKDIR /opt/tarmac/app


FROM base AS installer
ARG PIP_INDEX_URL
ARG TARMAC_MAVEN_URL
COPY docker/download.sh /usr/local/bin/download
COPY locks/bootstrap.txt locks/
RUN --mount=type=secret,id=ca_bundle --mount=type=tmpfs,target=/tmp --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /opt/tarmac/venv \
 && download /usr/local/bin/python -m pip --python /opt/tarmac/venv/bin/python install --quiet --require-hashes -r locks/bootstrap.txt


FROM installer AS requirements
COPY locks/requirements.txt locks/
RUN --mount=type=secret,id=ca_bundle --mount=type=tmpfs,target=/tmp --mount=type=cache,target=/root/.cache/uv \
    download uv pip sync --quiet --python /opt/tarmac/venv/bin/python --compile-bytecode --require-hashes locks/requirements.txt


# What Glue's scripts see beside the standard library.
FROM installer AS glue-packages
COPY locks/glue-5.1.txt locks/
COPY emulator/__init__.py emulator/
COPY emulator/glue_worker/__init__.py emulator/glue_worker/python_packages.py emulator/glue_worker/
RUN --mount=type=secret,id=ca_bundle --mount=type=tmpfs,target=/tmp --mount=type=cache,target=/root/.cache/uv \
    download python -m emulator.glue_worker.python_packages \
 && rm "$TARMAC_CACHE_DIR"/python/.*.lock \
 && { python -m compileall -q -j 0 --invalidation-mode unchecked-hash "$TARMAC_CACHE_DIR/python" >/dev/null || true; }


FROM requirements AS jars
COPY locks/jars.json locks/
COPY docker/fetch_jars.py docker/
COPY emulator/__init__.py emulator/
COPY emulator/stack/__init__.py emulator/stack/errors.py emulator/stack/jars.py emulator/stack/
RUN --mount=type=secret,id=ca_bundle --mount=type=tmpfs,target=/tmp \
    PYTHONPATH=. download python docker/fetch_jars.py


FROM jars AS class-archive
COPY docker/class_archive.py docker/
COPY emulator/glue_worker/__init__.py emulator/glue_worker/class_archive.py \
    emulator/glue_worker/errors.py emulator/glue_worker/jvm_command.py emulator/glue_worker/jvm_pool.py \
    emulator/glue_worker/jvm_state.py emulator/glue_worker/log4j2.properties \
    emulator/glue_worker/spark_jvm.py emulator/glue_worker/
RUN --mount=type=tmpfs,target=/tmp PYTHONPATH=. python docker/class_archive.py


FROM base
RUN groupadd --gid 10001 tarmac \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/tarmac/home --shell /usr/sbin/nologin tarmac \
 && install -d -o tarmac -g tarmac /var/lib/tarmac
COPY --from=requirements /opt/tarmac/venv /opt/tarmac/venv
COPY --from=glue-packages /opt/tarmac/cache /opt/tarmac/cache
COPY --from=class-archive /opt/tarmac/cache /opt/tarmac/cache
COPY . .
RUN uv pip install --quiet --offline --no-cache --python /opt/tarmac/venv/bin/python --no-deps --no-build-isolation --editable . \
 && python -m compileall -q --invalidation-mode unchecked-hash emulator pipeline scripts seed_data
ENV TARMAC_STATE_DIR=/var/lib/tarmac \
    HOME=/var/lib/tarmac/home
USER 10001:10001
ENTRYPOINT ["python", "-m", "emulator.stack.container"]
