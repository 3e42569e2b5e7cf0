"""Rap sheets: XML in the manner of NIEM, read as a stream; each event of a person is a record."""
