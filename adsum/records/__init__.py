"""Outside records: who may be meant by them, what people and agencies say of that, and dated checks.

Nouns: source, delivery, record, lead (a possible match), judgement, confirmation, check. `matching` is the engine,
`sources` are its suppliers. Nothing here decides about anybody: a lead becomes a flag after a person judged it and the
agency that owns the record confirmed it.
"""
