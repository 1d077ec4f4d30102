/** The contract of the API: its document, its errors, the command's id, and what holds for every answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemCodes } from '../../../functions/web/api/problem.ts';
import { createApp } from '../../../functions/web/app.tsx';
import { launchedWorld, type TestWorld } from '../../world.ts';

const closing: (() => Promise<void>)[] = [];
let world: TestWorld;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await launchedWorld({ members: 4, closeWith: (close) => void closing.push(close) });
  headers = {
    Authorization: `Bearer ${await world.identity.issueToken(`leader.${world.sample.blocs[0]?.head}`)}`,
    'Content-Type': 'application/json',
  };
});
afterAll(async () => {
  for (const close of closing) await close();
});

const draft = '/api/seasons/2023/blocs/k01/commands/draft-pledge';
const post = (path: string, body: string, extra: Record<string, string> = {}) =>
  world.app.request(path, { method: 'POST', headers: { ...headers, ...extra }, body });

async function problem(response: Response) {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
  const body = (await response.json()) as Record<string, unknown>;
  expect(problemCodes).toContain(body.code);
  expect(body).toMatchObject({
    type: `urn:thidua:problem:${body.code}`,
    status: response.status,
    title: expect.stringMatching(/\S/),
    vi: expect.stringMatching(/\S/),
    en: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^urn:thidua:request:/),
  });
  return body;
}

describe('the document', () => {
  type Document = {
    openapi: string;
    paths: Record<
      string,
      Record<
        string,
        {
          operationId: string;
          responses: object;
          parameters?: { $ref?: string; name?: string }[];
          requestBody?: object;
        }
      >
    >;
    components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
  };
  const load = async () => (await (await world.app.request('/api/openapi.json')).json()) as Document;

  test('is OpenAPI 3.1 and names every mounted route of the API, and no other', async () => {
    const { openapi, paths } = await load();
    expect(openapi).toMatch(/^3\.1\./);
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const mounted = createApp(world.deps)
      .routes.filter(
        ({ method, path }) => method !== 'ALL' && (path.startsWith('/api/') || path === '/healthz'),
      )
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual([...new Set(mounted)].sort());
  });

  test('gives every operation a name of its own, and every POST the command id', async () => {
    const { paths } = await load();
    const operations = Object.values(paths).flatMap((methods) => Object.entries(methods));
    const names = operations.map(([, { operationId }]) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const [method, { parameters }] of operations)
      if (method === 'post') expect(JSON.stringify(parameters)).toContain('IdempotencyKey');
  });

  test('lists exactly the codes that a problem can carry', async () => {
    const { components } = await load();
    expect([...components.schemas.Problem.properties.code.enum].sort()).toEqual([...problemCodes].sort());
  });
});

describe('every no is a problem', () => {
  test('a POST without Idempotency-Key: 400', async () => {
    expect(await problem(await post(draft, '{"text":"x"}'))).toMatchObject({
      status: 400,
      code: 'idempotency-key-missing',
    });
  });
  test('a body that is not JSON: 400, and nothing is written', async () => {
    const before = await world.deps.journal.commits('bloc-2023-k01');
    expect(await problem(await post(draft, '{"text":', { 'Idempotency-Key': 'bad-json' }))).toMatchObject({
      status: 400,
    });
    expect(await world.deps.journal.commits('bloc-2023-k01')).toEqual(before);
  });
  test('a body of the wrong form: 422 with every field', async () => {
    const response = await post(
      '/api/seasons/2023/blocs/k01/commands/sign-pledge',
      '{"unit":"A B","hash":1}',
      { 'Idempotency-Key': 'form' },
    );
    const body = await problem(response);
    expect(body).toMatchObject({ status: 422, code: 'misfit' });
    expect((body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual(['hash', 'unit']);
  });
  test('an address that is not there: 404; a season that is not: 404', async () => {
    expect(await problem(await world.app.request('/api/nothing'))).toMatchObject({ status: 404 });
    expect(await problem(await world.app.request('/api/seasons/2031'))).toMatchObject({ status: 404 });
    expect(await problem(await world.app.request('/api/seasons/x'))).toMatchObject({ status: 404 });
  });
  test('a body that is not UTF-8: 400; nothing is replaced, and nothing is written', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"Giao '), Buffer.from([0xff]), Buffer.from('"}')]);
    const response = await world.app.request(draft, {
      method: 'POST',
      headers: { ...headers, 'Idempotency-Key': 'utf-8' },
      body,
    });
    expect(await problem(response)).toMatchObject({ status: 400, code: 'malformed' });
  });
  test('a method that an address does not take: 405 with those that it does', async () => {
    for (const [method, path, allow] of [
      ['GET', draft, 'POST'],
      ['DELETE', '/api/seasons', 'GET, HEAD'],
    ] as const) {
      const response = await world.app.request(path, { method, headers });
      expect(await problem(response)).toMatchObject({ status: 405, code: 'method-not-allowed' });
      expect(response.headers.get('Allow')).toBe(allow);
    }
  });
  test('the rules of a bloc that is not: 404', async () => {
    const response = await world.app.request('/api/seasons/2023/rules?bloc=k99', { headers });
    expect(await problem(response)).toMatchObject({ status: 404, code: 'not-found' });
  });
  test('a command too large to be recorded: 413', async () => {
    const text = 'ệ'.repeat(1_000_000);
    const response = await post(draft, JSON.stringify({ text }), { 'Idempotency-Key': 'large' });
    expect([413, 422]).toContain(response.status);
    await problem(response);
  });
  test('a file type that is not taken: 415; one that is: its hash', async () => {
    const no = await post('/api/files', 'x', { 'Idempotency-Key': 'f1', 'Content-Type': 'text/html' });
    expect(await problem(no)).toMatchObject({ status: 415 });
    const yes = await post('/api/files', '%PDF-1.7', {
      'Idempotency-Key': 'f2',
      'Content-Type': 'application/pdf',
    });
    expect(await yes.json()).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), size: 8 });
  });
  test('what broke: 500 with the request id, and no word of what it was', async () => {
    const broken = createApp({
      ...world.deps,
      journal: { ...world.deps.journal, load: () => Promise.reject(new Error('secret detail')) },
    });
    const response = await broken.request('/api/units');
    const body = await problem(response);
    expect(body).toMatchObject({ status: 500, code: 'fault' });
    expect(JSON.stringify(body)).not.toContain('secret detail');
  });
});

test('the same command id is answered the same, as often as it is sent', async () => {
  const [first, second] = [
    await post(draft, '{"text":"Giao ước"}', { 'Idempotency-Key': 'again' }),
    await post(draft, '{"text":"Giao ước"}', { 'Idempotency-Key': 'again' }),
  ];
  expect(first.status).toBe(200);
  expect(await second.json()).toEqual(await first.json());
});

test('answers of the API are never kept by a cache, and every answer carries its request id', async () => {
  for (const path of ['/api/units', '/api/nothing', '/healthz', '/']) {
    const response = await world.app.request(path);
    expect(response.headers.get('X-Request-Id')).toMatch(/\S/);
    if (path.startsWith('/api/u')) expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  }
});

describe('attachments and drafts', () => {
  test('a file that nobody has sent cannot be evidence; one that was sent can', async () => {
    const sign = (sha256: string, size: number, id: string) =>
      post(
        '/api/seasons/2023/blocs/k01/commands/record-paper-signature',
        JSON.stringify({
          unit: world.sample.blocs[0]?.head,
          hash: '0'.repeat(64),
          paper: {
            place: 'Hội trường',
            date: '2023-01-03',
            document: '01/GU',
            scan: { sha256, name: 'giao-uoc.pdf', type: 'application/pdf', size },
          },
        }),
        { 'Idempotency-Key': id },
      );
    expect(await problem(await sign('a'.repeat(64), 8, 'scan-1'))).toMatchObject({
      code: 'does-not-follow',
      vi: expect.stringContaining('giao-uoc.pdf'),
    });
    const stored = await post('/api/files', '%PDF-1.7', {
      'Idempotency-Key': 'f3',
      'Content-Type': 'application/pdf',
    });
    const { sha256 } = (await stored.json()) as { sha256: string };
    expect(await problem(await sign(sha256, 9, 'scan-2'))).toMatchObject({ code: 'does-not-follow' });
    // The file is there: what is refused now is the signature itself, for it is January.
    expect(await problem(await sign(sha256, 8, 'scan-3'))).toMatchObject({ code: 'not-yet-open' });
  });

  test('a file is taken up to its size and of the kinds that offices send; so is what names one', async () => {
    const send = (bytes: string, type: string, id: string) =>
      post('/api/files', bytes, { 'Idempotency-Key': id, 'Content-Type': type });
    const most = 10 * 1024 * 1024;
    expect((await send('x'.repeat(most), 'application/pdf', 'size-1')).status).toBe(200);
    expect(await problem(await send('x'.repeat(most + 1), 'application/pdf', 'size-2'))).toMatchObject({
      code: 'too-large',
    });
    expect((await send('', 'application/pdf', 'size-3')).status).toBe(422);
    expect((await send('<b>', 'text/html', 'kind-1')).status).toBe(415);
    const named = (file: object) =>
      post(
        '/api/seasons/2023/blocs/k01/commands/submit-self-score',
        JSON.stringify({
          unit: world.sample.blocs[0]?.head,
          actuals: [],
          lines: [{ criterion: 'II.1', points: 0, evidence: [{ title: 'Báo cáo', file }] }],
        }),
        { 'Idempotency-Key': 'kind-2' },
      );
    const pdf = { sha256: 'a'.repeat(64), name: 'bao-cao.pdf', type: 'application/pdf', size: 8 };
    for (const change of [{ type: 'text/html' }, { size: 0 }, { size: most + 1 }])
      expect(await problem(await named({ ...pdf, ...change }))).toMatchObject({ code: 'misfit' });
  });

  test('a draft is prepared by the officer and sent back by the leader with a reason; fields show a difference', async () => {
    const unit = world.sample.blocs[0]?.head;
    const draftPath = `/api/seasons/2023/blocs/k01/drafts/${unit}/score-sheet`;
    const put = (value: string, version: number) =>
      world.app.request(`${draftPath}/k1`, {
        method: 'PUT',
        headers,
        body: JSON.stringify({ value, version }),
      });
    expect((await put('một', 0)).status).toBe(200);
    expect(await problem(await put('hai', 0))).toMatchObject({
      code: 'changed-meanwhile',
      details: { mine: 'hai', theirs: { value: 'một', version: 1 } },
    });
    await post(`${draftPath}/status`, '{"state":"prepared"}', { 'Idempotency-Key': 's1' });
    const empty = await post(`${draftPath}/status`, '{"state":"returned","reason":" "}', {
      'Idempotency-Key': 's2',
    });
    expect(await problem(empty)).toMatchObject({ code: 'misfit' });
    await post(`${draftPath}/status`, '{"state":"returned","reason":"Xem lại II.3"}', {
      'Idempotency-Key': 's3',
    });
    const read = await world.app.request(draftPath, { headers });
    expect(await read.json()).toMatchObject({
      fields: [{ field: 'k1', value: 'một' }],
      status: { state: 'returned', reason: 'Xem lại II.3' },
    });
  });
});

test('the document refers to nothing that it does not hold', async () => {
  const text = await (await world.app.request('/api/openapi.json')).text();
  const refs = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => (match[1] ?? '').split('/'));
  const lost = refs.filter((path) => {
    let place: unknown = JSON.parse(text);
    for (const step of path) place = (place as Record<string, unknown> | undefined)?.[step];
    return place === undefined;
  });
  expect(lost).toEqual([]);
});
