// SPDX-License-Identifier: Apache-2.0
// Two clients of OData, compared with what `fmsim truth` says.
import assert from 'node:assert/strict';
import {
  and, containerField, contains, desc, eq, fmTableOccurrence, FMServerConnection, inArray, isBatchTruncatedError, isNull,
  textField, timestampField, dateField,
} from '@proofkit/fmodata';
import { BasicAuth, Connection } from 'fm-odata-client';
import { account, chosen, database, layout as table, moved, oldUrl, Peer, sha256, truth, url } from './harness.mjs';

const lock = (record, on) => fetch(`${url}/_sim/lock?recordId=${record.recordId}&on=${on}`, { method: 'POST' });
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex'),
  Buffer.from('0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082', 'hex'),
]);

// --- fm-odata-client --------------------------------------------------------------------------------

function soliant(address, password = account.password) {
  return new Connection(new URL(address).host, new BasicAuth(account.username, password));
}

async function soliantSteps() {
  const peer = new Peer('fm-odata-client');
  const connection = soliant(url);
  const db = connection.database(database);
  const images = db.table(table);

  await peer.step('authenticates each request', async () => {
    await peer.refused(() => soliant(url, 'wrong').database(database).table(table).query({ top: 1 }), {
      errorCode: '212', statusCode: 401,
    });
    assert.deepEqual((await peer.call(() => connection.listDatabases())).map((each) => each.name), [database]);
  });
  await peer.step('lists tables and reads metadata', async () => {
    assert.ok((await peer.call(() => db.listTables())).some((each) => each.name === table));
    const meta = await peer.call(() => db.getMetadata());
    assert.equal(meta[`${table}_`].image_Full.$Type, 'Edm.Binary');
  });
  await peer.step('lists in pages', async () => {
    const rows = [];
    for (let skip = 0; skip < truth.length; skip += 100) {
      rows.push(...await peer.call(() => images.query({ select: ['id', 'ROWID'], top: 100, skip })));
    }
    assert.deepEqual(rows.map((each) => [String(each.ROWID), each.id ?? '']), truth.map((each) => [each.recordId, each.id]));
  });
  await peer.step('finds with a filter and an order', async () => {
    const found = await peer.call(() => images.query({
      filter: `id eq '${moved[10].id}' or id eq '${moved[11].id}'`,
      orderBy: { field: 'id', direction: 'desc' },
      select: ['id'],
    }));
    assert.deepEqual(found.map((each) => each.id), [moved[10].id, moved[11].id].sort().reverse());
    assert.equal(await peer.call(() => images.fetchOne({ filter: "category eq 'None such'" })), null);
  });
  await peer.step('reads one record and one field', async () => {
    const row = await peer.call(() => images.fetchById(moved[10].id));
    assert.equal(row.id_patient, moved[10].id_patient);
    assert.equal(await peer.call(() => images.fetchById('nobody')), null);
    assert.equal(await peer.call(() => images.fetchFieldValue(moved[10].id, 'id_patient')), moved[10].id_patient);
  });
  await peer.step('downloads containers', async () => {
    for (const record of moved.slice(12, 17)) {
      const container = chosen(record);
      const blob = await peer.call(() => images.fetchFieldBlob(record.id, container.field));
      assert.equal(sha256(blob.buffer), container.sha256);
      const known = ['image/jpeg', 'image/png', 'image/tiff', 'application/pdf'];
      assert.equal(blob.type, known.includes(container.media_type) ? container.media_type : 'application/octet-stream');
    }
  });
  await peer.step('updates one and many', async () => {
    const row = await peer.call(() => images.update(moved[18].id, { NexusExportDate: '2025-03-05T09:03:07Z' }));
    assert.equal(row.NexusExportDate, '2025-03-05T09:03:07Z');
    const filter = `id eq '${moved[19].id}' or id eq '${moved[20].id}'`;
    await peer.call(() => images.updateMany(filter, { best_image_container: 'image_Full' }));
    const rows = await peer.call(() => images.query({ filter, select: ['best_image_container'] }));
    assert.deepEqual(rows.map((each) => each.best_image_container), ['image_Full', 'image_Full']);
  });
  await peer.step('uploads a container', async () => {
    await peer.call(() => images.uploadBinary(moved[21].id, 'image_small', png));
    const blob = await peer.call(() => images.fetchFieldBlob(moved[21].id, 'image_small'));
    assert.deepEqual([sha256(blob.buffer), blob.type], [sha256(png), 'image/png']);
  });
  await peer.step('creates and deletes', async () => {
    const made = await peer.call(() => images.create({ id: 'MADE-UP-ODATA', category: 'Scan' }));
    assert.equal(made.category, 'Scan');
    await peer.call(() => images.delete('MADE-UP-ODATA'));
    assert.equal(await peer.call(() => images.fetchById('MADE-UP-ODATA')), null);
  });
  await peer.step('runs a script', async () => {
    assert.deepEqual(await peer.call(() => db.runScript('Ping', 'a b&c')), { code: 0, resultParameter: 'a b&c' });
  });
  await peer.step('errors carry their code', async () => {
    await peer.refused(() => images.query({ filter: "nothing eq 'x'" }), { errorCode: '8309', statusCode: 400 });
    await peer.refused(() => images.query({ select: ['image_Full'] }), { errorCode: '8309' });
    await peer.refused(() => db.table('Nowhere').query({ top: 1 }), { errorCode: '-1020', statusCode: 404 });
    await lock(moved[22], 1);
    await peer.refused(() => images.update(moved[22].id, { category: 'After' }), { errorCode: '301' });
    await lock(moved[22], 0);
    await peer.refused(() => images.count(), { statusCode: 400 }); // FileMaker Server 22 has no /$count
  });
}

