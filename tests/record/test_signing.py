"""Signed notes: the published form, byte for byte, and every way in which one can be wrong."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from msat.errors import Refused
from msat.record.entries import Head
from msat.record.signing import (
    BadNote,
    Signer,
    head_text,
    key_id,
    new_private_key,
    public_key,
    read_head,
    read_note,
    sign,
    verify_note,
)

PRIVATE = bytes(range(32))
LOG = "4f1c9a2e77b0d3e14f1c9a2e77b0d3e1"
HEAD = Head(LOG, 214, "ab" * 32)
NOTE = sign(head_text(HEAD), LOG, PRIVATE)


def test_a_head_is_signed_in_exactly_this_form() -> None:
    text, line = NOTE.split("\n\n")
    raw = base64.b64encode(bytes.fromhex("ab" * 32)).decode()
    assert text == f"msat-chain-v1/{LOG}\n214\n{raw}"
    dash, name, code = line.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", LOG)
    signature = base64.b64decode(code)
    assert signature[:4] == key_id(LOG, public_key(PRIVATE))
    assert len(signature) == 68
    # Checked with the library itself, not with our own verify.
    Ed25519PrivateKey.from_private_bytes(PRIVATE).public_key().verify(signature[4:], f"{text}\n".encode())


def test_signing_is_deterministic_and_reads_back() -> None:
    assert sign(head_text(HEAD), LOG, PRIVATE) == NOTE
    assert read_head(verify_note(NOTE, LOG, public_key(PRIVATE))) == HEAD


def test_the_key_id_is_the_one_of_the_published_form() -> None:
    """C2SP signed-note: the first four bytes of SHA-256(name, 0x0A, 0x01, public key)."""
    public = public_key(PRIVATE)
    assert key_id("a.example", public) == hashlib.sha256(b"a.example\x0a\x01" + public).digest()[:4]


def test_every_flipped_bit_of_a_note_is_noticed() -> None:
    data = NOTE.encode()
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1 << (position % 8)
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(BadNote):
            verify_note(text, LOG, public_key(PRIVATE))


def test_another_key_or_another_name_does_not_verify() -> None:
    with pytest.raises(BadNote, match="not signed by the expected key"):
        verify_note(NOTE, LOG, public_key(new_private_key()))
    with pytest.raises(BadNote, match="not signed by the expected key"):
        verify_note(NOTE, "another", public_key(PRIVATE))


def test_a_signature_under_our_key_id_by_somebody_else_is_wrong() -> None:
    forged = sign(head_text(HEAD), LOG, new_private_key())
    code = base64.b64decode(forged.rstrip("\n").rsplit(" ", 1)[1])
    line = base64.b64encode(key_id(LOG, public_key(PRIVATE)) + code[4:]).decode()
    with pytest.raises(BadNote, match="does not belong"):
        verify_note(f"{head_text(HEAD)}\n\u2014 {LOG} {line}\n", LOG, public_key(PRIVATE))


def test_other_peoples_signatures_are_left_aside() -> None:
    others = [sign(head_text(HEAD), f"committee-{n}", new_private_key()).split("\n\n")[1] for n in range(16)]
    assert verify_note(NOTE + others[0], LOG, public_key(PRIVATE)) == head_text(HEAD)
    assert verify_note(NOTE + "".join(others[:15]), LOG, public_key(PRIVATE)) == head_text(HEAD)
    with pytest.raises(BadNote, match="more than 16"):
        verify_note(NOTE + "".join(others), LOG, public_key(PRIVATE))
    with pytest.raises(BadNote, match="two signatures of one key"):
        verify_note(NOTE + others[0] + others[0], LOG, public_key(PRIVATE))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n\n",
        "text\n\n\u2014 \n",
        "text\n\n\u2014 name\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n\u2014 name AAAAAAA\n",
        "text\n\n\u2014 name AAAAAAAA=\n",
        "text\n\n\u2014 na+me AAAAAAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n\u2014 name AAAAAAAA",
        "text\r\n\n\u2014 name AAAAAAAA\n",
        "te\0xt\n\n\u2014 name AAAAAAAA\n",
        "text\n\n\u2014 name AAAA AAAA\n",
        "te\ud800xt\n\n\u2014 name AAAAAAAA\n",
        "x" * 9000 + "\n\n\u2014 name AAAAAAAA\n",
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        read_note(note)


def test_a_text_with_empty_lines_reads_back_whole() -> None:
    text = "msat-export-v1\n\n\u2014 looks like AAAA\n\n"
    assert verify_note(sign(text, "log", PRIVATE), "log", public_key(PRIVATE)) == text


@pytest.mark.parametrize(
    "text", ["no line end", "a\tb\n", "a\rb\n", "a\x7fb\n", "\ud800\n", "x" * 8192 + "\n", "x" * 8100 + "\n"]
)
def test_what_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(Refused):
        Signer("log", PRIVATE).sign(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "msat-chain-v1/x\n1\nAAAA\n",
        head_text(HEAD).replace("214", "0214"),
        head_text(HEAD).replace("214", "0"),
        head_text(HEAD).replace("214", "-1"),
        head_text(HEAD).replace("214", "\u0662"),
        head_text(HEAD).replace("chain-v1", "chain-v2"),
        head_text(HEAD) + "more\n",
        head_text(HEAD).replace("q6ur", "q6u"),
        head_text(HEAD).replace("msat", " msat"),
    ],
)
def test_other_texts_are_not_heads(text: str) -> None:
    with pytest.raises(BadNote):
        read_head(text)
