"""What is made of pictures: upright, small, of the right colours, and nothing of who took them."""

import random
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from open311.media.cleaning import LONGEST_SIDE, MOST_BYTES, Photo, Picture, UnusableError, clean
from tests.pictures import (
    LEFT,
    OWNER,
    RIGHT,
    encoded,
    is_like,
    opened,
    picture,
    png_of_size,
    with_people,
)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
WHITE = (255, 255, 255)


def cleaned(content: bytes) -> Photo:
    """Clean a picture that was sent as a file of no name."""
    return clean(Picture("media", len(content), BytesIO(content)))


def refusal(content: bytes) -> str:
    """Clean what is no good picture; return what is said of it."""
    with pytest.raises(UnusableError) as error:
        cleaned(content)
    return error.value.message


@pytest.mark.parametrize("format", FORMATS)
def test_every_kind_of_picture_becomes_a_jpeg(format: str) -> None:
    photo = cleaned(picture(format))
    image = opened(photo.content)
    assert image.size == (photo.width, photo.height) == (64, 48)
    assert is_like(image.getpixel((5, 20)), LEFT)
    assert is_like(image.getpixel((60, 20)), RIGHT)
    assert opened(photo.thumbnail).size == (64, 48)


@pytest.mark.parametrize("format", FORMATS)
def test_who_took_it_and_where_is_gone(format: str) -> None:
    given = with_people(format)
    assert OWNER.encode() in given
    photo = cleaned(given)
    for content in (photo.content, photo.thumbnail):
        assert b"marker" not in content.lower()
        assert b"Exif" not in content
        image = opened(content)
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & image.info.keys()


def test_comments_and_other_texts_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>marker</x:xmpmeta>")
    texts.add_text("Author", "marker", zip=True)
    for given in (
        picture("PNG", pnginfo=texts),
        picture("JPEG", comment=b"marker", xmp=b"<x:xmpmeta>marker</x:xmpmeta>"),
        picture("WEBP", xmp=b"<x:xmpmeta>marker</x:xmpmeta>"),
    ):
        photo = cleaned(given)
        assert b"marker" not in photo.content + photo.thumbnail


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("orientation", "red", "blue"),
    [
        (1, (2, 20), (61, 20)),
        (2, (61, 20), (2, 20)),
        (3, (61, 20), (2, 20)),
        (4, (2, 20), (61, 20)),
        (5, (20, 2), (20, 61)),
        (6, (20, 2), (20, 61)),
        (7, (20, 61), (20, 2)),
        (8, (20, 61), (20, 2)),
    ],
)
def test_a_picture_is_upright_however_the_camera_was_held(
    format: str, orientation: int, red: tuple[int, int], blue: tuple[int, int]
) -> None:
    photo = cleaned(with_people(format, orientation))
    assert (photo.width, photo.height) == ((64, 48) if orientation < 5 else (48, 64))
    image = opened(photo.content)
    assert is_like(image.getpixel(red), LEFT)
    assert is_like(image.getpixel(blue), RIGHT)


@pytest.mark.parametrize("size", [(4032, 3024), (3024, 4032), (2001, 10), (8160, 6120)])
def test_a_large_picture_is_made_smaller_and_keeps_its_shape(size: tuple[int, int]) -> None:
    photo = cleaned(picture("JPEG", size))
    assert max(photo.width, photo.height) == LONGEST_SIDE
    assert photo.width / photo.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert max(opened(photo.thumbnail).size) == 400


def test_a_small_picture_is_not_made_larger() -> None:
    photo = cleaned(picture("PNG", (1, 1)))
    assert (photo.width, photo.height) == (1, 1)


def in_mode(mode: str, colour: Any, format: str = "PNG", **options: Any) -> bytes:
    return encoded(Image.new(mode, (40, 40), colour), format, **options)


def palette(**options: Any) -> bytes:
    image = Image.new("P", (40, 40), 1)
    image.putpalette([*LEFT, *RIGHT])
    return encoded(image, "PNG", **options)


@pytest.mark.parametrize(
    ("given", "colour"),
    [
        (in_mode("CMYK", (0, 255, 255, 0), "JPEG"), (254, 0, 0)),
        (in_mode("L", 100), (100, 100, 100)),
        (in_mode("1", 1), WHITE),
        (in_mode("I;16", 40_000), (156, 156, 156)),
        (in_mode("LA", (100, 0)), WHITE),
        (in_mode("RGBA", (*LEFT, 255)), LEFT),
        (in_mode("RGBA", (0, 0, 0, 0)), WHITE),
        (in_mode("RGB", LEFT, transparency=LEFT), WHITE),
        (palette(), RIGHT),
        (palette(transparency=1), WHITE),
        (in_mode("RGBA", (0, 0, 0, 0), "WEBP"), WHITE),
        (in_mode("L", 100, "JPEG"), (100, 100, 100)),
    ],
    ids=["CMYK", "grey", "bits", "16 bits", "clear grey", "opaque", "clear", "clear colour",
         "palette", "clear palette", "clear WebP", "grey JPEG"],
)  # fmt: skip
def test_colours_are_those_of_the_picture_and_what_is_clear_is_white(
    given: bytes, colour: tuple[int, int, int]
) -> None:
    for content in (cleaned(given).content, cleaned(given).thumbnail):
        image = opened(content)
        assert image.mode == "RGB"
        assert is_like(image.getpixel((20, 20)), colour)


