"""Who types a command."""

import getpass
import os

from open311.access.rights import Actor, shell


def shell_actor() -> Actor:
    """Return the person at the shell: who called sudo, else who is logged in.

    Who can run these commands can reach the database itself, so nothing is kept from them; the
    name is for the audit log.
    """
    return shell(os.environ.get("SUDO_USER") or _login_name())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container, a user may be a number alone.
        return str(os.getuid())
