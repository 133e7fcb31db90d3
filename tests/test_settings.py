"""What the environment may say, and that it is refused, by name, when it says something else."""

from dataclasses import fields
from pathlib import Path

import pytest

from open311.settings import CHECKOUT, PREFIX, Settings, SettingsError, read_settings

URL = "postgresql+psycopg2://anna:secret@db.example:5433/open311"


def refusal(**variables: str) -> str:
    """Read settings that cannot be used; return what is said."""
    with pytest.raises(SettingsError) as error:
        read_settings({f"{PREFIX}{name}": value for name, value in variables.items()})
    return str(error.value)


def test_nothing_needs_to_be_set() -> None:
    assert read_settings({}) == Settings(
        database_url="",
        database_read_url="",
        cluster_directory="",
        keyring_file="",
        jurisdictions_directory=CHECKOUT / "jurisdictions",
        public_url="",
        require_https=False,
        trusted_proxies=0,
        workers=2,
        threads=4,
        max_body_bytes=1_000_000,
        max_upload_bytes=60_000_000,
        media_directory="",
        media_s3_bucket="",
        media_s3_endpoint="",
        media_s3_region="us-east-1",
        media_s3_access_key_id="",
        media_s3_secret_access_key="",
        assignment_seconds=3,
        job_threads=4,
        private_destinations=(),
        private_pictures=(),
        smtp_host="",
        smtp_port=587,
        smtp_security="starttls",
        smtp_user="",
        smtp_password="",
        smtp_seconds=30,
        mail_from="",
        log_level="INFO",
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("database_url", URL, URL),
        ("database_read_url", URL, URL),
        ("cluster_directory", "/srv/cluster", "/srv/cluster"),
        ("keyring_file", "/srv/keyring", "/srv/keyring"),
        ("jurisdictions_directory", "/srv/cities", Path("/srv/cities")),
        ("public_url", "https://reports.example", "https://reports.example"),
        ("public_url", "https://reports.example/", "https://reports.example"),
        ("public_url", "http://localhost:8311", "http://localhost:8311"),
        ("require_https", "true", True),
        ("require_https", "1", True),
        ("require_https", "no", False),
        ("trusted_proxies", "2", 2),
        ("workers", "8", 8),
        ("threads", "8", 8),
        ("max_body_bytes", "5000", 5000),
        ("max_upload_bytes", "5000", 5000),
        ("media_directory", "/srv/photos", "/srv/photos"),
        ("media_s3_bucket", "photos", "photos"),
        ("media_s3_region", "eu-central-1", "eu-central-1"),
        ("assignment_seconds", "0", 0),
        ("job_threads", "8", 8),
        ("private_destinations", "CRM.intranet", ("crm.intranet",)),
        ("private_destinations", "10.1.0.0/16, fd00::/8,::1", ("10.1.0.0/16", "fd00::/8", "::1")),
        ("smtp_port", "25", 25),
        ("smtp_security", "tls", "tls"),
        ("smtp_seconds", "5", 5),
        ("log_level", "DEBUG", "DEBUG"),
    ],
)
def test_each_setting_is_read_from_its_variable(name: str, text: str, value: object) -> None:
    assert getattr(read_settings({f"{PREFIX}{name.upper()}": text}), name) == value


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_a_variable_that_is_empty_counts_as_not_set(name: str) -> None:
    assert read_settings({f"{PREFIX}{name.upper()}": ""}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "mysql://localhost/open311"),
        ("DATABASE_URL", "postgresql+asyncpg://localhost/open311"),
        ("DATABASE_URL", "the usual one"),
        ("DATABASE_READ_URL", "sqlite://"),
        ("PUBLIC_URL", "reports.example"),
        ("PUBLIC_URL", "ftp://reports.example"),
        ("REQUIRE_HTTPS", "perhaps"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "11"),
        ("WORKERS", "0"),
        ("WORKERS", "two"),
        ("WORKERS", "2.5"),
        ("THREADS", "257"),
        ("MAX_BODY_BYTES", "999"),
        ("MAX_UPLOAD_BYTES", "999"),
        ("MEDIA_S3_ENDPOINT", "s3.example"),
        ("ASSIGNMENT_SECONDS", "-1"),
        ("PRIVATE_DESTINATIONS", "10.0.0.1/8"),
        ("PRIVATE_DESTINATIONS", "10.0.0.0/33"),
        ("PRIVATE_DESTINATIONS", "300.1.1.1"),
        ("PRIVATE_DESTINATIONS", "0x7f.1"),
        ("PRIVATE_DESTINATIONS", "crm.intranet,,"),
        ("PRIVATE_DESTINATIONS", "http://crm.intranet"),
        ("PRIVATE_DESTINATIONS", "crm.intranet:8080"),
        ("SMTP_PORT", "0"),
        ("SMTP_SECURITY", "ssl"),
        ("SMTP_SECONDS", "0"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_name(name: str, text: str) -> None:
    assert f"\n  {PREFIX}{name}: " in refusal(**{name: text})


def test_photos_are_in_a_folder_or_in_a_bucket() -> None:
    s3 = {"MEDIA_S3_BUCKET": "photos", "MEDIA_S3_ENDPOINT": "http://s3.example:9000"}
    assert read_settings({f"{PREFIX}{name}": value for name, value in s3.items()})
    assert "MEDIA_DIRECTORY: " in refusal(MEDIA_DIRECTORY="/srv/photos", **s3)


@pytest.mark.parametrize("name", ["ENDPOINT", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"])
def test_a_storage_without_a_bucket_is_refused(name: str) -> None:
    told = refusal(**{f"MEDIA_S3_{name}": "https://s3.example"})
    assert f"MEDIA_S3_{name}: " in told
    assert "MEDIA_S3_BUCKET" in told


MAIL = {"SMTP_HOST": "mail.example", "MAIL_FROM": "open311@city.example"}


def test_a_mail_server_is_read_whole() -> None:
    variables = MAIL | {"SMTP_USER": "anna", "SMTP_PASSWORD": "markersecret"}
    settings = read_settings({f"{PREFIX}{name}": value for name, value in variables.items()})
    assert settings.smtp_host == "mail.example"
    assert settings.mail_from == "open311@city.example"
    assert (settings.smtp_user, settings.smtp_password) == ("anna", "markersecret")


def test_a_mail_server_needs_a_sender() -> None:
    assert "MAIL_FROM: " in refusal(SMTP_HOST="mail.example")
    assert "MAIL_FROM: " in refusal(SMTP_HOST="mail.example", MAIL_FROM="the city")


@pytest.mark.parametrize("name", ["SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM"])
def test_mail_without_a_server_is_refused(name: str) -> None:
    told = refusal(**{name: "open311@city.example"})
    assert f"{name}: " in told
    assert "SMTP_HOST" in told


def test_a_user_of_the_mail_server_has_a_password() -> None:
    assert "SMTP_PASSWORD: " in refusal(**MAIL, SMTP_USER="anna")
    assert "SMTP_USER: " in refusal(**MAIL, SMTP_PASSWORD="markersecret")


def test_a_password_is_not_sent_in_the_clear() -> None:
    told = refusal(**MAIL, SMTP_USER="anna", SMTP_PASSWORD="markersecret", SMTP_SECURITY="none")
    assert "SMTP_SECURITY: " in told
    assert "markersecret" not in told


@pytest.mark.parametrize("name", ["DATABASE_ULR", "DATABASEURL", "PORT", "X"])
def test_a_variable_that_nobody_knows_is_refused_by_its_name(name: str) -> None:
    assert f"{PREFIX}{name}: There is no such setting." in refusal(**{name: "1"})


def test_all_that_cannot_be_used_is_told_at_once() -> None:
    told = refusal(WORKERS="two", LOG_LEVEL="LOUD", DATABASE_ULR="x", THREADS="2")
    lines = told.splitlines()[1:]
    assert [line.split(":")[0].strip() for line in lines] == [
        "OPEN311_DATABASE_ULR",
        "OPEN311_LOG_LEVEL",
        "OPEN311_WORKERS",
    ]


def test_a_password_is_not_told_in_what_is_refused() -> None:
    assert "secret" not in refusal(DATABASE_URL=URL.replace("psycopg2", "asyncpg"))
    assert "secret" not in refusal(DATABASE_URL=URL.replace("5433", "port"))


def test_variables_of_others_are_left_alone() -> None:
    others = {"PATH": "/bin", "OPEN311": "1", "OPEN311_API_KEY": "x", "OPEN311_CITY_INFO": "y"}
    assert read_settings(others) == read_settings({})


def test_the_variables_of_the_process_are_read_when_none_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPEN311_WORKERS", "7")
    assert read_settings().workers == 7
