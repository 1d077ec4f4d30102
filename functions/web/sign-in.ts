/**
 * Signing in and out by page: OpenID Connect's code flow with PKCE and a nonce, the same with Amazon Cognito and with
 * the laptop's provider. The provider says who it is; what they may do is the province's record.
 */
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Configuration } from 'openid-client';
import { sha256Of } from '../../shared/journal.ts';
import type { WebDeps } from '../deps.ts';
import { accountOf } from '../journal/directory.ts';
import { signInKey } from '../journal/keys.ts';
import { keep, take } from '../journal/passing.ts';
import { beginSession, cookieOptions, endSession, sessionOf } from './session.ts';
import type { PageEnv } from './visit.ts';

/** Where the provider sends the browser back to. */
export const callbackPath = '/auth/callback';

const signInCookie = 'thidua-dang-nhap';
const patienceMs = 10 * 60_000;

type UnderWay = { readonly verifier: string; readonly nonce: string; readonly returnTo: string };

/** A path of this product, as a sign-in may return to; the desk for everything else. */
export function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[!-~]{0,500}$/.test(text) && !text.startsWith('/auth/')
    ? text
    : '/ban-lam-viec';
}

/** The address at which one signs in and comes back to a path. */
export function signInAddress(returnTo: string): string {
  return `/auth/dang-nhap?ve=${encodeURIComponent(returnTo)}`;
}

/** Routes below /auth. */
export function signInRoutes(deps: WebDeps): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  // Loaded with the first sign-in: it is no part of a cold start.
  let known: Promise<{ oidc: typeof import('openid-client'); provider: Configuration }> | undefined;
  const connect = () => {
    known ??= import('openid-client').then(async (oidc) => {
      const { issuer, clientId } = deps.provider;
      const plain = issuer.startsWith('http:');
      const provider = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
        ...(plain ? { execute: [oidc.allowInsecureRequests] } : {}),
      });
      return { oidc, provider };
    });
    known.catch(() => {
      known = undefined;
    });
    return known;
  };

  routes.get('/dang-nhap', async (c) => {
    const returnTo = ownPath(c.req.query('ve'));
    const { oidc, provider } = await connect();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const until = new Date(deps.wallNow().getTime() + patienceMs);
    const underWay: UnderWay = { verifier, nonce, returnTo };
    await keep(deps, signInKey(sha256Of(state)), underWay, until);
    setCookie(c, signInCookie, state, { ...cookieOptions(deps), path: '/auth', maxAge: patienceMs / 1000 });
    const address = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: `${deps.origin}${callbackPath}`,
      scope: 'openid',
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return c.redirect(address.href, 303);
  });

  routes.get('/callback', async (c) => {
    const state = c.req.query('state') ?? '';
    const mine = getCookie(c, signInCookie);
    deleteCookie(c, signInCookie, { ...cookieOptions(deps), path: '/auth' });
    // Only the browser that began a sign-in may end it, once.
    const underWay =
      mine !== undefined && mine === state
        ? await take<UnderWay>(deps, signInKey(sha256Of(state)))
        : undefined;
    if (!underWay || c.req.query('error') !== undefined)
      return c.redirect('/tai-khoan?dang-nhap=khong-xong', 303);
    const { oidc, provider } = await connect();
    const { nonce, verifier, returnTo } = underWay;
    const given = await oidc
      .authorizationCodeGrant(provider, new URL(`${callbackPath}${new URL(c.req.url).search}`, deps.origin), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .catch((error: unknown) => {
        deps.log('warn', 'a sign-in was not confirmed', {
          requestId: c.get('requestId'),
          error: String(error),
        });
        return undefined;
      });
    const subject = given?.claims()?.sub;
    if (subject === undefined) return c.redirect('/tai-khoan?dang-nhap=khong-xong', 303);
    const before = await sessionOf(c, deps);
    if (before) await endSession(c, deps, before, false);
    await beginSession(c, deps, {
      subject,
      account: await accountOf(deps, subject),
      idToken: given?.id_token,
    });
    return c.redirect(returnTo, 303);
  });

  const signOut = (everywhere: boolean) => async (c: Context<PageEnv>) => {
    const session = await sessionOf(c, deps);
    if (!session) return c.redirect('/', 303);
    await endSession(c, deps, session, everywhere);
    const { oidc, provider } = await connect();
    const address = oidc.buildEndSessionUrl(provider, {
      post_logout_redirect_uri: `${deps.origin}/`,
      // Amazon Cognito's own name for the same.
      logout_uri: `${deps.origin}/`,
      ...(session.idToken === undefined ? {} : { id_token_hint: session.idToken }),
    });
    return c.redirect(address.href, 303);
  };
  routes.post('/dang-xuat', signOut(false));
  routes.post('/dang-xuat-moi-noi', signOut(true));
  return routes;
}
