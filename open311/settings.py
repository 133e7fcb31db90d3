"""Everything that comes from the environment, read once into one typed value."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema
from marshmallow.validate import URL, Email, OneOf, Range
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
    keyring_file: str
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
    private_destinations: tuple[str, ...]
    private_pictures: tuple[str, ...]
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password: str
    smtp_seconds: int
    mail_from: str
    log_level: str


def _is_database_url(value: str) -> None:
    try:
        name = make_url(value).get_dialect().driver
    except (ArgumentError, ImportError, ValueError) as error:
        raise ValidationError(f"Not a database URL: {error}") from error
    if name != "psycopg2":
        raise ValidationError("Must begin with postgresql+psycopg2://")


def _is_ascii(value: str) -> None:
    # SMTP cannot say other letters to every server.
    if not value.isascii():
        raise ValidationError("Must be ASCII.")


class _Destinations(fields.Field[tuple[str, ...]]):
    """A comma list of host names, addresses and networks."""

    # A name whose last part is a number would be an address written in an unusual way.
    _NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*(?![0-9]+$|0x)[a-z0-9_-]+")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        entries = tuple(entry.strip().lower() for entry in value.split(","))
        for entry in entries:
            if not self._NAME.fullmatch(entry):
                self._check_network(entry)
        return entries

    def _check_network(self, entry: str) -> None:
        try:
            ip_network(entry)
        except ValueError:
            raise ValidationError(
                f"Neither a host name nor an address nor a network: {entry[:60]!r}."
            ) from None


class _SettingsSchema(Schema):
    class Meta:
        unknown = RAISE

    database_url = fields.String(load_default="", validate=_is_database_url)
    database_read_url = fields.String(load_default="", validate=_is_database_url)
    cluster_directory = fields.String(load_default="")
    keyring_file = fields.String(load_default="")
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
    private_destinations = _Destinations(load_default=())
    private_pictures = _Destinations(load_default=())
    smtp_host = fields.String(load_default="")
    smtp_port = fields.Integer(load_default=587, validate=Range(1, 65535))
    smtp_security = fields.String(
        load_default="starttls", validate=OneOf(["none", "starttls", "tls"])
    )
    smtp_user = fields.String(load_default="", validate=_is_ascii)
    smtp_password = fields.String(load_default="", validate=_is_ascii)
    smtp_seconds = fields.Integer(load_default=30, validate=Range(1, 600))
    mail_from = fields.String(load_default="", validate=[Email(), _is_ascii])
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

    @validates_schema
    def _whole_mail_server(self, data: dict[str, Any], **_: Any) -> None:
        if not data["smtp_host"]:
            for name in ("smtp_user", "smtp_password", "mail_from"):
                if data[name]:
                    raise ValidationError("Says nothing without OPEN311_SMTP_HOST.", name)
        elif not data["mail_from"]:
            raise ValidationError("Needed with OPEN311_SMTP_HOST.", "mail_from")
        for name, other in (("smtp_user", "smtp_password"), ("smtp_password", "smtp_user")):
            if data[name] and not data[other]:
                raise ValidationError(f"Needed with OPEN311_{name.upper()}.", other)
        if data["smtp_password"] and data["smtp_security"] == "none":
            raise ValidationError("A password is not sent in the clear.", "smtp_security")

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
