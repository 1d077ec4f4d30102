/** Signing in on the laptop: the whole flow of OpenID Connect over a real loopback server, restart included. */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Log } from '../../../functions/deps.ts';
import { createBearerVerifier } from '../../../functions/web/bearer.ts';
import {
  createIdentity,
  type Identity,
  identityPath,
  type Persona,
} from '../../../infra/local/identity/identity.ts';

const chair: Persona = {
  id: 'k05-truong-khoi',
  subject: 'a3f8c1de-0000-4000-8000-000000000001',
  name: 'Sở Nội vụ <khối 5>',
  description: 'Trưởng khối, Khối các sở, ban, ngành tổng hợp',
};
const auditor: Persona = {
  id: 'kiem-tra',
  subject: 'a3f8c1de-0000-4000-8000-000000000002',
  name: 'Ban Thi đua - Khen thưởng tỉnh',
  description: 'Người kiểm tra',
};

let folder: string;
let server: Server;
let origin: string;
let identity: Identity;
let personas: Persona[];
let lines: { level: string; message: string }[];
const log: Log = (level, message) => lines.push({ level, message });

beforeEach(async () => {
  personas = [chair, auditor];
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'thidua-identity-'));
  server = createServer((request, response) => void identity.handle(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await start();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true, force: true });
});

/** A fresh process on the same folder: nothing of the one before is closed, as if it had been killed. */
async function start(): Promise<void> {
  identity = await createIdentity({
    folder,
    origin,
    personas: () => personas,
    redirectUris: [`${origin}/auth/callback`],
    wallNow: () => new Date(),
    log,
  });
}

type Cookie = { name: string; value: string; path: string };

/** As much of a browser as signing in needs: cookies by path, and one request at a time. */
class Browser {
  cookies: Cookie[] = [];

  async open(address: string | URL, form?: Record<string, string>): Promise<Response> {
    const url = new URL(address, origin);
    const mine = this.cookies.filter(
      ({ path }) => url.pathname === path || url.pathname.startsWith(`${path}/`),
    );
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: mine.map(({ name, value }) => `${name}=${value}`).join('; '), accept: 'text/html' },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects until a page, or until the product's own address. */
  async follow(response: Response): Promise<Response | URL> {
    let current = response;
    while (current.status === 303 || current.status === 302) {
      const url = new URL(current.headers.get('location') ?? '', current.url);
      if (!url.pathname.startsWith(identityPath)) return url;
      current = await this.open(url);
    }
    return current;
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    this.cookies = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (value) this.cookies.push({ name, value, path });
  }
}

async function discover(): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(identity.issuer), identity.clientId, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
}

