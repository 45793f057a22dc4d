//! The statements, with the schema's name filled in where they say `@`.
//!
//! A conversation is one row. Its events and its outgoing rows carry ordinals without gaps, for they leave
//! only from the front: the oldest event is `tail - pending + 1`, the oldest row `out_tail - waiting + 1`. `due`
//! is when somebody may claim it: since when it waits, or when the lease of its `holder` ends.
//!
//! Statements that depend on rows of other tables run behind one that locks the conversations: a statement sees
//! what was committed before it began.
//!
//! No two transactions wait for each other, for all lock in one order: the keys that are known, then the
//! conversations, each in the order of their names, then what belongs to these: timers, the counter, dead letters.
//! Who takes whatever comes, as claims do, skips what is locked. A turn that queues rows for somebody else's conversation
//! is out of this order, and is run again where it meets another one.
//!
//! What is picked up to a limit is picked in a `WITH`: a plan may run a joined subquery again for each row that it is
//! joined to, and would pick others each time. A `WITH` that locks is run once, in PostgreSQL without the word
//! `MATERIALIZED` too, which no YugabyteDB knows that comes from PostgreSQL 11. Where what is outlived is deleted, more may go
//! at a time.

use crate::fail_points::sabotaged;

macro_rules! statements {
    ($of:ident: $($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        pub(super) struct $of { $($(#[$doc])* pub(super) $name: String,)* }

        impl $of {
            pub(super) fn new(schema: &str) -> Self {
                Self { $($name: $crate::store::postgres::statements::fill($text, schema),)* }
            }
        }
    };
}
pub(super) use statements;

/// The text with the schema's name.
pub(super) fn fill(text: &str, schema: &str) -> String {
    let mut text = text.replace('@', &format!("\"{schema}\"."));
    if sabotaged!("postgres.epoch") {
        text = text
            .replace("c.epoch = t.epoch AND c.holder IS NOT NULL", "c.pending > 0")
            .replace(
                "c.out_epoch = t.epoch AND c.out_holder IS NOT NULL",
                "c.waiting > 0",
            );
    }
    if sabotaged!("postgres.dedup") {
        text = text.replace(
            "ON CONFLICT (key) DO NOTHING",
            "ON CONFLICT (key) DO UPDATE SET since = now()",
        );
    }
    if sabotaged!("postgres.order") {
        text = text.replace("ORDER BY r.at)", "ORDER BY r.at DESC)");
    }
    text
}

/// Where the epochs of a new conversation begin: above those it may have had before it was deleted.
macro_rules! first_epoch {
    () => {
        "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    };
}

/// Adds events `r(conv, key, body, wanted, at)` to their conversations `o(id, opened, locks)`; `$lease` and `$holder`
/// are for those that were idle and are wanted, where no other one has waited longer. Those that wait do so in
/// the order of their events. Those of which nothing changes are locked where they are there and are to be.
macro_rules! push_events {
    ($holder:literal, $lease:literal) => {
        concat!(
            "f AS (SELECT r.conv, r.key, r.body, r.wanted, r.at,
                          row_number() OVER (PARTITION BY r.conv ORDER BY r.at) AS n,
                          row_number() OVER (ORDER BY r.at) AS place FROM r),
             g AS (SELECT f.conv, count(*) AS n, min(f.place) AS place, bool_or(f.wanted AND f.n = 1)
                            AND NOT EXISTS (SELECT 1 FROM @conversation WHERE due <= now() AND claims < 2) AS wanted
                     FROM f GROUP BY f.conv),
             c AS (INSERT INTO @conversation AS c
                     (id, opened, epoch, out_epoch, pending, tail, claims, holder, due)
                   SELECT o.id, o.opened, ",
            first_epoch!(),
            ", ",
            first_epoch!(),
            ", coalesce(g.n, 0), coalesce(g.n, 0),
                          CASE WHEN g.wanted THEN 1 ELSE 0 END,
                          CASE WHEN g.wanted THEN ",
            $holder,
            "::bigint END,
                          CASE WHEN g.wanted THEN now() + ",
            $lease,
            "::float8 * interval '1 second'
                               WHEN g.n > 0 THEN now() + g.place * interval '1 microsecond' END
                     FROM o LEFT JOIN g ON g.conv = o.id
                    WHERE g.n > 0 OR o.opened IS NOT NULL
                       OR o.locks AND EXISTS (SELECT 1 FROM @conversation p WHERE p.id = o.id)
                    ORDER BY o.id
                   ON CONFLICT (id) DO UPDATE SET
                     opened = greatest(c.opened, excluded.opened),
                     pending = c.pending + excluded.pending,
                     tail = c.tail + excluded.pending,
                     epoch = CASE WHEN c.pending = 0 AND excluded.holder IS NOT NULL THEN c.epoch + 1
                                  ELSE c.epoch END,
                     claims = CASE WHEN c.pending = 0 THEN excluded.claims ELSE c.claims END,
                     holder = CASE WHEN c.pending = 0 THEN excluded.holder ELSE c.holder END,
                     due = CASE WHEN c.pending = 0 THEN excluded.due ELSE c.due END
                   RETURNING c.id, c.tail, c.pending, c.epoch, c.state, c.opened),
             i AS (INSERT INTO @inbox (conv, ordinal, key, body)
                   SELECT f.conv, c.tail - g.n + f.n, f.key, f.body
                     FROM f JOIN g ON g.conv = f.conv JOIN c ON c.id = f.conv)"
        )
    };
}

statements! { Statements:
    /// New events (`$1` keys, `$2` conversations, `$3` bodies, `$4` whether wanted) of the conversations `$5` opened
    /// at `$6`, of which `$9` are locked whatever comes; gives those that are fresh.
    append = concat!(
        "WITH e AS (SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bool[])
                      WITH ORDINALITY AS e(key, conv, body, wanted, at)),
              o AS (SELECT * FROM unnest($5::bytea[], $6::bigint[], $9::bool[]) AS o(id, opened, locks)),
              k AS (INSERT INTO @known (key) SELECT e.key FROM e ORDER BY e.key
                    ON CONFLICT (key) DO NOTHING RETURNING key),
              r AS (SELECT e.* FROM e JOIN k ON k.key = e.key), ",
        push_events!("$7", "$8"),
        " SELECT f.at,
                 CASE WHEN f.n = 1 AND g.wanted AND c.pending = g.n THEN c.epoch END,
                 CASE WHEN f.n = 1 AND g.wanted AND c.pending = g.n THEN c.state END,
                 c.opened,
                 f.n = 1 AND c.pending = g.n AND NOT g.wanted
            FROM f JOIN g ON g.conv = f.conv JOIN c ON c.id = f.conv
           ORDER BY f.at"
    );
    /// Up to `$1` conversations whose timers ran out, those first that waited longest.
    due_timers = "SELECT DISTINCT t.conv FROM
                    (SELECT conv FROM @timer WHERE due <= now() ORDER BY due LIMIT $1) AS t";
    /// Moves the events of the timers of the conversations `$1` that ran out into their queues.
    fire = concat!(
        "WITH t AS (DELETE FROM @timer WHERE conv = ANY($1::bytea[]) AND due <= now()
                    RETURNING conv, key, body, due),
              r AS (SELECT t.conv, t.key, t.body, false AS wanted, t.due AS at FROM t),
              o AS (SELECT DISTINCT t.conv AS id, NULL::bigint AS opened, false AS locks FROM t), ",
        push_events!("NULL", "0"),
        " SELECT count(*) FROM f"
    );
    /// Adds one event `$2`, `$3` to the conversation `$1`, whatever is known.
    push = concat!(
        "WITH r AS (SELECT $1::bytea AS conv, $2::bytea AS key, $3::bytea AS body, false AS wanted, 1 AS at),
              o AS (SELECT $1::bytea AS id, NULL::bigint AS opened, false AS locks), ",
        push_events!("NULL", "0"),
        " SELECT count(*) FROM f"
    );
    /// Locks the conversations `$1`.
    lock = "SELECT 1 FROM @conversation WHERE id = ANY($1::bytea[]) ORDER BY id FOR UPDATE";
    /// Locks those of the conversations `$1` that nobody has locked; gives them.
    lock_free = "SELECT id FROM @conversation WHERE id = ANY($1::bytea[]) ORDER BY id FOR UPDATE SKIP LOCKED";
    /// Echoes of the rows `$2` in the conversations `$1`: notes those in flight, settles those in doubt.
    echo = "WITH t AS (SELECT * FROM unnest($1::bytea[], $2::bytea[]) AS t(conv, key)),
                 h AS (SELECT c.id, w.ordinal, w.key, c.out_holder IS NOT NULL AS in_flight
                         FROM t JOIN @conversation c ON c.id = t.conv
                         JOIN @outbox w ON w.conv = c.id AND w.ordinal = c.out_tail - c.waiting + 1
                          AND w.key = t.key
                        WHERE c.waiting > 0 AND (c.out_holder IS NOT NULL OR c.doubts > 0)),
                 d AS (DELETE FROM @outbox w USING h
                        WHERE NOT h.in_flight AND w.conv = h.id AND w.ordinal = h.ordinal),
                 b AS (UPDATE @turn_row w SET became = 1 FROM h
                        WHERE NOT h.in_flight AND w.conv = h.id AND w.key = h.key),
                 u AS (UPDATE @conversation c SET
                         echoed = h.in_flight,
                         waiting = CASE WHEN h.in_flight THEN c.waiting ELSE c.waiting - 1 END,
                         attempts = CASE WHEN h.in_flight THEN c.attempts ELSE 0 END,
                         doubts = CASE WHEN h.in_flight THEN c.doubts ELSE 0 END,
                         out_due = CASE WHEN h.in_flight THEN c.out_due WHEN c.waiting > 1 THEN now() END
                       FROM h WHERE c.id = h.id)
            SELECT h.key FROM h WHERE NOT h.in_flight";
    /// Leases up to `$1` conversations that have waited longest to `$2` for `$3` seconds.
    claim = "WITH p AS (SELECT id, due FROM @conversation WHERE due <= now() AND claims < 2
                         ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED)
             UPDATE @conversation c SET epoch = c.epoch + 1, claims = c.claims + 1, holder = $2::bigint,
                    due = now() + $3::float8 * interval '1 second'
               FROM p WHERE c.id = p.id
             RETURNING c.id, c.epoch, c.claims, c.state, c.opened, c.tail - c.pending + 1, p.due";
    /// The same for suspects.
    claim_suspect = "WITH p AS (SELECT id, due FROM @conversation WHERE due <= now() AND claims >= 2
                         ORDER BY due LIMIT $1 FOR UPDATE SKIP LOCKED)
             UPDATE @conversation c SET epoch = c.epoch + 1, claims = c.claims + 1, holder = $2::bigint,
                    due = now() + $3::float8 * interval '1 second'
               FROM p WHERE c.id = p.id
             RETURNING c.id, c.epoch, c.claims, c.state, c.opened, c.tail - c.pending + 1, p.due";
    /// The events `$2` of the conversations `$1`.
    events = "SELECT i.conv, i.key, i.body FROM unnest($1::bytea[], $2::bigint[]) AS t(conv, ordinal)
                JOIN @inbox i ON i.conv = t.conv AND i.ordinal = t.ordinal";
    /// In how many seconds the next conversation (suspects only with `$1`) and the next timer are due.
    next_claim = "SELECT extract(epoch FROM (SELECT min(due) FROM @conversation
                           WHERE due IS NOT NULL AND (claims < 2 OR $1::bool)) - now())::float8,
                         extract(epoch FROM (SELECT min(due) FROM @timer) - now())::float8";
    /// Ends turns (`$1` conversations, `$2` epochs, `$3` what becomes of the state: 0 stays, 1 is cleared, 2 is `$4`; `$5`
    /// whether the first row can be sent) with the rows `$6`, `$7`, `$8`, for `$9` with a lease of `$10` seconds.
    commit = "WITH t AS (SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bool[])
                           AS t(conv, epoch, change, state, send)),
                   h AS (SELECT t.*, c.tail - c.pending + 1 AS head FROM t
                           JOIN @conversation c ON c.id = t.conv
                            AND c.epoch = t.epoch AND c.holder IS NOT NULL),
                   r AS (SELECT r.* FROM unnest($6::bytea[], $7::bytea[], $8::bytea[])
                           WITH ORDINALITY AS r(conv, key, body, at)
                           JOIN h ON h.conv = r.conv
                          WHERE NOT EXISTS (SELECT 1 FROM @outbox w WHERE w.conv = r.conv AND w.key = r.key)),
                   f AS (SELECT r.conv, r.key, r.body,
                                row_number() OVER (PARTITION BY r.conv ORDER BY r.at) AS n FROM r),
                   g AS (SELECT f.conv, count(*) AS n FROM f GROUP BY f.conv),
                   d AS (DELETE FROM @inbox i USING h WHERE i.conv = h.conv AND i.ordinal = h.head),
                   b AS (DELETE FROM @turn_row w USING h WHERE w.conv = h.conv),
                   u AS (UPDATE @conversation c SET
                           state = CASE h.change WHEN 0 THEN c.state WHEN 2 THEN h.state END,
                           pending = c.pending - 1,
                           claims = CASE WHEN c.pending > 1 THEN 1 ELSE 0 END,
                           holder = CASE WHEN c.pending > 1 THEN $9::bigint END,
                           due = CASE WHEN c.pending > 1 THEN now() + $10::float8 * interval '1 second' END,
                           out_tail = c.out_tail + coalesce(g.n, 0),
                           waiting = c.waiting + coalesce(g.n, 0),
                           out_epoch = CASE WHEN c.waiting = 0 AND g.n > 0 AND h.send THEN c.out_epoch + 1
                                            ELSE c.out_epoch END,
                           out_holder = CASE WHEN c.waiting = 0 AND g.n > 0 AND h.send THEN $9::bigint
                                             ELSE c.out_holder END,
                           out_due = CASE WHEN c.waiting > 0 OR g.n IS NULL THEN c.out_due
                                          WHEN h.send THEN now() + $10::float8 * interval '1 second'
                                          ELSE now() END
                         FROM h LEFT JOIN g ON g.conv = h.conv WHERE c.id = h.conv
                         RETURNING c.id, c.tail, c.pending, c.out_tail, c.waiting, c.out_epoch, c.opened,
                                   CASE WHEN c.pending > 0 THEN c.state END AS state, h.send),
                   o AS (INSERT INTO @outbox (conv, ordinal, key, body)
                         SELECT f.conv, u.out_tail - g.n + f.n, f.key, f.body
                           FROM f JOIN g ON g.conv = f.conv JOIN u ON u.id = f.conv)
              SELECT u.id, u.pending, u.state, u.opened, i.key, i.body,
                     CASE WHEN g.n > 0 AND u.waiting = g.n AND u.send THEN u.out_epoch END,
                     coalesce(g.n > 0 AND u.waiting = g.n, false), coalesce(g.n, 0)
                FROM u LEFT JOIN g ON g.conv = u.id
                LEFT JOIN @inbox i ON i.conv = u.id AND i.ordinal = u.tail - u.pending + 1 AND u.pending > 0";
    /// Deletes the timers `$3` of the turns `$1`, `$2`.
    cancel_timers = "DELETE FROM @timer w USING unnest($1::bytea[], $2::bigint[], $3::bytea[]) AS t(conv, epoch, name),
                            @conversation c
                      WHERE c.id = t.conv AND c.epoch = t.epoch AND c.holder IS NOT NULL
                        AND w.conv = t.conv AND w.name = t.name";
    /// Sets the timers `$3` (in `$4` seconds, `$5` keys, `$6` bodies) of the turns `$1`, `$2`.
    set_timers = "INSERT INTO @timer (conv, name, due, key, body)
                  SELECT t.conv, t.name, now() + t.after * interval '1 second', t.key, t.body
                    FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::float8[], $5::bytea[], $6::bytea[])
                      AS t(conv, epoch, name, after, key, body)
                    JOIN @conversation c ON c.id = t.conv
                     AND c.epoch = t.epoch AND c.holder IS NOT NULL
                  ON CONFLICT (conv, name) DO UPDATE
                    SET due = excluded.due, key = excluded.key, body = excluded.body";
    /// Keeps the events of the turns `$1`, `$2` as dead letters, with the causes `$3`, `$4`.
    bury_events = "WITH x AS (UPDATE @counter SET value = value + cardinality($1::bytea[])
                               WHERE name = 'dead_letter' RETURNING value),
                        f AS (SELECT t.conv, t.code, t.cause, t.at, c.claims, i.key, i.body
                                FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[])
                                  WITH ORDINALITY AS t(conv, epoch, code, cause, at)
                                JOIN @conversation c ON c.id = t.conv
                                 AND c.epoch = t.epoch AND c.holder IS NOT NULL
                                JOIN @inbox i ON i.conv = c.id AND i.ordinal = c.tail - c.pending + 1)
                   INSERT INTO @dead_letter (id, kind, conv, key, body, code, cause, attempts)
                   SELECT x.value - cardinality($1::bytea[]) + f.at, 'event', f.conv, f.key, f.body, f.code,
                          f.cause, f.claims FROM f, x";
    /// Keeps those of the events `$1` (`$2` conversations, `$3` bodies) that are fresh as dead letters of the cause `$4`, `$5`.
    bury_endless = "WITH x AS (UPDATE @counter SET value = value + cardinality($1::bytea[])
                                WHERE name = 'dead_letter' RETURNING value),
                         e AS (SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[])
                                 WITH ORDINALITY AS e(key, conv, body, at)),
                         k AS (INSERT INTO @known (key) SELECT e.key FROM e ORDER BY e.key
                               ON CONFLICT (key) DO NOTHING RETURNING key),
                         i AS (INSERT INTO @dead_letter (id, kind, conv, key, body, code, cause, attempts)
                               SELECT x.value - cardinality($1::bytea[]) + e.at, 'event', e.conv, e.key, e.body,
                                      $4::text, $5::text, 0
                                 FROM x, e JOIN k ON k.key = e.key)
                    SELECT e.at FROM e JOIN k ON k.key = e.key";
    /// Keeps the states `$3` of the turns `$1`, `$2` as dead letters, with the causes `$4`, `$5`.
    bury_states = "WITH x AS (UPDATE @counter SET value = value + cardinality($1::bytea[])
                               WHERE name = 'dead_letter' RETURNING value)
                   INSERT INTO @dead_letter (id, kind, conv, key, body, code, cause, attempts)
                   SELECT x.value - cardinality($1::bytea[]) + t.at, 'state', t.conv, ''::bytea, t.body, t.code,
                          t.cause, 0
                     FROM x, unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::text[], $5::text[])
                       WITH ORDINALITY AS t(conv, epoch, body, code, cause, at)
                     JOIN @conversation c ON c.id = t.conv
                      AND c.epoch = t.epoch AND c.holder IS NOT NULL";
    /// Keeps the rows of the sends `$1`, `$2` as dead letters, with the causes `$3`, `$4`.
    bury_rows = "WITH x AS (UPDATE @counter SET value = value + cardinality($1::bytea[])
                             WHERE name = 'dead_letter' RETURNING value)
                 INSERT INTO @dead_letter (id, kind, conv, key, body, code, cause, attempts)
                 SELECT x.value - cardinality($1::bytea[]) + t.at, 'message', t.conv, w.key, w.body, t.code,
                        t.cause, c.attempts + 1
                   FROM x, unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[])
                     WITH ORDINALITY AS t(conv, epoch, code, cause, at)
                   JOIN @conversation c ON c.id = t.conv
                    AND c.out_epoch = t.epoch AND c.out_holder IS NOT NULL AND NOT c.echoed
                   JOIN @outbox w ON w.conv = c.id AND w.ordinal = c.out_tail - c.waiting + 1";
    /// Ends sends (`$1` conversations, `$2` epochs, `$3` how: 0 sent, 1 dead, 2 to retry, 3 postponed, 4 doubtful; `$4`
    /// seconds), for `$5` with a lease of `$6` seconds on the next rows. That a row was sent (its key is in `$7`) counts
    /// where the lease lapsed, too, as long as nobody else has the row. Said again because the answer was lost (`$8`), it
    /// gives the row that was leased to `$5` then: only the end of this send can have made that the next epoch's.
    settle = "WITH t AS (SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::float8[], $7::bytea[],
                                              $8::bool[])
                           AS t(conv, epoch, how, after, key, lost)),
                   j AS (SELECT t.*, c.echoed, c.out_tail - c.waiting + 1 AS head,
                                c.out_epoch = t.epoch + 1 AND c.out_holder IS NOT NULL AS again
                           FROM t JOIN @conversation c ON c.id = t.conv
                            AND (c.out_epoch = t.epoch AND c.out_holder IS NOT NULL
                              OR t.how = 0 AND c.lapsed = t.epoch AND c.out_holder IS NULL AND c.waiting > 0
                                 AND EXISTS (SELECT 1 FROM @outbox w WHERE w.conv = c.id AND w.key = t.key
                                                AND w.ordinal = c.out_tail - c.waiting + 1)
                              OR t.lost AND c.out_epoch = t.epoch + 1 AND c.out_holder = $5::bigint
                                 AND EXISTS (SELECT 1 FROM @outbox w WHERE w.conv = c.id AND w.key <> t.key
                                                AND w.ordinal = c.out_tail - c.waiting + 1))),
                   h AS (SELECT j.*, NOT j.again AND (j.echoed OR j.how < 2) AS leaves FROM j),
                   d AS (DELETE FROM @outbox w USING h
                          WHERE h.leaves AND w.conv = h.conv AND w.ordinal = h.head
                         RETURNING w.conv, w.key),
                   b AS (UPDATE @turn_row w SET became = CASE WHEN h.how = 1 AND NOT h.echoed THEN 2 ELSE 1 END
                           FROM h, @outbox q
                          WHERE h.leaves AND q.conv = h.conv AND q.ordinal = h.head
                            AND w.conv = h.conv AND w.key = q.key),
                   u AS (UPDATE @conversation c SET
                           echoed = h.again AND c.echoed,
                           waiting = CASE WHEN h.leaves THEN c.waiting - 1 ELSE c.waiting END,
                           attempts = CASE WHEN h.leaves THEN 0 WHEN h.again OR h.how = 3 THEN c.attempts
                                           ELSE c.attempts + 1 END,
                           doubts = CASE WHEN h.leaves THEN 0 WHEN h.how = 4 AND NOT h.again THEN c.doubts + 1
                                         ELSE c.doubts END,
                           out_epoch = CASE WHEN h.again THEN c.out_epoch ELSE c.out_epoch + 1 END,
                           out_holder = CASE WHEN h.again OR h.leaves AND c.waiting > 1 THEN $5::bigint END,
                           out_due = CASE WHEN h.again OR h.leaves AND c.waiting > 1
                                            THEN now() + $6::float8 * interval '1 second'
                                          WHEN NOT h.leaves THEN now() + h.after * interval '1 second' END
                         FROM h WHERE c.id = h.conv
                         RETURNING c.id, c.out_epoch, c.out_tail, c.waiting, c.opened,
                                   CASE WHEN h.again THEN h.how >= 2 ELSE h.echoed END AS echoed,
                                   (h.leaves OR h.again) AND c.waiting > 0 AS goes_on)
              SELECT u.id, u.echoed, u.out_epoch, u.opened, u.goes_on, w.body
                FROM u LEFT JOIN @outbox w ON w.conv = u.id AND w.ordinal = u.out_tail - u.waiting + 1
                 AND u.goes_on";
    /// Frees the rows `$2` of the conversations `$1` that were leased to `$4`, for `$5` seconds, by the commits of the
    /// epochs `$3` that queued them. A lease of later is left alone: it is not as old as the row.
    free_first = "UPDATE @conversation c SET out_epoch = c.out_epoch + 1, out_holder = NULL, out_due = now()
                    FROM unnest($1::bytea[], $2::bytea[], $3::bigint[]) AS t(conv, key, epoch), @outbox w
                   WHERE c.id = t.conv AND c.epoch = t.epoch AND c.out_holder = $4::bigint
                     AND w.conv = c.id AND w.ordinal = c.out_tail - c.waiting + 1 AND w.key = t.key
                     AND c.out_due = w.since + $5::float8 * interval '1 second'
                  RETURNING c.id";
    /// Leases the rows of up to `$1` conversations to `$2` for `$3` seconds.
    claim_outbox = "WITH p AS (SELECT id, out_due FROM @conversation WHERE out_due <= now() AND out_holder IS NULL
                                ORDER BY out_due LIMIT $1 FOR UPDATE SKIP LOCKED)
                    UPDATE @conversation c SET out_epoch = c.out_epoch + 1, out_holder = $2::bigint,
                           out_due = now() + $3::float8 * interval '1 second', echoed = false
                      FROM p WHERE c.id = p.id
                    RETURNING c.id, c.out_epoch, c.attempts, c.doubts, c.opened, c.out_tail - c.waiting + 1, p.out_due";
    /// The rows `$2` of the conversations `$1`.
    rows = "SELECT w.conv, w.key, w.body FROM unnest($1::bytea[], $2::bigint[]) AS t(conv, ordinal)
              JOIN @outbox w ON w.conv = t.conv AND w.ordinal = t.ordinal";
    /// Lets the rows of the conversations `$1` wait for `$2` seconds, held by nobody.
    put_off_rows = "UPDATE @conversation SET out_holder = NULL, out_due = now() + $2::float8 * interval '1 second'
                     WHERE id = ANY($1::bytea[])";
    /// Takes the claims of the conversations `$1` back and lets them wait for `$2` seconds.
    put_off_turns = "UPDATE @conversation SET holder = NULL, claims = claims - 1,
                            due = now() + $2::float8 * interval '1 second'
                      WHERE id = ANY($1::bytea[])";
    /// In how many seconds the next row is due.
    next_row = "SELECT extract(epoch FROM min(out_due) - now())::float8 FROM @conversation
                 WHERE out_due IS NOT NULL AND out_holder IS NULL";
    /// Puts up to `$1` rows in doubt whose holders are gone: due in `$2` seconds, unless their echoes came.
    doubt = "WITH p AS (SELECT id, echoed, out_tail - waiting + 1 AS head FROM @conversation
                         WHERE out_due <= now() AND out_holder IS NOT NULL
                         ORDER BY out_due LIMIT $1 FOR UPDATE SKIP LOCKED),
                  b AS (UPDATE @turn_row w SET became = 1 FROM p, @outbox q
                         WHERE p.echoed AND q.conv = p.id AND q.ordinal = p.head
                           AND w.conv = p.id AND w.key = q.key),
                  d AS (DELETE FROM @outbox w USING p WHERE p.echoed AND w.conv = p.id AND w.ordinal = p.head),
                  u AS (UPDATE @conversation c SET
                          echoed = false,
                          waiting = CASE WHEN p.echoed THEN c.waiting - 1 ELSE c.waiting END,
                          attempts = CASE WHEN p.echoed THEN 0 ELSE c.attempts END,
                          doubts = CASE WHEN p.echoed THEN 0 ELSE c.doubts + 1 END,
                          lapsed = c.out_epoch,
                          out_epoch = c.out_epoch + 1,
                          out_holder = NULL,
                          out_due = CASE WHEN NOT p.echoed THEN now() + $2::float8 * interval '1 second'
                                         WHEN c.waiting > 1 THEN now() END
                        FROM p WHERE c.id = p.id)
             SELECT count(*) FROM p";
    /// Makes the leases `$1`, `$2` of turns hold for `$3` seconds; gives those that held.
    renew_turns = "UPDATE @conversation c SET due = now() + $3::float8 * interval '1 second'
                     FROM unnest($1::bytea[], $2::bigint[]) AS t(conv, epoch)
                    WHERE c.id = t.conv AND c.epoch = t.epoch AND c.holder IS NOT NULL
                   RETURNING c.id";
    /// The same for rows.
    renew_rows = "UPDATE @conversation c SET out_due = now() + $3::float8 * interval '1 second'
                    FROM unnest($1::bytea[], $2::bigint[]) AS t(conv, epoch)
                   WHERE c.id = t.conv AND c.out_epoch = t.epoch AND c.out_holder IS NOT NULL
                  RETURNING c.id";
    /// Frees the conversation `$1` of epoch `$2`; `$3` claims are taken back.
    release = "UPDATE @conversation c SET holder = NULL, due = now(), claims = c.claims - $3::bigint
                 FROM (SELECT $1::bytea AS conv, $2::bigint AS epoch) AS t
                WHERE c.id = t.conv AND c.epoch = t.epoch AND c.holder IS NOT NULL";
    /// Remembers the key `$1`.
    remember = "INSERT INTO @known (key) VALUES ($1) ON CONFLICT (key) DO NOTHING";
    /// Makes sure that the conversation `$1` has its row, and locks it.
    touch = concat!("INSERT INTO @conversation AS c (id, epoch, out_epoch) SELECT $1::bytea, ", first_epoch!(), ", ",
        first_epoch!(), " ON CONFLICT (id) DO UPDATE SET waiting = c.waiting");
    /// Locks the conversation `$1` where epoch `$2` has it.
    hold = "SELECT 1 FROM @conversation c, (SELECT $1::bytea AS conv, $2::bigint AS epoch) AS t
             WHERE c.id = t.conv AND c.epoch = t.epoch AND c.holder IS NOT NULL FOR UPDATE OF c";
    /// Which of the rows `$2` of the conversation `$1` stand in the outbox (0), were sent (1) or given up (2).
    became = "SELECT key, 0::bigint FROM @outbox WHERE conv = $1::bytea AND key = ANY($2::bytea[])
              UNION ALL
              SELECT key, became FROM @turn_row
               WHERE conv = $1::bytea AND key = ANY($2::bytea[]) AND became > 0";
    /// Adds the rows `$2`, `$3` to the conversation `$1`.
    enqueue = "WITH r AS (SELECT * FROM unnest($2::bytea[], $3::bytea[]) WITH ORDINALITY AS r(key, body, at)),
                    f AS (SELECT r.key, r.body, row_number() OVER (ORDER BY r.at) AS n FROM r),
                    u AS (UPDATE @conversation c SET
                            out_tail = c.out_tail + cardinality($2::bytea[]),
                            waiting = c.waiting + cardinality($2::bytea[]),
                            out_due = CASE WHEN c.waiting = 0 THEN now() ELSE c.out_due END
                          WHERE c.id = $1::bytea RETURNING c.out_tail)
               INSERT INTO @outbox (conv, ordinal, key, body)
               SELECT $1::bytea, u.out_tail - cardinality($2::bytea[]) + f.n, f.key, f.body FROM f, u";
    /// Forgets what the turn of the conversation `$1` knows of the row `$2`.
    unremember = "DELETE FROM @turn_row WHERE conv = $1::bytea AND key = $2::bytea";
    /// Remembers that the turn of the conversation `$1` queued the rows `$2`.
    of_turn = "INSERT INTO @turn_row (conv, key, became) SELECT $1::bytea, key, 0 FROM unnest($2::bytea[]) AS t(key)
               ON CONFLICT (conv, key) DO NOTHING";
    /// Makes rows due whose conversations are named `$1` or between `$2` and `$3`, but for those in doubt.
    hasten = "UPDATE @conversation c SET out_due = now() FROM
                (SELECT id FROM @conversation WHERE (id = $1::bytea OR (id >= $2::bytea AND id < $3::bytea))
                    AND out_holder IS NULL AND doubts = 0 AND out_due > now() ORDER BY id FOR UPDATE) AS p
               WHERE c.id = p.id";
    /// Frees what `$1` holds, and takes its claims back.
    free_turns = "UPDATE @conversation c SET holder = NULL, due = now(), claims = greatest(c.claims - 1, 0) FROM
                    (SELECT id FROM @conversation WHERE due IS NOT NULL AND holder = $1 ORDER BY id FOR UPDATE) AS p
                   WHERE c.id = p.id";
    /// Lets the leases on rows of `$1` end now.
    free_rows = "UPDATE @conversation c SET out_due = now() FROM
                   (SELECT id FROM @conversation WHERE out_due IS NOT NULL AND out_holder = $1
                     ORDER BY id FOR UPDATE) AS p
                  WHERE c.id = p.id";
}
