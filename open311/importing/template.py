"""The beginning of a map: the words of another system that somebody must give a meaning."""

import json
from collections import Counter

from open311.errors import echo
from open311.importing.batches import read_requests
from open311.importing.sources import Source

# Who has more services than this has put something else into their place.
MOST_WORDS = 2000


def template_of(source: Source, system: str) -> str:
    """Return a map as YAML, in which the codes of our services are still to be filled in.

    Args:
        source: requests of the other system.
        system: what it is called.

    Raises:
        UnreadableError: the source cannot be read to its end.
    """
    services: Counter[str] = Counter()
    names: dict[str, str] = {}
    statuses: Counter[str] = Counter()
    for record in read_requests(source):
        code, name = (str(record.members.get(f"service_{part}") or "") for part in ("code", "name"))
        if _count(services, code or name):
            names.setdefault(code or name, name)
        _count(statuses, str(record.members.get("status") or "").strip().lower())
    lines = [
        "services:",
        *(f"{_entry(word, n)}: {echo(names[word])}" for word, n in services.most_common()),
    ]
    unknown = [(word, n) for word, n in statuses.most_common() if word not in ("open", "closed")]
    if unknown:
        lines += ["statuses:", *(_entry(word, n) for word, n in unknown)]
    return "\n".join([f"system: {json.dumps(system, ensure_ascii=False)}", *lines]) + "\n"


def _count(counter: Counter[str], word: str) -> bool:
    counted = bool(word) and (word in counter or len(counter) < MOST_WORDS)
    if counted:
        counter[word] += 1
    return counted


def _entry(word: str, number: int) -> str:
    # A JSON string is a quoted one of YAML too.
    return f"  {json.dumps(word, ensure_ascii=False)}:  # {number} requests"
