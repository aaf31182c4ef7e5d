import json
import tomllib

import yaml
from pydantic import BaseModel, Field, ValidationError


class Request(BaseModel):
    path: str
    ms: float = Field(ge=0)


def checked(text):
    try:
        return Request.model_validate_json(text).model_dump()
    except ValidationError as error:
        return error.error_count()


def settings():
    return yaml.safe_load("a: [1, 2]"), json.loads('{"a": 1}'), tomllib.loads("a = 1")
