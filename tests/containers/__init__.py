"""A real Docker engine for the tests, and base images without a registry.

`engine.py` starts a private `dockerd` and ends it with all that it started. `images.py` makes
stand-ins for the images that our Dockerfiles build on, from Debian's packages.
"""
