"""`signoff mail test`: a real email over real SMTP, answers of a real name server; each fault in its own sentence."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.message
import dns.resolver
import dns.rrset
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from signoff.cli.mail import test as command
from signoff.domain.return_addresses import returned_letter
from signoff.letters.arrived_test import read_arrived
from signoff.letters.mail_check import check_mail
from signoff.letters.sender_dns import Finding, Standing, is_aligned
from signoff.settings import Settings
from signoff.web.app import create_app
from signoff.web.staff.outbox import letters
from tests.house import House, settings_for
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, free_port, listening

GOOD = {
    ("coalition.example.", "MX"): ["10 mx.coalition.example."],
    ("coalition.example.", "TXT"): ['"google-site-verification=x"', '"v=spf1 include:" "relay.example -all"'],
    ("_dmarc.coalition.example.", "TXT"): ['"v=DMARC1; p=reject"'],
}
Zone = dict[tuple[str, str], list[str]]


@contextmanager
def name_server(zone: Zone) -> Iterator[dns.resolver.Resolver]:
    """A name server on loopback that knows these records, and a resolver that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    asked, whom = line.recvfrom(4_096)
                except TimeoutError:
                    continue
                query = dns.message.from_wire(asked)
                answer = dns.message.make_response(query)
                name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
                if records := zone.get((str(name), kind)):
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
                line.sendto(answer.to_wire(), whom)

        server = threading.Thread(target=serve)
        server.start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], line.getsockname()[1]
        try:
            yield made
        finally:
            over.set()
            server.join()


def settings(folder: Path, **more: str) -> Settings:
    return settings_for(f"sqlite:///{folder / 'none.db'}", folder / "instance", **more)


def found(made: Settings, resolver: dns.resolver.Resolver | None = None) -> list[Finding]:
    return list(check_mail(made, to="ada@coalition.example", sender="Coalition", resolver=resolver))


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.sentence for finding in findings if finding.standing == Standing.WRONG]


