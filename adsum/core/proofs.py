"""Inclusion proofs of RFC 9162, section 2.1.3: that one leaf lies at its place below a root."""

from collections.abc import Sequence

from adsum.core.merkle import node_hash


class Forest:
    """The tail of a tree, of which all before `begin` is known only by its peaks: enough to prove a leaf of the tail.

    `peaks` are the roots of the full subtrees of the first `begin` leaves, largest first; `leaves` are the hashes from
    there on.
    """

    def __init__(self, begin: int, peaks: Sequence[bytes], leaves: Sequence[bytes]) -> None:
        self._begin, self._leaves = begin, leaves
        self._known = dict(zip(_full_subtrees(begin), peaks, strict=True))

    def path(self, index: int) -> list[bytes]:
        """The hashes from the neighbour of the leaf with this index (from 0, not before `begin`) up to the root."""
        return self._path(index, 0, self._begin + len(self._leaves))

    def _path(self, index: int, begin: int, end: int) -> list[bytes]:
        if end - begin == 1:
            return []
        middle = begin + _split(end - begin)
        if index < middle:
            return [*self._path(index, begin, middle), self._root(middle, end)]
        return [*self._path(index, middle, end), self._root(begin, middle)]

    def _root(self, begin: int, end: int) -> bytes:
        if (begin, end) in self._known:
            return self._known[begin, end]
        if end - begin == 1:
            return self._leaves[begin - self._begin]
        middle = begin + _split(end - begin)
        return node_hash(self._root(begin, middle), self._root(middle, end))


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that this path leads to; ValueError when it has not the length that index and size ask for."""
    node, rest = leaf, list(path)

    def climb(index: int, size: int) -> bytes:
        if size == 1:
            return node
        middle = _split(size)
        if index < middle:
            below = climb(index, middle)
            return node_hash(below, rest.pop(0))
        below = climb(index - middle, size - middle)
        return node_hash(rest.pop(0), below)

    try:
        root = climb(index, size)
    except IndexError:
        raise ValueError("the path is too short") from None
    if rest:
        raise ValueError("the path is too long")
    return root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _full_subtrees(size: int) -> list[tuple[int, int]]:
    begin, found = 0, []
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            found.append((begin, begin + (1 << bit)))
            begin += 1 << bit
    return found
