"""Inclusion proofs, against the tree that is grown leaf by leaf, and against RFC 9162's own shape."""

import pytest

from adsum.core.merkle import Tree, leaf_hash, node_hash
from adsum.core.proofs import Forest, root_of_path

LEAVES = [leaf_hash(bytes([number])) for number in range(33)]


def grown(size: int) -> Tree:
    tree = Tree()
    for leaf in LEAVES[:size]:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_behind_every_known_head_is_proved(size: int) -> None:
    root = grown(size).root
    for begin in range(size):
        forest = Forest(begin, grown(begin).peaks, LEAVES[begin:size])
        for index in range(begin, size):
            assert root_of_path(LEAVES[index], index, size, forest.path(index)) == root


def test_the_path_of_the_rfc() -> None:
    """RFC 9162, 2.1.5: of seven leaves, the path of d0 is [b, h, l]."""
    forest = Forest(0, [], LEAVES[:7])
    b, h = LEAVES[1], node_hash(LEAVES[2], LEAVES[3])
    right = node_hash(node_hash(LEAVES[4], LEAVES[5]), LEAVES[6])
    assert forest.path(0) == [b, h, right]


@pytest.mark.parametrize("size", [2, 5, 8])
def test_another_leaf_place_or_path_does_not_lead_to_the_root(size: int) -> None:
    root, forest = grown(size).root, Forest(0, [], LEAVES[:size])
    path = forest.path(1)
    assert root_of_path(LEAVES[20], 1, size, path) != root
    assert root_of_path(LEAVES[1], 0, size, path) != root
    for wrong in (path[:-1], [*path, LEAVES[0]]):
        with pytest.raises(ValueError, match="the path is too"):
            root_of_path(LEAVES[1], 1, size, wrong)
