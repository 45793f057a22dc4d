-- Times are milliseconds since 1970.

-- Numbers about the store itself: whether it was closed, how often it was opened, the generation of keys.
CREATE TABLE meta(
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whom events and messages belong to. Without a person it is the page itself.
CREATE TABLE conversations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  object TEXT NOT NULL,
  page TEXT NOT NULL,
  person TEXT,
  opened INTEGER,
  state BLOB
) STRICT;
CREATE UNIQUE INDEX conversations_by_name ON conversations(object, page, ifnull(person, 0));

-- Events that wait or are being handled; `lease` is the epoch of whoever handles it.
CREATE TABLE events(
  id INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversations(id),
  key BLOB NOT NULL,
  channel TEXT NOT NULL,
  field TEXT,
  json TEXT NOT NULL,
  claims INTEGER NOT NULL,
  lease INTEGER,
  since INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_conversation ON events(conversation);

-- Messages to send; `flight` is the epoch of whoever sends it.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversations(id),
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  doubts INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  flight INTEGER,
  echoed INTEGER NOT NULL DEFAULT 0,
  of_turn INTEGER NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE(conversation, key)
) STRICT;

-- What became of messages that a turn has queued before its end.
CREATE TABLE turn_rows(
  conversation INTEGER NOT NULL REFERENCES conversations(id),
  key TEXT NOT NULL,
  became TEXT NOT NULL,
  PRIMARY KEY(conversation, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers(
  conversation INTEGER NOT NULL REFERENCES conversations(id),
  name TEXT NOT NULL,
  due INTEGER NOT NULL,
  key BLOB NOT NULL,
  channel TEXT NOT NULL,
  field TEXT,
  json TEXT NOT NULL,
  PRIMARY KEY(conversation, name)
) STRICT;
CREATE INDEX timers_by_due ON timers(due);

CREATE TABLE dead_letters(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversations(id),
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  code TEXT NOT NULL,
  cause TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE INDEX dead_letters_by_conversation ON dead_letters(conversation);

-- Keys that are known; see the generations in `meta`.
CREATE TABLE duplicates(
  generation INTEGER NOT NULL,
  key BLOB NOT NULL,
  PRIMARY KEY(generation, key)
) STRICT, WITHOUT ROWID;
