/**
 * The laptop's HTTP host: one port for the product, the identity provider and the local world's own addresses. Those
 * are off with THIDUA_DEMO=0; the identity provider is not, for without it nobody could sign in.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { demoRoutes, withDemoBar } from './demo-bar.tsx';
import { identityPath } from './identity/identity.ts';
import type { SeedPersona } from './seed/season.ts';
import { CannotStart, InUse } from './store.ts';
import type { World } from './world.ts';

/** The file in a host's folder that says where it listens. */
export const hostFile = 'host.json';

/** The addresses under /__local: never part of what is deployed, and off with THIDUA_DEMO=0. */
export function localRoutes(world: World, personas: readonly SeedPersona[]): Hono {
  const local = new Hono();
  const problem = (
    c: Context,
    status: 404 | 409 | 422,
    code: string,
    { vi, en, ...more }: { vi: string; en: string; now?: string },
  ) =>
    c.json(
      { type: `urn:thidua:problem:${code}`, title: vi, status, detail: vi, code, vi, en, ...more },
      status,
      { 'Content-Type': 'application/problem+json; charset=utf-8' },
    );

  local.get('/personas', (c) =>
    c.json({
      personas: personas.map(({ id, name, description, role, unit, seat }) => ({
        id,
        name,
        description,
        role,
        unit: unit ?? null,
        seat: seat ?? null,
      })),
    }),
  );

  local.post('/token', async (c) => {
    const asked = z.object({ persona: z.string() }).safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success)
      return problem(c, 422, 'misfit', { vi: 'Cần {"persona": "…"}.', en: 'Send {"persona": "…"}.' });
    const token = await world.identity.issueToken(asked.data.persona);
    if (!token)
      return problem(c, 404, 'not-found', { vi: 'Không có vai này.', en: 'There is no such persona.' });
    return c.json({ access_token: token, token_type: 'Bearer', expires_in: 3600 });
  });

  local.get('/clock', (c) => c.json({ now: world.clock.now().toISOString() }));
  local.post('/clock', async (c) => {
    const asked = z
      .object({ now: z.iso.datetime({ offset: true }) })
      .safeParse(await c.req.json().catch(() => undefined));
    if (!asked.success)
      return problem(c, 422, 'misfit', {
        vi: 'Cần {"now": thời điểm ISO 8601 có múi giờ}.',
        en: 'Send {"now": an ISO 8601 instant with its offset}.',
      });
    const to = new Date(asked.data.now);
    if (to < world.clock.now()) {
      return problem(c, 409, 'clock-does-not-go-back', {
        vi: 'Đồng hồ không quay lui.',
        en: 'The clock does not go back.',
        now: world.clock.now().toISOString(),
      });
    }
    await world.moveTo(to);
    return c.json({ now: world.clock.now().toISOString() });
  });
  local.route('/', demoRoutes(world, personas));
  return local;
}

/** Listens on the loopback; port 0 takes a free one. The world is opened once the address is known. */
export async function serve(
  port: number,
  open: (origin: string) => Promise<{ world: World; local: Hono | undefined }>,
): Promise<{ origin: string; world: World; server: Server; close(): Promise<void> }> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    if (handle) return handle(request, response);
    response.writeHead(503, { 'Retry-After': '1' }).end();
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new InUse(`port ${port} is in use by another process. End that one, or choose another with PORT.`)
          : error.code === 'EACCES'
            ? new CannotStart(
                `port ${port} may not be used by this account. Choose one above 1023 with PORT.`,
              )
            : error,
      ),
    );
    server.listen(port, '127.0.0.1', listening);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let world: World;
  try {
    const opened = await open(origin);
    world = opened.world;
    const root = new Hono();
    if (opened.local) {
      root.route('/__local', opened.local);
      root.use(withDemoBar(world));
    }
    root.route('/', world.app as unknown as Hono);
    const product = getRequestListener(root.fetch);
    handle = (request, response) => {
      // Cookies and the issuer belong to one host name: a browser at the other is sent here.
      const page = request.method === 'GET' && request.headers.accept?.includes('text/html');
      if (page && request.headers.host?.startsWith('localhost')) {
        response.writeHead(307, { Location: `${origin}${request.url ?? '/'}` }).end();
      } else if (request.url?.startsWith(`${identityPath}/`)) {
        void world.identity.handle(request, response);
      } else {
        void product(request, response);
      }
    };
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    origin,
    world,
    server,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await world.close();
    },
  };
}