// Version 22 answers @count, which this client does not know, and reads no part of a batch that comes
// without Content-Length, as this client's do: both work with the engine it was written for.
async function soliantOldSteps() {
  const peer = new Peer('fm-odata-client, engine 20');
  const db = soliant(oldUrl).database(database);
  const images = db.table(table);
  await peer.step('counts', async () => {
    assert.equal(await peer.call(() => images.count()), truth.length);
    const counted = await peer.call(() => images.query({ count: true, top: 1 }));
    assert.equal(counted.count, truth.length);
  });
  await peer.step('reads in a batch', async () => {
    const rows = await peer.call(() => db.batch((batched) => [
      batched.table(table).fetchById(moved[0].id),
      batched.table(table).fetchById(moved[1].id),
    ]));
    assert.deepEqual(rows.map((each) => each.id), [moved[0].id, moved[1].id]);
  });
  await peer.step('writes in a batch', async () => {
    await peer.call(() => db.batch((batched) => {
      batched.table(table).update(moved[2].id, { best_image_container: 'image_large' });
      batched.table(table).update(moved[3].id, { best_image_container: 'image_small' });
      return undefined;
    }));
    const shown = async (record) => peer.call(() => images.fetchFieldValue(record.id, 'best_image_container'));
    assert.deepEqual([await shown(moved[2]), await shown(moved[3])], ['image_large', 'image_small']);
  });
}

// --- @proofkit/fmodata ------------------------------------------------------------------------------

const fields = {
  id: textField().primaryKey(),
  id_patient: textField(),
  image_date: dateField(),
  category: textField(),
  best_image_container: textField(),
  NexusExportDate: timestampField(),
};
const occurrence = fmTableOccurrence(table, fields);
// Apart, since a list would name the container in $select, which FileMaker refuses.
const pictures = fmTableOccurrence(table, { ...fields, image_Full: containerField() });

