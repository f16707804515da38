// SPDX-License-Identifier: Apache-2.0
// Signs a table of odd requests with @smithy/signature-v4; writes what was asked, a JSON object a
// line, and what it answered.
import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  constructor(secret) {
    this.state = secret ? createHmac('sha256', secret) : createHash('sha256');
  }
  update(data) {
    this.state.update(data);
  }
  async digest() {
    return new Uint8Array(this.state.digest());
  }
}

const hashOf = (text) => createHash('sha256').update(text).digest('hex');
const emptyHash = hashOf('');
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
const pathOf = (key) => '/photos/' + key.split('/').map(encode).join('/');

const keys = [
  'plain.jpg', 'a b', 'a+b', 'a%20b', 'a%2Fb', '(1)', "it's", 'star*', 'tilde~', '!@$&=:;,',
  'ü/é/ß.jpg', '患者/写真.png', '😀', 'quote"<>', '[{}]|\\^`', 'hash#q?x', '100%', 'a//b', '.hidden', '...',
];
const queries = [
  {}, { uploads: '' }, { partNumber: '2', uploadId: '2~a/b+c=' },
  { 'list-type': '2', 'encoding-type': 'url', prefix: 'in/ü b', 'continuation-token': 'a&b=c' },
  { prefix: '' }, { b: ['2', '1'], a: 'x' }, { A: '1', a: '2', 'a b': '3' }, { 'x-id': 'GetObject', é: 'é' },
];
const headers = [
  {}, { 'Content-Type': 'image/jpeg' }, { 'x-amz-meta-note': '  two   blanks  ' },
  { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==', 'If-None-Match': '*', 'X-Amz-Meta-Sha256': emptyHash },
  { Range: 'bytes=0-9', 'x-amz-server-side-encryption': 'aws:kms' },
  { 'x-amz-checksum-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' },
];
const hosts = ['s3.eu-west-1.amazonaws.com', 'photos.s3.amazonaws.com', '127.0.0.1:9000', 'localhost:8080'];
const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'default'];
const tokens = ['', '', 'session/token+with=odd characters'];
const methods = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];
const pick = (list, i) => list[i % list.length];

function described(i) {
  const presign = i % 3 === 2;
  return {
    mode: presign ? 'presign' : 'header',
    method: pick(methods, i),
    host: pick(hosts, i),
    path: pathOf(pick(keys, i)),
    query: pick(queries, i),
    headers: presign ? {} : pick(headers, i),
    payload: presign ? 'UNSIGNED-PAYLOAD' : pick([emptyHash, hashOf('body ' + i), 'UNSIGNED-PAYLOAD'], i),
    region: pick(regions, i),
    service: 's3',
    date: new Date(Date.UTC(2026, i % 12, 1 + (i % 28), i % 24, i % 60, (7 * i) % 60)),
    id: 'AKID' + i,
    secret: 'secret/' + i + '+=',
    token: pick(tokens, i),
    expires: 60 + i,
  };
}

async function signedBy(one) {
  const signer = new SignatureV4({
    credentials: { accessKeyId: one.id, secretAccessKey: one.secret, sessionToken: one.token || undefined },
    region: one.region, service: one.service, sha256: Sha256, uriEscapePath: false, applyChecksum: true,
  });
  const [hostname, port] = one.host.split(':');
  const request = {
    method: one.method, protocol: 'http:', hostname, port: port && Number(port), path: one.path,
    query: { ...one.query },
    headers: { host: one.host, ...one.headers, 'x-amz-content-sha256': one.payload },
  };
  if (one.mode === 'header') {
    return (await signer.sign(request, { signingDate: one.date })).headers.authorization;
  }
  const url = await signer.presign(request, { signingDate: one.date, expiresIn: one.expires });
  const { 'X-Amz-Signature': signature, ...query } = url.query;
  return sortedQuery(query) + '&X-Amz-Signature=' + signature;
}

function pairsOf(query) {
  return Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
}

function sortedQuery(query) {
  const byName = ([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1);
  const encoded = pairsOf(query).map(([name, value]) => [encode(name), encode(value)]);
  return encoded.sort(byName).map((pair) => pair.join('=')).join('&');
}

const requests = [];
const answers = [];
for (let i = 0; i < 60; ++i) {
  const one = described(i);
  const query = pairsOf(one.query);
  // It moves this header into the query of a presigned URL, where we would have to be told.
  if (one.mode === 'presign') query.push(['x-amz-content-sha256', one.payload]);
  requests.push(JSON.stringify({
    ...one, query, headers: Object.entries(one.headers),
    date: one.date.toISOString().replace(/[-:]|\.\d+/g, ''),
  }));
  answers.push(await signedBy(one));
}
writeFileSync(process.argv[2], requests.join('\n') + '\n');
writeFileSync(process.argv[3], answers.join('\n') + '\n');
