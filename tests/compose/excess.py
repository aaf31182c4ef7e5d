"""What a container has that its service does not need: read from what the engine knows of it."""

from __future__ import annotations

from typing import Any

MAY_BE_ROOT = "sandbox"
SANDBOX_MAY = {"SYS_ADMIN", "SETUID", "SETGID", "CHOWN", "KILL"}
NETWORKS = {
    "secrets": set[str](),
    "sandbox": set[str](),
    "postgres": {"rows"},
    "migrate": {"rows"},
    "redis": {"bells"},
    "beat": {"bells"},
    "worker": {"rows", "bells"},
    "web": {"front", "rows", "bells"},
}
SECRETS = {
    "sandbox": set[str](),
    "postgres": {"database"},
    "redis": {"redis"},
    "beat": {"redis"},
    **{name: {"site", "database", "redis"} for name in ("secrets", "migrate", "web", "worker")},
}


def excess(container: dict[str, Any]) -> list[str]:
    """One sentence for each thing that is too much."""
    service = container["Config"]["Labels"]["com.docker.compose.service"]
    project = container["Config"]["Labels"]["com.docker.compose.project"]
    host = container["HostConfig"]
    sandbox = service == MAY_BE_ROOT
    user = container["Config"]["User"]
    caps = {word.removeprefix("CAP_") for word in host["CapAdd"] or []}
    networks = {name.removeprefix(f"{project}_") for name in container["NetworkSettings"]["Networks"]} - {
        "none"
    }
    published = {
        f"{binding['HostIp']} {port}"
        for port, found in (host["PortBindings"] or {}).items()
        for binding in found
    }
    secrets = {
        mount["Destination"].removeprefix("/secrets/")
        for mount in container["Mounts"]
        if mount["Destination"].startswith("/secrets/")
    }
    too_much = {
        "it is privileged": host["Privileged"],
        "its root can be written": not host["ReadonlyRootfs"],
        "it is root": not sandbox and user.partition(":")[0] in ("", "0", "root"),
        "capabilities are left to it": host["CapDrop"] != ["ALL"],
        f"it has {sorted(caps)}": not caps <= (SANDBOX_MAY if sandbox else set()),
        "it may gain privileges": not {"no-new-privileges", "no-new-privileges:true"}
        & set(host["SecurityOpt"] or []),
        "no filter of system calls": "seccomp=unconfined" in (host["SecurityOpt"] or []),
        "a folder of the host is mounted": any(mount["Type"] == "bind" for mount in container["Mounts"]),
        "it can reach the Docker engine": "docker.sock" in str(container["Mounts"]) + str(host["Binds"]),
        "devices are given to it": host["Devices"],
        "it shares the host's namespaces": "host"
        in (host["NetworkMode"], host["PidMode"], host["IpcMode"], host["UTSMode"]),
        "its memory has no limit": not host["Memory"],
        "its processes have no limit": not host["PidsLimit"] or host["PidsLimit"] < 0,
        f"it publishes {published}": published != ({"127.0.0.1 8000/tcp"} if service == "web" else set()),
        f"it is on the networks {networks}": networks != NETWORKS[service],
        f"it holds the secrets {secrets}": secrets != SECRETS[service],
    }
    return [f"{service}: {words}" for words, wrong in too_much.items() if wrong]
