"""Answers of other GeoReport servers in XML, read element by element.

Nothing outside the file is loaded, and no entity is replaced.
"""

from collections.abc import Iterator

from lxml import etree

from open311.errors import echo
from open311.importing.sources import Record, Source, UnreadableError


def read_records(source: Source, *roots: str) -> Iterator[Record]:
    """Yield what stands below the root, each with the texts of its children.

    Args:
        source: the answer.
        roots: names that its root may have.

    Raises:
        UnreadableError: it has another root, or holds errors, or is broken.
    """
    for number, element in enumerate(_read(source, roots), 1):
        yield Record(number, texts_of(element))


def read_document(source: Source, root: str) -> etree._Element:
    """Return the root of an answer that is one small document, such as a service definition.

    Raises:
        UnreadableError: it has another root, or holds errors, or is broken.
    """
    last = None
    for element in _read(source, (root,), keep=True):
        last = element
    if last is None:
        raise UnreadableError(f"holds nothing but <{root}>")
    return last.getroottree().getroot()


def texts_of(element: etree._Element) -> dict[str, str | None]:
    """Return the texts of an element's children, by name."""
    return {name_of(child): child.text for child in element}


def name_of(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def _read(
    source: Source, roots: tuple[str, ...], *, keep: bool = False
) -> Iterator[etree._Element]:
    """Yield the children of the root, each complete, and forget it after."""
    number = depth = 0
    try:
        for event, element in etree.iterparse(
            source.content,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            if event == "start":
                depth += 1
                if depth == 1:
                    _check_root(element, roots)
                continue
            depth -= 1
            if depth == 0 and name_of(element) == "errors":
                raise UnreadableError("is an error of that server, without saying which")
            if depth == 1:
                number += 1
                parent = element.getparent()
                if parent is not None and name_of(parent) == "errors":
                    told = " ".join(text or "" for text in texts_of(element).values())
                    raise UnreadableError(f"is an error of that server: {echo(told)}")
                yield element
                if not keep and parent is not None:
                    parent.clear()
    except etree.XMLSyntaxError as error:
        text = f"is no XML after record {number}: {echo(str(error.msg))}"
        raise UnreadableError(text) from error
    except (OSError, EOFError) as error:
        raise UnreadableError(f"cannot be unpacked after record {number}: {error}") from error


def _check_root(element: etree._Element, roots: tuple[str, ...]) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("declares a document type, which no answer of GeoReport does")
    name = name_of(element)
    if name not in (*roots, "errors"):
        raise UnreadableError(f"begins with <{echo(name)}>, not with <{roots[0]}>")
