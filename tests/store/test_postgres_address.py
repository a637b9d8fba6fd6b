"""Addresses of databases: which are opened, and that nothing leaves this computer without encryption."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.exc import DBAPIError

from msat.errors import MsatError, Refused
from msat.store import postgres_engine
from msat.store.engine import reading
from msat.store.postgres_engine import database_engine, read_address, server_of, without_password
from msat.store.postgres_refusals import may_pass, why
from tests.conftest import NOON
from tests.postgres import server_module


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://p@db.example/msat",
        "postgresql://p:secret@db.example:5433/msat",
        "postgres://p@10.1.2.3/msat?connect_timeout=3",
        "postgresql://p@db.example/msat?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        "postgresql://p@db.example/msat?sslmode=",
        "postgresql://p@localhost.example.org/msat",
        "postgresql://p@127.0.0.1.example.org/msat",
        "postgresql://p@/msat?host=db.example",
        "postgresql://p@localhost/msat?host=db.example",
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(text: str) -> None:
    assert read_address(text).query["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "VERIFY-FULL", "none"])
@pytest.mark.parametrize("host", ["db.example", "10.1.2.3", "192.168.0.1", "[2001:db8::1]", "0.0.0.0"])  # noqa: S104
def test_no_connection_without_encryption(mode: str, host: str) -> None:
    with pytest.raises(Refused, match="would not be encrypted"):
        read_address(f"postgresql://p@{host}/msat?sslmode={mode}")


@pytest.mark.parametrize(
    "text",
    ["postgresql://p@127.0.0.1/msat", "postgresql://p@localhost/msat", "postgresql://p@[::1]/msat",
     "postgresql://p@/msat?host=/var/run/postgresql"],
)  # fmt: skip
def test_this_computer_may_do_without(text: str) -> None:
    assert "sslmode" not in read_address(text).query


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not the address"),
        ("record.db", "not the address"),
        ("sqlite:///record.db", "no record in a database of the kind “sqlite”"),
        ("mysql://p@db.example/msat", "of the kind “mysql”"),
        ("postgresql+pg8000://p@db.example/msat", "of the kind"),
        ("postgresql://db.example/msat", "names no log-in"),
        ("postgresql://p@db.example", "no database"),
        ("postgresql://p@/msat", "names no server"),
        ("postgresql://p@127.0.0.1/msat?hostaddr=10.0.0.1", "hostaddr"),
        ("postgresql://p@127.0.0.1/msat?service=x", "service"),
        ("postgresql://p@127.0.0.1/msat?options=-csession_replication_role%3Dreplica", "options"),
    ],
)
def test_other_addresses_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_address(text)
    assert words in refused.value.explanation
    assert refused.value.next_step


def test_a_password_is_never_told() -> None:
    url = read_address("postgresql://g85001:geheim@db.example:5433/msat")
    assert "geheim" not in server_of(url) + without_password(url) + repr(url) + repr(database_engine(url))
    assert server_of(url) == "msat on db.example:5433"
    for text in ("postgresql://g85001:geheim@/msat", "postgresql://g85001:geheim@db.example/msat?sslmode=disable"):
        with pytest.raises(Refused) as refused:
            read_address(text)
        assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("state", "passes", "words"),
    [
        ("08006", True, "connection to the database was lost"),
        ("57P01", True, "stopping, starting or was stopped"),
        ("53300", True, "too many connections"),
        ("40001", True, "in the way"),
        ("53100", False, "disk of the database's server is full"),
        ("42501", False, "may not do that"),
        ("57014", False, "too long"),
        ("55P03", False, "another program is writing"),
        ("25006", False, "can only be read"),
        ("XX001", False, "damage in its own files"),
        ("0A000", False, "the database says"),
    ],
)
def test_errors_of_the_server_are_said_in_words(state: str, passes: bool, words: str) -> None:
    class Fault(Exception):
        sqlstate = state

    error = DBAPIError("SELECT 1", None, Fault("first line\nsecond line"))
    cause, next_step = why(error)
    assert words in cause
    assert "second" not in cause
    assert next_step
    assert may_pass(error) is passes


def test_an_error_of_the_disk_is_said_as_before() -> None:
    assert "disk is full" in why(OSError(28, "x"))[0]
    assert not may_pass(OSError(28, "x"))


def test_no_server_there_is_said(tmp_path: Path) -> None:
    engine = database_engine(read_address("postgresql://p@127.0.0.1:1/msat"))
    with pytest.raises(DBAPIError) as caught, reading(engine):
        pass
    assert why(caught.value)[0] == "the database does not answer, or the connection was lost"
    assert may_pass(caught.value)


def test_without_the_driver_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_engine.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(Refused, match="driver for PostgreSQL is not installed"):
        database_engine(read_address("postgresql://p@127.0.0.1/msat"))


# --- a server that speaks TLS -----------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOON - datetime.timedelta(days=3650))
        .not_valid_after(NOON + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(private)
    (folder / "server.key").chmod(0o600)
    return folder / "server.crt", folder / "server.key"


@pytest.fixture(scope="module")
def tls_server() -> Iterator[Any]:
    postgres = server_module()
    try:
        server = postgres.Server()
    except postgres.NoServer as reason:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
    try:
        crt, key = certificate(server.folder, "localhost")
        for path in (crt, key):
            server._give_away(path)
        server.start(more=["-cssl=on", f"-cssl_cert_file={crt}", f"-cssl_key_file={key}"])
        yield server
    finally:
        server.remove()


def ask(address: str) -> bool:
    """Whether a connection to `address` is encrypted, by the server's own word."""
    engine = database_engine(read_address(address))
    try:
        with reading(engine) as connection:
            return bool(
                connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").scalar()
            )
    finally:
        engine.dispose()


def test_a_known_certificate_is_accepted(tls_server: Any) -> None:
    address = tls_server.address().replace("127.0.0.1", "localhost")
    assert ask(f"{address}?sslmode=verify-full&sslrootcert={tls_server.folder / 'server.crt'}")


@pytest.mark.parametrize("case", ["unknown", "other name"])
def test_another_certificate_is_refused(tls_server: Any, tmp_path: Path, case: str) -> None:
    trusted, _key = (tls_server.folder / "server.crt", None) if case == "other name" else certificate(tmp_path, "x")
    host = "127.0.0.1" if case == "other name" else "localhost"
    address = tls_server.address().replace("127.0.0.1", host)
    with pytest.raises(DBAPIError) as caught:
        ask(f"{address}?sslmode=verify-full&sslrootcert={trusted}")
    assert "certificate was not accepted" in why(caught.value)[0]
    assert not may_pass(caught.value)


def test_a_connection_that_ends_up_unencrypted_is_dropped(
    postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should driver and server agree on plain text in spite of the address, nothing is sent over it."""
    monkeypatch.setattr(postgres_engine, "is_local", lambda _url: False)
    url = read_address(postgres_server.address() + "?sslmode=require").difference_update_query(["sslmode"])
    engine = database_engine(url)
    with pytest.raises(MsatError, match="is not encrypted"), reading(engine):
        pass
    engine.dispose()
