"""People are found by the words of their names, however these are written: without accents, in any order."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations

# The costs (of one call, in those of a simple operator) keep the planner from calling them for everybody.
# In PostgreSQL's Unicode escapes: Latin letters with marks to their bare ones, dots and dashes to spaces, marks gone.
WRITTEN = (
    "\\00C0\\00C1\\00C2\\00C3\\00C4\\00C5\\00C6\\00C7\\00C8\\00C9\\00CA\\00CB\\00CC\\00CD\\00CE\\00CF\\00D1\\00D2\\00D3"
    "\\00D4\\00D5\\00D6\\00D8\\00D9\\00DA\\00DB\\00DC\\00DD\\00DF\\00E0\\00E1\\00E2\\00E3\\00E4\\00E5\\00E6\\00E7\\00E8"
    "\\00E9\\00EA\\00EB\\00EC\\00ED\\00EE\\00EF\\00F0\\00F1\\00F2\\00F3\\00F4\\00F5\\00F6\\00F8\\00F9\\00FA\\00FB\\00FC"
    "\\00FD\\00FE\\00FF\\0100\\0101\\0102\\0103\\0104\\0105\\0106\\0107\\0108\\0109\\010A\\010B\\010C\\010D\\010E\\010F"
    "\\0110\\0111\\0112\\0113\\0114\\0115\\0116\\0117\\0118\\0119\\011A\\011B\\011C\\011D\\011E\\011F\\0120\\0121\\0122"
    "\\0123\\0124\\0125\\0128\\0129\\012A\\012B\\012C\\012D\\012E\\012F\\0130\\0131\\0134\\0135\\0136\\0137\\0139\\013A"
    "\\013B\\013C\\013D\\013E\\0141\\0142\\0143\\0144\\0145\\0146\\0147\\0148\\014C\\014D\\014E\\014F\\0150\\0151\\0152"
    "\\0153\\0154\\0155\\0156\\0157\\0158\\0159\\015A\\015B\\015C\\015D\\015E\\015F\\0160\\0161\\0162\\0163\\0164\\0165"
    "\\0168\\0169\\016A\\016B\\016C\\016D\\016E\\016F\\0170\\0171\\0172\\0173\\0174\\0175\\0176\\0177\\0178\\0179\\017A"
    "\\017B\\017C\\017D\\017E\\017F\\01A0\\01A1\\01AF\\01B0\\01CD\\01CE\\01CF\\01D0\\01D1\\01D2\\01D3\\01D4\\01D5\\01D6"
    "\\01D7\\01D8\\01D9\\01DA\\01DB\\01DC\\01DE\\01DF\\01E0\\01E1\\01E6\\01E7\\01E8\\01E9\\01EA\\01EB\\01EC\\01ED\\01F0"
    "\\01F4\\01F5\\01F8\\01F9\\01FA\\01FB\\0200\\0201\\0202\\0203\\0204\\0205\\0206\\0207\\0208\\0209\\020A\\020B\\020C"
    "\\020D\\020E\\020F\\0210\\0211\\0212\\0213\\0214\\0215\\0216\\0217\\0218\\0219\\021A\\021B\\021E\\021F\\0226\\0227"
    "\\0228\\0229\\022A\\022B\\022C\\022D\\022E\\022F\\0230\\0231\\0232\\0233\\1E00\\1E01\\1E02\\1E03\\1E04\\1E05\\1E06"
    "\\1E07\\1E08\\1E09\\1E0A\\1E0B\\1E0C\\1E0D\\1E0E\\1E0F\\1E10\\1E11\\1E12\\1E13\\1E14\\1E15\\1E16\\1E17\\1E18\\1E19"
    "\\1E1A\\1E1B\\1E1C\\1E1D\\1E1E\\1E1F\\1E20\\1E21\\1E22\\1E23\\1E24\\1E25\\1E26\\1E27\\1E28\\1E29\\1E2A\\1E2B\\1E2C"
    "\\1E2D\\1E2E\\1E2F\\1E30\\1E31\\1E32\\1E33\\1E34\\1E35\\1E36\\1E37\\1E38\\1E39\\1E3A\\1E3B\\1E3C\\1E3D\\1E3E\\1E3F"
    "\\1E40\\1E41\\1E42\\1E43\\1E44\\1E45\\1E46\\1E47\\1E48\\1E49\\1E4A\\1E4B\\1E4C\\1E4D\\1E4E\\1E4F\\1E50\\1E51\\1E52"
    "\\1E53\\1E54\\1E55\\1E56\\1E57\\1E58\\1E59\\1E5A\\1E5B\\1E5C\\1E5D\\1E5E\\1E5F\\1E60\\1E61\\1E62\\1E63\\1E64\\1E65"
    "\\1E66\\1E67\\1E68\\1E69\\1E6A\\1E6B\\1E6C\\1E6D\\1E6E\\1E6F\\1E70\\1E71\\1E72\\1E73\\1E74\\1E75\\1E76\\1E77\\1E78"
    "\\1E79\\1E7A\\1E7B\\1E7C\\1E7D\\1E7E\\1E7F\\1E80\\1E81\\1E82\\1E83\\1E84\\1E85\\1E86\\1E87\\1E88\\1E89\\1E8A\\1E8B"
    "\\1E8C\\1E8D\\1E8E\\1E8F\\1E90\\1E91\\1E92\\1E93\\1E94\\1E95\\1E96\\1E97\\1E98\\1E99\\1E9B\\1EA0\\1EA1\\1EA2\\1EA3"
    "\\1EA4\\1EA5\\1EA6\\1EA7\\1EA8\\1EA9\\1EAA\\1EAB\\1EAC\\1EAD\\1EAE\\1EAF\\1EB0\\1EB1\\1EB2\\1EB3\\1EB4\\1EB5\\1EB6"
    "\\1EB7\\1EB8\\1EB9\\1EBA\\1EBB\\1EBC\\1EBD\\1EBE\\1EBF\\1EC0\\1EC1\\1EC2\\1EC3\\1EC4\\1EC5\\1EC6\\1EC7\\1EC8\\1EC9"
    "\\1ECA\\1ECB\\1ECC\\1ECD\\1ECE\\1ECF\\1ED0\\1ED1\\1ED2\\1ED3\\1ED4\\1ED5\\1ED6\\1ED7\\1ED8\\1ED9\\1EDA\\1EDB\\1EDC"
    "\\1EDD\\1EDE\\1EDF\\1EE0\\1EE1\\1EE2\\1EE3\\1EE4\\1EE5\\1EE6\\1EE7\\1EE8\\1EE9\\1EEA\\1EEB\\1EEC\\1EED\\1EEE\\1EEF"
    '\\1EF0\\1EF1\\1EF2\\1EF3\\1EF4\\1EF5\\1EF6\\1EF7\\1EF8\\1EF9\\0451\\0623\\0625\\0622\\0649\\0629!"#$%&()*+,-./:;'
    "<=>?@[\\005C]^_{|}~\\2013\\2014\\00B7\\060C\\0027`\\2019\\02BC\\02BB\\2018\\00B4\\0300\\0301\\0302\\0303\\0304"
    "\\0305\\0306\\0307\\0308\\0309\\030A\\030B\\030C\\030D\\030E\\030F\\0310\\0311\\0312\\0313\\0314\\0315\\0316\\0317"
    "\\0318\\0319\\031A\\031B\\031C\\031D\\031E\\031F\\0320\\0321\\0322\\0323\\0324\\0325\\0326\\0327\\0328\\0329\\032A"
    "\\032B\\032C\\032D\\032E\\032F\\0330\\0331\\0332\\0333\\0334\\0335\\0336\\0337\\0338\\0339\\033A\\033B\\033C\\033D"
    "\\033E\\033F\\0340\\0341\\0342\\0343\\0344\\0345\\0346\\0347\\0348\\0349\\034A\\034B\\034C\\034D\\034E\\034F\\0350"
    "\\0351\\0352\\0353\\0354\\0355\\0356\\0357\\0358\\0359\\035A\\035B\\035C\\035D\\035E\\035F\\0360\\0361\\0362\\0363"
    "\\0364\\0365\\0366\\0367\\0368\\0369\\036A\\036B\\036C\\036D\\036E\\036F"
)
SOUGHT = (
    "aaaaaaaceeeeiiiinoooooouuuuysaaaaaaaceeeeiiiidnoooooouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggg"
    "hhiiiiiiiiiijjkkllllllllnnnnnnoooooooorrrrrrssssssssttttuuuuuuuuuuuuwwyyyzzzzzzsoouuaaiioouuuuuu"
    "uuuuaaaaggkkoooojggnnaaaaaaeeeeiiiioooorrrruuuusstthhaaeeooooooooyyaabbbbbbccddddddddddeeeeeeeee"
    "effgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuv"
    "vvvwwwwwwwwwwxxxxyyzzzzzzhtwysaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooo"
    "oouuuuuuuuuuuuuuyyyyyyyy\\0435\\0627\\0627\\0627\\064A\\0647                                  "
)
FUNCTIONS = f"""
CREATE FUNCTION adsum_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 5000 AS
$$ SELECT translate(lower(said), U&'{WRITTEN}', U&'{SOUGHT}') $$;
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
