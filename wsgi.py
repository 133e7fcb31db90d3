"""What a WSGI server runs: `gunicorn wsgi:app`."""

from open311.app import create_app

app = create_app()
