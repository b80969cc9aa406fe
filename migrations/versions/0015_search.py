"""Add full-text search of questions and quizzes.

A table is searched by a generated column of `search_vector(language, title, keywords, body)` with a
GIN index. Each row is stemmed in its own language. Stop words are lists in functions, because an
external PostgreSQL has no file with ours. The functions are schema-independent: `pg_restore`
computes the columns again with an empty `search_path`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

ENGLISH = """
    a about above after again against all am an and any are as at be because been before being below
    between both but by can could did do does doing don down during each few for from further had
    has have having he her here hers herself him himself his how i if in into is it its itself just
    ll me more most my myself no nor not now of off on once only or other our ours ourselves out
    over own re s same she should so some such t than that the their theirs them themselves then
    there these they this those through to too under until up ve very was we were what when where
    which while who whom why will with would you your yours yourself yourselves
"""
INDONESIAN = """
    ada adakah adalah agar akan aku anda apa apabila apakah apalagi apalag atas atau bagai bagaimana
    bagaimanakah bagi bahkan bahwa beberapa begini begitu berapa berapakah bila bilamana bukan
    bukankah daripada dalam dan dapat dari demi demikian demiki dengan di dia dimana dong dulu hanya
    harus hendak hingga ia ialah ini inilah itu itulah jadi jangan jika jikalau juga kalau kalian
    kami kamu kapan kapankah karena ke kecuali kemudian kenapa kepada ketika tika kita kok lagi lah
    lalu maka mana manakah manapun masih maupun melainkan memang mengapa mengapakah menjadi mereka
    reka merupakan meski meskipun mungkin namun nanti nya oleh pada padahal para pernah pula pun
    saat saja sambil sampai sampa sangat saya sebab sebagai sebaga sebagaimana sebelum sebuah secara
    sedang sedangkan sehingga sejak sekali sekal selain selalu selama semakin seorang seperti sepert
    serta sesudah setelah sete setiap si siapa siapakah sini situ suatu sudah sudahkah supaya tak
    tanpa tapi telah tentang terhadap tersebut tetapi tiap tidak tidaklah untuk walau walaupun yaitu
    yakni yang
"""
PUNCTUATION = r"[-!\"#$%&''()*+,./:;<=>?@\[\\\]^_`{|}~]"
ACCENTED = "ÀÁÂÃÄÅàáâãäåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕÖòóôõöÙÚÛÜùúûüÝýÿ"
PLAIN = "AAAAAAaaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOoooooUUUUuuuuYyy"


def array(words: str) -> str:
    """As SQL."""
    return f"'{{{','.join(words.split())}}}'::text[]"


LANGUAGES = """CASE
    WHEN language IS NULL THEN '{en,id}'::text[]
    WHEN language = 'en' OR language LIKE 'en-%' THEN '{en}'::text[]
    WHEN language = 'id' OR language LIKE 'id-%' THEN '{id}'::text[]
    ELSE '{other}'::text[]
END"""
# Only the letters and digits of a text, each at the place where it was: words that a sign joins,
# such as `buku-buku` or `his/her`, would else be a single word, and tags would be left out.
FOLDED = f"translate(regexp_replace(written, '{PUNCTUATION}', ' ', 'g'), '{ACCENTED}', '{PLAIN}')"

FUNCTIONS = {
    # The languages in which a row is searched: both if nobody said which one it is.
    "search_languages(language text)": f"""
        RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN {LANGUAGES}
    """,
    "search_folded(written text)": f"""
        RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN {FOLDED}
    """,
    # All words and stems of a row, and its languages. A word counts most in the title.
    "search_vector(language text, title text, keywords text[], body text)": f"""
        RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        DECLARE
            languages text[] := {LANGUAGES};
            texts text[] := ARRAY[title, array_to_string(keywords, ' '), body];
            vector tsvector := '';
            weight "char";
            written text;
        BEGIN
            FOR place IN 1..3 LOOP
                weight := (ARRAY['A', 'B', 'C'])[place];
                written := texts[place];
                CONTINUE WHEN coalesce(written, '') = '';
                written := {FOLDED};
                vector := vector || setweight(to_tsvector('pg_catalog.simple', written), weight);
                IF 'en' = ANY (languages) THEN
                    vector := vector
                        || setweight(to_tsvector('pg_catalog.english', written), weight);
                END IF;
                IF 'id' = ANY (languages) THEN
                    vector := vector
                        || setweight(to_tsvector('pg_catalog.indonesian', written), weight);
                END IF;
            END LOOP;
            IF 'en' = ANY (languages) THEN
                vector := ts_delete(vector, {array(ENGLISH)});
            END IF;
            IF 'id' = ANY (languages) THEN
                vector := ts_delete(vector, {array(INDONESIAN)});
            END IF;
            RETURN vector || array_to_tsvector(ARRAY(SELECT '#' || unnest(languages)));
        END $$
    """,
}


COLUMNS = {
    "questions": "search_vector(language, stem, ARRAY[topic] || tags, explanation)",
    "quizzes": "search_vector(language, title, ARRAY[topic, description], NULL)",
}


def upgrade() -> None:
    for signature, definition in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {signature} {definition}")
    for table, expression in COLUMNS.items():
        computed = sa.Computed(expression, persisted=True)
        op.add_column(table, sa.Column("search_vector", postgresql.TSVECTOR(), computed))
        name = op.f(f"ix_{table}_search_vector")
        op.create_index(name, table, ["search_vector"], postgresql_using="gin")


def downgrade() -> None:
    for table in COLUMNS:
        op.drop_index(op.f(f"ix_{table}_search_vector"), table_name=table)
        op.drop_column(table, "search_vector")
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
