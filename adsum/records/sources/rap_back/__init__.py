"""Rap back: the agency is asked once to tell us of new events about a person, until a day. They come as pushes."""
