"""The options that sign an exported PDF with a certificate. The password is asked for, or taken from the environment.

It is never an option itself: what stands on a command line is seen by everybody on the computer.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msat.errors import Refused

if TYPE_CHECKING:
    from msat.exports.certificate_signing import Certificate, Certifier
    from msat.services.desk import Desk


def signing_options(made: argparse.ArgumentParser) -> None:
    """Adds the options to a command that writes a PDF."""
    made.add_argument("--sign", metavar="CERT.p12", help="sign the PDF with this certificate too (extra “sign”)")
    made.add_argument(
        "--sign-password-env",
        metavar="NAME",
        help="the environment variable that holds the certificate's password; else it is asked for",
    )


def certificate_of(options: argparse.Namespace) -> Certificate | None:
    """The certificate that was named, opened; None where none was. Raises Refused in words that name no secret."""
    if not options.sign:
        if options.sign_password_env:
            raise Refused("A password is named for a certificate, and no certificate.", "Give --sign CERT.p12 too.")
        return None
    from msat.services.certify import open_file

    file = Path(options.sign)
    return open_file(file, _password(options.sign_password_env, file.name))


def certifier(certificate: Certificate | None, desk: Desk) -> Certifier | None:
    """What signs with `certificate` now, in the name of this organisation. Raises Refused for one not valid today."""
    if certificate is None:
        return None
    from msat.services import certify

    return certify.certifier(desk, certificate)


def _password(variable: str | None, name: str) -> str:
    if variable:
        value = os.environ.get(variable)
        if value is None:
            raise Refused(f"There is no environment variable “{variable[:60]}”.", "Set it, or leave the option out.")
        return value
    if not sys.stdin.isatty():
        raise Refused(
            "The certificate's password cannot be asked for here.",
            "Name an environment variable that holds it: --sign-password-env NAME.",
        )
    return getpass.getpass(f"Password of {name}: ")