async function proofkitSteps() {
  const peer = new Peer('@proofkit/fmodata');
  const connect = (password) => new FMServerConnection({ serverUrl: url, auth: { ...account, password } });
  const connection = connect(account.password);
  const db = connection.database(database);
  const images = db.from(occurrence);
  // A result is data or error; both are values here.
  const run = async (builder) => {
    peer.tried += 1;
    const { data, error } = await builder.execute();
    if (error) throw error;
    peer.passed += 1;
    return data;
  };
  const fails = async (builder, code) => {
    peer.tried += 1;
    const { error } = await builder.execute();
    assert.equal(error?.code, code, String(error));
    peer.passed += 1;
  };

  await peer.step('authenticates each request', async () => {
    await fails(connect('wrong').database(database).from(occurrence).list().top(1), '212');
    assert.deepEqual(await peer.call(() => connection.listDatabaseNames()), [database]);
    assert.ok((await peer.call(() => db.listTableNames())).includes(table));
  });
  await peer.step('reads metadata in both forms', async () => {
    const meta = await peer.call(() => db.getMetadata());
    assert.deepEqual(meta[`${table}_`].$Key, ['id']);
    assert.match(await peer.call(() => db.getMetadata({ format: 'xml' })), /<EntityType Name="API_Images_">/);
  });
  await peer.step('lists in pages', async () => {
    const rows = [];
    for (let skip = 0; skip < truth.length; skip += 100) {
      rows.push(...await run(images.list().select({ category: occurrence.category }, { ROWID: true }).top(100).skip(skip)));
    }
    assert.deepEqual(rows.map((each) => String(each.ROWID)), truth.map((each) => each.recordId));
  });
  await peer.step('finds with filters and orders', async () => {
    const ids = [moved[30].id, moved[31].id];
    const found = await run(images.list().where(inArray(occurrence.id, ids)).orderBy(desc(occurrence.id)));
    assert.deepEqual(found.map((each) => each.id), ids.sort().reverse());
    const none = await run(images.list().where(and(eq(occurrence.category, "O'Neil"), isNull(occurrence.NexusExportDate))));
    assert.deepEqual(none, []);
    const scans = await run(images.list().where(contains(occurrence.category, 'Sca')).top(1000));
    assert.ok(scans.length > 0 && scans.every((each) => each.category === 'Scan'));
  });
  await peer.step('reads one record, by key and by ROWID', async () => {
    assert.equal((await run(images.get(moved[30].id))).id_patient, moved[30].id_patient);
    assert.equal((await run(images.get({ ROWID: Number(moved[30].recordId) }))).id, moved[30].id);
    assert.equal(await run(images.get(moved[30].id).getSingleField(occurrence.id_patient)), moved[30].id_patient);
  });
  await peer.step('downloads a container', async () => {
    const record = moved.find((each) => each.choice === 'image_Full');
    const text = await run(db.from(pictures).get(record.id).getSingleField(pictures.image_Full));
    assert.equal(sha256(Buffer.from(text, 'base64')), chosen(record).sha256);
  });
  await peer.step('updates one and many', async () => {
    assert.deepEqual(await run(images.update({ category: 'After' }).byId(moved[32].id)), { updatedCount: 1 });
    assert.equal(await run(images.get(moved[32].id).getSingleField(occurrence.category)), 'After');
    const some = inArray(occurrence.id, [moved[33].id, moved[34].id]);
    const many = images.update({ best_image_container: 'image_medium' }).where((query) => query.where(some));
    assert.deepEqual(await run(many), { updatedCount: 2 });
  });
  await peer.step('inserts and deletes', async () => {
    // The key is read-only to this client: FileMaker would enter it.
    const made = await run(images.insert({ category: 'Made up' }, { returnFullRecord: false }));
    assert.equal(typeof made.ROWID, 'number');
    assert.deepEqual(await run(images.delete().where((query) => query.where(eq(occurrence.category, 'Made up')))),
      { deletedCount: 1 });
  });
  await peer.step('runs a script', async () => {
    const ran = await peer.call(() => db.runScript('Ping', { scriptParam: { a: 1 } }));
    assert.deepEqual(ran, { resultCode: 0, result: '{"a":1}' });
  });
  await peer.step('reads and writes in a batch', async () => {
    const batch = await peer.call(() => db.batch([
      images.get(moved[35].id),
      images.update({ best_image_container: 'image_Full' }).byId(moved[36].id),
      images.list().top(2),
    ]).execute());
    assert.deepEqual([batch.successCount, batch.errorCount], [3, 0], JSON.stringify(batch.results));
    assert.equal(batch.results[0].data.id, moved[35].id);
    assert.equal(batch.results[2].data.length, 2);
  });
  await peer.step('a batch ends at its first error', async () => {
    await lock(moved[37], 1);
    const batch = await peer.call(() => db.batch([
      images.update({ category: 'After' }).byId(moved[37].id),
      images.get(moved[35].id),
    ]).execute());
    await lock(moved[37], 0);
    assert.deepEqual([batch.firstErrorIndex, batch.truncated], [0, true]);
    assert.equal(batch.results[0].error.code, '301');
    assert.ok(isBatchTruncatedError(batch.results[1].error));
  });
  await peer.step('errors carry their code', async () => {
    await fails(images.get('nobody'), '-1023');
    await fails(db.from(fmTableOccurrence('Nowhere', { id: textField() })).list().top(1), '-1020');
    await fails(db.from(pictures).list().top(1), '8309');
    const bad = fmTableOccurrence(table, { id: textField().primaryKey(), nothing: textField() });
    await fails(db.from(bad).list().top(1), '8309');
    await lock(moved[38], 1);
    await fails(images.update({ category: 'After' }).byId(moved[38].id), '301');
    await lock(moved[38], 0);
  });
}

export async function odataPeers() {
  await soliantSteps();
  await soliantOldSteps();
  await proofkitSteps();
}
