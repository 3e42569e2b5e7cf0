"""Law: foreign keys point down the stack, without a way back up across packages; only domains have tables."""

from collections.abc import Iterable, Sequence
from itertools import chain

from django.db.models import Model
from django.db.models.fields.related import RelatedField


def find_keys_upward(models: Iterable[type[Model]], *, layers: Sequence[frozenset[str]]) -> list[str]:
    """Foreign keys that point up, sideways or out of the house, or leave an accessor on another package's table."""
    depth = {package: number for number, layer in enumerate(layers) for package in layer}
    return [f"{key.model.__name__}.{key.name} {fault}" for key in _keys(models) for fault in _faults(key, depth)]


def _keys(models: Iterable[type[Model]]) -> list["RelatedField[object, object]"]:
    fields = chain.from_iterable((*model._meta.local_fields, *model._meta.local_many_to_many) for model in models)
    return [field for field in fields if isinstance(field, RelatedField)]


def _faults(key: "RelatedField[object, object]", depth: dict[str, int]) -> list[str]:
    here, there = package_of(key.model), package_of(key.related_model)
    if here == there:
        return []
    down = here in depth and there in depth and depth[here] < depth[there]
    faults = [] if down else [f"points from {here} to {there}, which is not below it"]
    hidden = (key.remote_field.related_name or "").endswith("+")
    return faults if hidden else [*faults, f'lacks related_name="+": {there} must not know {here}']


def package_of(model: type[Model]) -> str:
    """The domain whose table this is; the module's name where it is nobody's."""
    house, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if house == "adsum" else model.__module__


def find_tables_elsewhere(models: Iterable[type[Model]], *, domains: frozenset[str]) -> list[str]:
    """Tables that do not stand in a domain's models.py, or in its package of models."""
    homes = {f"adsum.{domain}.models" for domain in domains}
    return [f"{one.__name__} stands in {one.__module__}" for one in models if _home_of(one) not in homes]


def _home_of(model: type[Model]) -> str:
    return ".".join(model.__module__.split(".")[:3])


def related_names(models: Iterable[type[Model]]) -> frozenset[str]:
    """The accessors through which other tables' rows can be reached and changed."""
    relations = chain.from_iterable(model._meta.related_objects for model in models)
    names = {relation.get_accessor_name() for relation in relations if not relation.hidden}
    return frozenset(name for name in names if name)
