"""A data file or the head of a text as plain values, with the place of each."""

from __future__ import annotations

from typing import Any

from appealsite.problems import Mark
from appealsite.read.files import Place, mark_in
from appealsite.values import value

Key = str | int
Where = tuple[Key, ...]


@value
class Document:
    """A parsed file: its values as dicts, lists, text and None, and the place of each value and key.

    ``aliases`` says where the anchor of each ``*name`` stands: what is below one is found below the other.
    """

    path: str
    value: Any
    lines: tuple[str, ...]
    values: dict[Where, Place]
    keys: dict[Where, Place]
    aliases: dict[Where, Where]

    def mark(self, where: Where) -> Mark:
        """The place of the value at ``where``, or of the nearest value around it that stands in the file."""
        return self._mark(self._nearest(where))

    def key_mark(self, where: Where) -> Mark:
        """The place of the key at ``where``; a list item's is the item itself."""
        where = self._home(where)
        return self._mark(self.keys[where] if where in self.keys else self._nearest(where))

    def find(self, where: Where, part: str) -> Mark:
        """The place of ``part`` in the text at ``where``; the whole text where ``part`` is not on one line."""
        place = self._nearest(where)
        for number in range(place.line, min(place.last + 1, len(self.lines))):
            column = self.lines[number].find(part, place.column if number == place.line else 0)
            if column >= 0:
                return mark_in(self.path, self.lines, number, column, len(part))
        return self._mark(place)

    def _nearest(self, where: Where) -> Place:
        """The place of a value, else of the one it would stand in: that one's key, or the value on the key's line."""
        where = self._home(where)
        if where in self.values:
            return self.values[where]
        while where and where not in self.values:
            where = where[:-1]
        value, key = self.values.get(where), self.keys.get(where)
        if value is None:
            return Place(0, 0, 1, 0)
        return value if key is None or value.line == key.line else key

    def _home(self, where: Where) -> Where:
        """``where`` with aliases resolved."""
        for length in range(1, len(where)):
            if where[:length] in self.aliases:
                return self._home(self.aliases[where[:length]] + where[length:])
        return where

    def _mark(self, place: Place) -> Mark:
        return mark_in(self.path, self.lines, place.line, place.column, place.length)
