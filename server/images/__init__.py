"""Converts uploaded images into a form that is safe to show to everybody."""
