"""The way out as people set it: one's own proxy, an organisation's certificate, how long; always checked."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from msat.feeds.addresses import parse_address
from msat.feeds.failures import FetchFailure
from msat.feeds.fetch import HttpWeb, limits_of
from msat.feeds.network import Network, check_certificates, proxy_door
from tests.feeds.server import Server, reply, serving

HOST = "alerts.example.org"
FEED = b'{"items": []}'
SECRET = "pass-word-of-the-proxy"


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, Path, Path]:
    """A server's context for HOST under an authority of its own; that authority as PEM and as DER."""
    return made_authority(tmp_path)


def made_authority(folder: Path) -> tuple[ssl.SSLContext, Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    began = datetime(2020, 1, 1, tzinfo=UTC)

    def certificate(name: str, issuer: str, own, signer, is_ca: bool):
        def named(words: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)])

        made = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(began)
            .not_valid_after(began + timedelta(days=36500))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        )
        return made.sign(signer, hashes.SHA256())

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = certificate("Network of the practice", "Network of the practice", root, root, is_ca=True)
    server = certificate(HOST, "Network of the practice", leaf, root, is_ca=False)
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    private = leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(private + server.public_bytes(pem))
    (folder / "authority.pem").write_bytes(b"# From the network's own people\n" + authority.public_bytes(pem))
    (folder / "authority.cer").write_bytes(authority.public_bytes(der))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "authority.pem", folder / "authority.cer"


@contextmanager
def tunnel(to: Server) -> Iterator[tuple[str, list[str]]]:
    """A proxy that lets every CONNECT through to one server; its address, and the heads it was sent."""
    listener, heads = socket.create_server(("127.0.0.1", 0)), []
    target = ("127.0.0.1", int(to.base.rpartition(":")[2]))

    def pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65536):
                other.sendall(piece)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def talk(peer: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(65536)
        heads.append(head.decode("latin-1"))
        far = socket.create_connection(target)
        peer.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pump, args=(far, peer), daemon=True)
        back.start()
        pump(peer, far)
        back.join(5)
        far.close()
        peer.close()

    def accept() -> None:
        while True:
            try:
                peer, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(peer,), daemon=True).start()

    door = threading.Thread(target=accept, daemon=True)
    door.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        door.join(5)


def web_of(network: Network) -> HttpWeb:
    return HttpWeb(network=network, sleep=lambda _seconds: None)


@pytest.mark.parametrize("form", ["pem", "der"])
def test_a_source_is_read_through_ones_own_proxy_under_ones_own_authority(authority, form: str) -> None:
    context, pem, der = authority
    with serving(context) as server, tunnel(server) as (proxy, heads):
        server.answers("/feed", reply(200, FEED, Content_Type="application/json"))
        file = str(pem if form == "pem" else der)
        web = web_of(Network("address", proxy, file, 20))
        assert web.get(f"https://{HOST}/feed").body == FEED
        assert heads[0].startswith(f"CONNECT {HOST}:443 ")
        assert "authorization" not in heads[0].lower()
        assert web.way_to(f"https://{HOST}/feed") == proxy
        assert web.knock(f"https://{HOST}/nothing") == 404
        web.close()


def test_without_the_certificate_the_same_server_is_refused(authority) -> None:
    context, _pem, _der = authority
    with serving(context) as server, tunnel(server) as (proxy, _heads):
        server.answers("/feed", reply(200, FEED))
        web = web_of(Network("address", proxy, "", 20))
        with pytest.raises(FetchFailure, match=r"not safe.*Settings, Network"):
            web.get(f"https://{HOST}/feed")
        assert server.seen == []
        web.close()


def test_an_authority_vouches_for_no_other_name(authority) -> None:
    context, pem, _der = authority
    with serving(context) as server, tunnel(server) as (proxy, _heads):
        web = web_of(Network("address", proxy, str(pem), 20))
        with pytest.raises(FetchFailure, match="not safe"):
            web.get("https://other.example.org/feed")
        assert server.seen == []
        web.close()


def test_a_proxy_that_does_not_answer_or_refuses_is_told_without_its_password(caplog) -> None:
    caplog.set_level(logging.DEBUG)
    with serving() as server:
        server.answers(f"{HOST}:443", reply(407))
        named = f"http://user:{SECRET}@{server.base.removeprefix('http://')}"
        web = HttpWeb(proxies=lambda _address: named, sleep=lambda _seconds: None)
        with pytest.raises(FetchFailure, match="asked for a user name") as caught:
            web.knock(f"https://{HOST}/")
        logging.getLogger("msat").error("a fault", exc_info=caught.value)
        assert server.seen[-1].headers["proxy-authorization"].startswith("Basic ")
        assert web.way_to(f"https://{HOST}/") == server.base
    said = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(proxy_door(named))
    assert SECRET not in said
    with pytest.raises(FetchFailure) as caught:
        proxy_door(f"http://user:{SECRET}@proxy.example.org:{SECRET}")
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    web.close()


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (Network("none", "http://proxy.example.org:8080"), None),
        (Network("address", "http://proxy.example.org:8080"), "http://proxy.example.org:8080"),
        (Network("address", ""), None),
        (Network("system"), "http://system.example.org:3128"),
    ],
)
def test_which_proxy_is_used(monkeypatch: pytest.MonkeyPatch, network: Network, expected: str | None) -> None:
    monkeypatch.setenv("https_proxy", "http://system.example.org:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert network.proxy_for(parse_address(f"https://{HOST}/")) == expected
    assert network.proxy_for(parse_address("http://127.0.0.1:8000/")) is None


def test_what_is_no_file_of_certificates_is_told_and_never_passed_over(tmp_path: Path, authority) -> None:
    _context, pem, der = authority
    assert check_certificates(str(pem)) == check_certificates(str(der)) == ""
    key = tmp_path / "key.pem"
    key.write_bytes((tmp_path / "server.pem").read_bytes().partition(b"-----BEGIN CERTIFICATE")[0])
    torn = tmp_path / "torn.pem"
    torn.write_bytes(pem.read_bytes()[:200])
    letter = tmp_path / "letter.pem"
    letter.write_bytes("-----BEGIN CERTIFICATE-----\n\u00e9\n-----END CERTIFICATE-----".encode())
    large = tmp_path / "large.pem"
    large.write_bytes(b"0" * 1_000_001)
    digits = tmp_path / "digits.cer"
    digits.write_bytes(b"0123")
    for path in (key, torn, letter, large, digits, tmp_path / "absent.pem", tmp_path):
        assert str(path) in check_certificates(str(path)), path
        web = web_of(Network("none", certificates=str(path)))
        with pytest.raises(FetchFailure, match="Settings, Network"):
            web.get(f"https://{HOST}/feed")
        web.close()


def test_the_time_limit_is_what_was_set() -> None:
    assert (limits_of(Network()).connect_s, limits_of(Network()).total_s) == (10, 30)
    assert (limits_of(Network(seconds=90)).read_s, limits_of(Network(seconds=90)).total_s) == (30, 90)
    assert limits_of(Network(seconds=1)).connect_s == 5
