# A mail server for the tests: prints each mail as a line of JSON.
import asyncio
import json
import os
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, mode, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "refuse":
            return "550 5.1.1 no such user \x1b[31m##vso[task.complete]"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "authenticated": session.authenticated,
            "data": envelope.content.decode("utf-8", "replace"),
        }), flush=True)
        if mode == "hang":
            await asyncio.sleep(3600)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"deploy", b"hush-hush"))


class Server(SMTP):
    # Mechanisms have no case (RFC 4954); this library's have, and .NET writes 'login'.
    async def smtp_AUTH(self, arg):
        mechanism, _, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())


def make():
    options = {}
    if mode == "tls":
        options = {"tls_context": context, "require_starttls": True}
    if mode == "auth":
        options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    return Server(Handler(), hostname="localhost", **options)


if mode == "tls":
    certificate, key = os.path.join(folder, "mail.crt"), os.path.join(folder, "mail.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)


async def main():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port)
    print("listening", flush=True)
    await server.serve_forever()


asyncio.run(main())
