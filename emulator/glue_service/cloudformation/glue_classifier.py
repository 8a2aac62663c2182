"""AWS::Glue::Classifier."""

from __future__ import annotations

from typing import Any

from emulator.glue_service.cloudformation.resource import (
    GluePlugin,
    GlueResource,
    InvalidPropertiesError,
    Model,
    schema,
    send,
)

KINDS = ("CsvClassifier", "GrokClassifier", "JsonClassifier", "XMLClassifier")


class GlueClassifierProvider(GlueResource):
    """`Ref` gives the classifier's name. Another name or another kind makes another classifier.

    So does a property that is gone from the template: UpdateClassifier leaves what it isn't given as it is.
    """

    TYPE = "AWS::Glue::Classifier"
    SCHEMA = schema(TYPE, KINDS, identifier="Id")

    def name_path(self, model: Model) -> tuple[str, ...]:
        return (_kind(model), "Name")

    def create_in(self, glue: Any, model: Model) -> None:
        send(glue, "CreateClassifier", **_request(model))

    def update_in(self, glue: Any, model: Model) -> None:
        send(glue, "UpdateClassifier", **_request(model))

    def delete_in(self, glue: Any, model: Model) -> None:
        send(glue, "DeleteClassifier", Name=model[_kind(model)]["Name"])

    def _change(self, glue: Any, model: Model, previous: Model) -> None:
        kind = _kind(model)
        if kind != _kind(previous) or previous[kind].keys() - model[kind].keys():
            self._delete_if_there(glue, previous)
            self.create_in(glue, model)
            return
        super()._change(glue, model, previous)


class GlueClassifierProviderPlugin(GluePlugin):
    name = "AWS::Glue::Classifier"
    provider = GlueClassifierProvider


def _kind(model: Model) -> str:
    kinds = [kind for kind in KINDS if model.get(kind) is not None]
    if len(kinds) != 1:
        raise InvalidPropertiesError(f"a classifier has one of {', '.join(KINDS)}; this has {len(kinds)}")
    return kinds[0]


def _request(model: Model) -> Model:
    """The properties under the names of the API: CloudFormation calls the custom data types otherwise."""
    kind = _kind(model)
    names = {"ContainsCustomDatatype": "CustomDatatypes"} if kind == "CsvClassifier" else {}
    return {kind: {names.get(name, name): value for name, value in model[kind].items()}}