def test_all_is_well(tmp_path: Path) -> None:
    port = free_port()
    made = settings(tmp_path, MAIL_PORT=str(port), MAIL_BOUNCE_ADDRESS="bounces@coalition.example")
    with listening(Sink(), port) as sink, name_server(GOOD) as resolver:
        findings = found(made, resolver)
    assert wrong(findings) == []
    assert [letter["Subject"] for letter in sink.to("ada@coalition.example")] == ["Test email from Signoff"]
    # It leaves as every other email does, with an envelope sender of its own.
    assert returned_letter(sink.senders[0], "bounces@coalition.example", made.secret_keys)
    said = " ".join(finding.sentence for finding in findings)
    assert "accepted a test email to ada@coalition.example" in said and "v=spf1 include:relay.example -all" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({("coalition.example.", "MX"): []}, "names no mail server (MX)"),
        ({("coalition.example.", "TXT"): ['"other"']}, "has no SPF record"),
        ({("coalition.example.", "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}, "has 2 SPF records"),
        ({("coalition.example.", "TXT"): ['"v=spf1 +all"']}, "lets every server send for it"),
        ({("_dmarc.coalition.example.", "TXT"): []}, "has no DMARC record"),
    ],
)
def test_each_fault_of_the_senders_domain_is_said(tmp_path: Path, change: Zone, sentence: str) -> None:
    port = free_port()
    with listening(Sink(), port), name_server({**GOOD, **change}) as resolver:
        (said,) = wrong(found(settings(tmp_path, MAIL_PORT=str(port)), resolver))
    assert sentence in said


def test_a_domain_below_another_goes_by_its_dmarc_record_and_other_domains_do_not_align(tmp_path: Path) -> None:
    below = {("mail.coalition.example.", kind): GOOD["coalition.example.", kind] for kind in ("MX", "TXT")}
    port, sender = free_port(), "positions@mail.coalition.example"
    with listening(Sink(), port), name_server({**below, **GOOD}) as resolver:
        made = settings(tmp_path, MAIL_PORT=str(port), MAIL_SENDER=sender)
        assert wrong(found(made, resolver)) == []
        elsewhere = replace(made, mail=replace(made.mail, bounce_address="bounces@relay.example"))
        assert "use addresses of one domain" in wrong(found(elsewhere, resolver))[-1]
    assert is_aligned("a.example", "b.a.example") and not is_aligned("xa.example", "a.example")


def test_without_a_name_server_it_says_that_it_could_not_look(tmp_path: Path) -> None:
    port = free_port()
    made, silent = settings(tmp_path, MAIL_PORT=str(port)), dns.resolver.Resolver(configure=False)
    silent.nameservers, silent.port, silent.lifetime = ["127.0.0.1"], free_port(), 0.2
    with listening(Sink(), port):
        for resolver, words in ((None, "no name server"), (silent, "no name server could be reached")):
            findings = found(made, resolver)
            assert wrong(findings) == []
            assert findings[-1].standing == Standing.UNKNOWN and words in findings[-1].sentence


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine that no one vouches for, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    return folder / "cert.pem", folder / "key.pem"


class Strict(Sink):
    """Takes no email from our sender."""

    async def handle_MAIL(self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any) -> str:
        return f"553 5.7.1 {address} is not yours"


def test_each_fault_of_the_mail_server_is_said(tmp_path: Path) -> None:
    port = free_port()
    closed = settings(tmp_path, MAIL_PORT=str(port))
    assert "cannot be reached" in wrong(found(closed))[0]
    with listening(Strict(), port):
        assert "553 5.7.1 positions@coalition.example is not yours" in wrong(found(closed))[0]
    with listening(Sink(), port):
        tls = settings(tmp_path, MAIL_PORT=str(port), MAIL_USE_TLS="yes")
        assert "does not support what the settings require" in wrong(found(tls))[0]
        bad = settings(tmp_path, MAIL_PORT=str(port), MAIL_SENDER="signoff@localhost")
        assert "Set SIGNOFF_MAIL_SENDER" in wrong(found(bad))[0]


def test_a_certificate_and_a_password_that_do_not_fit_are_said(
    tmp_path: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)

    def knows(_server: Any, _session: Any, _envelope: Any, _how: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=given.password == b"right", handled=False)

    port = free_port()
    sink = Controller(Sink(), hostname="127.0.0.1", port=port, tls_context=context, authenticator=knows)
    sink.start()
    try:
        given = {"MAIL_PORT": str(port), "MAIL_USE_TLS": "yes", "MAIL_USERNAME": "u"}
        assert "certificate cannot be trusted" in wrong(found(settings(tmp_path, **given, MAIL_PASSWORD="right")))[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        findings = found(settings(tmp_path, **given, MAIL_PASSWORD="right"))
        assert wrong(findings) == [] and findings[1].sentence.startswith("The connection is encrypted (TLSv1.")
        assert "rejected the user name and password" in wrong(found(settings(tmp_path, **given, MAIL_PASSWORD="no")))[0]
    finally:
        sink.stop(no_assert=True)


ARRIVED = """Return-Path: <bounces+x@coalition.example>
Authentication-Results: mx.example; spf=pass smtp.mailfrom=coalition.example; dkim={dkim} header.d={signer};
 dmarc={dmarc} header.from=coalition.example
DKIM-Signature: v=1; a=rsa-sha256; d={signer}; s=one; b=abc
Authentication-Results: forged.example; dkim=pass
From: Coalition <positions@coalition.example>

Hello
"""


def test_an_email_that_arrived_says_what_its_receiver_found() -> None:
    good = ARRIVED.format(dkim="pass", dmarc="pass", signer="mail.coalition.example").encode()
    assert wrong(list(read_arrived(good))) == []
    bad = wrong(list(read_arrived(ARRIVED.format(dkim="fail", dmarc="fail", signer="relay.example").encode())))
    assert bad == [
        "The receiving server says of DKIM: fail.",
        "The receiving server says of DMARC: fail.",
        "The DKIM signature is by relay.example, not by the sender's domain coalition.example.",
    ]
    bare = list(read_arrived(b"From: positions@coalition.example\n\nHello\n"))
    assert [finding.standing for finding in bare] == [Standing.UNKNOWN, Standing.WRONG]
    assert "This is not an email" in wrong(list(read_arrived(b"\xff\x00")))[0]


def test_the_command_says_it_by_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port, shell = free_port(), CliRunner()
    monkeypatch.chdir(tmp_path)
    settings(tmp_path)  # makes the keys
    sender, instance = "positions@coalition.example", str(tmp_path / "instance")
    for name, value in (("MAIL_PORT", str(port)), ("MAIL_SENDER", sender), ("INSTANCE", instance)):
        monkeypatch.setenv(f"SIGNOFF_{name}", value)
    monkeypatch.setattr("signoff.cli.mail.system_resolver", lambda: None)
    with listening(Sink(), port):
        done = shell.invoke(command, ["ada@coalition.example"])
        assert (done.exit_code, done.output.split()[0]) == (0, "ok"), done.output
    refused = shell.invoke(command, ["ada@coalition.example"])
    assert refused.exit_code == 1 and "cannot be reached" in refused.output and "Traceback" not in refused.output
    assert shell.invoke(command, []).exit_code == 2 and shell.invoke(command, ["ada"]).exit_code == 2
    (tmp_path / "mail.eml").write_text(ARRIVED.format(dkim="pass", dmarc="pass", signer="coalition.example"))
    assert shell.invoke(command, ["--arrived", "mail.eml"]).exit_code == 0


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_staff_send_themselves_a_test_email(house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    client = InspectingClient(app).sign_in("publisher")
    with name_server({**GOOD, ("_dmarc.coalition.example.", "TXT"): []}) as resolver:
        monkeypatch.setattr(letters, "system_resolver", lambda: resolver)
        page = client.submit("/staff/letters", "/test")
        sink.refusals = {"publisher@coalition.example": "550 No such user here"}
        assert "550 No such user here" in client.submit("/staff/letters", "/test").text
    assert page.status_code == 200 and "One problem found." in page.text and "has no DMARC record" in page.text
    assert len(sink.to("publisher@coalition.example")) == 1
    app.extensions["signoff"].database.engine.dispose()
