/** The pages as one app: who is visiting, what holds for every page, and the roster. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { csrf } from 'hono/csrf';
import type { WebDeps } from '../deps.ts';
import { Misfit } from '../execute.ts';
import { formOf } from './form.ts';
import { heldFor, hold } from './held.ts';
import { openPages, ownPages, placePages, placePrefix } from './pages/index.ts';
import { heldPage, refusedPage, sessionEndedPage, signedInAgainPage } from './pages-of-refusal.tsx';
import { placed } from './place.ts';
import { atMost } from './rate.ts';
import { shownOwner } from './session.ts';
import { signInAddress, signInRoutes } from './sign-in.ts';
import { type PageEnv, visiting } from './visit.ts';

/** So many sign-ins may be begun in a minute, and so many forms sent. */
const rates = { signIns: 30, forms: 240 } as const;

/** Every page of the product. */
export function createSite(deps: WebDeps): Hono<PageEnv> {
  const site = new Hono<PageEnv>();
  site.use(compress());
  site.use(visiting(deps));
  // A form of another site is refused whatever cookie the browser sends along.
  const sameSite = csrf({ origin: deps.origin });
  site.use(async (c, next) => {
    let passed = false;
    const refused = await sameSite(c, async () => {
      passed = true;
    }).catch(() => undefined);
    if (!passed) return refused ?? refusedPage(c, 'foreign');
    return next();
  });
  const forms = atMost(deps, 'forms', rates.forms);
  site.use((c, next) => (c.req.method === 'GET' || c.req.method === 'HEAD' ? next() : forms(c, next)));
  site.use('/auth/*', atMost(deps, 'sign-in', rates.signIns));
  site.route('/auth', signInRoutes(deps));

  for (const [path, pages] of Object.entries(openPages)) site.route(path, pages(deps));

  site.use('/tiep-tuc/*', signedIn(deps));
  site.get('/tiep-tuc/:id', async (c) => {
    const owner = c.get('visit').session?.owner;
    return heldPage(c, owner ? await heldFor(deps, owner, c.req.param('id')) : undefined);
  });
  site.use('/da-dang-nhap', signedIn(deps));
  site.get('/da-dang-nhap', (c) => signedInAgainPage(c));
  for (const [path, pages] of Object.entries(ownPages)) {
    site.use(path, signedIn(deps));
    site.use(`${path}/*`, signedIn(deps));
    site.route(path, pages(deps));
  }
  site.use(`${placePrefix}/*`, signedIn(deps), placed(deps));
  for (const [path, pages] of Object.entries(placePages)) {
    site.route(`${placePrefix}/${path}`, pages(deps));
  }

  // A route, not a handler of what is not found: that one is the outermost app's, and a host may lay one around.
  site.all('*', (c) => refusedPage(c, 'not-found'));
  site.onError((error, c) => {
    if (error instanceof Misfit) return refusedPage(c, 'malformed');
    deps.log('error', 'a page failed', {
      requestId: c.get('requestId'),
      path: c.req.routePath,
      error: String(error),
    });
    return refusedPage(c, 'fault');
  });
  return site;
}

/** Sends a stranger to the sign-in; what was posted by one whose session has ended is kept over it. */
function signedIn(deps: WebDeps) {
  return async (c: Context<PageEnv>, next: () => Promise<void>) => {
    if (c.get('visit').session) return next();
    const url = new URL(c.req.url);
    const here = `${url.pathname}${url.search}`;
    if (c.req.method === 'GET') return c.redirect(signInAddress(here), 303);
    // The enhancement layer keeps what was typed where it was typed, and asks again.
    if (c.req.header('Accept') === 'application/json') return c.json({ code: 'not-signed-in' }, 401);
    const form = await formOf(c);
    const owner = shownOwner(c, deps);
    const id = owner ? await hold(deps, owner, { path: here, entries: form.entries }) : undefined;
    return sessionEndedPage(c, {
      form,
      held: id !== undefined,
      signIn: signInAddress(id === undefined ? here : `/tiep-tuc/${id}`),
    });
  };
}
