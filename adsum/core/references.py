"""Foreign keys that are looked at set by set: a statement with ten thousand rows asks once, not ten thousand times.

With `copying`, one of the files of core that know the database. The parents of such keys are never deleted (`KEPT`).
A row never changes whom it is about; so to look once, when rows come in, is all that there is to look at. Who carries
a case or signed for something does change: such a key is looked at once more, in the few rows where it does.
"""

import pgtrigger

_FRESH = """EXISTS (SELECT FROM fresh WHERE {column} IS NOT NULL
        AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = fresh.{column}))"""
_CHANGED = "NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = NEW.{column})"
_LOOK = """
IF {points_to_nothing} THEN
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
        stays = pgtrigger.Protect(name=f"{field}_stays", operation=pgtrigger.Update, condition=_differs(field))
        found += [_look_at_fresh(field, parent), stays]
    return found


def checked_in_sets_and_changes(**parents: str) -> list[pgtrigger.Trigger]:
    """The same where a row may come to point to another one."""
    found: list[pgtrigger.Trigger] = []
    for field, parent in parents.items():
        name = f"{field}_is_there_still"
        change = pgtrigger.Trigger(
            name=name,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            condition=_differs(field),
            func=_look(_CHANGED, field, parent, name),
        )
        found += [_look_at_fresh(field, parent), change]
    return found


def _look_at_fresh(field: str, parent: str) -> pgtrigger.Trigger:
    name = f"{field}_is_there"
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
        func=_look(_FRESH, field, parent, name),
    )


def _look(condition: str, field: str, parent: str, name: str) -> str:
    return _LOOK.format(
        points_to_nothing=condition.format(column=f"{field}_id", parent=parent), parent=parent, name=name
    )


def _differs(field: str) -> pgtrigger.Q:
    return pgtrigger.Q(**{f"old__{field}_id__df": pgtrigger.F(f"new__{field}_id")})
