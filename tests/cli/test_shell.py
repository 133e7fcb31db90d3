"""Who is said to have acted, when a command did."""

import getpass
import os

import pytest

from open311.cli.shell import shell_actor


def test_at_the_shell_the_user_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert shell_actor().name == f"shell:{getpass.getuser()}"


def test_behind_sudo_the_person_acts_and_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "anna")
    assert shell_actor().name == "shell:anna"


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SUDO_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert shell_actor().name == "shell:4711"
