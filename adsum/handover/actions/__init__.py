"""Verbs of handing over: make a bundle, take a person over, forget that bundles were made."""

from adsum.handover.actions.bundling import HandoverRefused, Made, forget, make_bundle
from adsum.handover.actions.taking import Taken, take_over

__all__ = ["HandoverRefused", "Made", "Taken", "forget", "make_bundle", "take_over"]
