"""What a browser gets besides the API: the built app, and /docs without any request to elsewhere."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from backend.problems import Problem, methods_at

APP = Path(__file__).resolve().parents[1] / "static" / "app"

_FOREVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Backplay</title>
<body style="font: 1rem/1.6 system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>Backplay</h1>
<p>The server is running, but its page is not built yet. Stop it and run <code>make run</code>, which builds it.</p>
<p>The API works already: <a href="/docs">its documentation</a>.</p>
</body></html>
"""
_DOCS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Backplay API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
_DOCS_START = """SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", tryItOutEnabled: true });
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs() -> Response:
    return HTMLResponse(_DOCS)


@router.get("/docs/start.js")
def docs_start() -> Response:
    return Response(_DOCS_START, media_type="text/javascript")


@router.get("/docs/swagger-ui-bundle.js")
def docs_script() -> Response:
    return _swagger("swagger-ui-bundle.js", "text/javascript")


@router.get("/docs/swagger-ui.css")
def docs_style() -> Response:
    return _swagger("swagger-ui.css", "text/css")


def _swagger(name: str, media_type: str) -> Response:
    content = resources.files("fastapi_swagger.resources").joinpath(name).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=3600"})


@router.get("/")
def index() -> Response:
    page = APP / "index.html"
    if not page.is_file():
        return HTMLResponse(_NOT_BUILT)
    return FileResponse(page, headers={"Cache-Control": "no-cache"})


@router.get("/{path:path}")
def asset(path: str, request: Request) -> Response:
    """A file of the built app. Those under assets/ carry a hash in their name and never change."""
    if path.startswith("api/") and methods_at(request):
        raise HTTPException(405)  # a call that there is, by another method
    file = (APP / path).resolve()
    if not file.is_relative_to(APP) or not file.is_file():
        raise Problem(404, f"There is nothing at /{path[:200]}. The page is at /, the API at /docs.")
    cached = _FOREVER if path.startswith("assets/") else "no-cache"
    return FileResponse(file, headers={"Cache-Control": cached})
