// SPDX-License-Identifier: Apache-2.0
// What every peer's steps need: the truth, a step that is printed, and a count of calls by client.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const url = process.env.FMSIM_URL;
export const oldUrl = process.env.FMSIM_OLD_URL; // the same clinic behind an older OData engine
export const database = process.env.FMSIM_DATABASE;
export const account = { username: process.env.FMSIM_USER, password: process.env.FMSIM_PASSWORD };
export const layout = 'API_Images';
export const truth = readFileSync(process.env.PEERS_TRUTH, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
export const moved = truth.filter((each) => each.fate === 'moved');

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
export const chosen = (record) => record.containers.find((each) => each.field === record.choice);

const peers = [];
let failures = 0;

// One client: its steps are printed as they pass, its calls counted.
export class Peer {
  constructor(name) {
    this.name = name;
    this.tried = 0;
    this.passed = 0;
    this.steps = 0;
    peers.push(this);
  }

  async step(what, body) {
    try {
      await body();
      this.steps += 1;
      console.log(`ok ${this.name} ${what}`);
    } catch (error) {
      failures += 1;
      console.log(`not ok ${this.name} ${what}: ${error.stack ?? error}`);
    }
  }

  // A call that must succeed; its result.
  async call(body) {
    this.tried += 1;
    const result = await body();
    this.passed += 1;
    return result;
  }

  // A call that must be refused in just this way.
  async refused(body, expected) {
    this.tried += 1;
    await assert.rejects(body, expected);
    this.passed += 1;
  }
}

export function finish() {
  for (const peer of peers) {
    console.log(`${peer.name}: ${peer.steps} steps, ${peer.tried} calls tried, ${peer.passed} passed`);
  }
  console.log(failures === 0 ? 'no difference' : `${failures} steps differ`);
  process.exit(failures === 0 ? 0 : 1);
}
