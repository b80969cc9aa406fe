"""Describes the interfaces: OpenAPI schemas of structs, types and limits for the pages."""
