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

INSERT INTO meta VALUES ('clean', 0), ('opened', 3), ('generation', 2), ('generation_since', 1699999990000);
INSERT INTO conversations(id, object, page, person, opened, state) VALUES
  (5, 'page', '1906385232743451', '1234567890', 1699999999000, CAST('{"n":1}' AS BLOB));
INSERT INTO events(id, conversation, key, channel, field, json, claims, lease, since) VALUES
  (9, 5, x'02000000000000000707070707070707', 'messaging', NULL, '{"message":{"text":"handled when it stopped"},"sender":{"id":"1234567890"}}', 1, 12884901890, 1699999999000);
INSERT INTO outbox(id, conversation, key, body, attempts, doubts, due, flight, echoed, of_turn, since) VALUES
  (7, 5, 'a', '{"key":"a","to":{"id":"1234567890"},"action":{"send":{"message":{"text":"Hello"}}}}', 0, 0, 0, 12884901891, 0, 0, 1699999999000),
  (8, 5, 'echoed', '{}', 0, 0, 0, 12884901892, 1, 0, 1699999999000);
INSERT INTO timers(conversation, name, due, key, channel, field, json) VALUES
  (5, 'reminder', 1800000000000, x'04000000000000000707070707070707', 'timer', 'reminder', '{}');
INSERT INTO dead_letters(id, kind, conversation, key, body, code, cause, attempts, since) VALUES
  (3, 'event', 5, '03000000000000000707070707070707', '{"channel":"messaging","json":"{}"}', 'MSG209', 'the handler failed', 1, 1699999999000);
INSERT INTO duplicates(generation, key) VALUES (1, x'01000000000000000707070707070707'), (2, x'02000000000000000707070707070707');
PRAGMA application_id = 1297303378;
PRAGMA user_version = 1;
