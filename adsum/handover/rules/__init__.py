"""The format of a bundle, its reading and writing, and the numbers in it. Pure: no database."""

from adsum.handover.rules.format import FORMAT, HEAD, VERSION, BundleRefused, Goes, Head, site_label, statement_of
from adsum.handover.rules.numbering import ABOUT, Numbers, policy_numbers, turn_about, turn_keys
from adsum.handover.rules.packing import Packer
from adsum.handover.rules.reading import Opened, in_batches, open_bundle

__all__ = [
    "ABOUT",
    "FORMAT",
    "HEAD",
    "VERSION",
    "BundleRefused",
    "Goes",
    "Head",
    "Numbers",
    "Opened",
    "Packer",
    "in_batches",
    "open_bundle",
    "policy_numbers",
    "site_label",
    "statement_of",
    "turn_about",
    "turn_keys",
]
