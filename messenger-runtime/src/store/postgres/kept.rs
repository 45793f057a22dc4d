//! The statements for what is kept aside and for how long: dead letters, what is known of a person, what is past its
//! time.

use super::statements::statements;

/// Whether nothing is kept of the conversation `c` but that it was opened longer ago than this.
macro_rules! idle {
    ($ago:literal) => {
        concat!(
            "(c.state IS NULL AND c.pending = 0 AND c.waiting = 0
              AND coalesce(c.opened, 0) < (extract(epoch FROM now()) * 1000000000)::bigint - ",
            $ago,
            "::bigint
              AND NOT EXISTS (SELECT 1 FROM @timer w WHERE w.conv = c.id))"
        )
    };
}

statements! { Kept:
    /// Up to `$4` dead letters of the kind `$1` and the conversation `$2`, where given, later than `$3`.
    dead_letters = "SELECT id, kind, conv, key, body, code, cause, attempts,
                           (extract(epoch FROM since) * 1000000)::bigint
                      FROM @dead_letter
                     WHERE ($1::text IS NULL OR kind = $1) AND ($2::bytea IS NULL OR conv = $2) AND id > $3
                     ORDER BY id LIMIT $4";
    /// The dead letter `$1`.
    dead_letter = "SELECT id, kind, conv, key, body, code, cause, attempts,
                          (extract(epoch FROM since) * 1000000)::bigint
                     FROM @dead_letter WHERE id = $1";
    /// Deletes the dead letter `$1`.
    discard = "DELETE FROM @dead_letter WHERE id = $1";
    /// What is kept of the conversation `$1` itself.
    person = "SELECT opened, state FROM @conversation WHERE id = $1";
    person_events = "SELECT body FROM @inbox WHERE conv = $1 ORDER BY ordinal";
    person_rows = "SELECT body FROM @outbox WHERE conv = $1 ORDER BY ordinal";
    person_timers = "SELECT name, body FROM @timer WHERE conv = $1 ORDER BY name";
    /// Deletes everything about the conversation `$1`; how much there was.
    erase = "WITH a AS (DELETE FROM @inbox WHERE conv = $1 RETURNING 1),
                  b AS (DELETE FROM @outbox WHERE conv = $1 RETURNING 1),
                  d AS (DELETE FROM @timer WHERE conv = $1 RETURNING 1),
                  e AS (DELETE FROM @turn_row WHERE conv = $1),
                  f AS (DELETE FROM @dead_letter WHERE conv = $1 RETURNING 1),
                  g AS (DELETE FROM @conversation WHERE id = $1 RETURNING state, opened)
             SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b) + (SELECT count(*) FROM d)
                  + (SELECT count(*) FROM f)
                  + (SELECT count(*) FROM g WHERE state IS NOT NULL OR opened IS NOT NULL)";
    backlog = "SELECT (SELECT count(*) FROM @inbox), (SELECT count(*) FROM @outbox),
                      (SELECT count(*) FROM @dead_letter),
                      extract(epoch FROM now() - (SELECT min(since) FROM @inbox))::float8,
                      extract(epoch FROM now() - (SELECT min(since) FROM @outbox))::float8";
    /// How many events and how many rows wait, each counted up to `$1`.
    waiting = "SELECT (SELECT count(*) FROM (SELECT 1 FROM @inbox LIMIT $1) AS w),
                      (SELECT count(*) FROM (SELECT 1 FROM @outbox LIMIT $1) AS w)";
    /// Forgets up to `$2` keys older than `$1` seconds.
    forget_known = "DELETE FROM @known WHERE key IN
                      (SELECT key FROM @known WHERE since < now() - $1::float8 * interval '1 second'
                        LIMIT $2 FOR UPDATE SKIP LOCKED)";
    /// Deletes up to `$2` dead letters older than `$1` seconds.
    forget_dead = "DELETE FROM @dead_letter WHERE id IN
                     (SELECT id FROM @dead_letter WHERE since < now() - $1::float8 * interval '1 second'
                       ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED)";
    /// Deletes up to `$2` dead letters but for the last `$1`.
    bound_dead = "DELETE FROM @dead_letter WHERE id IN
                    (SELECT id FROM @dead_letter
                      WHERE id <= (SELECT id FROM @dead_letter ORDER BY id DESC LIMIT 1 OFFSET $1)
                      ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)";
    /// Up to `$2` conversations after `$1`, and whether nothing is kept of them but an opening `$3` nanoseconds ago.
    look = concat!("SELECT id, ", idle!("$3"), " FROM @conversation c WHERE id > $1 ORDER BY id LIMIT $2");
    /// Deletes those of the conversations `$1` of which nothing is kept but an opening `$2` nanoseconds ago.
    forget_idle = concat!("DELETE FROM @conversation c WHERE id = ANY($1::bytea[]) AND ", idle!("$2"));
}
