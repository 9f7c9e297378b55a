"""Takes from this process what a parser of foreign files never needs.

A filter of system calls (seccomp): no socket, no other program, no look into another
process. A fault in a parser then has nowhere to go. Linux on x86-64 and ARM64.
"""

import ctypes
import platform
import struct

# Numbers of socket, connect, bind, execve, execveat, ptrace, kill, and each machine's
# name in an audit.
CALLS = {
    "x86_64": (0xC000003E, (41, 42, 49, 59, 322, 101, 62)),
    "aarch64": (0xC00000B7, (198, 203, 200, 221, 281, 117, 129)),
}
NO_NEW_PRIVILEGES, SET_FILTER, FILTER_MODE = 38, 22, 2
LOAD, EQUAL, ABOVE, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, DENY = 0x7FFF0000, 0x00050000 | 1  # EPERM
OTHER_TABLE = 0x40000000  # x32's numbers, a second way to the same calls
NUMBER_AT, MACHINE_AT = 0, 4


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def seal() -> bool:
    """False where the machine has no such filter; what else bounds us still does."""
    if platform.machine() not in CALLS:
        return False
    steps = b"".join(_steps(*CALLS[platform.machine()]))
    program = _Program(len(steps) // 8, steps)
    control = ctypes.CDLL(None, use_errno=True).prctl
    if control(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not control(SET_FILTER, FILTER_MODE, ctypes.byref(program), 0, 0)


def _steps(machine: int, calls: tuple[int, ...]) -> list[bytes]:
    """Berkeley packet filter: code, steps on if true, if false, and a value each."""
    left = len(calls) + 1  # comparisons before the two answers
    steps = [(LOAD, 0, 0, MACHINE_AT), (EQUAL, 0, left + 2, machine)]
    steps += [(LOAD, 0, 0, NUMBER_AT), (ABOVE, left, 0, OTHER_TABLE)]
    steps += [(EQUAL, left - at, 0, call) for at, call in enumerate(calls, 1)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, DENY)]
    return [struct.pack("<HBBI", *step) for step in steps]
