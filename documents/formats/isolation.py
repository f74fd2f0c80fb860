"""What a process that parses files is kept from: our secrets, the network, new rights."""

import ctypes
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_ROOT = str(Path(__file__).parents[2])
_NEW_USERS = 0x10000000  # CLONE_NEWUSER, CLONE_NEWNET: linux/sched.h
_NEW_NETWORK = 0x40000000
_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS: linux/prctl.h
_DUMPABLE, _IS_DUMPABLE = 4, 3  # PR_SET_DUMPABLE, PR_GET_DUMPABLE
_TRIED = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from documents.formats.isolation import cut_network; sys.exit(not cut_network())"
)
_SECONDS = 30


def clean_environment() -> Mapping[str, str]:
    """Return all that a parsing process learns of this one's environment: where programs are."""
    home = tempfile.gettempdir()
    path = os.pathsep.join(os.get_exec_path())
    return {"PATH": path, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home}


def hide_memory() -> None:
    """Let no other process of this account read this one's memory, or how it was started.

    Without it, a process that parses files could read there what it was not given.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)


def memory_is_hidden() -> bool:
    """Whether other processes of this account are kept from this one's memory."""
    if sys.platform != "linux":
        return False
    return int(ctypes.CDLL(None).prctl(_IS_DUMPABLE, 0, 0, 0, 0)) == 0


def renounce_rights() -> None:
    """Let neither this process nor the programs it runs gain rights, where the system can do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def cut_network() -> bool:
    """Leave the network for good and say whether that was possible; before any thread begins.

    An account without rights may do so in a user namespace of its own, where the system allows
    these: most do, some containers and hardened kernels do not.
    """
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare  # os.unshare is there from Python 3.12 on
    return any(unshare(what) == 0 for what in (_NEW_NETWORK, _NEW_USERS | _NEW_NETWORK))


def can_cut_network() -> bool:
    """Whether files are parsed without a network on this machine; tried in a process of its own."""
    tried = subprocess.run(
        [sys.executable, "-c", _TRIED.format(root=_ROOT)],
        env=clean_environment(),
        timeout=_SECONDS,
        check=False,
    )
    return tried.returncode == 0