/** One sign-in begun by the product: where to send the browser, and how to turn the answer into tokens. */
async function begin(parameters: Record<string, string> = {}) {
  const config = await discover();
  const verifier = oidc.randomPKCECodeVerifier();
  const [nonce, state] = [oidc.randomNonce(), oidc.randomState()];
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/auth/callback`,
    scope: 'openid profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    ...parameters,
  });
  const checks = {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: state,
    idTokenExpected: true,
  };
  return {
    config,
    address,
    tokens: (callback: URL, changes = {}) =>
      oidc.authorizationCodeGrant(config, callback, { ...checks, ...changes }),
  };
}

function asPage(result: Response | URL): Response {
  if (result instanceof URL) throw new Error(`expected a page, came back to ${result.pathname}`);
  return result;
}

function asCallback(result: Response | URL): URL {
  if (!(result instanceof URL)) throw new Error(`expected the product, stayed on ${result.url}`);
  return result;
}

/** Opens the list and picks a persona; answers with the way back into the product. */
async function pick(browser: Browser, address: URL, form: Record<string, string>): Promise<URL> {
  const page = asPage(await browser.follow(await browser.open(address)));
  expect(page.status).toBe(200);
  return asCallback(await browser.follow(await browser.open(page.url, form)));
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

test('code, PKCE and nonce lead to an ID token and an access token with the claims of Cognito', async () => {
  const { config, address, tokens } = await begin();
  const answer = await tokens(await pick(new Browser(), address, { persona: chair.id }));

  expect(answer.claims()).toMatchObject({ iss: identity.issuer, sub: chair.subject, name: chair.name });
  const claims = claimsOf(answer.access_token);
  expect(claims).toEqual({
    iss: identity.issuer,
    sub: chair.subject,
    client_id: identity.clientId,
    token_use: 'access',
    scope: 'openid profile',
    username: chair.id,
    jti: expect.any(String),
    iat: expect.any(Number),
    exp: Number(claims.iat) + 3600,
    aud: origin,
  });

  const verify = createBearerVerifier({ ...identity, jwks: await identity.jwks() });
  expect(await verify(answer.access_token)).toEqual({ subject: chair.subject });
  expect(await verify(`${answer.id_token}`)).toBeUndefined();
  expect(await oidc.fetchUserInfo(config, answer.access_token, chair.subject)).toEqual({
    sub: chair.subject,
    name: chair.name,
  });
  expect(lines).toEqual([]);
});

test('discovery names every endpoint under the prefix, by the issuer whatever name the laptop is called by', async () => {
  const headers = { host: 'localhost:1', 'x-forwarded-host': 'evil.example' };
  const document = await new Promise<Record<string, unknown>>((read, fail) => {
    get(`${identity.issuer}/.well-known/openid-configuration`, { headers }, (response) => {
      json(response).then((body) => read(body as Record<string, unknown>), fail);
    }).on('error', fail);
  });
  const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'];
  for (const name of [...endpoints, 'end_session_endpoint']) {
    expect(document[name]).toMatch(new RegExp(`^${identity.issuer}/`));
  }
  const keys = await (await fetch(String(document.jwks_uri))).json();
  expect(keys).toEqual(await identity.jwks());
  expect(JSON.stringify(keys)).not.toContain('"d"');
});

test('a code is worth nothing without its PKCE verifier, with another nonce, or a second time', async () => {
  const stolen = await begin();
  const code = await pick(new Browser(), stolen.address, { persona: chair.id });
  const other = oidc.randomPKCECodeVerifier();
  await expect(stolen.tokens(code, { pkceCodeVerifier: other })).rejects.toMatchObject({
    error: 'invalid_grant',
  });

  const swapped = await begin();
  const back = await pick(new Browser(), swapped.address, { persona: chair.id });
  await expect(swapped.tokens(back, { expectedNonce: 'another' })).rejects.toMatchObject({
    cause: { cause: { claim: 'nonce' } },
  });
  await expect(swapped.tokens(back)).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a request without PKCE, or to return elsewhere, is refused', async () => {
  const { address } = await begin();
  const plain = new URL(address);
  plain.searchParams.delete('code_challenge');
  plain.searchParams.delete('code_challenge_method');
  const refused = asCallback(await new Browser().follow(await new Browser().open(plain)));
  expect(refused.searchParams.get('error')).toBe('invalid_request');

  const elsewhere = new URL(address);
  elsewhere.searchParams.set('redirect_uri', 'http://evil.example/');
  const page = asPage(await new Browser().follow(await new Browser().open(elsewhere)));
  expect(page.status).toBe(400);
  expect(await page.text()).toContain('invalid_redirect_uri');
});

test('keys, sign-ins and half-done sign-ins outlive the process', async () => {
  const browser = new Browser();
  const first = await begin();
  const before = await first.tokens(await pick(browser, first.address, { persona: chair.id }));
  const keys = await identity.jwks();

  const late = new Browser();
  const half = await begin();
  const page = asPage(await late.follow(await late.open(half.address)));
  const code = asCallback(await late.follow(await late.open(page.url, { persona: auditor.id })));
  const open = new Browser();
  const unfinished = await begin();
  const list = asPage(await open.follow(await open.open(unfinished.address)));

  await start();

  expect(await identity.jwks()).toEqual(keys);
  const verify = createBearerVerifier({ ...identity, jwks: await identity.jwks() });
  expect(await verify(before.access_token)).toEqual({ subject: chair.subject });
  expect((await half.tokens(code)).claims()?.sub).toBe(auditor.subject);
  const chosen = asCallback(await open.follow(await open.open(list.url, { persona: auditor.id })));
  expect((await unfinished.tokens(chosen)).claims()?.sub).toBe(auditor.subject);

  // The session is remembered: nobody has to choose again.
  const second = await begin();
  const callback = asCallback(await browser.follow(await browser.open(second.address)));
  expect((await second.tokens(callback)).claims()?.sub).toBe(chair.subject);
});

test('a token issued without a browser is the same kind of token, and nobody’s id gets none', async () => {
  const issued = `${await identity.issueToken(auditor.id)}`;
  const verify = createBearerVerifier({ ...identity, jwks: await identity.jwks() });
  expect(await verify(issued)).toEqual({ subject: auditor.subject });

  const { address, tokens } = await begin();
  const { access_token: signedIn } = await tokens(
    await pick(new Browser(), address, { persona: auditor.id }),
  );
  const [a, b] = [claimsOf(issued), claimsOf(signedIn)];
  expect(Object.keys(a).sort()).toEqual(Object.keys(b).sort());
  for (const name of ['iss', 'sub', 'client_id', 'token_use', 'scope', 'username', 'aud']) {
    expect(a[name]).toEqual(b[name]);
  }
  expect(await identity.issueToken('nobody')).toBeUndefined();
});

test('whoever is asked again may become another without any script', async () => {
  const browser = new Browser();
  const first = await begin();
  await first.tokens(await pick(browser, first.address, { persona: chair.id }));
  const second = await begin({ prompt: 'login' });
  const answer = await second.tokens(await pick(browser, second.address, { persona: auditor.id }));
  expect(answer.claims()?.sub).toBe(auditor.subject);
  const third = await begin({ prompt: 'login' });
  const same = await third.tokens(await pick(browser, third.address, { persona: auditor.id }));
  expect(same.claims()?.sub).toBe(auditor.subject);
});

test('a session whose persona is gone is asked to choose again', async () => {
  const browser = new Browser();
  const first = await begin();
  await first.tokens(await pick(browser, first.address, { persona: chair.id }));
  personas = [auditor];
  const second = await begin();
  const answer = await second.tokens(await pick(browser, second.address, { persona: auditor.id }));
  expect(answer.claims()?.sub).toBe(auditor.subject);
  expect(lines).toEqual([]);
});

test('after signing out one has to choose again, and stands on the product’s home page', async () => {
  const browser = new Browser();
  const { config, address, tokens } = await begin();
  const answer = await tokens(await pick(browser, address, { persona: chair.id }));
  const end = oidc.buildEndSessionUrl(config, {
    id_token_hint: `${answer.id_token}`,
    post_logout_redirect_uri: `${origin}/`,
  });
  const page = asPage(await browser.follow(await browser.open(end)));
  const html = await page.text();
  expect(html).toContain('Đăng xuất');
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const home = asCallback(await browser.follow(await browser.open(action, { xsrf, logout: 'yes' })));
  expect(home.href).toBe(`${origin}/`);

  // Nobody is signed in any more: the provider's own form goes on, with the one script it names in the policy.
  const idle = await browser.open(end);
  expect(idle.headers.get('content-security-policy')).toContain("script-src 'sha256-");

  const again = asPage(await browser.follow(await browser.open((await begin()).address)));
  expect(await again.text()).toContain('Chọn vai để đăng nhập');
});

test('choosing nobody returns to the product with a refusal', async () => {
  const back = await pick(new Browser(), (await begin()).address, { cancel: 'yes' });
  expect(back.searchParams.get('error')).toBe('access_denied');
});

test('the list is a page without script that says where it is, escapes what it shows, and finds without marks', async () => {
  personas = [chair, auditor, ...Array.from({ length: 298 }, (_, n) => many(n))];
  const browser = new Browser();
  const page = asPage(await browser.follow(await browser.open((await begin()).address)));
  const html = await page.text();
  expect(html).toContain('<html lang="vi">');
  expect(html).toContain('Chỉ có trên máy trình diễn');
  expect(html).toContain('Có 300 vai.');
  expect(html).toContain('Sở Nội vụ &lt;khối 5&gt;');
  expect(html).not.toMatch(/<script|style="|onclick/);
  const css = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? '';
  const policy = page.headers.get('content-security-policy');
  expect(policy).toMatch(/^default-src 'none'; script-src; /);
  expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`);
  expect(page.headers.get('cache-control')).toBe('no-store');

  const found = await (await browser.open(`${page.url}?q=so+noi+TRUONG`)).text();
  expect(found).toContain('Tìm thấy 1 trong 300 vai');
  expect(found.match(/name="persona"/g)).toHaveLength(1);
  const none = await (await browser.open(`${page.url}?q=%22%3E%3Cscript%3E`)).text();
  expect(none).toContain('Tìm thấy 0 trong 300 vai');
  expect(none).not.toContain('<script');
});

