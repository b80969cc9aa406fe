"""Makes the schemas of structs in the OpenAPI document, from msgspec's description of them.

Litestar's own plugin loses the limits of items of lists, minimum values of 0, and the type of the
items of a generic base.
"""

import builtins
import re
from typing import Any

import msgspec
from litestar._openapi.schema_generation import SchemaCreator
from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.openapi.spec import Reference, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.typing import FieldDefinition
from msgspec import NODEFAULT, UNSET, inspect


class KuisStructPlugin(StructSchemaPlugin):
    """Describes structs of requests as closed, and those of responses as complete.

    Structs of requests forbid unknown fields. Structs of responses always have all fields, also
    those with a default.
    """

    def to_openapi_schema(
        self, field_definition: FieldDefinition, schema_creator: SchemaCreator
    ) -> Schema:
        struct = field_definition.type_
        info = inspect.type_info(struct)
        assert isinstance(info, inspect.StructType)  # noqa: S101  # for mypy
        is_complete = not (info.forbid_unknown_fields or struct.__struct_config__.omit_defaults)
        schema = schema_creator.schema_registry.get_schema_for_field_definition(field_definition)
        schema.type = OpenAPIType.OBJECT
        schema.title = struct.__name__
        schema.description = " ".join((struct.__doc__ or "").split()) or None
        schema.properties = {
            field.encode_name: _property(field, schema_creator) for field in info.fields
        }
        schema.required = sorted(
            field.encode_name
            for field in info.fields
            if field.required or (is_complete and field.default is not UNSET)
        )
        if info.tag_field is not None:
            tag = Schema(type=OpenAPIType.STRING, enum=[str(info.tag)])
            schema.properties = {info.tag_field: tag, **schema.properties}
            if getattr(struct, "has_default_tag", False):
                tag.default = info.tag
            else:
                schema.required = sorted([*schema.required, info.tag_field])
        if info.forbid_unknown_fields:
            schema.additional_properties = False
        return schema


def _property(field: inspect.Field, creator: SchemaCreator) -> Schema | Reference:
    schema = _schema(field.type, creator)
    if not isinstance(schema, Schema):
        return schema
    if field.default is None:
        return _NullByDefault(**vars(schema))
    if field.default_factory in (list, dict):
        schema.default = field.default_factory()
    elif field.default not in (NODEFAULT, UNSET):
        schema.default = msgspec.to_builtins(field.default)
    return schema


class _NullByDefault(Schema):
    """Litestar takes a default of None for none at all."""

    def to_schema(self) -> dict[str, Any]:  # Any: JSON
        return super().to_schema() | {"default": None}


def _schema(type_: inspect.Type, creator: SchemaCreator) -> Schema | Reference:
    match type_:
        case inspect.StructType(cls=named) | inspect.EnumType(cls=named):
            return creator.for_field_definition(FieldDefinition.from_annotation(named))
        case inspect.Metadata(type=inner, extra_json_schema=extra):
            schema = _schema(inner, creator)
            for keyword, value in (extra or {}).items():
                setattr(schema, re.sub("(?=[A-Z])", "_", keyword).lower(), value)
            return schema
        case inspect.UnionType(types=types):
            return Schema(any_of=[_schema(one, creator) for one in types])
        case inspect.ListType() | inspect.VarTupleType():
            return Schema(
                type=OpenAPIType.ARRAY,
                items=_schema(type_.item_type, creator),
                min_items=type_.min_length,
                max_items=type_.max_length,
            )
        case inspect.DictType(value_type=value_type):
            values = _schema(value_type, creator)
            return Schema(type=OpenAPIType.OBJECT, additional_properties=values)
        case _:
            return _scalar(type_)


def _scalar(type_: inspect.Type) -> Schema:
    match type_:
        case inspect.StrType(min_length=least, max_length=most, pattern=pattern):
            kind = OpenAPIType.STRING
            return Schema(type=kind, min_length=least, max_length=most, pattern=pattern)
        case inspect.IntType():
            return _number(type_, OpenAPIType.INTEGER)
        case inspect.FloatType():
            return _number(type_, OpenAPIType.NUMBER)
        case inspect.LiteralType(values=values):
            return Schema(type=OpenAPIType.STRING, enum=list(values))
        case inspect.AnyType() | inspect.CustomType(cls=builtins.object):
            return Schema()
        case _:
            type_name, format_ = SCALARS[type(type_)]
            return Schema(type=type_name, format=format_)


SCALARS: dict[type[inspect.Type], tuple[OpenAPIType, OpenAPIFormat | None]] = {
    inspect.BoolType: (OpenAPIType.BOOLEAN, None),
    inspect.NoneType: (OpenAPIType.NULL, None),
    inspect.UUIDType: (OpenAPIType.STRING, OpenAPIFormat.UUID),
    inspect.DateTimeType: (OpenAPIType.STRING, OpenAPIFormat.DATE_TIME),
    inspect.DateType: (OpenAPIType.STRING, OpenAPIFormat.DATE),
}


def _number(type_: inspect.IntType | inspect.FloatType, name: OpenAPIType) -> Schema:
    return Schema(
        type=name,
        minimum=type_.ge,
        maximum=type_.le,
        exclusive_minimum=type_.gt,
        exclusive_maximum=type_.lt,
    )
