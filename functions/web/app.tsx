/** The web application as one Hono app: the API, the pages, and what holds for every answer. */
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { WebDeps } from '../deps.ts';
import { type ApiEnv, createApi } from './api/api.ts';
import { technicalProblem } from './api/problem.ts';
import { homePage } from './pages/home.tsx';
import { styles } from './ui/styles.ts';

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
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      referrerPolicy: 'same-origin',
    }),
  );

  app.get('/healthz', (c) => c.json({ ok: true }));
  app.route('/api', createApi(deps));
  app.get('/assets/:file', (c) => {
    const asset = styles.get(c.req.param('file'));
    if (!asset) return c.notFound();
    return c.body(asset.body as string, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
  });
  app.get('/', async (c) => c.html(await homePage(deps)));
  app.notFound((c) => technicalProblem(c, 'no-such-path'));
  app.onError((error, c) => {
    deps.log('error', 'a request failed', { requestId: c.get('requestId'), error: String(error) });
    return technicalProblem(c, 'fault');
  });
  return app;
}
