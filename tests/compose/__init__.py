"""What docker-compose.yml describes, on a real Docker engine.

`hosted.py` brings the site up and takes it down, `visitor.py` uses it as people do, by HTTP on a
loopback address. The images of PostgreSQL and Redis are stand-ins made from Debian's packages, since
no registry is asked.
"""
