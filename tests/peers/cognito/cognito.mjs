// SPDX-License-Identifier: Apache-2.0
// Signs in at the simulator's Cognito with Amazon's own client, and goes through both doors with what
// it is given. The argument is the account's second
// factor: none, app or sms.
import assert from 'node:assert/strict';
import cognito from 'amazon-cognito-identity-js';

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = cognito;
const factor = process.argv[2];
const url = process.env.FMSIM_URL;
const name = process.env.FMSIM_USER;
const factorChallenge = { app: 'SOFTWARE_TOKEN_MFA', sms: 'SMS_MFA' }[factor];

const step = async (what, body) => {
  await body();
  console.log(`ok cognito, second factor ${factor}: ${what}`);
};

const page = await (await fetch(process.env.FMSIM_USER_POOL_URL)).json();
const pool = new CognitoUserPool({
  UserPoolId: page.data.UserPool_ID,
  ClientId: page.data.Client_ID,
  endpoint: process.env.FMSIM_SIGN_IN_URL,
});

// The session, or a rejection with Amazon's error. `codes` are typed in turn.
function signIn(password, codes = [], username = name) {
  const user = new CognitoUser({ Username: username, Pool: pool });
  const details = new AuthenticationDetails({ Username: username, Password: password });
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: (session) => resolve({ user, session }),
      onFailure: (error) => (codes.length > 0 && error.code === 'CodeMismatchException' ? giveCode(error.code) : reject(error)),
      mfaRequired: (challenge) => giveCode(challenge),
      totpRequired: (challenge) => giveCode(challenge),
    };
    const giveCode = () => user.sendMFACode(codes.shift(), callbacks, factorChallenge);
    user.authenticateUser(details, callbacks);
  });
}

const refresh = (user, session) =>
  new Promise((resolve, reject) => {
    user.refreshSession(session.getRefreshToken(), (error, fresh) => (error ? reject(error) : resolve(fresh)));
  });

const logIn = (authorization) =>
  fetch(`${url}/fmi/data/vLatest/databases/${process.env.FMSIM_DATABASE}/sessions`, {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: '{}',
  });

const openTable = (authorization) =>
  fetch(`${url}/fmi/odata/v4/${process.env.FMSIM_DATABASE}/API_Images?$top=1`, { headers: { Authorization: authorization } });

const password = process.env.FMSIM_PASSWORD;
const codes = factor === 'none' ? [] : ['424242'];
let signedIn;

await step('signs in with SRP', async () => {
  signedIn = await signIn(password, [...codes]);
  assert.ok(signedIn.session.isValid());
  assert.equal(signedIn.session.getIdToken().payload.email, name);
});
await step('the id token opens the Data API', async () => {
  const answer = await logIn(`FMID ${signedIn.session.getIdToken().getJwtToken()}`);
  assert.equal(answer.status, 200);
  assert.ok(answer.headers.get('x-fm-data-access-token'));
});
await step('the id token opens OData', async () => {
  const answer = await openTable(`FMID ${signedIn.session.getIdToken().getJwtToken()}`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).value.length, 1);
});
await step('the refresh token gives another id token', async () => {
  const fresh = await refresh(signedIn.user, signedIn.session);
  assert.notEqual(fresh.getIdToken().getJwtToken(), signedIn.session.getIdToken().getJwtToken());
  assert.equal((await logIn(`FMID ${fresh.getIdToken().getJwtToken()}`)).status, 200);
});
await step('a wrong password is refused', async () => {
  await assert.rejects(signIn('a guess'), { code: 'NotAuthorizedException' });
});
await step('an unknown user is refused', async () => {
  await assert.rejects(signIn(password, [], 'nobody@orchard.test'), { code: 'UserNotFoundException' });
});
if (factor !== 'none') {
  await step('a wrong code is refused, the next one taken', async () => {
    await assert.rejects(signIn(password, ['000000']), { code: 'CodeMismatchException' });
    assert.ok((await signIn(password, ['000000', ...codes])).session.isValid());
  });
}
await step('an outdated token is turned away with a page', async () => {
  await fetch(`${url}/_sim/claris?expire=1`, { method: 'POST' });
  for (const open of [logIn, openTable]) {
    const answer = await open(`FMID ${signedIn.session.getIdToken().getJwtToken()}`);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('content-type'), /^text\/html/);
  }
});
await step('a revoked refresh token is refused', async () => {
  await fetch(`${url}/_sim/claris?revoke=1`, { method: 'POST' });
  await assert.rejects(refresh(signedIn.user, signedIn.session), { code: 'NotAuthorizedException' });
});
process.exit(0);
