CREATE TABLE IF NOT EXISTS @conversation (
  id bytea PRIMARY KEY,
  state bytea,
  opened bigint,
  epoch bigint NOT NULL,
  holder bigint,
  due timestamptz,
  claims bigint NOT NULL DEFAULT 0,
  pending bigint NOT NULL DEFAULT 0,
  tail bigint NOT NULL DEFAULT 0,
  out_epoch bigint NOT NULL,
  out_holder bigint,
  out_due timestamptz,
  attempts bigint NOT NULL DEFAULT 0,
  doubts bigint NOT NULL DEFAULT 0,
  echoed boolean NOT NULL DEFAULT false,
  waiting bigint NOT NULL DEFAULT 0,
  out_tail bigint NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS conversation_due ON @conversation (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS conversation_out_due ON @conversation (out_due) WHERE out_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS @inbox (
  conv bytea NOT NULL,
  ordinal bigint NOT NULL,
  key bytea NOT NULL,
  body bytea NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (conv, ordinal)
);
CREATE TABLE IF NOT EXISTS @outbox (
  conv bytea NOT NULL,
  ordinal bigint NOT NULL,
  key bytea NOT NULL,
  body bytea NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (conv, ordinal)
);
CREATE TABLE IF NOT EXISTS @turn_row (
  conv bytea NOT NULL,
  key bytea NOT NULL,
  became bigint NOT NULL,
  PRIMARY KEY (conv, key)
);
CREATE TABLE IF NOT EXISTS @timer (
  conv bytea NOT NULL,
  name bytea NOT NULL,
  due timestamptz NOT NULL,
  key bytea NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (conv, name)
);
CREATE INDEX IF NOT EXISTS timer_due ON @timer (due);
CREATE TABLE IF NOT EXISTS @known (
  key bytea PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS known_since ON @known (since);
CREATE TABLE IF NOT EXISTS @dead_letter (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  conv bytea NOT NULL,
  key bytea NOT NULL,
  body bytea NOT NULL,
  code text NOT NULL,
  cause text NOT NULL,
  attempts bigint NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS dead_letter_conv ON @dead_letter (conv);
CREATE TABLE IF NOT EXISTS @counter (
  name text PRIMARY KEY,
  value bigint NOT NULL
);
INSERT INTO @counter (name, value) VALUES ('dead_letter', 0) ON CONFLICT (name) DO NOTHING;
