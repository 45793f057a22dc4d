ALTER TABLE @conversation ADD COLUMN IF NOT EXISTS lapsed bigint;
CREATE INDEX IF NOT EXISTS dead_letter_since ON @dead_letter (since);
