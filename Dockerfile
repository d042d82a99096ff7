# syntax=docker/dockerfile:1

FROM python:3.11-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv
WORKDIR /app

# What the worker depends on changes seldom, so it has a layer of its own.
COPY pyproject.toml uv.lock README.md LICENSE CHANGELOG.md ./
RUN uv sync --locked --no-dev --group cel --group tracing --no-install-project

COPY hatch_build.py ./
COPY bin ./bin
COPY cartwright ./cartwright
COPY models ./models
COPY facts ./facts
COPY pricing ./pricing
COPY rules ./rules
COPY handlers ./handlers
COPY queries ./queries
COPY dialects ./dialects
COPY engine ./engine
COPY storage ./storage
COPY workers ./workers
COPY audit ./audit
COPY demo ./demo
COPY cli ./cli
COPY stack ./stack
RUN uv sync --locked --no-dev --group cel --group tracing && python -m compileall -q cartwright models facts pricing rules queries handlers engine dialects storage workers audit demo cli stack

FROM python:3.11-slim
RUN useradd --system --no-create-home --uid 10001 cart
# The worker is run from its checkout: the environment's path leads to /app.
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 CART_METRICS_PORT=9464
EXPOSE 9464
USER 10001
STOPSIGNAL SIGTERM
# The worker in this container and no other one; its broker and database count, for without them it does not work.
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["cart", "health", "ready"]
ENTRYPOINT ["cart"]
CMD ["run"]
