PRAGMA application_id = 1380734031;
PRAGMA user_version = 11;
BEGIN TRANSACTION;
CREATE TABLE archive_dictionaries(row INTEGER PRIMARY KEY, learned_at INTEGER NOT NULL, text BLOB NOT NULL);
INSERT INTO "archive_dictionaries" VALUES(1,1,X'37A430ECA5D8C6671910E00A950EFFFFFFFFEBAA6A1E91724B99A4E45138B8B5D65A63040000005E89660B000004A0000000C00A03150080AF20008007ABC4131A00000000020000008603000000000000E4AB74CE0100000000000000000000000000000100000004000000080000006F702E32222C22646574616964657461696C223A7B226F72646572223A313930313634317D7D7B226964223A226576656E742D31333830222C22736F757264657461696C223A7B226F72646572223A313630303232357D7D7B226964223A226576656E742D31323636222C22736F757264657461696C223A7B226F72646572223A313137393339367D7D7B226964223A226576656E742D31303837222C22736F7572226576656E742D393238222C22736F75726365223A2273686F702E34222C2264657461696C223A7B226F72646572223A3836226576656E742D383235222C22736F75726365223A2273686F702E36222C2264657461696C223A7B226F72646572223A3638226576656E742D373033222C22736F75726365223A2273686F702E33222C2264657461696C223A7B226F72646572223A3439226576656E742D363034222C22736F75726365223A2273686F702E32222C2264657461696C223A7B226F72646572223A3336226576656E742D333232222C22736F75726365223A2273686F702E30222C2264657461696C22');
CREATE TABLE archive_entries(row INTEGER PRIMARY KEY, archive INTEGER NOT NULL, ingested INTEGER NOT NULL,
        sequence INTEGER NOT NULL, size INTEGER NOT NULL, event_id TEXT NOT NULL, envelope TEXT NOT NULL);
INSERT INTO "archive_entries" VALUES(1,1,1767225600000,1,16,'event-1',X'28B52FFD27A5D8C667104D000010227D010009F20202BB366CBB');
CREATE TABLE archives(row INTEGER PRIMARY KEY, key TEXT UNIQUE, events INTEGER NOT NULL,
        bytes INTEGER NOT NULL);
INSERT INTO "archives" VALUES(1,'archive',1,16);
CREATE TABLE attempts(row INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, number INTEGER NOT NULL,
        at INTEGER NOT NULL, duration INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL,
        message TEXT NOT NULL, response TEXT NOT NULL);
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
        error_message TEXT NOT NULL, exhausted TEXT NOT NULL, died INTEGER NOT NULL, trace TEXT NOT NULL DEFAULT '', delivery INTEGER NOT NULL DEFAULT 0);
INSERT INTO "dead_letters" VALUES(1,'event-0','default',1767225600000,'{"id":"event-0"}','target','{}','rule','',1,'TIMEOUT','slow','',1767225600001,'',0);
CREATE TABLE deliveries(id INTEGER PRIMARY KEY, event INTEGER NOT NULL, target TEXT NOT NULL, rule TEXT NOT NULL,
        part TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, ordered TEXT, shared INTEGER NOT NULL DEFAULT 0);
INSERT INTO "deliveries" VALUES(1,1,'target','rule','',2,1767225600000,NULL,0);
CREATE TABLE events(row INTEGER PRIMARY KEY, id TEXT NOT NULL, bus TEXT NOT NULL, ingested INTEGER NOT NULL,
        envelope TEXT NOT NULL, hops INTEGER NOT NULL DEFAULT 0, trace TEXT NOT NULL DEFAULT '');
