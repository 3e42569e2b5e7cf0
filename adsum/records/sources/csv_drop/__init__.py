"""Tables: CSV files with any columns, delimiter and encoding, as their mapping says."""
