"""Channels: how a message travels, a file each, with the same `send`. A new one is a copied file and a line in `all`"""
