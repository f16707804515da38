// SPDX-License-Identifier: Apache-2.0
// Two clients of the Data API, compared with what `fmsim truth` says.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataApi, FetchAdapter } from '@proofkit/fmdapi';
import soliant from 'fm-data-api-client';
import { account, chosen, database, layout, moved, Peer, sha256, truth, url } from './harness.mjs';

// What scripts for these clients do by hand: the cookie of the redirect goes with the second request.
async function download(streamUrl, token) {
  const first = await fetch(streamUrl, { redirect: 'manual', headers: { Authorization: `Bearer ${token}` } });
  assert.equal(first.status, 302);
  const cookie = first.headers.getSetCookie()[0].split(';')[0];
  const next = new URL(first.headers.get('location'), streamUrl);
  const second = await fetch(next, { headers: { Cookie: cookie } });
  assert.equal(second.status, 200);
  return Buffer.from(await second.arrayBuffer());
}

function checkRecord(record, expected) {
  assert.equal(record.recordId, expected.recordId);
  assert.equal(record.fieldData.id, expected.id);
  for (const container of expected.containers) {
    const shown = record.fieldData[container.field];
    if (container.state === 'empty') assert.equal(shown, '');
    if (container.state === 'question') assert.equal(shown, '?');
    if (container.state === 'filled') assert.match(shown, /^https?:\/\/.*\/Streaming_SSL\/[A-Za-z0-9_]+\/[0-9A-F]{64}/);
  }
}

async function checkPicture(record, expected, token) {
  const container = chosen(expected);
  const bytes = await download(record.fieldData[container.field], token);
  assert.equal(bytes.length, container.length);
  assert.equal(sha256(bytes), container.sha256);
}

async function proofkitSteps() {
  const peer = new Peer('@proofkit/fmdapi');
  const adapter = new FetchAdapter({ server: url, db: database, auth: account });
  const client = DataApi({ adapter, layout });
  const get = async (record) => (await peer.call(() => client.get({ recordId: record.recordId }))).data[0];

  await peer.step('logs in', async () => {
    assert.match(await peer.call(() => adapter.getToken()), /^[0-9a-f]{52}$/);
    const wrong = new FetchAdapter({ server: url, db: database, auth: { ...account, password: 'wrong' } });
    await peer.refused(() => wrong.getToken(), { code: '212' });
  });
  await peer.step('lists all', async () => {
    const records = await peer.call(() => client.listAll({ limit: 100 }));
    assert.equal(records.length, truth.length);
    records.forEach((record, at) => checkRecord(record, truth[at]));
  });
  await peer.step('finds, sorted and limited', async () => {
    const found = await peer.call(() => client.find({
      query: [{ id: `==${moved[0].id}` }, { id: `==${moved[1].id}` }],
      sort: [{ fieldName: 'id', sortOrder: 'descend' }],
      limit: 5,
    }));
    assert.deepEqual(found.data.map((each) => each.fieldData.id), [moved[0].id, moved[1].id].sort().reverse());
  });
  await peer.step('an empty find is code 401', async () => {
    await peer.refused(() => client.find({ query: { category: '==None such' } }), { code: '401' });
  });
  await peer.step('updates and reads back', async () => {
    const before = await get(moved[2]);
    const result = await peer.call(() => client.update({
      recordId: moved[2].recordId,
      fieldData: { best_image_container: moved[2].choice, NexusExportDate: '03/05/2025 09:03:07' },
    }));
    assert.equal(Number(result.modId), Number(before.modId) + 1);
    const after = await get(moved[2]);
    assert.equal(after.fieldData.NexusExportDate, '03/05/2025 09:03:07');
    assert.equal(after.modId, result.modId);
  });
  await peer.step('downloads a container', async () => {
    await checkPicture(await get(moved[3]), moved[3], await adapter.getToken());
  });
  await peer.step('uploads a container', async () => {
    const bytes = Buffer.from('a consent form, made up');
    await peer.call(() => adapter.containerUpload({
      layout,
      data: { recordId: moved[4].recordId, containerFieldName: 'image_small', file: new File([bytes], 'form.pdf') },
    }));
    const record = await get(moved[4]);
    assert.equal(sha256(await download(record.fieldData.image_small, await adapter.getToken())), sha256(bytes));
  });
  await peer.step('metadata, layouts and scripts', async () => {
    const meta = await peer.call(() => client.layoutMetadata());
    assert.equal(meta.fieldMetaData.filter((field) => field.result === 'container').length, 5);
    assert.ok((await peer.call(() => adapter.layouts())).layouts.some((each) => each.isFolder));
    assert.ok((await peer.call(() => adapter.scripts())).scripts.some((each) => each.name === 'Ping'));
    const ran = await peer.call(() => adapter.executeScript({ layout, script: 'Ping', scriptParam: 'a b&c' }));
    assert.deepEqual([ran.scriptResult, ran.scriptError], ['a b&c', '0']);
  });
  await peer.step('a dead token is renewed', async () => {
    const token = await adapter.getToken();
    await fetch(`${url}/fmi/data/vLatest/databases/${database}/sessions/${token}`, { method: 'DELETE' });
    assert.equal((await peer.call(() => client.list({ limit: 1 }))).data.length, 1);
  });
  await peer.step('creates and deletes', async () => {
    const made = await peer.call(() => client.create({ fieldData: { id: 'MADE-UP', category: 'Scan' } }));
    await peer.call(() => client.delete({ recordId: made.recordId }));
    await peer.refused(() => client.get({ recordId: made.recordId }), { code: '101' });
  });
  await peer.step('a locked record is code 301', async () => {
    await fetch(`${url}/_sim/lock?recordId=${moved[9].recordId}&on=1`, { method: 'POST' });
    const edit = { recordId: moved[9].recordId, fieldData: { category: 'After' } };
    await peer.refused(() => client.update(edit), { code: '301' });
    await fetch(`${url}/_sim/lock?recordId=${moved[9].recordId}&on=0`, { method: 'POST' });
    await peer.call(() => client.update(edit));
  });
  await peer.call(() => adapter.disconnect());
}

