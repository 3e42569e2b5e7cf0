"""The Merkle tree against the test vectors of Certificate Transparency, and against its own definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adsum.core.merkle import Tree, leaf_hash, node_hash

# The eight inputs and roots of RFC 6962's reference implementation (certificate-transparency, merkle_tree_test).
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree_of(inputs: list[bytes]) -> Tree:
    tree = Tree()
    for data in inputs:
        tree.add(leaf_hash(data))
    return tree


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size: int) -> None:
    assert tree_of(INPUTS[:size]).root.hex() == ROOTS[size]


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_any_tree_is_as_defined(leaves: list[bytes]) -> None:
    tree = tree_of(leaves)
    assert (tree.root, tree.size) == (defined(leaves), len(leaves))
    assert tree_of(leaves[: len(leaves) // 2]).root == defined(leaves[: len(leaves) // 2])