function many(n: number): Persona {
  return { id: `dv-${n}`, subject: `s-${n}`, name: `Đơn vị ${n}`, description: 'Thành viên' };
}

test('a choice that is not on the list, an old page and a foreign path get a page that says so', async () => {
  const browser = new Browser();
  const page = asPage(await browser.follow(await browser.open((await begin()).address)));
  const wrong = await browser.open(page.url, { persona: 'nobody' });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('không còn nữa');

  const stranger = await new Browser().open(page.url);
  expect(stranger.status).toBe(400);
  expect(await stranger.text()).toContain('không còn dùng được');

  expect((await browser.open(`${identityPath}/nowhere`)).status).toBe(404);
  expect((await browser.open(`${identityPath}elsewhere`)).status).toBe(404);
});

test('userinfo is told to a valid access token only', async () => {
  const ask = (authorization?: string) =>
    fetch(`${identity.issuer}/userinfo`, { headers: authorization ? { authorization } : {} });
  expect((await ask()).status).toBe(401);
  expect((await ask('Bearer garbage')).headers.get('www-authenticate')).toContain('invalid_token');
  expect((await ask(`Bearer ${await identity.issueToken(chair.id)}`)).status).toBe(200);
});

test('it prints nothing of its own', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
  await start();
  const { address, tokens } = await begin();
  await tokens(await pick(new Browser(), address, { persona: chair.id }));
  await fetch(`${identity.issuer}/token`, { method: 'POST', headers: { origin } });
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
