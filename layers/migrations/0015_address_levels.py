"""Addresses are found by their names' pairs of signs and by their numbers.

`address_form` and `address_terms` do what `layers/addresses/signs.py` and `levels.py`
do; a test holds them together. Regular expressions and numerals are the same there.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

import layers.models.ground

MAKE = r"""
CREATE FUNCTION address_numeral(run text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    part text[];
    digits constant text := '一二三四五六七八九';
    number integer := 0;
BEGIN
    run := replace(replace(run, '〇', '零'), '两', '二');
    IF run !~ '[十百]' THEN
        RETURN translate(run, '零一二三四五六七八九', '0123456789');
    END IF;
    part := regexp_match(run, '^(?:([一二三四五六七八九])?百)?(零)?'
        '(?:([一二三四五六七八九])?十)?([一二三四五六七八九])?$');
    IF part IS NULL THEN
        RETURN NULL;
    END IF;
    IF run ~ '百' THEN
        number := 100 * position(coalesce(part[1], '一') IN digits);
    END IF;
    IF run ~ '十' THEN
        number := number + 10 * position(coalesce(part[3], '一') IN digits);
    END IF;
    IF part[4] IS NOT NULL THEN
        number := number + position(part[4] IN digits) * CASE
            WHEN run ~ '百' AND run !~ '十' AND part[2] IS NULL THEN 10 ELSE 1 END;
    END IF;
    RETURN number::text;
END $$;

CREATE FUNCTION address_form(said text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    form text;
    run text;
    counted constant text := '号|院|楼|栋|幢|座|单元|层|室|户|房|弄'
        '|[之附][0-9零〇一二三四五六七八九十百两]|-[0-9零〇一二三四五六七八九十百两]'
        '|门(?:$|[0-9零〇一二三四五六七八九十百两-])';
    digits constant text[] := ARRAY['一','二','三','四','五','六','七','八','九'];
BEGIN
    form := translate(normalize(left(said, 200), NFKC),
        'abcdefghijklmnopqrstuvwxyz—–‐‑‒―−~_/',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ----------');
    IF form ~ '[^0-9A-Z\u4e00-\u9fff]' THEN
        form := regexp_replace(form, '-+', '-', 'g');
        form := regexp_replace(form, '(?<=[0-9A-Z零〇一二三四五六七八九十百两])'
            '[ \t\n\r\f\v,，、.。·()''"“”‘’:;*【】\[\]<>《》|?!]+'
            '(?=[0-9A-Z零〇一二三四五六七八九十百两])', E'\x1f', 'g');
        form := regexp_replace(form,
            '[ \t\n\r\f\v,，、.。·()''"“”‘’:;*【】\[\]<>《》|?!]+', '', 'g');
        form := replace(form, E'\x1f', ' ');
        form := regexp_replace(form,
            '(?<=[0-9零〇一二三四五六七八九十百两])#楼?', '号楼', 'g');
        form := regexp_replace(form, '-(?![0-9A-Z零〇一二三四五六七八九十百两])'
            '|(?<![0-9A-Z零〇一二三四五六七八九十百两号楼院元层栋幢座门])-|#', '', 'g');
    END IF;
    IF form ~ '[零〇一二三四五六七八九十百两]' THEN
        FOR run IN SELECT DISTINCT hit[1] FROM regexp_matches(form,
            '([零〇一二三四五六七八九十百两]+)(?=' || counted || ')', 'g') AS hit
        LOOP
            form := regexp_replace(form, '(?<![零〇一二三四五六七八九十百两])' || run
                || '(?=' || counted || ')', coalesce(address_numeral(run), run), 'g');
        END LOOP;
        run := (regexp_match(form,
            '(?<=[号楼院元层栋幢座门-])([零〇一二三四五六七八九十百两]+)$'))[1];
        IF run IS NOT NULL THEN
            form := left(form, length(form) - length(run))
                || coalesce(address_numeral(run), run);
        END IF;
    END IF;
    IF form ~ '[-之附]' THEN
        form := regexp_replace(form, '(?<![-0-9A-Z])([0-9]{1,5})'
            '(?:号[-之附]|[之附])([0-9]{1,4})号?'
            '(?![- 0-9零〇一二三四五六七八九十百两])', '\1-\2号', 'g');
    END IF;
    FOR run IN SELECT DISTINCT hit[1] FROM regexp_matches(form,
        '(?<![-0-9A-Z])(0*[1-9][0-9]?)(?=[条区里巷街路村环道段胡])', 'g') AS hit
    LOOP
        form := regexp_replace(form,
            '(?<![-0-9A-Z])' || run || '(?=[条区里巷街路村环道段胡])',
            CASE WHEN run::integer < 10 THEN ''
                WHEN run::integer < 20 THEN '十'
                ELSE digits[run::integer / 10] || '十' END
            || coalesce(digits[run::integer % 10], ''), 'g');
    END LOOP;
    RETURN form;
END $$;

CREATE FUNCTION address_terms(said text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    form constant text := address_form(said);
    number constant text := '([甲乙丙丁戊己])?([A-Z])?([0-9]{1,6})([A-Z])?'
        '(?:-([0-9]{1,5}[A-Z]?))?(?:-([0-9]{1,5}[A-Z]?))?'
        '(号楼|号院|号房|号室|号|院|楼|栋|幢|座|单元|门|层|室|户|房|弄)?'
        '|([A-Z])(号楼|座|栋|幢|楼)';
    words text[];
    part text[];
    name text;
    plain text;
    value text;
    whole text;
    kind text;
BEGIN
    FOR name IN SELECT btrim(run, '- ') FROM regexp_split_to_table(form, number) run
    LOOP
        FOR at IN 1 .. length(name) - 1 LOOP
            words := words || substr(name, at, 2);
        END LOOP;
    END LOOP;
    FOR part IN SELECT regexp_matches(form, number, 'g') LOOP
        IF part[8] IS NOT NULL THEN
            words := words || ('b' || part[8]) || ('#' || part[8]);
            CONTINUE;
        END IF;
        plain := part[3]::integer::text;
        value := concat(part[1], part[2], plain, part[4]);
        whole := concat_ws('-', value, part[5], part[6]);
        kind := CASE
            WHEN part[7] IN ('号院', '号', '院', '弄') THEN 'h'
            WHEN part[7] IN ('号楼', '栋', '幢', '座') THEN 'b'
            WHEN part[7] IN ('单元', '门') THEN 'u'
            WHEN part[7] = '层' THEN 'f'
            WHEN part[7] IN ('室', '户', '房', '号房', '号室') THEN 'r'
            ELSE '#' END;
        IF part[5] IS NOT NULL AND kind IN ('h', 'b', 'u', 'f') THEN
            words := words || (kind || whole) || (kind || plain) || ('#' || plain)
                || ('#' || value) || ('#' || whole);
            CONTINUE;
        END IF;
        words := words || ('#' || plain) || ('#' || value);
        IF part[5] IS NOT NULL THEN
            words := words || ('#' || part[5]) || ('#' || coalesce(part[6], part[5]))
                || ('b' || value) || ('r' || coalesce(part[6], part[5]))
                || ('u' || CASE WHEN part[6] IS NULL THEN value ELSE part[5] END);
        ELSIF part[7] = '楼' THEN
            words := words || ('b' || plain) || ('b' || value)
                || ('f' || plain) || ('f' || value);
        ELSIF kind = '#' THEN
            words := words || ('h' || plain) || ('h' || value)
                || ('r' || plain) || ('r' || value);
        ELSE
            words := words || (kind || plain) || (kind || value);
        END IF;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT one FROM unnest(words) AS one ORDER BY one);
END $$;

CREATE FUNCTION address_lot(code text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT ('x' || left(md5(code), 7))::bit(28)::integer
$$;
"""
DROP = """
DROP FUNCTION address_lot(text);
DROP FUNCTION address_terms(text);
DROP FUNCTION address_form(text);
DROP FUNCTION address_numeral(text);
"""
# The index of the whole text's pairs: nothing asks it any more.
PAIRS = """
CREATE INDEX address_by_bigrams ON layers_address
    USING gin (search_bigrams(search_form(text)))
"""


class Migration(migrations.Migration):
    dependencies = [("layers", "0014_level_links_and_follows")]
    operations = [
        migrations.RunSQL(MAKE, DROP),
        migrations.AddField(
            "address",
            "terms",
            models.GeneratedField(
                db_persist=True,
                expression=layers.models.ground.Terms(models.F("text")),
                output_field=django.contrib.postgres.fields.ArrayField(
                    models.TextField()
                ),
            ),
        ),
        migrations.AddField(
            "address",
            "lot",
            models.GeneratedField(
                db_persist=True,
                expression=layers.models.ground.Lot(models.F("code")),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddIndex(
            "address",
            django.contrib.postgres.indexes.GinIndex(
                fields=["terms"], name="address_by_terms"
            ),
        ),
        migrations.AddIndex("address", models.Index(fields=["lot"], name="address_by_lot")),
        migrations.AddIndex("address", models.Index(fields=["text"], name="address_by_text")),
        migrations.RunSQL("DROP INDEX address_by_bigrams", PAIRS),
    ]
