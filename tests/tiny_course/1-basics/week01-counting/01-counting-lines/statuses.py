"""Draws statuses.svg."""

from pathlib import Path

BAR = '<rect x="20" y="2" width="8" height="18"/>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">{BAR}</svg>\n'

Path("statuses.svg").write_text(SVG)
