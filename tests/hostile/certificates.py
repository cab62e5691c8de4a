"""Certificates with absurd names, by openssl(1), all but the stranger's from the authority that the door trusts."""

import subprocess

ESCAPES = "\x1b]0;owned\x07\x1b[31mred"


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def describe(others):
    """The extension with the other names; bytes are taken as they are."""
    if others is None:
        return "basicConstraints=CA:false\n"
    if isinstance(others, bytes):
        return f"subjectAltName=DER:{(bytes([0x30, len(others)]) + others).hex(':')}\n"
    entries = [entry.split(":") for entry in others.split(",")]
    return "subjectAltName=@s\n[s]\n" + "".join(f"{kind}.{i}={value}\n" for i, (kind, value) in enumerate(entries))


def make(folder, address):
    """Makes ca.pem and one file with key and certificate for each, and names them."""
    key = folder / "key.pem"
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
    for name in ("ca", "other"):
        openssl("req", "-x509", "-key", str(key), "-subj", f"/CN={name}", "-days", "2",
                "-out", str(folder / f"{name}.pem"))
    names = {
        "good": ("door", f"IP:{address}"),
        "stranger": ("door", f"IP:{address}"),
        "escapes": (ESCAPES, None),
        "thousands": ("door", ",".join(f"DNS:host{i}.example" for i in range(1500))),
        "nul": ("door", b"\x82" + bytes([len(address) + 9]) + address.encode() + b"\0.example"),
        "star": ("*", "DNS:*,DNS:*.*.*.*"),
        "huge": ("door", ",".join(f"DNS:{'x' * 60}.{i}.example" for i in range(5000))),
    }
    made = {}
    for title, (common, others) in names.items():
        request, certificate, config = (folder / f"{title}.{end}" for end in ("csr", "crt", "conf"))
        config.write_text(f"[req]\ndistinguished_name=n\n[n]\n[x]\n{describe(others)}")
        openssl("req", "-new", "-utf8", "-key", str(key), "-config", str(config), "-subj", f"/CN={common}",
                "-out", str(request))
        signer = "other" if title == "stranger" else "ca"
        openssl("x509", "-req", "-in", str(request), "-CA", str(folder / f"{signer}.pem"), "-CAkey", str(key),
                "-days", "2", "-set_serial", str(len(made) + 1), "-extfile", str(config), "-extensions", "x",
                "-out", str(certificate))
        made[title] = folder / f"{title}.both"
        made[title].write_bytes(key.read_bytes() + certificate.read_bytes())
    return made
