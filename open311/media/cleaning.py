"""Pictures that strangers send, made into pictures that anybody may see.

A picture is known by its content, never by its name. It is decoded and written anew, so that
nothing of the file itself is left: no place where it was taken, no owner, no program.
"""

import re
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import pillow_heif
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from open311.errors import Problem

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
# Half of what telephones make, 4000 or 4032, so that a JPEG is decoded at half its size already.
LONGEST_SIDE = 2000
THUMBNAIL_SIDE = 400

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_QUALITY = 85

# Each scan of a progressive JPEG costs as much as a picture, however few bytes it has; cameras
# and programs write ten or so.
_MOST_SCANS = 100
_SCAN = b"\xff\xda"

# What a browser, a server or a reader of documents would take for its own, wherever it stands.
_FOREIGN = re.compile(
    rb"<script[\s>/]|<!doctype\s|<html[\s>]|<svg\s[^>]{0,500}xmlns|<\?php\s|%pdf-\d\.\d",
    re.IGNORECASE,
)
# The end of a ZIP archive, which a JAR or an office document is too.
_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVE_TAIL = 65_557

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# A picture of 50 million pixels takes 200 MB while it is decoded.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A file as it was sent.

    Attributes:
        name: of the part that it came in, to be named when it cannot be used.
        size: in bytes.
        file: its content; that of one which is too large need not be whole.
    """

    name: str
    size: int
    file: BinaryIO


@dataclass(frozen=True)
class Photo:
    """A clean picture: JPEG, upright, in sRGB, without metadata.

    Attributes:
        content: the picture, no side of it longer than `LONGEST_SIDE`.
        thumbnail: the same, no side longer than `THUMBNAIL_SIDE`.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
    """

    content: bytes
    thumbnail: bytes
    width: int
    height: int


class UnusableError(Exception):
    """A file is no picture that can be taken.

    Args:
        message: key of a text in `messages/`.
        values: what it names, beside the part.
    """

    def __init__(self, message: str, **values: int) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def problem(self, name: str) -> Problem:
        """Return what the client is told, which names the part."""
        return Problem(self.message, {"name": name, **self.values})


def clean(picture: Picture) -> Photo:
    """Make a photo of a picture, however it came; of an animated one, of its first frame.

    Raises:
        UnusableError: it is empty, too large, no picture, broken, or more than a picture.
    """
    if not picture.size:
        raise UnusableError("picture-empty")
    if picture.size > MOST_BYTES:
        raise UnusableError("picture-large", most=MOST_BYTES // 1_000_000)
    # Warnings of files that are odd but readable are nobody's concern; nothing else runs here.
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture.file.seek(0)
        content = picture.file.read()
        _refuse_foreign(content)
        image = _decoded(content)
        thumbnail = image.copy()
        thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return Photo(_encoded(image), _encoded(thumbnail), image.width, image.height)


def _refuse_foreign(content: bytes) -> None:
    if _FOREIGN.search(content) or _ARCHIVE_END in content[-_ARCHIVE_TAIL:]:
        raise UnusableError("picture-foreign")
    if content.startswith(b"\xff\xd8") and content.count(_SCAN) > _MOST_SCANS:
        raise UnusableError("picture-broken")


def _decoded(content: bytes) -> Image.Image:
    """Return the pixels of a picture, and nothing but them: upright, no larger than is kept."""
    pillow_heif.register_heif_opener()
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_many_pixels()
            # Of a JPEG, no more is decoded than is needed.
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            orientation = _orientation(image)
            small = _opaque(image)
            small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            pixels = Image.new("RGB", small.size)
            pixels.paste(_in_srgb(small))
            return pixels.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else pixels
    except UnusableError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise UnusableError("picture-kind") from error
    except Exception as error:
        # The decoders raise all there is, from SyntaxError to struct.error, at what is broken.
        raise UnusableError("picture-broken") from error


def _too_many_pixels() -> UnusableError:
    return UnusableError("picture-pixels", most=MOST_PIXELS // 1_000_000)


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held; Pillow's opener of HEIC has turned the picture already."""
    try:
        held: int = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # EXIF that cannot be read says nothing; the picture may be good all the same.
        return 1
    return held


def _opaque(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be scaled and has a profile: L, RGB or CMYK."""
    if image.mode.startswith("I"):
        # Sixteen bits, which Pillow would cut off instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        # Before it is made smaller: transparent pictures are scaled several times as slowly.
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(image, mask=image)
        return canvas
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture in the colours of the web, if it says which ones it has."""
    if profile := image.info.get("icc_profile"):
        try:
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, given, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # A profile that fits no picture is left out, as browsers do.
            turned = None
        if turned:
            return turned
    return image.convert("RGB")


def _encoded(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    return written.getvalue()
