/** The web application as one Hono app: the API, the assets, the pages, and what holds for every answer. */
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { WebDeps } from '../deps.ts';
import { type ApiEnv, createApi } from './api/api.ts';
import { technicalProblem } from './api/problem.ts';
import { createSite } from './site.tsx';
import { assetNamed } from './ui/styles.ts';

/** The app of one installation. */
export function createApp(deps: WebDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();

  app.use(async (c, next) => {
    c.set('requestId', deps.newId());
    // The instant by which deadlines are judged: when the request came, not when its turn comes.
    c.set('arrivedAt', deps.now());
    c.set('now', deps.now);
    await next();
    c.res.headers.set('X-Request-Id', c.get('requestId'));
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        // A sign-out leads through the identity provider, and browsers hold a form's redirects to this too.
        formAction: ["'self'", new URL(deps.provider.issuer).origin],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      referrerPolicy: 'same-origin',
    }),
  );

  app.get('/healthz', (c) => c.json({ ok: true }));
  app.route('/api', createApi(deps));
  app.get('/assets/:file', (c) => {
    const asset = assetNamed(c.req.param('file'), c.req.header('Accept-Encoding') ?? '');
    if (!asset) return technicalProblem(c, 'no-such-path');
    return c.body(asset.bytes as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      ...(asset.encoding ? { 'Content-Encoding': asset.encoding } : {}),
    });
  });
  app.route('/', createSite(deps) as unknown as Hono<ApiEnv>);
  app.onError((error, c) => {
    deps.log('error', 'a request failed', { requestId: c.get('requestId'), error: String(error) });
    return technicalProblem(c, 'fault');
  });
  return app;
}
