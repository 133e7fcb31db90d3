"""A body as it comes in: never more of it than is allowed, and whole or not at all."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, NamedTuple, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)

from open311.errors import BadRequest, TooLarge
from open311.media.cleaning import MOST_BYTES, Picture

# Of more files than are taken, the content is passed over: each may hold a file of the process.
MOST_FILES = 10
# A file that is larger waits on the disk.
_IN_MEMORY = 500_000
_PIECE = 65_536

_MULTIPART = "multipart/form-data"


class Parts(NamedTuple):
    """What a multipart form consists of.

    Attributes:
        fields: name and text, in the order sent.
        files: in the order sent, without those in which nothing was chosen; to be closed. Those
            after the first `MOST_FILES` have no content.
    """

    fields: list[tuple[str, str]]
    files: list[Picture]


def pieces(request: Request, longest: int) -> Iterator[bytes]:
    """Read a body to its end: what a client that broke off has sent may look like a whole one.

    Args:
        request: whose body it is.
        longest: how many bytes of it are read.

    Raises:
        BadRequest: it breaks off, or its chunks are wrong.
        TooLarge: it is longer, or says so.
    """
    if (request.content_length or 0) > longest:
        raise TooLarge.of("body-too-large", bytes=longest)
    length = 0
    while piece := _read(request):
        length += len(piece)
        if length > longest:
            raise TooLarge.of("body-too-large", bytes=longest)
        yield piece
    if length < (request.content_length or 0):
        raise BadRequest.of("http", name="Incomplete Body")


def _read(request: Request) -> bytes:
    try:
        return request.stream.read(_PIECE)
    except Exception as error:
        # The web server found the chunks wrong, or the client is gone.
        raise BadRequest.of("http", name="Malformed Body") from error


def take_apart(request: Request, longest: int, longest_text: int, most_parts: int) -> Parts:
    """Take a multipart form apart while it comes in.

    Args:
        request: whose body it is.
        longest: how many bytes of it are read.
        longest_text: how many bytes those of its parts may have that are no files.
        most_parts: how many parts it may have.

    Raises:
        BadRequest: it cannot be taken apart, breaks off, or a field is not UTF-8.
        TooLarge: it has more of anything than is allowed.
    """
    fields: list[tuple[str, str]] = []
    files: list[Picture] = []
    number = text_length = size = 0
    with ExitStack() as opened:
        for event in _events(request, longest, longest_text):
            if isinstance(event, Field | File):
                part, size = event, 0
                number += 1
                if number > most_parts:
                    raise TooLarge.of("too-many-fields", most=most_parts)
                content = opened.enter_context(_container(event))
            elif isinstance(event, Data):
                size += len(event.data)
                text_length += len(event.data) if isinstance(part, Field) else 0
                if text_length > longest_text:
                    raise TooLarge.of("body-too-large", bytes=longest_text)
                if size <= MOST_BYTES and len(files) < MOST_FILES:
                    content.write(event.data)
                if event.more_data:
                    continue
                if isinstance(part, Field):
                    fields.append((part.name, _text(part, content)))
                elif part.filename or size:
                    files.append(Picture(part.name, size, cast(BinaryIO, content)))
                else:
                    # A browser sends a field in which no file was chosen as an empty one (D-19).
                    content.close()
        # From here on, who asked closes them.
        opened.pop_all()
    return Parts(fields, files)


def _container(part: Field | File) -> IO[bytes]:
    return BytesIO() if isinstance(part, Field) else SpooledTemporaryFile(_IN_MEMORY)


def _events(request: Request, longest: int, longest_text: int) -> Iterator[Event]:
    """Yield what a form consists of, piece by piece."""
    try:
        boundary = request.mimetype_params["boundary"].encode("ascii")
        decoder = MultipartDecoder(boundary, longest_text + _PIECE)
        for piece in chain(pieces(request, longest), [None]):
            decoder.receive_data(piece)
            while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
                if isinstance(event, Field | File) and event.name is None:
                    raise ValueError("a part has no name")
                yield event
    except RequestEntityTooLarge as error:
        raise TooLarge.of("body-too-large", bytes=longest_text) from error
    except (KeyError, ValueError) as error:
        raise BadRequest.of("http", name=_MULTIPART) from error


def _text(part: Field, content: IO[bytes]) -> str:
    content.seek(0)
    # Some old clients say of each field that it is ISO-8859-1, and mean it.
    charset = MultiPartParser().get_part_charset(part.headers)
    try:
        return content.read().decode(charset)
    except UnicodeDecodeError as error:
        raise BadRequest.of("body-encoding") from error
