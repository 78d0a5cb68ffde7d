"""A picture is brought within a network's limits, without hidden data, and no more is done than needed."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageStat, PngImagePlugin

from evenly.media import Fitted, MediaRefused, fit, inspect
from evenly.media.jpeg import stripped
from evenly.plugin import MediaLimits

DATA = Path(__file__).parent / "data"
ANY = MediaLimits(types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}))
JPEG = MediaLimits(types=frozenset({"image/jpeg"}))


def gradient(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture like a photo: soft, and not quite without noise."""
    across = Image.linear_gradient("L").resize(size)
    noise = Image.effect_noise(size, 60)
    picture = Image.merge("RGB", (across, across.transpose(Image.Transpose.ROTATE_180), noise))
    return picture.convert(mode)


def geotagged() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ann Author"
    exif.get_ifd(0x8825)[2] = (45.0, 45.0, 0.0)
    return exif


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "fitted"


def sentences(fitted: Fitted) -> list[str]:
    return [str(change) for change in fitted.changes]


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif"])
def test_a_picture_that_fits_stays_where_it_is(tmp_path: Path, into: Path, name: str) -> None:
    """Not a byte is changed, and nothing is written."""
    path = tmp_path / name
    gradient((80, 60)).save(path)

    assert fit(path, ANY, into) == Fitted(path, inspect(path))
    assert not into.exists()


def test_place_and_camera_are_taken_out_of_a_photo(tmp_path: Path, into: Path) -> None:
    """Not a pixel of a JPEG changes by that."""
    path = tmp_path / "a.jpg"
    gradient((200, 150)).save(path, exif=geotagged(), comment=b"Ann Author", quality=93)

    fitted = fit(path, ANY, into)

    with Image.open(path) as before, Image.open(fitted.path) as after:
        assert not after.getexif()
        assert "comment" not in after.info
        assert after.tobytes() == before.tobytes()
    assert b"Ann Author" not in fitted.path.read_bytes()
    assert sentences(fitted) == ["hidden data removed (such as place, time and camera)"]
    assert fitted.path.parent == into
    assert [file.name for file in into.iterdir()] == [fitted.path.name]
    assert fit(fitted.path, ANY, into).changes == ()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}, {"qtables": "web_low"}])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_way_of_storing_a_jpeg_is_understood(tmp_path: Path, into: Path, mode: str, options: dict[str, Any]) -> None:
    """Several scans, restarts and grey ones too: the pixels are the very same."""
    path = tmp_path / "a.jpg"
    gradient((123, 77), mode).save(path, exif=geotagged(), **options)

    with Image.open(path) as before, Image.open(fit(path, ANY, into).path) as after:
        assert not after.getexif()
        assert after.tobytes() == before.tobytes()


def test_a_jpeg_whose_segments_make_no_sense_is_left_to_the_decoder(tmp_path: Path) -> None:
    """Nothing is returned rather than half a picture."""
    path = tmp_path / "a.jpg"
    gradient((40, 40)).save(path)
    whole = path.read_bytes()

    assert stripped(whole) is not None
    for cut in range(2, len(whole) - 2):
        assert stripped(whole[:cut]) is None
    assert stripped(whole[:2] + b"\xff\xe1\x00\x00" + whole[2:]) is None


def _commented_png(path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Ann Author", zip=False)
    gradient((60, 60), "RGBA").save(path, pnginfo=texts, exif=geotagged())


def _with_trailer(path: Path) -> None:
    gradient((60, 60)).save(path)
    with path.open("ab") as file:
        file.write(b"Ann Author")


def _photoshop_jpeg(path: Path) -> None:
    buffer = io.BytesIO()
    gradient((60, 60)).save(buffer, "JPEG")
    data = buffer.getvalue()
    segment = b"Photoshop 3.0\0Ann Author"
    path.write_bytes(data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment + data[2:])


def _webp(path: Path) -> None:
    gradient((60, 60)).save(path, exif=geotagged(), xmp=b"<x>Ann Author</x>")


def _several_in_one(path: Path) -> None:
    second = gradient((30, 30))
    second.encoderinfo = {"exif": geotagged()}
    gradient((60, 60)).save(path, "MPO", save_all=True, append_images=[second], exif=geotagged())


def _commented_gif(path: Path) -> None:
    gradient((60, 60)).save(path, comment=b"Ann Author")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.png", _commented_png),
        ("b.png", _with_trailer),
        ("b.jpg", _with_trailer),
        ("b.gif", _with_trailer),
        ("b.webp", _with_trailer),
        ("c.jpg", _photoshop_jpeg),
        ("d.webp", _webp),
        ("e.jpg", _several_in_one),
        ("f.gif", _commented_gif),
    ],
)
def test_nothing_hidden_goes_out_wherever_it_is_hidden(tmp_path: Path, into: Path, name: str, make: object) -> None:
    """Texts, previews, editing histories, and what was put behind the end."""
    path = tmp_path / name
    assert callable(make)
    make(path)
    assert b"Ann Author" in path.read_bytes()

    fitted = fit(path, ANY, into)

    assert b"Ann Author" not in fitted.path.read_bytes()
    assert fitted.facts.mime == inspect(path).mime
    assert (fitted.facts.width, fitted.facts.height) == (60, 60)
    assert fit(fitted.path, ANY, into).changes == ()


