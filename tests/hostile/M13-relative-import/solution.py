from .helpers import twice
