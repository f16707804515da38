// SPDX-License-Identifier: Apache-2.0
// Reads back, from awscli's presigned URLs and debug log, what it signed and how.
import { readFileSync, writeFileSync } from 'node:fs';

const [folder, requestsFile, expectedFile] = process.argv.slice(2);
const keys = {
  id: process.env.AWS_ACCESS_KEY_ID, secret: process.env.AWS_SECRET_ACCESS_KEY,
  region: process.env.AWS_DEFAULT_REGION, service: 's3',
};
const requests = [];
const expected = [];

for (const line of readFileSync(`${folder}/presigned`, 'utf8').trim().split('\n')) {
  const url = new URL(line);
  const query = url.searchParams;
  requests.push({
    ...keys, mode: 'presign', method: 'GET', host: url.host, path: url.pathname, query: [], headers: [],
    payload: '', date: query.get('X-Amz-Date'), expires: Number(query.get('X-Amz-Expires')),
    token: query.get('X-Amz-Security-Token') ?? '',
  });
  // Ours is sorted by name, theirs as it came.
  const parts = url.search.slice(1).split('&').filter((part) => !part.startsWith('X-Amz-Signature'));
  expected.push(parts.sort().join('&') + '&X-Amz-Signature=' + query.get('X-Amz-Signature'));
}

const log = readFileSync(`${folder}/awscli.log`, 'utf8');
const entry = /CanonicalRequest:\n([A-Z]+)\n(.*)\n(.*)\n([^]*?)\n\n(.*)\n([0-9a-f]{64}|UNSIGNED-PAYLOAD)\n[^]*?Authorization': b'([^']*)'/g;
const signedAnyway = ['host', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'];
for (const [, method, path, query, lines, , payload, authorization] of log.matchAll(entry)) {
  const headers = lines.split('\n').map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]);
  const header = Object.fromEntries(headers);
  requests.push({
    ...keys, mode: 'header', method, host: header.host, path,
    query: query.split('&').filter(Boolean).map((one) => one.split('=').map(decodeURIComponent)),
    headers: headers.filter(([name]) => !signedAnyway.includes(name)),
    payload, date: header['x-amz-date'], token: header['x-amz-security-token'] ?? '',
  });
  expected.push(authorization);
}
writeFileSync(requestsFile, requests.map((one) => JSON.stringify(one) + '\n').join(''));
writeFileSync(expectedFile, expected.map((one) => one + '\n').join(''));
