/** Which bearer tokens speak for somebody: those of this issuer, for this client, valid now, and no others. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { createBearerVerifier } from '../../../functions/web/bearer.ts';

const issuer = 'https://cognito-idp.ap-southeast-1.amazonaws.com/ap-southeast-1_Example';
const clientId = 'thidua-web';
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' };
const verify = createBearerVerifier({ issuer, clientId, jwks: { keys: [jwk] } });

const seconds = Math.floor(Date.now() / 1000);
const claims = {
  iss: issuer,
  sub: '5a1f0f3e-7d7c-4b8e-9a55-7f7d3e2b9c10',
  client_id: clientId,
  token_use: 'access',
  scope: 'openid',
  username: 'k05-truong-khoi',
  iat: seconds,
  exp: seconds + 3600,
  jti: 'b6f0',
};

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function token(changes: Record<string, unknown> = {}, header = {}, key: KeyObject = own.privateKey): string {
  const input = `${encode({ alg: 'RS256', kid: 'key-1', ...header })}.${encode({ ...claims, ...changes })}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

test('an access token of the issuer for this client speaks for its subject', async () => {
  expect(await verify(token())).toEqual({ subject: claims.sub });
});

test.each([
  ['has expired', token({ exp: seconds - 1 })],
  ['never expires', token({ exp: undefined })],
  ['is not valid yet', token({ nbf: seconds + 60 })],
  ['comes from another issuer', token({ iss: 'https://issuer.example' })],
  ['names no issuer', token({ iss: undefined })],
  ['was issued to another client', token({ client_id: 'another' })],
  ['names its client as audience only', token({ client_id: undefined, aud: clientId })],
  ['is an ID token', token({ token_use: 'id', aud: clientId })],
  ['does not say what it is for', token({ token_use: undefined })],
  ['names no subject', token({ sub: undefined })],
  ['has an empty subject', token({ sub: '' })],
  ['was signed by another key', token({}, {}, foreign.privateKey)],
  ['names a key that is not the issuer’s', token({}, { kid: 'key-2' })],
  ['names no key', token({}, { kid: undefined })],
  ['claims another algorithm', token({}, { alg: 'RS512' })],
])('a token that %s speaks for nobody', async (_why, candidate) => {
  expect(await verify(candidate)).toBeUndefined();
});

test('a token without a signature speaks for nobody', async () => {
  const input = `${encode({ alg: 'none', kid: 'key-1' })}.${encode(claims)}`;
  expect(await verify(`${input}.`)).toBeUndefined();
  expect(await verify(`${input}.AA`)).toBeUndefined();
});

test('a token signed with the public key as if it were a shared secret speaks for nobody', async () => {
  const secret = own.publicKey.export({ format: 'pem', type: 'spki' });
  const input = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(claims)}`;
  const signature = createHmac('sha256', secret).update(input).digest('base64url');
  expect(await verify(`${input}.${signature}`)).toBeUndefined();
});

test('a token altered after signing speaks for nobody', async () => {
  const [header, , signature] = token().split('.');
  expect(await verify(`${header}.${encode({ ...claims, sub: 'another' })}.${signature}`)).toBeUndefined();
});

test.each(['', 'garbage', '...', 'e30.e30.e30', 'bnVsbA.bnVsbA.bnVsbA', `${'a'.repeat(100_000)}.b.c`])(
  'garbage speaks for nobody: %.20s',
  async (garbage) => {
    expect(await verify(garbage)).toBeUndefined();
  },
);

test('without the issuer’s keys nobody can say whether a token is valid: that is a fault', async () => {
  const jwksUri = 'https://127.0.0.1:1/.well-known/jwks.json';
  await expect(createBearerVerifier({ issuer, clientId, jwksUri })(token())).rejects.toThrow(
    'Failed to fetch',
  );
});

test('the keys of an issuer are looked for where Cognito keeps them', async () => {
  const nowhere = 'https://127.0.0.1:1/pool';
  await expect(createBearerVerifier({ issuer: nowhere, clientId })(token({ iss: nowhere }))).rejects.toThrow(
    `${nowhere}/.well-known/jwks.json`,
  );
});

test('keys that are not a JWKS are refused when the host is built', () => {
  expect(() => createBearerVerifier({ issuer, clientId, jwks: { keys: [{}] } })).toThrow('JWK');
});