def test_an_animation_keeps_moving_when_its_hidden_data_is_taken(tmp_path: Path, into: Path) -> None:
    """Frames, their time and the loop stay."""
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[50, 100, 150], loop=3, comment=b"Ann Author")

    fitted = fit(path, ANY, into)

    assert (fitted.facts.kind, fitted.facts.frames) == ("animation", 3)
    with Image.open(fitted.path) as after:
        assert after.info["loop"] == 3
        durations, colours = [], []
        for number in range(3):
            after.seek(number)
            durations.append(after.info["duration"])
            colours.append(after.convert("RGB").getpixel((5, 5)))
    assert durations == [50, 100, 150]
    assert colours == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]
    assert b"Ann Author" not in fitted.path.read_bytes()


def test_an_animation_that_is_not_taken_is_refused(tmp_path: Path, into: Path) -> None:
    """It never becomes a still picture in silence."""
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green")]
    path = tmp_path / "a.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:])

    for limits in (JPEG, MediaLimits(types=frozenset({"image/gif"}), width=16), MediaLimits(types=frozenset({"image/gif"}), bytes=50)):
        with pytest.raises(MediaRefused):
            fit(path, limits, into)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_made_upright(tmp_path: Path, into: Path, orientation: int) -> None:
    """For all eight ways of holding a camera, the viewer's top left stays the viewer's top left."""
    upright = Image.new("RGB", (80, 40), "blue")
    upright.paste("red", (0, 0, 40, 20))
    stored = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    upright.transpose(stored[orientation]).save(path, exif=exif, quality=95)

    fitted = fit(path, ANY, into)

    assert "turned upright" in sentences(fitted)
    with Image.open(fitted.path) as image:
        assert image.size == (80, 40)
        red, _, blue = ImageStat.Stat(image.crop((5, 5, 15, 10))).mean
        assert red > 200
        assert blue < 60


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        (MediaLimits(width=400), (400, 300)),
        (MediaLimits(height=150), (200, 150)),
        (MediaLimits(pixels=120_000), (400, 300)),
        (MediaLimits(width=400, height=100), (133, 100)),
        (MediaLimits(width=5000), (800, 600)),
    ],
)
def test_a_picture_is_made_as_small_as_needed_and_never_larger(
    tmp_path: Path, into: Path, limits: MediaLimits, size: tuple[int, int]
) -> None:
    """The proportions stay."""
    path = tmp_path / "a.jpg"
    gradient((800, 600)).save(path)

    fitted = fit(path, limits, into)

    assert (fitted.facts.width, fitted.facts.height) == size


def test_quality_is_given_up_before_size(tmp_path: Path, into: Path) -> None:
    """A picture a little too heavy keeps its pixels."""
    path = tmp_path / "a.jpg"
    gradient((800, 600)).save(path, quality=95)
    most = path.stat().st_size // 2

    fitted = fit(path, MediaLimits(bytes=most), into)

    assert fitted.facts.bytes <= most
    assert (fitted.facts.width, fitted.facts.height) == (800, 600)
    assert [sentence.split(" ")[0] for sentence in sentences(fitted)] == ["compressed"]


def test_size_is_given_up_where_quality_is_not_enough(tmp_path: Path, into: Path) -> None:
    """Until the bytes fit."""
    path = tmp_path / "a.jpg"
    gradient((1600, 1200)).save(path, quality=95)

    fitted = fit(path, MediaLimits(bytes=40_000), into)

    assert fitted.facts.bytes <= 40_000
    assert 200 <= (fitted.facts.height or 0) < 1200
    assert (fitted.facts.width or 0) / (fitted.facts.height or 1) == pytest.approx(4 / 3, rel=0.01)


