"""The ceiling: the same server and framework answering two constant bytes."""

from flask import Flask, Response

app = Flask(__name__, static_folder=None)


@app.get("/")
def ceiling() -> Response:
    """Answer."""
    return Response(b"ok", content_type="text/plain")
