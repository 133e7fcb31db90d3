"""Pictures as people and enemies send them, made when they are needed."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import ExifTags, Image

# What EXIF tells of a person, and must never be told on; words that nobody would use otherwise.
OWNER = "Markerowner Exifowicz"
LATITUDE, LONGITUDE = (51.0, 6.0, 35.123), (17.0, 1.0, 54.321)

LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def picture(format: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, LEFT)
    image.paste(RIGHT, (size[0] // 2, 0, *size))
    return encoded(image, format, **options)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    """Return an image as a file of some format."""
    pillow_heif.register_heif_opener()
    written = BytesIO()
    image.save(written, format, **options)
    return written.getvalue()


def with_people(format: str = "JPEG", orientation: int = 1, **options: Any) -> bytes:
    """Return such a picture whose EXIF says whose it is, where it was taken, how it was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = OWNER
    exif[ExifTags.Base.Make] = "Markercamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE, 29: "2026:11:21"}
    )
    return picture(format, exif=exif.tobytes(), **options)


def png_of_size(width: int, height: int) -> bytes:
    """Return a PNG that says that it is so large, and has no more than a few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def opened(content: bytes) -> Image.Image:
    """Return a picture as it is stored or sent, decoded; it must be a JPEG."""
    image = Image.open(BytesIO(content), formats=["JPEG"])
    image.load()
    return image


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """Tell whether a pixel has a colour, but for what JPEG makes of it."""
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))