INSERT INTO "events" VALUES(1,'event-1','default',1767225600000,'{"id":"event-1"}',0,'');
CREATE TABLE history(epoch TEXT NOT NULL);
INSERT INTO "history" VALUES('0123456789abcdef');
CREATE TABLE idempotency(key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, post_id TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "idempotency" VALUES('key','print','01a20b55-c73b-7000-ae5a-b6616f27fc25',4102444800000);
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('clock',0);
INSERT INTO "meta" VALUES('dead_letter_bytes',16);
INSERT INTO "meta" VALUES('heals',0);
INSERT INTO "meta" VALUES('next_delivery',1001);
INSERT INTO "meta" VALUES('queue_contents',1);
INSERT INTO "meta" VALUES('relayed',0);
CREATE TABLE posts(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        text_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, author TEXT NOT NULL,
        title TEXT NOT NULL, body TEXT NOT NULL, topic TEXT NOT NULL, entities TEXT);
INSERT INTO "posts" VALUES(1,'01a20b55-c73b-7000-ae5a-b6616f27fc25',1,1,1767225600000,1767225600000,'Joe','My trip','In May.','travel',NULL);
CREATE TABLE queue_duplicates(queue INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
        sequence INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY(queue, key)) WITHOUT ROWID;
CREATE TABLE queue_garbage(content INTEGER PRIMARY KEY);
CREATE TABLE queue_messages(row INTEGER PRIMARY KEY, content INTEGER NOT NULL, visible INTEGER NOT NULL,
        receives INTEGER NOT NULL, sequence INTEGER NOT NULL, sent INTEGER NOT NULL, first_received INTEGER NOT NULL,
        dead_from INTEGER NOT NULL, id TEXT NOT NULL, grouped TEXT NOT NULL, properties TEXT NOT NULL,
        body TEXT NOT NULL);
INSERT INTO "queue_messages" VALUES(1,1,1767225600000,0,0,1767225600000,0,0,'message-1','','{}','body');
CREATE TABLE queues(id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, region TEXT NOT NULL,
        name TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL, retention INTEGER NOT NULL,
        created INTEGER NOT NULL, modified INTEGER NOT NULL, content INTEGER NOT NULL, sequence INTEGER NOT NULL);
INSERT INTO "queues" VALUES(1,'000000000000','us-east-1','orders','{}','{}',345600000,1767225600000,1767225600000,1,0);
CREATE TABLE replays(key TEXT PRIMARY KEY, ingested INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE resources(kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY(kind, key))
        WITHOUT ROWID;
CREATE TABLE subscriptions(row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
        email TEXT NOT NULL, confirmed INTEGER NOT NULL, token TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
        confirmed_at INTEGER);
INSERT INTO "subscriptions" VALUES(1,'7875314ec6879c0760c10091f44bbdfb','travel','ann@example.org',1,'token',1767225600000,1767225600001);
CREATE TABLE targets(key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "targets" VALUES('target','{}');
CREATE INDEX posts_by_topic ON posts(topic, id);
CREATE INDEX posts_by_author ON posts(author, id);
CREATE INDEX idempotency_by_expiry ON idempotency(expires);
CREATE UNIQUE INDEX subscriptions_by_address ON subscriptions(topic, email COLLATE NOCASE);
CREATE INDEX subscriptions_by_topic ON subscriptions(topic, id);
CREATE INDEX subscriptions_pending ON subscriptions(created_at) WHERE confirmed = 0;
CREATE UNIQUE INDEX channel_entries_by_offset ON channel_entries(channel, offset);
CREATE UNIQUE INDEX channel_entries_by_event ON channel_entries(channel, event_id);
CREATE INDEX dead_letters_by_death ON dead_letters(died);
CREATE UNIQUE INDEX archive_entries_by_time ON archive_entries(archive, ingested, sequence);
CREATE UNIQUE INDEX queues_by_name ON queues(account, region, name);
CREATE INDEX queue_messages_by_visibility ON queue_messages(content, visible, receives);
CREATE INDEX queue_messages_in_order ON queue_messages(content, sequence, grouped, visible) WHERE sequence > 0;
CREATE INDEX queue_duplicates_by_expiry ON queue_duplicates(expires);
CREATE INDEX posts_by_topic_and_author ON posts(topic, author, id);
CREATE INDEX subscriptions_pending_by_address ON subscriptions(email COLLATE NOCASE) WHERE confirmed = 0;
CREATE INDEX deliveries_by_target ON deliveries(target, due, id);
CREATE INDEX deliveries_in_order ON deliveries(target, ordered, id) WHERE ordered IS NOT NULL;
CREATE INDEX attempts_by_delivery ON attempts(delivery, row);
CREATE INDEX dead_letters_by_delivery ON dead_letters(delivery);
CREATE TRIGGER dead_letter_came AFTER INSERT ON dead_letters BEGIN
        UPDATE meta SET value = value + length(CAST(new.envelope AS BLOB)) WHERE name = 'dead_letter_bytes';
    END;
CREATE TRIGGER dead_letter_went AFTER DELETE ON dead_letters BEGIN
        UPDATE meta SET value = value - length(CAST(old.envelope AS BLOB)) WHERE name = 'dead_letter_bytes';
        DELETE FROM attempts WHERE delivery = old.delivery AND old.delivery <> 0;
    END;
CREATE INDEX deliveries_of_event ON deliveries(event) WHERE shared = 1;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('dead_letters',1);
INSERT INTO "sqlite_sequence" VALUES('queues',1);
COMMIT;
