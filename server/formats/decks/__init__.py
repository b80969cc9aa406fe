"""Decks as files: notes with their tags, pictures, and what was reviewed of them."""
