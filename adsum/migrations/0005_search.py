"""People are found by the words of their names, however these are written: without accents, in any order."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations

# In PostgreSQL's Unicode escapes. Marks and apostrophes go; letters that are no other letter with a mark, and dots
# and dashes, are turned into what people type. Most names have none of it, and are not looked at letter by letter.
# The costs (of one call, in those of a simple operator) keep the planner from asking for everybody.
GONE = "[\\0300-\\036F\\0653-\\0655''`\\2018\\2019\\02BB\\02BC]"
WRITTEN = "\\00DF\\00F8\\0142\\0111\\00E6\\0153\\0131\\00F0\\00FE\\0649\\0629!\"#$%&()*+,-./:;<=>?@[\\005C]^_{|}~\\2013\\2014\\00B7\\060C"
SOUGHT = "soldaoidt\\064A\\0647                                  "
FUNCTIONS = f"""
CREATE FUNCTION adsum_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 5000 AS
$$ SELECT CASE WHEN said ~ '^[A-Za-z0-9 ]*$' THEN lower(said) ELSE translate(
    regexp_replace(normalize(lower(said), NFKD), U&'{GONE}', '', 'g'), U&'{WRITTEN}', U&'{SOUGHT}') END $$;
CREATE FUNCTION adsum_words(given_names text, surnames text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    COST 10000 AS
$$ SELECT to_tsvector('pg_catalog.simple', public.adsum_folded(given_names || ' ' || surnames)) $$;
CREATE FUNCTION adsum_sought(said text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT to_tsquery('pg_catalog.simple',
    regexp_replace(nullif(trim(public.adsum_folded(said)), ''), '\\s+', ':* & ', 'g') || ':*') $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('adsum', '0004_plans'),
    ]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION adsum_sought(text), adsum_words(text, text), adsum_folded(text)",
        ),
        migrations.AddIndex(
            model_name='participant',
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.Func('given_names', 'surnames', function='adsum_words'),
                name='people_by_words',
            ),
        ),
    ]
