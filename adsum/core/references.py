"""Foreign keys that are looked at set by set: a statement with ten thousand rows asks once, not ten thousand times.

With `copying`, one of the files of core that know the database. The parents of such keys are never deleted (`KEPT`),
and a row never changes whom it is about; so to look once, when rows come in, is all that there is to look at.
"""

import pgtrigger

_LOOK = """
IF EXISTS (SELECT FROM fresh WHERE {column} IS NOT NULL
        AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = fresh.{column})) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a row of ' || TG_TABLE_NAME || ' points to nothing in {parent}',
        CONSTRAINT = '{name}';
END IF;
RETURN NULL;
"""
KEPT = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def checked_in_sets(**parents: str) -> list[pgtrigger.Trigger]:
    """The triggers of a table whose fields point to rows of these tables, for keys with `db_constraint=False`.

    They hold as a foreign key does, but at the end of each statement instead of each transaction.
    """
    found: list[pgtrigger.Trigger] = []
    for field, parent in parents.items():
        column, name = f"{field}_id", f"{field}_is_there"
        look = pgtrigger.Trigger(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
            func=_LOOK.format(column=column, parent=parent, name=name),
        )
        changes = pgtrigger.Q(**{f"old__{column}__df": pgtrigger.F(f"new__{column}")})
        found += [look, pgtrigger.Protect(name=f"{field}_stays", operation=pgtrigger.Update, condition=changes)]
    return found
