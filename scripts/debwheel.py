#!/usr/bin/python3
"""Repack Debian's python3-* packages as wheels.

usage: debwheel.py DEBS OUT PACKAGE[,PACKAGE...]...

Each argument becomes one wheel in OUT, made of the packages' files in DEBS.
Versions carry the local label +debian12, which `==` accepts (PEP 440), so that
`pip freeze` tells where a distribution came from. What a wheel requires is what
Debian's package depends on, not what upstream's metadata says: Debian splits
vendored modules off, and ships versions together that upstream's bounds refuse.
"""

import base64
import csv
import hashlib
import io
import re
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

LABEL = "debian12"
LEFT_OUT = {"__pycache__", "tests"}


class Package:
    """One distribution, unpacked from its .deb files."""

    def __init__(self, debs: Path, names: list[str]):
        self.names = names
        self.depends: set[str] = set()
        self._tree = tempfile.TemporaryDirectory()
        for name in names:
            (deb,) = debs.glob(f"{name}_*.deb")
            subprocess.run(["dpkg-deb", "-x", deb, self._tree.name], check=True)
            depends = subprocess.run(["dpkg-deb", "-f", deb, "Depends"], check=True, capture_output=True, text=True).stdout
            self.depends |= {re.split(r"[ :(|]", d.strip())[0] for d in depends.split(",")}
        self.root = Path(self._tree.name, "usr/lib/python3/dist-packages")
        (self.info,) = [p for p in self.root.iterdir() if p.suffix in (".dist-info", ".egg-info")]
        self.dist = PathDistribution(self.info)
        self.name = self.dist.metadata["Name"]
        self.version = f"{self.dist.version}+{LABEL}"

    def files(self) -> list[Path]:
        paths = (p for p in sorted(self.root.rglob("*")) if p.is_file() and self.info not in (p, *p.parents))
        return [p for p in paths if not LEFT_OUT & set(p.relative_to(self.root).parts)]


def tag(files: list[Path]) -> str:
    if not any(p.suffix == ".so" for p in files):
        return "py3-none-any"
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    return f"{python}-{python}-{platform}"


def write_wheel(package: Package, requires: list[str], out: Path) -> None:
    files = package.files()
    stem = f"{re.sub(r'[-_.]+', '_', package.name)}-{package.version}"
    info = f"{stem}.dist-info"
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")

    with zipfile.ZipFile(out / f"{stem}-{tag(files)}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as wheel:

        def add(name: str, data: bytes, mode: int = 0o644) -> None:
            entry = zipfile.ZipInfo(name)  # without times: the same packages give the same wheel
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.writerow([name, f"sha256={digest}", len(data)])

        for path in files:
            add(path.relative_to(package.root).as_posix(), path.read_bytes(), path.stat().st_mode & 0o777)
        metadata = ["Metadata-Version: 2.1", f"Name: {package.name}", f"Version: {package.version}"]
        metadata += [f"Requires-Dist: {name}" for name in requires]
        add(f"{info}/METADATA", "\n".join(metadata + [""]).encode())
        pure = "true" if tag(files) == "py3-none-any" else "false"
        add(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: debwheel\nRoot-Is-Purelib: {pure}\nTag: {tag(files)}\n".encode())
        if scripts := package.dist.read_text("entry_points.txt"):
            add(f"{info}/entry_points.txt", scripts.encode())
        rows.writerow([f"{info}/RECORD", "", ""])
        wheel.writestr(f"{info}/RECORD", record.getvalue())


def main(debs: str, out: str, *specs: str) -> None:
    packages = [Package(Path(debs), spec.split(",")) for spec in specs]
    provider = {name: package for package in packages for name in package.names}
    for package in packages:
        needs = {provider[d].name for d in package.depends if d in provider} - {package.name}
        write_wheel(package, sorted(needs), Path(out))


main(*sys.argv[1:])
