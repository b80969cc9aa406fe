"""Operations on cards: what is asked next, grades, and changes."""
