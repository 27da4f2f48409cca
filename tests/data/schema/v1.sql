PRAGMA application_id = 1380734031;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE changes(sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, post_id TEXT NOT NULL,
        at INTEGER NOT NULL, old_image TEXT, new_image TEXT);
INSERT INTO "changes" VALUES(1,0,'01a20b55-c73b-7000-ae5a-b6616f27fc25',1767225600000,NULL,'{}');
CREATE TABLE channel_entries(row INTEGER PRIMARY KEY, channel INTEGER NOT NULL, offset INTEGER NOT NULL,
        event_id TEXT NOT NULL, payload TEXT NOT NULL, at INTEGER NOT NULL);
INSERT INTO "channel_entries" VALUES(1,1,1,'event-1','{}',1767225600000);
CREATE TABLE channels(row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
        last INTEGER NOT NULL);
INSERT INTO "channels" VALUES(1,'posts',1,1);
CREATE TABLE dead_letters(id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, bus TEXT NOT NULL,
        ingested INTEGER NOT NULL, envelope TEXT NOT NULL, target_key TEXT NOT NULL, target TEXT NOT NULL,
        rule TEXT NOT NULL, part TEXT NOT NULL, attempts INTEGER NOT NULL, error_code TEXT NOT NULL,
        error_message TEXT NOT NULL, exhausted TEXT NOT NULL, died INTEGER NOT NULL);
INSERT INTO "dead_letters" VALUES(1,'event-0','default',1767225600000,'{"id":"event-0"}','target','{}','rule','',1,'TIMEOUT','slow','',1767225600001);
CREATE TABLE deliveries(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, target TEXT NOT NULL, rule TEXT NOT NULL,
        part TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL);
INSERT INTO "deliveries" VALUES(1,1,'target','rule','',2,1767225600000);
CREATE TABLE events(row INTEGER PRIMARY KEY, id TEXT NOT NULL, bus TEXT NOT NULL, ingested INTEGER NOT NULL,
        envelope TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'event-1','default',1767225600000,'{"id":"event-1"}');
CREATE TABLE history(epoch TEXT NOT NULL);
INSERT INTO "history" VALUES('0123456789abcdef');
CREATE TABLE idempotency(key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, post_id TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "idempotency" VALUES('key','print','01a20b55-c73b-7000-ae5a-b6616f27fc25',4102444800000);
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('heals',0);
INSERT INTO "meta" VALUES('next_delivery',1001);
INSERT INTO "meta" VALUES('relayed',0);
CREATE TABLE posts(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        text_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, author TEXT NOT NULL,
        title TEXT NOT NULL, body TEXT NOT NULL, topic TEXT NOT NULL, entities TEXT);
INSERT INTO "posts" VALUES(1,'01a20b55-c73b-7000-ae5a-b6616f27fc25',1,1,1767225600000,1767225600000,'Joe','My trip','In May.','travel',NULL);
CREATE TABLE subscriptions(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
        email TEXT NOT NULL, confirmed INTEGER NOT NULL, token TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
        confirmed_at INTEGER);
INSERT INTO "subscriptions" VALUES(1,'7875314ec6879c0760c10091f44bbdfb','travel','ann@example.org',1,'token',1767225600000,1767225600001);
CREATE TABLE targets(key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "targets" VALUES('target','{}');
CREATE INDEX posts_by_topic ON posts(topic, id);
CREATE INDEX posts_by_author ON posts(author, id);
CREATE INDEX idempotency_by_expiry ON idempotency(expires);
CREATE INDEX deliveries_by_due ON deliveries(due, id, target);
CREATE INDEX deliveries_by_event ON deliveries(event);
CREATE UNIQUE INDEX subscriptions_by_address ON subscriptions(topic, email COLLATE NOCASE);
CREATE INDEX subscriptions_by_topic ON subscriptions(topic, id);
CREATE INDEX subscriptions_pending ON subscriptions(created_at) WHERE confirmed = 0;
CREATE UNIQUE INDEX channel_entries_by_offset ON channel_entries(channel, offset);
CREATE UNIQUE INDEX channel_entries_by_event ON channel_entries(channel, event_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('dead_letters',1);
COMMIT;
