// SPDX-License-Identifier: Apache-2.0
// Drives the simulator with clients that others wrote for the real server, unmodified.
import { dataApiPeers } from './data-api.mjs';
import { finish } from './harness.mjs';
import { odataPeers } from './odata.mjs';

await dataApiPeers();
await odataPeers();
finish();
