"""Why something did not leave the house.

The texts name the host and the reason, and never what was sent or answered: they stand in logs and
in the list of jobs.
"""

_LONGEST_HOST = 100


class OutboundError(Exception):
    """A call that did not get an answer.

    Args:
        host: the host that was to be called, or was named; empty: none can be made out.
        reason: the rest of the sentence.
    """

    def __init__(self, host: str, reason: str) -> None:
        self.host, self.reason = host[:_LONGEST_HOST], reason
        super().__init__(f"{self.host or 'The address'} {reason}")


class AddressRefused(OutboundError):
    """The address is not one that may be called. It stays so until somebody changes something."""


class Unreachable(OutboundError):
    """There was no connection, or what came over it was no answer."""


class TooSlow(OutboundError):
    """The whole took longer than it may."""


class TooLong(OutboundError):
    """The answer is longer than it may be."""


class MailError(Exception):
    """A message that was not handed over. The text names neither addresses nor content."""


class MailRefused(MailError):
    """The recipient or the message is refused for good."""


class MailUnavailable(MailError):
    """The message was not taken for now: it can be tried again."""
