"""Everything that comes from the environment, read once into one typed value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import URL, OneOf, Range
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "OPEN311_"

# The folders `jurisdictions/`, `schemas/` and `fixtures/` stand beside the package in a checkout.
CHECKOUT = Path(__file__).resolve().parent.parent

# Variables that client libraries read; a person may have them set, and they are none of ours.
FOREIGN = {"OPEN311_API_KEY", "OPEN311_CITY_INFO"}


class SettingsError(Exception):
    """The environment holds a setting that is unknown or cannot be used."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process; the table in `docs/operators.md` describes each."""

    database_url: str
    database_read_url: str
    cluster_directory: str
    jurisdictions_directory: Path
    public_url: str
    require_https: bool
    trusted_proxies: int
    workers: int
    threads: int
    max_body_bytes: int
    max_upload_bytes: int
    media_directory: str
    media_s3_bucket: str
    media_s3_endpoint: str
    media_s3_region: str
    media_s3_access_key_id: str
    media_s3_secret_access_key: str
    assignment_seconds: int
    job_threads: int
    log_level: str


def _is_database_url(value: str) -> None:
    try:
        name = make_url(value).get_dialect().driver
    except (ArgumentError, ImportError, ValueError) as error:
        raise ValidationError(f"Not a database URL: {error}") from error
    if name != "psycopg2":
        raise ValidationError("Must begin with postgresql+psycopg2://")


class _SettingsSchema(Schema):
    class Meta:
        unknown = RAISE

    database_url = fields.String(load_default="", validate=_is_database_url)
    database_read_url = fields.String(load_default="", validate=_is_database_url)
    cluster_directory = fields.String(load_default="")
    jurisdictions_directory = fields.String(load_default=str(CHECKOUT / "jurisdictions"))
    public_url = fields.String(
        load_default="", validate=URL(schemes={"http", "https"}, require_tld=False)
    )
    require_https = fields.Boolean(load_default=False)
    trusted_proxies = fields.Integer(load_default=0, validate=Range(0, 10))
    workers = fields.Integer(load_default=2, validate=Range(1, 256))
    threads = fields.Integer(load_default=4, validate=Range(1, 256))
    max_body_bytes = fields.Integer(load_default=1_000_000, validate=Range(1_000))
    max_upload_bytes = fields.Integer(load_default=60_000_000, validate=Range(1_000))
    media_directory = fields.String(load_default="")
    media_s3_bucket = fields.String(load_default="")
    media_s3_endpoint = fields.String(
        load_default="", validate=URL(schemes={"http", "https"}, require_tld=False)
    )
    media_s3_region = fields.String(load_default="us-east-1")
    media_s3_access_key_id = fields.String(load_default="")
    media_s3_secret_access_key = fields.String(load_default="")
    assignment_seconds = fields.Integer(load_default=3, validate=Range(0))
    job_threads = fields.Integer(load_default=4, validate=Range(1, 256))
    log_level = fields.String(
        load_default="INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
    )

    @validates_schema
    def _one_storage(self, data: dict[str, Any], **_: Any) -> None:
        if not data["media_s3_bucket"]:
            for name in ("endpoint", "access_key_id", "secret_access_key"):
                if data[f"media_s3_{name}"]:
                    raise ValidationError(
                        "Says nothing without OPEN311_MEDIA_S3_BUCKET.", f"media_s3_{name}"
                    )
        elif data["media_directory"]:
            raise ValidationError(
                "Photos are in a folder or in a bucket, not in both.", "media_directory"
            )

    @post_load
    def _to_settings(self, data: dict[str, Any], **_: Any) -> Settings:
        data["jurisdictions_directory"] = Path(data["jurisdictions_directory"])
        data["public_url"] = data["public_url"].rstrip("/")
        return Settings(**data)


def _schema() -> Schema:
    schema = _SettingsSchema()
    schema.error_messages["unknown"] = "There is no such setting."
    return schema


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; a variable that is set but empty counts as not set.

    Args:
        environment: the variables to read; those of the process when not given.

    Returns:
        Settings, complete and checked.

    Raises:
        SettingsError: naming every variable that is unknown or has a value that cannot be used.
    """
    variables = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith(PREFIX) and name not in FOREIGN and value
    }
    try:
        settings: Settings = _schema().load(variables)
    except ValidationError as error:
        problems = [
            f"{PREFIX}{name.upper()}: {' '.join(texts)}"
            for name, texts in sorted(error.messages_dict.items())
        ]
        raise SettingsError("Settings that cannot be used:\n  " + "\n  ".join(problems)) from error
    return settings
