"""A bare Debian 12 with python3 and python3-venv and nothing else, as a folder to chroot into.

It reaches packages the way this machine does: whatever mirror, name server, certificates and pip settings are
in force here are read and copied, none is named in this file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITE = "bookworm"
PACKAGES = "python3,python3-venv"
CACHE = Path(os.environ.get("AMPARO_NEWCOMER_CACHE") or Path(tempfile.gettempdir()) / "amparo-newcomer")
PASSED_ON = re.compile(
    r"^(PIP_|UV_(?!CACHE)|SSL_CERT|REQUESTS_CA|CURL_CA|(https?|no|all)_proxy$)", re.IGNORECASE
)
PIP_SETTINGS = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/uv", "~/.config/pip", "~/.pip", "~/.config/uv")
USER = "newcomer"


def mirror() -> str:
    """The archive this machine installs from, taken from its own apt sources."""
    sources = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.sources")),
               *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))]  # fmt: skip
    for path in filter(Path.exists, sources):
        for block in re.split(r"\n\s*\n", path.read_text()):
            found = re.search(r"^URIs:\s*(\S+)", block, re.MULTILINE)
            suites = re.search(r"^Suites:\s*(.+)", block, re.MULTILINE)
            if found and suites and SUITE in suites.group(1).split():
                return found.group(1)
            line = re.search(rf"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+{SUITE}\s+main", block, re.MULTILINE)
            if line:
                return line.group(1)
    raise RuntimeError(f"no apt source of this machine serves {SUITE}")


def bare_system() -> Path:
    """The bootstrapped system as an archive; made once for each mirror and list of packages."""
    name = hashlib.sha256(f"{SUITE} {PACKAGES} {mirror()}".encode()).hexdigest()[:12]
    archive = CACHE / f"{SUITE}-{name}.tar"
    if archive.exists():
        return archive
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        system = Path(place) / "system"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(system), mirror()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        fresh = archive.with_suffix(".new")
        subprocess.run(["tar", "-C", str(system), "--one-file-system", "-cf", str(fresh), "."], check=True)
        fresh.rename(archive)
    return archive


class Machine:
    """One extracted system. Commands run in namespaces of their own: what they mount or leave running ends."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.binds: list[Path] = []
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o755)
        subprocess.run(["tar", "-C", str(place), "-xpf", str(bare_system())], check=True)
        subprocess.run(["chroot", str(place), "useradd", "--create-home", USER], check=True)
        self._copy_network()
        home = str(self.home(USER))
        subprocess.run(["chroot", str(place), "chown", "-R", f"{USER}:", home], check=True)

    def _copy_network(self) -> None:
        files = {"/etc/resolv.conf", "/etc/hosts", *certificate_files()}
        for name in (*files, *PIP_SETTINGS):
            source = Path(name).expanduser()
            if not source.exists():
                continue
            into = (
                [source]
                if not name.startswith("~")
                else [Path("/root") / name[2:], self.home(USER, name[2:])]
            )
            for target in into:
                self._copy(source, self.place / target.relative_to("/"))
        for folder in local_indexes():
            if folder.exists():
                (self.place / folder.relative_to("/")).mkdir(parents=True, exist_ok=True)
                self.binds.append(folder)

    @staticmethod
    def home(user: str, below: str = "") -> Path:
        return (Path("/root") if user == "root" else Path("/home") / user) / below

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            with contextlib.suppress(FileNotFoundError):
                target.unlink()
            shutil.copyfile(source, target)

    def checkout(self, user: str) -> Path:
        """The project as a clone would bring it: what is committed or about to be, nothing that was built."""
        target = self.home(user, "amparo")
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout  # fmt: skip
        inside = self.place / target.relative_to("/")
        for name in filter(None, listed.decode().split("\0")):
            if (ROOT / name).exists():
                (inside / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, inside / name)
        subprocess.run(["chroot", str(self.place), "chown", "-R", f"{user}:", str(target)], check=True)
        return target

    def run(self, user: str, command: str, seconds: float) -> subprocess.CompletedProcess[str]:
        inside = ["chroot", f"--userspec={user}:", str(self.place), "/usr/bin/env", "-i", *self.environment(user),
                  "/bin/sh", "-c", f"cd {self.home(user, 'amparo')} && {command}"]  # fmt: skip
        mounts = [
            f"mount -t proc proc {self.place}/proc",
            f"mount --rbind /dev {self.place}/dev",
            f"mount -t tmpfs -o mode=1777 tmpfs {self.place}/dev/shm",
            *(f"mount --bind -o ro {folder} {self.place}{folder}" for folder in self.binds),
        ]
        script = " && ".join([*mounts, shlex.join(inside)])
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", f"{script}; exit $?"],
            capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def environment(self, user: str) -> list[str]:
        passed = {name: value for name, value in os.environ.items() if PASSED_ON.match(name)}
        passed |= {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.home(user)),
            "USER": user,
        }
        return [f"{name}={value}" for name, value in passed.items()]


def certificate_files() -> set[str]:
    named = {
        value for name, value in os.environ.items() if re.search(r"CERT|CA_BUNDLE", name) and value[:1] == "/"
    }
    return {name for name in (*named, "/etc/ssl/certs/ca-certificates.crt") if Path(name).is_file()}


def local_indexes() -> set[Path]:
    """Folders on this machine that its pip settings point at."""
    settings = [value for name, value in os.environ.items() if PASSED_ON.match(name)]
    for name in PIP_SETTINGS:
        path = Path(name).expanduser()
        files = (
            [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else []
        )
        settings += [file.read_text(errors="replace") for file in files]
    found = re.findall(r"(?:file://|(?<=[\s=])|^)(/[\w./+-]+)", "\n".join(settings), re.MULTILINE)
    folders = {top(Path(word)) for word in found if Path(word).is_dir()}
    return {
        folder for folder in folders if folder.parts[1:2] not in (("etc",), ("usr",), ("proc",), ("dev",))
    }


def top(folder: Path) -> Path:
    """An index may link to files beside it: the folder that holds both is wanted."""
    return folder.parent if folder.name == "simple" else folder