def test_a_limit_nobody_can_keep_is_refused(tmp_path: Path, into: Path) -> None:
    """Rather than sending a stamp."""
    path = tmp_path / "a.jpg"
    gradient((800, 600)).save(path)

    with pytest.raises(MediaRefused, match="cannot be brought under 500 bytes"):
        fit(path, MediaLimits(bytes=500), into)
    assert not into.exists()


def test_transparency_stays_where_a_type_can_hold_it(tmp_path: Path, into: Path) -> None:
    """Too heavy a PNG becomes smaller, not white."""
    path = tmp_path / "a.png"
    picture = gradient((600, 600), "RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((600, 600)))
    picture.save(path)

    fitted = fit(path, MediaLimits(bytes=150_000), into)

    assert (fitted.facts.mime, fitted.facts.bytes <= 150_000) == ("image/png", True)
    with Image.open(fitted.path) as image:
        assert image.has_transparency_data


def test_transparency_becomes_white_where_no_type_can_hold_it(tmp_path: Path, into: Path) -> None:
    """Black would be what a plain conversion makes of it."""
    path = tmp_path / "a.png"
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(path)

    fitted = fit(path, JPEG, into)

    assert sentences(fitted) == ["saved as image/jpeg", "transparent parts became white"]
    with Image.open(fitted.path) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_png_without_transparency_becomes_a_jpeg_when_too_heavy(tmp_path: Path, into: Path) -> None:
    """An alpha channel that is opaque everywhere counts as none."""
    path = tmp_path / "a.png"
    gradient((800, 600), "RGBA").save(path)

    fitted = fit(path, MediaLimits(bytes=path.stat().st_size // 3), into)

    assert (fitted.facts.mime, fitted.facts.width) == ("image/jpeg", 800)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK", "LA", "RGBA"])
def test_every_kind_of_colours_can_be_saved(tmp_path: Path, into: Path, mode: str) -> None:
    """Print colours, palettes, 16 bits: what comes out looks like what went in."""
    grey = Image.linear_gradient("L").resize((300, 300))
    if mode == "I;16":
        picture = Image.frombytes(mode, grey.size, b"".join(bytes([value, value]) for value in grey.tobytes()))
    else:
        picture = grey.convert("RGB").convert(mode) if mode == "CMYK" else grey.convert(mode)
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    picture.save(path)

    fitted = fit(path, MediaLimits(types=frozenset({"image/jpeg"}), width=200), into)

    with Image.open(fitted.path) as image:
        assert image.mode in {"L", "RGB"}
        assert ImageStat.Stat(image.convert("L")).mean[0] == pytest.approx(127, abs=6)


def test_the_colour_profile_stays(tmp_path: Path, into: Path) -> None:
    """Without it, colours of modern telephones turn pale."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "a.jpg"
    gradient((400, 300)).save(path, icc_profile=profile, exif=geotagged())

    for limits in (ANY, MediaLimits(width=200)):
        with Image.open(fit(path, limits, into).path) as image:
            assert image.info["icc_profile"] == profile


def test_a_shape_that_is_not_taken_is_refused(tmp_path: Path, into: Path) -> None:
    """Cropping is a person's decision."""
    path = tmp_path / "a.jpg"
    gradient((900, 300)).save(path)

    with pytest.raises(MediaRefused, match=r"900×300 is 3.00 times as wide as high; taken are 0.80 to 1.91: crop it, or .* --fit crop"):
        fit(path, MediaLimits(ratio=(0.8, 1.91)), into)


@pytest.mark.parametrize(
    ("before", "after", "left_top"),
    [((900, 300), (573, 300), (163, 0)), ((300, 900), (300, 375), (0, 262)), ((1, 900), (1, 1), (0, 449))],
)
def test_on_request_the_middle_of_a_picture_is_taken(
    tmp_path: Path, into: Path, before: tuple[int, int], after: tuple[int, int], left_top: tuple[int, int]
) -> None:
    """As much of it as the nearest shape that is taken can show."""
    path = tmp_path / "a.png"
    picture = gradient(before)
    picture.save(path)

    fitted = fit(path, MediaLimits(ratio=(0.8, 1.91)), into, crop=True)

    left, top = left_top
    with Image.open(fitted.path) as image:
        assert image.tobytes() == picture.crop((left, top, left + after[0], top + after[1])).tobytes()
    assert sentences(fitted) == [f"cropped: {after[0]}×{after[1]} of {before[0]}×{before[1]} pixels"]


def test_a_picture_is_cropped_as_it_is_seen(tmp_path: Path, into: Path) -> None:
    """Upright first, and made smaller last."""
    path = tmp_path / "a.jpg"
    exif = geotagged()
    exif[0x0112] = 6
    gradient((900, 300)).save(path, exif=exif)

    fitted = fit(path, MediaLimits(ratio=(0.8, 1.91), width=150), into, crop=True)

    assert (fitted.facts.width, fitted.facts.height) == (150, 187)
    assert sentences(fitted) == [
        "hidden data removed (such as place, time and camera)",
        "turned upright",
        "cropped: 300×375 of 300×900 pixels",
        "made smaller: 150×187 instead of 300×375 pixels",
    ]


def test_a_picture_whose_shape_is_taken_is_not_cropped(tmp_path: Path, into: Path) -> None:
    """Asking for it changes nothing then."""
    path = tmp_path / "a.jpg"
    gradient((400, 300)).save(path)

    assert fit(path, MediaLimits(ratio=(0.8, 1.91)), into, crop=True) == Fitted(path, inspect(path))


def test_an_animation_is_not_cropped(tmp_path: Path, into: Path) -> None:
    """The refusal promises no cure that there is not."""
    path = tmp_path / "a.gif"
    Image.new("L", (90, 30)).save(path, save_all=True, append_images=[Image.new("L", (90, 30), 200)])

    with pytest.raises(MediaRefused, match="animations are not cropped here"):
        fit(path, MediaLimits(types=ANY.types, ratio=(0.8, 1.91)), into, crop=True)


@settings(max_examples=25, deadline=None)
@given(size=st.tuples(st.integers(20, 300), st.integers(20, 300)), width=st.integers(20, 150), exact=st.sampled_from([1.0, 0.75, 1.91]))
def test_a_cropped_picture_has_a_shape_that_is_taken(
    tmp_path_factory: pytest.TempPathFactory, size: tuple[int, int], width: int, exact: float
) -> None:
    """Also after it was made smaller, when whole pixels are all there is."""
    folder = tmp_path_factory.mktemp("crop")
    gradient(size).save(folder / "a.png")
    limits = MediaLimits(ratio=(exact * 0.9, exact), width=width)

    facts = fit(folder / "a.png", limits, folder, crop=True).facts

    assert facts.width is not None
    assert facts.height is not None
    assert facts.width <= min(width, size[0])
    assert exact * 0.9 <= facts.width / facts.height <= exact


def test_a_type_nothing_can_become_is_refused(tmp_path: Path, into: Path) -> None:
    """With the types that are taken."""
    path = tmp_path / "a.jpg"
    gradient((30, 30)).save(path)

    with pytest.raises(MediaRefused, match="taken are image/gif"):
        fit(path, MediaLimits(types=frozenset({"image/gif"})), into)


def test_a_video_is_no_picture(tmp_path: Path, into: Path) -> None:
    """`fit` is for pictures."""
    path = DATA / "lying.webm"

    with pytest.raises(MediaRefused, match="no picture"):
        fit(path, ANY, into)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    mode=st.sampled_from(["RGB", "RGBA", "L", "P"]),
    limits=st.builds(
        MediaLimits,
        bytes=st.none() | st.integers(3_000, 100_000),
        pixels=st.none() | st.integers(1_000, 200_000),
        width=st.none() | st.integers(50, 400),
        height=st.none() | st.integers(50, 400),
    ),
)
def test_what_comes_out_is_always_within_the_limits(tmp_path: Path, size: tuple[int, int], mode: str, limits: MediaLimits) -> None:
    """Or it is refused; and a second fitting finds nothing left to do."""
    path = tmp_path / "a.png"
    gradient(size, mode).save(path)
    try:
        fitted = fit(path, limits, tmp_path / "fitted")
    except MediaRefused:
        assert limits.bytes is not None
        return
    width, height = fitted.facts.width or 0, fitted.facts.height or 0
    assert width <= min(size[0], limits.width or size[0])
    assert height <= min(size[1], limits.height or size[1])
    assert limits.pixels is None or width * height <= limits.pixels
    assert limits.bytes is None or fitted.path.stat().st_size <= limits.bytes
    assert fit(fitted.path, limits, tmp_path / "again").changes == ()
