// SPDX-License-Identifier: Apache-2.0
// Drives the simulator with two clients that others wrote for the real server, unmodified, and
// compares what they see with what `fmsim truth` says.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataApi, FetchAdapter } from '@proofkit/fmdapi';
import soliant from 'fm-data-api-client';

const url = process.env.FMSIM_URL;
const account = { username: process.env.FMSIM_USER, password: process.env.FMSIM_PASSWORD };
const truth = readFileSync(process.env.PEERS_TRUTH, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const layout = 'API_Images';

const steps = [];
const step = async (name, body) => {
  await body();
  steps.push(name);
  console.log(`ok ${name}`);
};

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

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

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
  const container = expected.containers.find((each) => each.field === expected.choice);
  const bytes = await download(record.fieldData[container.field], token);
  assert.equal(bytes.length, container.length);
  assert.equal(sha256(bytes), container.sha256);
}

const moved = truth.filter((each) => each.fate === 'moved');

// --- @proofkit/fmdapi -------------------------------------------------------------------------------

const adapter = new FetchAdapter({ server: url, db: process.env.FMSIM_DATABASE, auth: account });
const proofkit = DataApi({ adapter, layout });

await step('proofkit: list all', async () => {
  const records = await proofkit.listAll({ limit: 100 });
  assert.equal(records.length, truth.length);
  records.forEach((record, at) => checkRecord(record, truth[at]));
});
await step('proofkit: find, sorted and limited', async () => {
  const found = await proofkit.find({
    query: [{ id: `==${moved[0].id}` }, { id: `==${moved[1].id}` }],
    sort: [{ fieldName: 'id', sortOrder: 'descend' }],
    limit: 5,
  });
  assert.deepEqual(found.data.map((each) => each.fieldData.id), [moved[0].id, moved[1].id].sort().reverse());
});
await step('proofkit: an empty find is code 401', async () => {
  await assert.rejects(proofkit.find({ query: { category: '==None such' } }), { code: '401' });
});
await step('proofkit: update and read back', async () => {
  const before = (await proofkit.get({ recordId: moved[2].recordId })).data[0];
  const result = await proofkit.update({
    recordId: moved[2].recordId,
    fieldData: { best_image_container: moved[2].choice, NexusExportDate: '03/05/2025 09:03:07' },
  });
  assert.equal(Number(result.modId), Number(before.modId) + 1);
  const after = (await proofkit.get({ recordId: moved[2].recordId })).data[0];
  assert.equal(after.fieldData.NexusExportDate, '03/05/2025 09:03:07');
  assert.equal(after.modId, result.modId);
});
await step('proofkit: container download', async () => {
  const record = (await proofkit.get({ recordId: moved[3].recordId })).data[0];
  await checkPicture(record, moved[3], await adapter.getToken());
});
await step('proofkit: container upload', async () => {
  const bytes = Buffer.from('a consent form, made up');
  await adapter.containerUpload({
    layout,
    data: { recordId: moved[4].recordId, containerFieldName: 'image_small', file: new File([bytes], 'form.pdf') },
  });
  const record = (await proofkit.get({ recordId: moved[4].recordId })).data[0];
  const got = await download(record.fieldData.image_small, await adapter.getToken());
  assert.equal(sha256(got), sha256(bytes));
});
await step('proofkit: metadata, layouts and scripts', async () => {
  const meta = await proofkit.layoutMetadata();
  const containers = meta.fieldMetaData.filter((field) => field.result === 'container');
  assert.equal(containers.length, 5);
  assert.ok((await adapter.layouts()).layouts.some((each) => each.isFolder));
  assert.ok((await adapter.scripts()).scripts.some((each) => each.name === 'Ping'));
  const ran = await adapter.executeScript({ layout, script: 'Ping', scriptParam: 'a b&c' });
  assert.deepEqual([ran.scriptResult, ran.scriptError], ['a b&c', '0']);
});
await step('proofkit: a dead token is renewed', async () => {
  await fetch(`${url}/fmi/data/vLatest/databases/Clinic/sessions/${await adapter.getToken()}`, { method: 'DELETE' });
  assert.equal((await proofkit.list({ limit: 1 })).data.length, 1);
});
await step('proofkit: create and delete', async () => {
  const made = await proofkit.create({ fieldData: { id: 'MADE-UP', category: 'Scan' } });
  await proofkit.delete({ recordId: made.recordId });
  await assert.rejects(proofkit.get({ recordId: made.recordId }), { code: '101' });
});
await adapter.disconnect();

// --- fm-data-api-client -----------------------------------------------------------------------------

const client = new soliant.Client(url, process.env.FMSIM_DATABASE, account.username, account.password);
const images = client.layout(layout);

await step('soliant: ranges', async () => {
  const page = await images.range({ offset: 101, limit: 50, sort: { fieldName: 'image_date', sortOrder: 'ascend' } });
  assert.equal(page.data.length, 50);
  const plain = await images.range({ offset: 11, limit: 20 });
  plain.data.forEach((record, at) => checkRecord(record, truth[at + 10]));
});
await step('soliant: find', async () => {
  const found = await images.find({ id: `==${moved[5].id}` }, { limit: 10 });
  assert.equal(found.data[0].recordId, moved[5].recordId);
  const none = await images.find({ category: '==None such' }, {}, true);
  assert.equal(none.data.length, 0);
});
await step('soliant: update with modId', async () => {
  const record = (await images.get(Number(moved[6].recordId))).data[0];
  const result = await images.update(Number(moved[6].recordId), { category: 'After' }, { modId: Number(record.modId) });
  assert.equal(Number(result.modId), Number(record.modId) + 1);
  await assert.rejects(
    images.update(Number(moved[6].recordId), { category: 'Before' }, { modId: Number(record.modId) }),
    { code: '306' },
  );
});
await step('soliant: container download', async () => {
  const record = (await images.get(Number(moved[7].recordId))).data[0];
  await checkPicture(record, moved[7], client.token);
});
await step('soliant: container upload', async () => {
  // From a file: given a buffer, this version announces a length that leaves the buffer out.
  const buffer = Buffer.from('another made-up form');
  const path = join(mkdtempSync(join(tmpdir(), 'peers-')), 'other.pdf');
  writeFileSync(path, buffer);
  await images.upload(path, Number(moved[8].recordId), 'image_small');
  const record = (await images.get(Number(moved[8].recordId))).data[0];
  assert.equal(sha256(await download(record.fieldData.image_small, client.token)), sha256(buffer));
});
await client.clearToken();

await step('both logged out', async () => {
  const stats = await (await fetch(`${url}/_sim/stats`)).json();
  assert.equal(stats.sessions_open, 0);
});
console.log(`${steps.length} steps, no difference`);
process.exit(0);
