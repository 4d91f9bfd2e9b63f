"""The server, put together."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import Response
from threadpoolctl import threadpool_limits

from autograd import tape
from backend import pages, problems
from backend.api import branches, explain, findings, graphs, health, lessons, parameters, runs, stream, tapes, tensors
from backend.api.answers import PlainJSON
from backend.caching import Tagged
from backend.gate import Gate
from backend.metrics import Metrics
from backend.problems import problem_response
from backend.runs.retention import Retention
from backend.runs.service import Runs
from backend.runs.shelf import Shelf
from backend.schemas.problems import PROBLEMS
from backend.settings import Settings
from backend.store.database import connect, migrate
from backend.store.folder import hold
from backend.store.repository import RunRepository

_DESCRIPTION = """Runs PyTorch-style scripts, records every forward and backward step on a *tape*, and answers questions
about any moment of it. Errors are `application/problem+json`. A moment is named by a position: `start`, `setup`,
`latest`, an event (`17`), an iteration (`3:`), or an iteration and a phase (`3:backward`)."""


def create_app(settings: Settings | None = None, opened: Sequence[tape.Tape] = ()) -> FastAPI:
    """The application. `opened`: tapes that are there as finished runs from the beginning."""
    settings = settings or Settings()
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        folder = settings.data_dir
        lock = await to_thread.run_sync(hold, folder)
        database = folder / "backplay.sqlite3"
        await to_thread.run_sync(migrate, database)
        engine = connect(database)
        shelf = Shelf(folder / "runs", settings.open_tapes)
        repository = RunRepository(engine)
        service = Runs(settings, repository, shelf, metrics)
        retention = Retention(settings, service, repository, folder / "runs", metrics)
        app.state.runs, app.state.shelf = service, shelf
        # Questions are short and asked in threads of their own: BLAS threads would only wait for each other.
        blas = threadpool_limits(limits=1, user_api="blas")
        try:
            await service.start()
            retention.start()
            app.state.opened = [(await service.adopt(one, None)).id for one in opened]
            yield
        finally:
            await retention.close()
            await service.close()
            shelf.close_all()
            await engine.dispose()
            blas.restore_original_limits()
            os.close(lock)

    app = FastAPI(
        title="Backplay",
        version="0.1.0",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        default_response_class=PlainJSON,
        lifespan=lifespan,
    )
    app.state.settings, app.state.metrics = settings, metrics
    problems.install(app)
    app.add_exception_handler(tape.PositionError, _no_such_moment)
    app.add_exception_handler(tape.TapeError, _nothing_there)
    for resource in (lessons, runs, branches, graphs, parameters, tensors, explain, findings, tapes, stream):
        app.include_router(resource.router, prefix="/api", responses=PROBLEMS)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.add_middleware(Tagged)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=1024,
        compresslevel=5,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/x-npy"),
    )
    app.add_middleware(Gate, settings=settings, metrics=metrics)
    return app


async def _no_such_moment(_: Request, error: Exception) -> Response:
    return problem_response(422, str(error))


async def _nothing_there(_: Request, error: Exception) -> Response:
    return problem_response(409, str(error))
