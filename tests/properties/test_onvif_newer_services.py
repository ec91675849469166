"""What is written and read by hand for services that the WSDL files do not know, or know by halves."""

import math
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from orchestrator.adapters.onvif import answers, jpeg, masks, media2, names, places
from orchestrator.adapters.onvif.engine import Engine, engine
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.domain.ids import MaskId
from orchestrator.domain.masks import Cover, KeptMask, Mask, MaskRoom
from orchestrator.domain.place import Place
from orchestrator.privacy import fitting, left_clear
from tests.fakes.onvif_site import grey_jpeg

pytestmark = pytest.mark.slow
quickly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
tokens = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
shares = st.integers(0, 10_000).map(lambda value: value / 10_000)
corners = st.lists(st.tuples(shares, shares), min_size=3, max_size=8, unique=True).map(tuple)


def degrees(most: int) -> st.SearchStrategy[float]:
    return st.integers(-most * 1_000_000, most * 1_000_000).map(lambda value: value / 1_000_000)


covers = st.sampled_from([Cover.COLOUR, Cover.PIXELS, Cover.BLUR])
every_mask = st.builds(Mask, corners, covers, st.booleans())
NAMESPACES = (
    f'xmlns:tr2="{names.Service.MEDIA2.value}" xmlns:trt="{names.Service.MEDIA.value}"'
    f' xmlns:tds="{names.Service.DEVICE.value}" xmlns:tt="{names.SCHEMA}"'
)


@pytest.fixture
async def zeeps() -> Engine:
    return await engine()


def element(text: str) -> etree._Element:
    head, _, tail = text.partition(">")
    close = "/" if head.endswith("/") else ""
    return etree.fromstring(f"{head.removesuffix('/')} {NAMESPACES}{close}>{tail}")


def enveloped(answer: etree._Element) -> etree._Element:
    envelope = etree.Element(f"{{{names.SOAP}}}Envelope")
    etree.SubElement(envelope, f"{{{names.SOAP}}}Body").append(answer)
    return envelope


@quickly
@given(
    st.lists(
        st.tuples(tokens, tokens, st.integers(-1, 20_000), st.integers(0, 2000), st.booleans()),
        max_size=5,
    )
)
def test_a_profile_of_media2_is_read_as_zeep_reads_it_of_the_older_service(
    zeeps: Engine, listed: list[tuple[str, str, int, int, bool]]
) -> None:
    older, newer = "", ""
    for token, name, width, rate, has_head in listed:
        source = (
            f"<tt:Name>s</tt:Name><tt:UseCount>1</tt:UseCount><tt:SourceToken>{escape(name)}"
            '</tt:SourceToken><tt:Bounds x="0" y="0" width="1" height="1"/>'
        )
        size = (
            f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>90</tt:Height></tt:Resolution>"
        )
        head = "<tt:Name>h</tt:Name><tt:UseCount>1</tt:UseCount><tt:NodeToken>n</tt:NodeToken>"
        own = "<tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>"
        older += (
            f"<trt:Profiles token={quoteattr(token)}><tt:Name>{escape(name)}</tt:Name>"
            f'<tt:VideoSourceConfiguration token="v">{source}</tt:VideoSourceConfiguration>'
            f'<tt:VideoEncoderConfiguration token="e">{own}{size}<tt:Quality>5</tt:Quality>'
            f"<tt:RateControl><tt:FrameRateLimit>{rate}</tt:FrameRateLimit><tt:EncodingInterval>1"
            "</tt:EncodingInterval><tt:BitrateLimit>1</tt:BitrateLimit></tt:RateControl>"
            "</tt:VideoEncoderConfiguration>"
            + (f'<tt:PTZConfiguration token="p">{head}</tt:PTZConfiguration>' if has_head else "")
            + "</trt:Profiles>"
        )
        newer += (
            f"<tr2:Profiles token={quoteattr(token)}><tr2:Name>{escape(name)}</tr2:Name>"
            f'<tr2:Configurations><tr2:VideoSource token="v">{source}</tr2:VideoSource>'
            f'<tr2:VideoEncoder token="e">{own}{size}<tt:RateControl><tt:FrameRateLimit>{rate}'
            "</tt:FrameRateLimit><tt:BitrateLimit>1</tt:BitrateLimit></tt:RateControl>"
            "<tt:Quality>5</tt:Quality></tr2:VideoEncoder>"
            + (f'<tr2:PTZ token="p">{head}</tr2:PTZ>' if has_head else "")
            + "</tr2:Configurations></tr2:Profiles>"
        )
    asked = enveloped(element(f"<trt:GetProfilesResponse>{older}</trt:GetProfilesResponse>"))

    theirs = answers.profiles(zeeps.parse(names.GET_PROFILES, asked))
    ours = media2.profiles(element(f"<tr2:GetProfilesResponse>{newer}</tr2:GetProfilesResponse>"))

    assert ours == theirs


