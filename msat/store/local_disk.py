"""Whether a folder is a place where a database is safe: not a network share, not a folder that is synchronised.

Locking over SMB and NFS cannot be relied on, and a sync client copies a database in the middle of a write.
Mapped drives on Windows are asked for by GetDriveTypeW; that was not tried on a real one.
"""

from __future__ import annotations

import os
from pathlib import Path

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ncpfs", "davfs", "fuse.davfs2"}
_SYNCED = (
    *("onedrive", "dropbox", "google drive", "googledrive", "my drive", "iclouddrive", "com~apple~clouddocs"),
    *("cloudstorage", "box sync", "nextcloud", "owncloud", "sharepoint", "syncthing", "pcloud"),
)
_SYNC_FOLDERS = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
"""Variables by which OneDrive names its folder, whatever the organisation has called it."""
_DRIVE_REMOTE = 4
NEXT = "Keep the profile on this computer's own disk; exports may lie on the share."


def why_not_safe(folder: Path) -> str:
    """One sentence saying why no record may be written in `folder`; empty when it may."""
    place = folder.absolute()
    if is_unc(str(folder)) or is_unc(str(place)):
        return f"The folder {folder} is on a network share, where a record is not safe."
    for name in _SYNC_FOLDERS:
        root = os.environ.get(name, "")
        if root and place.is_relative_to(Path(root).absolute()):
            return f"The folder {folder} is kept in step by “OneDrive”, which can damage a record."
    for part in place.parts:
        if part.casefold().startswith(_SYNCED):
            return f"The folder {folder} is kept in step by “{part}”, which can damage a record."
    if _mount_type(place) in _NETWORK or _is_mapped_drive(place):
        return f"The folder {folder} is on a network drive, where a record is not safe."
    return ""


def is_unc(path: str) -> bool:
    """Whether `path` is written as a Windows network address: `\\\\server\\share`."""
    text = path.replace("/", "\\") if os.name == "nt" else path
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        return text[4:8].upper() == "UNC\\"
    return text.startswith("\\\\")


def _mount_type(folder: Path) -> str:
    """The file system that `folder` lies on, where the system lists its mounts (Linux); else empty."""
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, found = -1, ""
    for line in lines:
        _device, point, kind, *_ = [*line.split(" "), "", "", ""]
        mount = Path(point.replace("\\040", " "))
        if folder.is_relative_to(mount) and len(mount.parts) >= best:
            best, found = len(mount.parts), kind
    return found


def _is_mapped_drive(folder: Path) -> bool:
    if os.name != "nt":
        return False
    import ctypes

    kind = ctypes.windll.kernel32.GetDriveTypeW(folder.anchor)  # type: ignore[attr-defined,unused-ignore]
    return bool(kind == _DRIVE_REMOTE)
