"""The description of the API itself."""

from typing import Any

from pydantic import ConfigDict, RootModel


class Description(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"openapi": "3.1.0"}]})
