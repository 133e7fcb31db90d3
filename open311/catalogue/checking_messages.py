"""What a schema cannot say of `messages.yaml`: keys that there are, texts that can be written."""

from collections.abc import Sequence

from open311.catalogue.checking import Finding
from open311.catalogue.yaml_source import Source
from open311.messages.overriding import wrong_in_text


def check_messages(source: Source, languages: Sequence[str]) -> list[Finding]:
    """Check `messages.yaml`, which its schema has accepted.

    Args:
        source: the file.
        languages: those of the jurisdiction.
    """
    findings = []
    for language, texts in source.value.items():
        if language not in languages:
            text = f"nobody is written to in {language}, which is no language of jurisdiction.yaml"
            findings.append(Finding.at(source, (language,), text, warning=True))
        findings += [
            Finding.at(source, (language, key), f"{language}.{key}: {wrong}")
            for key, text in texts.items()
            for wrong in wrong_in_text(key, text)
        ]
    return findings
