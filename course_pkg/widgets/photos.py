"""Grey photographs for widgets: two that are at hand, checked, packed for the page, and shown."""

import base64
import html
import io

import numpy as np
from jaxtyping import Float
from PIL import Image

__all__ = ["PackedPhoto", "cameraman", "cat", "pack_photo", "picture_tag"]

PackedPhoto = dict[str, str | int]


def cameraman(side: int) -> Float[np.ndarray, "{side} {side}"]:
    """The middle of the photograph that scikit-image ships (CC0, by Lav Varshney), made small.

    Args:
        side: in pixels, a divisor of 384.

    Returns:
        Brightness 0 to 255.

    Example:
        >>> cameraman(24).shape
        (24, 24)
    """
    from skimage import data

    middle = np.asarray(data.camera(), float)[40:424, 80:464]
    return middle.reshape(side, 384 // side, side, 384 // side).mean((1, 3))


def cat() -> Float[np.ndarray, "60 60"]:
    """The middle of the cat's face that scikit-image ships (CC0, by Stefan van der Walt)."""
    from skimage import data

    grey = np.asarray(data.chelsea(), float).mean(2)[20:260, 80:320]
    return grey.reshape(60, 4, 60, 4).mean((1, 3))


def pack_photo(photo: np.ndarray, alt: str, most: int) -> tuple[np.ndarray, PackedPhoto]:
    """Check a photograph and pack it for the page.

    Args:
        photo: grey, brightness 0 to 255.
        alt: what it shows.
        most: pixels a side at most; more would weigh on every page and slow the drawing.

    Returns:
        Its pixels, rounded, and what the page's script unpacks.

    Raises:
        ValueError: if it is empty, too large or out of range.

    Example:
        >>> pixels, packed = pack_photo(np.array([[0.2, 255.0]]), "two dots", most=8)
        >>> packed
        {'pixels': 'AP8=', 'height': 1, 'width': 2, 'alt': 'two dots'}
    """
    pixels = np.asarray(photo, float)
    if pixels.ndim != 2 or not all(1 <= side <= most for side in pixels.shape):
        raise ValueError(
            f"photo must be a grey picture of at most {most} x {most} pixels, "
            f"but its shape is {pixels.shape}: make it smaller, and average its channels"
        )
    if not ((pixels >= 0) & (pixels <= 255)).all():
        raise ValueError("photo must hold brightness from 0 to 255: multiply one from 0 to 1")
    pixels = np.rint(pixels)
    encoded = base64.b64encode(pixels.astype(np.uint8).tobytes()).decode()
    height, width = pixels.shape
    return pixels, {"pixels": encoded, "height": height, "width": width, "alt": alt}


def picture_tag(grey: np.ndarray, alt: str, width: int, *, pixelated: bool = False) -> str:
    """Show brightness as HTML, without a script.

    Args:
        grey: about 0 to 255; what lies beyond is cut off.
        alt: what it shows.
        width: on the page, CSS pixels.
        pixelated: keep the edges of pixels sharp.

    Returns:
        One ``img`` element.
    """
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8)).save(buffer, format="PNG")
    source = base64.b64encode(buffer.getvalue()).decode()
    style = ' style="image-rendering:pixelated"' if pixelated else ""
    return (
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(alt)}" width="{width}"'
        f"{style}>"
    )
