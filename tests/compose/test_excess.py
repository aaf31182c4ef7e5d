"""The look at a container finds what is too much. (That ours have nothing of it: test_hosted.py.)"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.compose.excess import excess

HOST = {
    "Privileged": False,
    "ReadonlyRootfs": True,
    "CapDrop": ["ALL"],
    "CapAdd": None,
    "SecurityOpt": ["no-new-privileges:true"],
    "Binds": ["mail:/mail"],
    "Devices": None,
    "NetworkMode": "it_rows",
    "PidMode": "",
    "IpcMode": "private",
    "UTSMode": "",
    "Memory": 1,
    "PidsLimit": 1,
    "PortBindings": {},
}
WORKER: dict[str, Any] = {
    "Config": {
        "Labels": {"com.docker.compose.service": "worker", "com.docker.compose.project": "it"},
        "User": "10001:10001",
    },
    "HostConfig": HOST,
    "Mounts": [
        {"Type": "volume", "Destination": f"/secrets/{name}"} for name in ("site", "database", "redis")
    ],
    "NetworkSettings": {"Networks": {"it_rows": {}, "it_bells": {}}},
}


def test_what_is_needed_is_not_too_much():
    assert excess(WORKER) == []


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("HostConfig.Privileged", True, "privileged"),
        ("HostConfig.ReadonlyRootfs", False, "can be written"),
        ("HostConfig.CapDrop", None, "capabilities are left"),
        ("HostConfig.CapAdd", ["SYS_ADMIN"], "SYS_ADMIN"),
        ("HostConfig.SecurityOpt", [], "gain privileges"),
        ("HostConfig.SecurityOpt", ["no-new-privileges", "seccomp=unconfined"], "filter"),
        ("HostConfig.Devices", [{"PathOnHost": "/dev/kvm"}], "devices"),
        ("HostConfig.PidMode", "host", "namespaces"),
        ("HostConfig.Memory", 0, "memory"),
        ("HostConfig.PidsLimit", None, "processes"),
        ("HostConfig.PortBindings", {"5432/tcp": [{"HostIp": "127.0.0.1"}]}, "publishes"),
        ("HostConfig.Binds", ["/var/run/docker.sock:/var/run/docker.sock"], "Docker engine"),
        ("Config.User", "", "root"),
        ("Config.User", "0:10001", "root"),
        ("Mounts", [{"Type": "bind", "Destination": "/etc"}], "folder of the host"),
        ("NetworkSettings.Networks", {"it_rows": {}, "it_bells": {}, "it_front": {}}, "networks"),
        ("Mounts", [], "secrets"),
    ],
)
def test_what_is_too_much_is_named(place, value, words):
    container = copy.deepcopy(WORKER)
    *path, last = place.split(".")
    inner = container
    for name in path:
        inner = inner[name]
    inner[last] = value
    assert any(words in sentence for sentence in excess(container)), excess(container)