@quickly
@given(every_mask, tokens)
def test_a_mask_comes_back_from_the_wire_as_it_was_written(mask: Mask, token: str) -> None:
    sent = etree.fromstring(masks.set_mask(token, "view", mask, None))
    kept = sent[0]
    kept.tag = f"{media2.TR2}Masks"
    answer = etree.Element(f"{media2.TR2}GetMasksResponse")
    answer.append(kept)

    [read] = masks.kept_masks(answer)

    assert read.id == MaskId(token)
    assert (read.mask.cover, read.mask.on) == (mask.cover, mask.on)
    near = [pytest.approx(corner, abs=1e-6) for corner in mask.corners]
    assert list(read.mask.corners) == near
    assert isinstance(read, KeptMask)


@quickly
@given(every_mask, st.integers(4, 8), st.booleans())
def test_what_is_made_to_fit_hides_all_that_was_to_be_hidden(
    mask: Mask, most: int, rectangles: bool
) -> None:
    room = MaskRoom(1, most, frozenset(), rectangles)

    fitted = fitting(mask, room)

    assert left_clear(mask, fitted) <= 1e-9
    assert len(fitted.corners) <= most
    assert left_clear(mask, mask) == 0.0


@quickly
@given(
    st.builds(
        Place,
        degrees(180),
        degrees(90),
        st.none() | degrees(9000),
        st.none() | degrees(360),
    )
)
def test_a_place_comes_back_from_the_wire_as_it_was_written(at: Place) -> None:
    sent = etree.fromstring(places.set_geo_location(at, 'a"source'))
    answer = etree.Element(f"{{{names.Service.DEVICE.value}}}GetGeoLocationResponse")
    answer.extend(list(sent))

    assert places.place(answer) == at


TAGS = [
    *(media2.TR2 + name for name in ("Profiles", "Configurations", "VideoEncoder", "Options")),
    *(media2.TR2 + name for name in ("Masks", "Polygon", "MaxMasks", "Token", "Uri")),
    *(media2.TT + name for name in ("Point", "GeoLocation", "ColorList", "Resolution")),
    f"{{{names.Service.DEVICE.value}}}Location",
]
odd = st.sampled_from(["", "NaN", "inf", "-1", "1e999", "x", "9" * 40, "0.5", "true"])


def tree(
    children: list[etree._Element], tag: str, text: str, said: dict[str, str]
) -> etree._Element:
    parent = etree.Element(tag, said)
    parent.text = text
    parent.extend(children)
    return parent


attributes = st.dictionaries(
    st.sampled_from(["token", "x", "y", "lon", "lat", "elevation", "X", "Y", "Z"]), odd, max_size=4
)
trees = st.recursive(
    st.builds(
        lambda tag, text, said: tree([], tag, text, said), st.sampled_from(TAGS), odd, attributes
    ),
    lambda inner: st.builds(
        tree, st.lists(inner, max_size=4), st.sampled_from(TAGS), odd, attributes
    ),
    max_leaves=12,
)
Reader = Callable[[etree._Element], object]


@settings(quickly, max_examples=60)
@given(trees, st.sampled_from([media2.profiles, masks.palette, masks.kept_masks, places.place]))
def test_a_strange_answer_is_read_or_refused_and_nothing_else_happens(
    strange: etree._Element, read: Reader
) -> None:
    try:
        said = read(strange)
    except Unusable:
        return

    for kept in said if isinstance(said, tuple) else ():
        if isinstance(kept, KeptMask):
            assert all(0.0 <= value <= 1.0 for corner in kept.mask.corners for value in corner)
    if isinstance(said, Place):
        assert said.exists
        assert math.isfinite(said.elevation_m or 0.0)


@settings(quickly, max_examples=60)
@given(st.data())
def test_of_a_still_that_was_tampered_with_a_sound_size_is_told_or_none(
    data: st.DataObject,
) -> None:
    whole = bytearray(grey_jpeg(64, 48))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    picture = bytes(whole[: data.draw(st.integers(0, len(whole)))])

    try:
        still = jpeg.still(picture)
    except Unusable:
        return

    assert 0 < still.width_px <= 16_384
    assert 0 < still.height_px <= 16_384
    assert still.jpeg == picture


def test_the_size_of_a_still_is_that_of_its_frame() -> None:
    still = jpeg.still(grey_jpeg(640, 360))

    assert (still.width_px, still.height_px) == (640, 360)
