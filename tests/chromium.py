"""Debian's Chromium, as tests and measurements start it."""

from __future__ import annotations

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "no chromium on this machine: apt install chromium"
# Quiet, so that nothing but the site is asked; and also as root.
ARGUMENTS = [
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
]