def test_colours_of_another_profile_become_those_of_the_web() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, lab, b"no profile"):
        # One that fits is used, one that does not is left out.
        image = opened(cleaned(picture("PNG", icc_profile=profile)).content)
        assert is_like(image.getpixel((5, 20)), LEFT)


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_of_what_moves_the_first_picture_is_taken(format: str) -> None:
    first, second = (Image.new("RGB", (40, 40), colour) for colour in (LEFT, RIGHT))
    moving = encoded(first, format, save_all=True, append_images=[second], duration=100)
    assert is_like(opened(cleaned(moving).content).getpixel((20, 20)), LEFT)


def test_of_several_pictures_in_a_jpeg_the_first_is_taken() -> None:
    first, second = (Image.new("RGB", (40, 40), colour) for colour in (LEFT, RIGHT))
    several = encoded(first, "MPO", save_all=True, append_images=[second])
    assert is_like(opened(cleaned(several).content).getpixel((20, 20)), LEFT)


def test_what_cameras_write_behind_a_picture_is_gone() -> None:
    photo = cleaned(picture() + b"a film of the moment before " * 1000)
    assert b"film" not in photo.content


def test_exif_that_cannot_be_read_spoils_no_picture() -> None:
    given = with_people()
    broken = given.replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\0?").replace(b"Exif\0\0II", b"Exif\0\0I?")
    assert broken != given
    assert cleaned(broken).width == 64


HUGE = {
    "PNG": png_of_size(30_000, 30_000),
    "PNG of a warning": png_of_size(10_000, 10_000),
    "PNG a line too large": png_of_size(50_000, 1_001),
    "PNG of impossible size": png_of_size(2**31 - 1, 2**31 - 1),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(name: str) -> None:
    assert len(HUGE[name]) < 200
    assert refusal(HUGE[name]) == "picture-pixels"


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_a_bomb_of_another_format_is_refused(format: str) -> None:
    # Without loss and without effort it is made soonest; JPEG does not heed that.
    soonest = {"lossless": True, "method": 0}
    given = encoded(Image.new("L", (16_000, 5_000)), format, **soonest)
    assert refusal(given) == "picture-pixels"


def test_a_text_that_inflates_without_end_is_refused() -> None:
    texts = PngImagePlugin.PngInfo()
    for number in range(100):
        texts.add_text(f"text {number}", "a" * 1_000_000, zip=True)
    assert refusal(picture("PNG", pnginfo=texts)) == "picture-broken"


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    given = encoded(Image.new("RGB", (500, 500)), "JPEG", progressive=True)
    scan = given[given.rindex(b"\xff\xda") : -2]
    assert cleaned(given[:-2] + scan * 50 + given[-2:]).width == 500
    assert refusal(given[:-2] + scan * 1000 + given[-2:]) == "picture-broken"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_half_a_picture_is_refused(format: str, share: float) -> None:
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    given = encoded(noise, format)
    assert refusal(given[: int(len(given) * share)]) in ("picture-broken", "picture-kind")


NO_PICTURES = {
    "text": b"This is photo.jpg, believe me.",
    "GIF": encoded(Image.new("RGB", (9, 9)), "GIF"),
    "GIF that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "TIFF": encoded(Image.new("RGB", (9, 9)), "TIFF"),
    "BMP": encoded(Image.new("RGB", (9, 9)), "BMP"),
    "AVIF": encoded(Image.new("RGB", (9, 9)), "AVIF"),
    "beginning of a PNG": b"\x89PNG\r\n\x1a\n",
    "beginning of a JPEG": b"\xff\xd8\xff\xe0",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused_whatever_it_is_called(name: str) -> None:
    assert refusal(NO_PICTURES[name]) == "picture-kind"


MORE_THAN_PICTURES = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>',
    "SVG with a declaration": b"<?xml version='1.0'?><!DOCTYPE svg><svg xmlns='x'/>",
    "page": b"<html><img src=x></html>",
    "JPEG and page": picture() + b"<!DOCTYPE html><script>alert(1)</script>",
    "JPEG and script in its comment": picture(comment=b"<SCRIPT>alert(1)</SCRIPT>"),
    "PNG and PHP": picture("PNG") + b"<?php system('id'); ?>",
    "JPEG and PDF": picture(comment=b"%PDF-1.7 1 0 obj"),
    "JPEG and archive": picture() + b"PK\x05\x06" + b"\0" * 18,
}


@pytest.mark.parametrize("name", MORE_THAN_PICTURES)
def test_what_is_more_than_a_picture_is_refused(name: str) -> None:
    assert refusal(MORE_THAN_PICTURES[name]) == "picture-foreign"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "picture-empty"


def test_the_limit_of_bytes_is_counted_from_the_size_of_what_was_sent() -> None:
    small = picture()
    assert cleaned(small + b"\0" * (MOST_BYTES - len(small))).width == 64
    with pytest.raises(UnusableError) as error:
        clean(Picture("media", MOST_BYTES + 1, BytesIO(small)))
    problem = error.value.problem("photo1")
    assert problem.message == "picture-large"
    assert problem.values == {"name": "photo1", "most": 20}


def test_damage_of_any_kind_is_refused_or_repaired() -> None:
    chance = random.Random(311)
    samples = [with_people(format) for format in FORMATS]
    for _ in range(400):
        damaged = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            photo = cleaned(bytes(damaged))
        except UnusableError:
            continue
        assert ExifTags.Base.Artist not in opened(photo.content).getexif()
