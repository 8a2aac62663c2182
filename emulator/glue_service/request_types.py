"""Refuses JSON of the wrong type before LocalStack's parser sees it, with AWS's SerializationException.

LocalStack answers such a request with 500, which clients retry, or takes it as it is. The wording is that of
AWS's JSON services (`NUMBER_VALUE can not be converted to a String`); the texts for lists and structures are
unverified.
"""

from __future__ import annotations

import json
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.chain import HandlerChain
from localstack.aws.handlers import preprocess_request
from localstack.aws.spec import load_service
from localstack.http import Response

_SERVICES = {
    "AWSGlue": "glue",
    "RedshiftData": "redshift-data",
    "RedshiftServerless": "redshift-serverless",
}
"""The services of tarmac's own, by what stands before the dot of a request's target."""
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
    "timestamp": (int, float, str),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}


def register() -> None:
    """Adds the check to the gateway's handlers."""
    preprocess_request.append(refuse_wrong_types)


def refuse_wrong_types(chain: HandlerChain, context: RequestContext, response: Response) -> None:
    """Ends a request with 400 if its body is not what the operation's input shape takes."""
    prefix, _, operation = context.request.headers.get("X-Amz-Target", "").partition(".")
    if prefix not in _SERVICES:
        return
    problem = _problem_of(_SERVICES[prefix], operation, context.request.get_data())
    if problem:
        response.status_code = 400
        response.set_json({"__type": "SerializationException", "Message": problem})
        response.content_type = "application/x-amz-json-1.1"
        chain.stop()


def wrong_type(value: Any, shape: Any) -> str:
    """What AWS says of the first value whose type does not fit, or an empty text."""
    if value is None or shape is None:
        return ""
    if not _fits(value, shape.type_name):
        return _complaint(value, shape.type_name)
    return next((problem for item, of in _parts(value, shape) if (problem := wrong_type(item, of))), "")


def _problem_of(name: str, operation: str, body: bytes) -> str:
    service = load_service(name)
    if operation not in service.operation_names or not body:
        return ""
    try:
        request = json.loads(body)
    except ValueError:
        return "Could not parse request body into json"
    return wrong_type(request, service.operation_model(operation).input_shape)


def _parts(value: Any, shape: Any) -> list[tuple[Any, Any]]:
    if shape.type_name == "structure":
        return [(value.get(name), member) for name, member in shape.members.items()]
    if shape.type_name == "list":
        return [(item, shape.member) for item in value]
    if shape.type_name == "map":
        return [(item, shape.value) for item in value.values()]
    return []


def _fits(value: Any, type_name: str) -> bool:
    if isinstance(value, bool):
        return type_name == "boolean"
    return isinstance(value, _PYTHON_TYPES.get(type_name, (object,)))


def _complaint(value: Any, type_name: str) -> str:
    if isinstance(value, list):
        return "Start of list found where not expected"
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    wanted = type_name.capitalize()
    article = "an" if wanted[0] in "AEIOU" else "a"
    return f"{_token(value)} can not be converted to {article} {wanted}"


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, int):
        return "NUMBER_VALUE"
    return "DECIMAL_VALUE" if isinstance(value, float) else "STRING_VALUE"
