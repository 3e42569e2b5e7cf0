"""Where GPS devices are heard: a copied folder for each way. Each turns what came into what a device told, or a fault.

A reader has no database and no clock; what may be kept is not its matter.
"""
