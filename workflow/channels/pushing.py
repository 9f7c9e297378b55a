"""Web push: a message that only one browser can open (RFC 8030, 8188, 8291, 8292).

Written on `cryptography`, which the application has already: what packages of this
purpose add is a second and a third HTTP client.
"""

import base64
import json
import os
import time
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1
RECORD = 4096  # bytes of the one record, and the most a push service must take
PAYLOAD_MOST = 3993  # what is left of it for the text (RFC 8291, 4)
POINT = 65  # bytes of an uncompressed point
AUTH = 16
KEEP = (
    24 * 3600
)  # seconds that the push service keeps a message for a phone that is off
TOKEN = 12 * 3600  # seconds that a token lives (24 h at most: RFC 8292, 2)


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_key() -> str:
    """A private key of the application, as it is kept sealed."""
    number = ec.generate_private_key(CURVE()).private_numbers().private_value
    return encode(number.to_bytes(32, "big"))


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError."""
    return ec.derive_private_key(int.from_bytes(decode(text), "big"), CURVE())


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check(key: str, auth: str) -> None:
    """Raises ValueError for what is no key of a browser."""
    if len(decode(auth)) != AUTH:
        raise ValueError("auth")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE(), decode(key))


def sealed(
    text: bytes,
    key: str,
    auth: str,
    *,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body that the browser with this key and secret opens (RFC 8291, 3).

    ``own`` and ``salt`` are made for each message; the standard's example names them.
    """
    if len(text) > PAYLOAD_MOST:
        raise ValueError("too long for a push")
    browser = decode(key)
    own, salt = own or ec.generate_private_key(CURVE()), salt or os.urandom(16)
    other = ec.EllipticCurvePublicKey.from_encoded_point(CURVE(), browser)
    mine = public_of(own)
    info = b"WebPush: info\0" + browser + mine
    secret = _derived(own.exchange(ec.ECDH(), other), decode(auth), info, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    # One record, and the last: its text ends with 2 (RFC 8188, 2).
    box = AESGCM(content_key).encrypt(nonce, text + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine + box


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)


def headers(
    endpoint: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    contact: str,
    message: UUID,
    urgent: bool,
) -> dict[str, str]:
    """What says who sends it, how long it is kept and that it replaces itself.

    The topic is the message's own key: sent twice while the phone is off, the second
    takes the place of the first (RFC 8030, 5.4).
    """
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN,
        **({"sub": contact} if contact else {}),
    }
    return {
        "Authorization": f"vapid t={_token(claims, key)}, k={encode(public_of(key))}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEEP),
        "Topic": encode(message.bytes),
        "Urgency": "high" if urgent else "normal",
    }


def _token(claims: dict[str, object], key: ec.EllipticCurvePrivateKey) -> str:
    """A JSON web token signed by ES256 (RFC 7515, 7518)."""
    head = {"typ": "JWT", "alg": "ES256"}
    parts = [encode(json.dumps(part).encode()) for part in (head, claims)]
    signed = ".".join(parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
