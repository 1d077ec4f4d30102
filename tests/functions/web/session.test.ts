/** Sessions of browsers: who has one, how long, as whom, and that a sign-in returns nowhere but here. */
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { WebDeps } from '../../../functions/deps.ts';
import { beginSession } from '../../../functions/web/session.ts';
import { ownPath, signInAddress } from '../../../functions/web/sign-in.ts';
import { cookieOf, launchedWorld } from '../../world.ts';

/** Moves the wall's clock of a world on, the legal one aside. */
function withWall() {
  const wall = { ahead: 0 };
  const tamper = (deps: WebDeps): WebDeps => ({
    ...deps,
    wallNow: () => new Date(deps.wallNow().getTime() + wall.ahead),
  });
  return { wall, tamper };
}

async function visitor(tamper?: (deps: WebDeps) => WebDeps) {
  const world = await launchedWorld(tamper ? { tamper } : {});
  const unit = world.sample.blocs[0]?.members[1] ?? '';
  const cookie = await cookieOf(world, `leader.${unit}`);
  const get = (path: string, with_ = cookie) => world.app.request(path, { headers: { Cookie: with_ } });
  const post = (path: string, form: Record<string, string>, with_ = cookie) =>
    world.app.request(path, {
      method: 'POST',
      headers: { Cookie: with_, Origin: world.deps.origin },
      body: new URLSearchParams({ _id: 'form', ...form }),
    });
  return { world, unit, cookie, get, post };
}

const minute = 60_000;

test('a session ends two hours after its last use, and twelve after the sign-in however it is used', async () => {
  const { wall, tamper } = withWall();
  const { get } = await visitor(tamper);
  for (let hour = 1; hour <= 11; hour++) {
    wall.ahead = hour * 60 * minute;
    expect((await get('/ban-lam-viec')).status, `after ${hour} hours`).toBe(200);
  }
  wall.ahead = 12 * 60 * minute + 1000;
  expect((await get('/ban-lam-viec')).status).toBe(303);

  const idle = await visitor(withWall().tamper);
  expect((await idle.get('/ban-lam-viec')).status).toBe(200);
});

test('who has not used it for two hours signs in again', async () => {
  const { wall, tamper } = withWall();
  const { get } = await visitor(tamper);
  wall.ahead = 119 * minute;
  expect((await get('/ban-lam-viec')).status).toBe(200);
  wall.ahead += 121 * minute;
  const ended = await get('/ban-lam-viec?x=1');
  expect([ended.status, ended.headers.get('Location')]).toEqual([303, signInAddress('/ban-lam-viec?x=1')]);
});

test('a cookie that was made up, cut, or of another sign-in opens nothing', async () => {
  const { cookie, get, world } = await visitor();
  const [owner, secret] = (cookie.split('=')[1] ?? '').split('.');
  const other = (await cookieOf(world, 'auditor')).split('=')[1]?.split('.')[0];
  for (const made of [
    '',
    'x',
    `${owner}.`,
    `${owner}.${'0'.repeat(64)}`,
    `${other}.${secret}`,
    `${owner}.${secret}0`,
  ])
    expect((await get('/ban-lam-viec', `thidua=${made}`)).status, made).toBe(303);
  expect((await get('/ban-lam-viec')).status).toBe(200);
});

test('acts as one of its own roles alone', async () => {
  const { get, post, unit } = await visitor();
  const before = await (await get('/ban-lam-viec')).text();
  for (const role of ['board-head ', 'unit-leader so-khac', `unit-officer ${unit}`, '__proto__'])
    expect((await post('/tai-khoan/vai', { vai: role })).status).toBe(303);
  expect((await (await get('/ban-lam-viec')).text()).length).toBe(before.length);
});

test('its cookie is closed to scripts, and bound to the host where there is https', async () => {
  const { world } = await visitor();
  const cookieAt = async (origin: string) => {
    const deps = { ...world.deps, origin };
    const door = new Hono().get('/', async (c) => {
      await beginSession(c, deps, { subject: 's', account: undefined });
      return c.body(null, 204);
    });
    return (await door.request('/')).headers.get('Set-Cookie') ?? '';
  };
  expect(await cookieAt('http://127.0.0.1:3000')).toMatch(
    /^thidua=[0-9a-f.]+; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(await cookieAt('https://thidua.example.vn')).toMatch(
    /^__Host-thidua=[0-9a-f.]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

describe('a sign-in returns', () => {
  test.each(['/ban-lam-viec', '/nam/2023/k01/cham-cheo?tieu-chi=I.2', '/'])('to %s', (path) => {
    expect(ownPath(path)).toBe(path);
  });
  test.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/a\nb',
    '/auth/dang-xuat',
    'ban-lam-viec',
    '',
    undefined,
    `/${'a'.repeat(600)}`,
  ])('to the desk instead of %j', (path) => {
    expect(ownPath(path)).toBe('/ban-lam-viec');
  });
});

test('too many forms in a minute are refused, with when to try again', async () => {
  const { post } = await visitor();
  let last = await post('/tai-khoan/vai', { vai: '' });
  for (let sent = 0; sent < 300 && last.status !== 429; sent++)
    last = await post('/tai-khoan/vai', { vai: '' });
  expect(last.status).toBe(429);
  expect(Number(last.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(await last.text()).toContain('Quá nhiều yêu cầu');
});

test('pages keep scripts and frames of others out, and are not stored', async () => {
  const { get } = await visitor();
  const { headers } = await get('/ban-lam-viec');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(headers.get('Cache-Control')).toBe('no-store');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
});
