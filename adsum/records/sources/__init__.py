"""Where outside records come from: a copied folder for each way of telling, and one line each in `all`.

Each reader turns what came into rows: a record, or a row that could not be read, with the reason. A reader has no
database and no clock.
"""
