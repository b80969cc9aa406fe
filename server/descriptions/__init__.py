"""The interfaces described: schemas of structs, and what the pages take from them."""