async function soliantSteps() {
  const peer = new Peer('fm-data-api-client');
  const client = new soliant.Client(url, database, account.username, account.password);
  const images = client.layout(layout);
  const get = async (record) => (await peer.call(() => images.get(Number(record.recordId)))).data[0];

  await peer.step('logs in', async () => {
    const wrong = new soliant.Client(url, database, account.username, 'wrong');
    await peer.refused(() => wrong.layout(layout).range(), { code: '212' });
    await peer.call(() => images.range({ limit: 1 }));
  });
  await peer.step('lists ranges', async () => {
    const sort = { fieldName: 'image_date', sortOrder: 'ascend' };
    const page = await peer.call(() => images.range({ offset: 101, limit: 50, sort }));
    assert.equal(page.data.length, 50);
    const plain = await peer.call(() => images.range({ offset: 11, limit: 20 }));
    plain.data.forEach((record, at) => checkRecord(record, truth[at + 10]));
  });
  await peer.step('finds', async () => {
    const found = await peer.call(() => images.find({ id: `==${moved[5].id}` }, { limit: 10 }));
    assert.equal(found.data[0].recordId, moved[5].recordId);
    const none = await peer.call(() => images.find({ category: '==None such' }, {}, true));
    assert.equal(none.data.length, 0);
  });
  await peer.step('updates with modId', async () => {
    const record = await get(moved[6]);
    const modId = Number(record.modId);
    const result = await peer.call(() => images.update(Number(moved[6].recordId), { category: 'After' }, { modId }));
    assert.equal(Number(result.modId), modId + 1);
    const stale = () => images.update(Number(moved[6].recordId), { category: 'Before' }, { modId });
    await peer.refused(stale, { code: '306' });
  });
  await peer.step('downloads a container', async () => {
    await checkPicture(await get(moved[7]), moved[7], client.token);
  });
  await peer.step('uploads a container', async () => {
    // From a file: given a buffer, this version announces a length that leaves the buffer out.
    const buffer = Buffer.from('another made-up form');
    const path = join(mkdtempSync(join(tmpdir(), 'peers-')), 'other.pdf');
    writeFileSync(path, buffer);
    await peer.call(() => images.upload(path, Number(moved[8].recordId), 'image_small'));
    const record = await get(moved[8]);
    assert.equal(sha256(await download(record.fieldData.image_small, client.token)), sha256(buffer));
  });
  await peer.step('creates and deletes', async () => {
    const made = await peer.call(() => images.create({ id: 'MADE-UP TOO', category: 'Scan' }));
    await peer.call(() => images.delete(Number(made.recordId)));
    await peer.refused(() => images.get(Number(made.recordId)), { code: '101' });
  });
  await peer.step('unknown fields and records are refused', async () => {
    await peer.refused(() => images.find({ nothing: 'x' }), { code: '102' });
    await peer.refused(() => images.get(1), { code: '101' });
  });
  await peer.call(() => client.clearToken());
}

export async function dataApiPeers() {
  await proofkitSteps();
  await soliantSteps();
  const both = new Peer('both');
  await both.step('logged out', async () => {
    const stats = await (await fetch(`${url}/_sim/stats`)).json();
    assert.equal(stats.sessions_open, 0);
  });
}
