"""The real proxies in front of the real site, set up by the files that the documentation hands out."""

import ipaddress
import shutil
import ssl
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shuping.rehearsal.site import free_port
from tests.operate import sites

EXAMPLES = Path(__file__).parents[2] / "docs/operate/proxy"
NAME = "review.example.org"
MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/start.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    access_log {folder}/access.log;
    include {folder}/site.conf;
}}
"""


@dataclass
class Front:
    """A proxy that runs: where it is reached, and the folder in which it writes."""

    address: str
    plain: str
    folder: Path
    trust: ssl.SSLContext

    def client(self, **more):
        """A browser that knows the certificate."""
        return httpx.Client(base_url=self.address, verify=self.trust, trust_env=False, timeout=30, **more)

    def written(self):
        """All that the proxy wrote down."""
        return "".join(file.read_text("utf-8", "replace") for file in self.folder.rglob("*.log"))


def certificate(folder):
    """A certificate for this machine that its own key signed: (certificate, key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "fullchain.pem", folder / "privkey.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, private


def _changed(text, changes):
    """The example with this machine's names and ports; every one of them has to stand in it."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx(folder, site, sealed, plain):
    """The command that runs nginx by the example."""
    text = _changed(
        (EXAMPLES / "nginx.conf").read_text("utf-8"),
        {
            "server 127.0.0.1:8000": f"server {site}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{sealed} ssl",
            f"server_name {NAME}": "server_name localhost",
            "https://$host$request_uri": f"https://$host:{sealed}$request_uri",
            "/etc/shuping": str(folder),
            "/var/log/nginx": str(folder),
        },
    )
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def caddy(folder, site, sealed, plain):
    """The command that runs Caddy by the example."""
    text = _changed(
        (EXAMPLES / "Caddyfile").read_text("utf-8"),
        {"127.0.0.1:8000\n}": f"{site}\n}}", f"\n{NAME} {{": "\nlocalhost {", "/etc/shuping": str(folder)},
    )
    ports = f"{{\n\thttp_port {plain}\n\thttps_port {sealed}\n\tadmin off\n}}\n"
    (folder / "Caddyfile").write_text(ports + text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "caddy": caddy}


def missing(name):
    """Why a proxy cannot be run here; empty when it can."""
    path = f"/usr/sbin:{Path('/usr/bin')}"
    return "" if shutil.which(name) or shutil.which(name, path=path) else f"{name} is not installed"


@contextmanager
def in_front(folder, name, hall_folder, **more):
    """A proxy and the site behind it, until the `with` ends."""
    sealed, plain, behind = free_port(), free_port(), free_port()
    address = f"https://localhost:{sealed}"
    chain, _key = certificate(folder)
    told = {"SHUPING_ADDRESS": address, "SHUPING_TRUSTED_PROXY": "1", **more}
    command = PROXIES[name](folder, f"127.0.0.1:{behind}", sealed, plain)
    home = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin", "XDG_DATA_HOME": str(folder)}
    with sites.serving_at(hall_folder, behind, **told), (folder / "start.log").open("ab") as out:
        proxy = subprocess.Popen(command, env=home, stdout=out, stderr=out)
        front = Front(address, f"http://localhost:{plain}", folder, ssl.create_default_context(cafile=str(chain)))
        try:
            _until_it_answers(front)
            yield front
        finally:
            proxy.terminate()
            proxy.wait(timeout=20)


def _until_it_answers(front):
    end = time.monotonic() + 30
    with front.client() as client:
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if client.get("/health").is_success:
                    return
            time.sleep(0.2)
    raise AssertionError(f"The proxy does not answer:\n{front.written()[-2000:]}")
