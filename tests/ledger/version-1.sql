-- SPDX-License-Identifier: Apache-2.0
-- A ledger of version 1, with three records of a made-up clinic.
PRAGMA application_id = 1718445644;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('containers','image_Full,image_Ex_large,image_large,image_medium,image_small');
INSERT INTO meta VALUES('head','92f0efc31c5d32cc58d29b7c70cec745f14be3cf26596b3ca6d15281a4dd7d79');
INSERT INTO meta VALUES('key_template','filemaker-import/images-bulk-dump/{id}.{ext}');
INSERT INTO meta VALUES('source','filemaker://127.0.0.1/Clinic/API_Images');
INSERT INTO meta VALUES('source_count','3');
INSERT INTO meta VALUES('store','file:///srv/store');
CREATE TABLE record(
  record_id INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  mod_id INTEGER NOT NULL,
  parent TEXT NOT NULL,
  day TEXT NOT NULL,
  category TEXT NOT NULL,
  walk INTEGER NOT NULL,
  present INTEGER NOT NULL DEFAULT 1,
  changed_since INTEGER NOT NULL DEFAULT 0,
  fate TEXT NOT NULL,
  reason TEXT NOT NULL,
  choice TEXT NOT NULL,
  mark TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  field TEXT NOT NULL DEFAULT '',
  key TEXT,
  length INTEGER,
  sha256 TEXT,
  media_type TEXT,
  width INTEGER,
  height INTEGER,
  etag TEXT,
  proof TEXT,
  stamped_at TEXT NOT NULL DEFAULT '',
  stamp_problem TEXT NOT NULL DEFAULT '',
  image_id TEXT NOT NULL DEFAULT '',
  link_problem TEXT NOT NULL DEFAULT ''
);
INSERT INTO record VALUES(101,'CBDC6C63-86A9-4576-8CED-2250DA35F4BC',5,'538554AD-DF60-486A-80FD-E06A3A08ADEE','2019-07-18','Profile left',1,1,0,'moved','','image_Full','image_Full',0,'image_Full','filemaker-import/images-bulk-dump/CBDC6C63-86A9-4576-8CED-2250DA35F4BC.jpg',3941,'d72b9ca9d1e9547960375b2a58fcf0b38739f1705ad7f6d358f245c1de1d12a9','image/jpeg',560,416,'','read_back','2026-11-22T21:36:11Z','','009215d3-0051-54ca-b9aa-03c7eddda553','');
INSERT INTO record VALUES(102,'E07453FB-8C5B-4762-B497-F3BFC2DC2AF1',5,'538554AD-DF60-486A-80FD-E06A3A08ADEE','2019-07-18','Before',1,1,0,'moved','','image_Full','image_Full',0,'image_Full','filemaker-import/images-bulk-dump/E07453FB-8C5B-4762-B497-F3BFC2DC2AF1.jpg',2614,'72b80e04a03de9dd9122498f05c86e290191adcf2396b20a8d79c361366f4f9b','image/jpeg',448,336,'','read_back','2026-11-22T21:36:11Z','','7bf578f7-b6e0-5534-99a1-c6d051d81e45','');
INSERT INTO record VALUES(105,'7FD08D4D-984E-44F7-91EE-312311B35CC0',1,'538554AD-DF60-486A-80FD-E06A3A08ADEE','2019-07-18','After',1,1,0,'moved','','image_Full','image_Full',0,'image_Full','filemaker-import/images-bulk-dump/7FD08D4D-984E-44F7-91EE-312311B35CC0.jpg',3941,'106ffaec0f47657e96f623cb163d7b7a0a486c3e359159a0d1b7716002337112','image/jpeg',560,416,'','read_back','2026-11-22T21:36:11Z','','295211e9-884b-5d47-8f90-bdb7cc410428','');
CREATE TABLE event(
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  run TEXT NOT NULL,
  record_id INTEGER,
  step TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO event VALUES(1,'2026-11-22T21:36:11Z','e1079b84',101,'seen','{"id":"CBDC6C63-86A9-4576-8CED-2250DA35F4BC","mod_id":4,"choice":"image_Full","fate":"pending","reason":""}','94b13a5ceee360a7a0b1fc65dc69e235ad97b00eb04c475903893dfb7c5d3e0a');
INSERT INTO event VALUES(2,'2026-11-22T21:36:11Z','e1079b84',102,'seen','{"id":"E07453FB-8C5B-4762-B497-F3BFC2DC2AF1","mod_id":4,"choice":"image_Full","fate":"pending","reason":""}','f48602c81cc835189edb4750c6291bda9f18c4e53e0ead7faf3cba3d4411172e');
INSERT INTO event VALUES(3,'2026-11-22T21:36:11Z','e1079b84',105,'seen','{"id":"7FD08D4D-984E-44F7-91EE-312311B35CC0","mod_id":0,"choice":"image_Full","fate":"pending","reason":""}','8eeef00aeaf4614876369a83e6d48166f1f04b7e1ada1d7b53f6ed034c49f188');
INSERT INTO event VALUES(4,'2026-11-22T21:36:11Z','e1079b84',102,'stored','{"fate":"moved","reason":"","choice":"image_Full","mark":"","mod_id":4,"field":"image_Full","key":"filemaker-import/images-bulk-dump/E07453FB-8C5B-4762-B497-F3BFC2DC2AF1.jpg","bytes":2614,"sha256":"72b80e04a03de9dd9122498f05c86e290191adcf2396b20a8d79c361366f4f9b","media_type":"image/jpeg","proof":"read_back"}','1a70cee030f0eddfe966b29860eca59b478912386de14030020aa017e2cb942d');
INSERT INTO event VALUES(5,'2026-11-22T21:36:11Z','e1079b84',105,'stored','{"fate":"moved","reason":"","choice":"image_Full","mark":"","mod_id":0,"field":"image_Full","key":"filemaker-import/images-bulk-dump/7FD08D4D-984E-44F7-91EE-312311B35CC0.jpg","bytes":3941,"sha256":"106ffaec0f47657e96f623cb163d7b7a0a486c3e359159a0d1b7716002337112","media_type":"image/jpeg","proof":"read_back"}','2080d4f553dedcf8d8569f85f7393530d789e5c8da81cb1ac5ebb4b4924732b4');
INSERT INTO event VALUES(6,'2026-11-22T21:36:11Z','e1079b84',102,'stamped','{"mark":"image_Full","mod_id":5,"stamped_at":"2026-11-22T21:36:11Z"}','4d7951c41b908052b889fa00c4519e376ac46f0cb09d9db2e3498d5ab8c3aac2');
INSERT INTO event VALUES(7,'2026-11-22T21:36:11Z','e1079b84',101,'stored','{"fate":"moved","reason":"","choice":"image_Full","mark":"","mod_id":4,"field":"image_Full","key":"filemaker-import/images-bulk-dump/CBDC6C63-86A9-4576-8CED-2250DA35F4BC.jpg","bytes":3941,"sha256":"d72b9ca9d1e9547960375b2a58fcf0b38739f1705ad7f6d358f245c1de1d12a9","media_type":"image/jpeg","proof":"read_back"}','b7ec0af1e9d5a220b4773b2c0b9ce49205999ec041bfa570c780df2b7774c89a');
INSERT INTO event VALUES(8,'2026-11-22T21:36:11Z','e1079b84',105,'stamped','{"mark":"image_Full","mod_id":1,"stamped_at":"2026-11-22T21:36:11Z"}','fff5edd62015ae02505f2d123dc5c3bba2d458896bdf279887e05ad7f55001a9');
INSERT INTO event VALUES(9,'2026-11-22T21:36:11Z','e1079b84',101,'stamped','{"mark":"image_Full","mod_id":5,"stamped_at":"2026-11-22T21:36:11Z"}','de2207b38f74a609bc1dc6ba96c6ce331207f7e7aa594c089335aea41f8eb123');
INSERT INTO event VALUES(10,'2026-11-22T21:36:11Z','e1079b84',101,'linked','{"image_id":"009215d3-0051-54ca-b9aa-03c7eddda553"}','3a60f456e997d187d5ad9a65b68835298edff798c899325b98edd5322e181bfa');
INSERT INTO event VALUES(11,'2026-11-22T21:36:11Z','e1079b84',102,'linked','{"image_id":"7bf578f7-b6e0-5534-99a1-c6d051d81e45"}','221987007b523e9f971080b3ba5f87201e3041e30b1c30b577b5b02697ce6e44');
INSERT INTO event VALUES(12,'2026-11-22T21:36:11Z','e1079b84',105,'linked','{"image_id":"295211e9-884b-5d47-8f90-bdb7cc410428"}','92f0efc31c5d32cc58d29b7c70cec745f14be3cf26596b3ca6d15281a4dd7d79');
CREATE INDEX record_by_fate ON record(fate, record_id);
CREATE INDEX record_by_id ON record(id COLLATE NOCASE);
COMMIT;
