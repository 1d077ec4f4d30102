/**
 * The laptop's identity provider: OpenID Connect as the product meets it in AWS, except that whoever signs in picks
 * who to be from a list.
 *
 * It stands on the product's own port under one prefix. Its access tokens carry the claims of Amazon Cognito, so that
 * the product has one way of verifying them; who may do what is not its business.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Context, errors, interactionPolicy, Provider, type Result } from 'oidc-provider';
import type { Log } from '../../../functions/deps.ts';
import { createBearerVerifier } from '../../../functions/web/bearer.ts';
import { openKeys, publicKeysOf } from './keys.ts';
import {
  choosePage,
  contentSecurityPolicy,
  expiredPage,
  refusedPage,
  signedOutPage,
  signOutPage,
} from './pages.tsx';
import { openStore } from './store.ts';

/** Somebody one may be on the laptop: an office or a post, never a person. */
export type Persona = {
  /** Stable and readable, as it stands in the form and in `username`. */
  id: string;
  /** What the directory knows the account by: the `sub` of its tokens. */
  subject: string;
  /** The office or post, in Vietnamese. */
  name: string;
  description: string;
};

export type Identity = {
  issuer: string;
  clientId: string;
  /** Answers every request whose path starts with `identityPath`. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** An access token like those of a sign-in, good for an hour; undefined for nobody's id. */
  issueToken(personaId: string): Promise<string | undefined>;
  /** The public keys, for a verifier that shall not fetch them. */
  jwks(): Promise<{ keys: object[] }>;
};

export type IdentityOptions = {
  /** Where its keys and sign-ins are kept. */
  folder: string;
  /** The product's own address, such as `http://127.0.0.1:3000`. */
  origin: string;
  /** Asked anew each time, so that the list may grow while it runs. */
  personas: () => readonly Persona[];
  /** Where in the product a sign-in may return to. */
  redirectUris: string[];
  wallNow(): Date;
  log: Log;
};

/** The path under which the host hands requests over. */
export const identityPath = '/identity';

const clientId = 'thidua-local';
const scope = 'openid profile';
const hour = 60 * 60;
const fortnight = 14 * 24 * hour;

/** Opens the identity provider of this folder; the product may return to its home page after a sign-out. */
export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { folder, origin, personas, redirectUris, wallNow, log } = options;
  const issuer = `${origin}${identityPath}`;
  const keys = await openKeys(folder);
  const adapter = await openStore({ folder: join(folder, 'sign-ins'), wallNow, log });
  const bySubject = (subject: string) => personas().find((persona) => persona.subject === subject);
  // The provider makes signed tokens only for a named audience; the product is the one there is.
  const audience = {
    audience: origin,
    scope,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  } as const;

  const policy = interactionPolicy.base();
  // A session can outlive its persona; the provider would go on without an account and fail.
  policy
    .get('login')
    .checks.add(
      new interactionPolicy.Check(
        'persona_gone',
        'the persona of this session is no longer there',
        ({ oidc }) => oidc.session.accountId !== undefined && oidc.account === undefined,
      ),
    );

  const provider = new Provider(issuer, {
    adapter,
    jwks: { keys: [keys.signing] },
    clients: [
      {
        client_id: clientId,
        client_name: 'Thi đua khối, cụm',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: [`${origin}/`],
      },
    ],
    clientAuthMethods: ['none'],
    responseTypes: ['code'],
    scopes: scope.split(' '),
    claims: { openid: ['sub', 'name'], profile: ['name'] },
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    cookies: {
      names: {
        session: 'thidua_local_session',
        interaction: 'thidua_local_choice',
        resume: 'thidua_local_resume',
      },
      keys: keys.cookies,
      long: { httpOnly: true, sameSite: 'lax', path: identityPath },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      IdToken: hour,
      Interaction: hour,
      Grant: fortnight,
      Session: fortnight,
    },
    routes: {
      authorization: '/authorize',
      end_session: '/logout',
      jwks: '/.well-known/jwks.json',
      token: '/token',
    },
    discovery: { userinfo_endpoint: `${issuer}/userinfo` },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      // Its own endpoint refuses tokens with an audience, which are the only ones here.
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => origin,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (_context: Context, indicator: string) => {
          if (indicator !== origin) throw new errors.InvalidTarget();
          return audience;
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (context: Context, form: string) => show(context, signOutPage(form)),
        postLogoutSuccessSource: async (context: Context) => show(context, signedOutPage()),
      },
    },
    extraTokenClaims: async (_context: Context | undefined, token: { accountId: string }) => ({
      token_use: 'access',
      username: bySubject(token.accountId)?.id ?? token.accountId,
    }),
    findAccount: async (_context: Context, subject: string) => {
      const persona = bySubject(subject);
      return persona && { accountId: subject, claims: async () => ({ sub: subject, name: persona.name }) };
    },
    // The product is the provider's own client: nobody is asked whether it may know who they are.
    loadExistingGrant: async ({ oidc }: Context) => {
      if (!oidc.account) return undefined;
      const { accountId } = oidc.account;
      const kept = oidc.session.grantIdFor(clientId);
      const grant = kept === undefined ? undefined : await provider.Grant.find(kept);
      if (grant?.accountId === accountId) return grant;
      const fresh = new provider.Grant({ accountId, clientId });
      fresh.addOIDCScope(scope);
      fresh.addResourceScope(origin, scope);
      await fresh.save();
      return fresh;
    },
    interactions: {
      policy,
      url: async (_context: Context, { uid }: { uid: string }) => `${identityPath}/choose/${uid}`,
    },
    renderError: async (context: Context, out: { error: string; error_description?: string }) =>
      show(context, refusedPage(out.error, out.error_description ?? '')),
  });
  provider.on('error', (error) => log('error', 'the identity provider failed', { error: String(error) }));
  provider.on('server_error', (_context, error) =>
    log('error', 'the identity provider failed', { error: String(error) }),
  );
  provider.on('grant.error', (_context, error) =>
    log('warn', 'the identity provider gave no tokens', { error: String(error) }),
  );

  const answer = provider.callback();
  const verify = createBearerVerifier({ issuer, clientId, jwks: publicKeysOf(keys) });

  /** The page on which one chooses, and the choice. */
  async function choose(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const interaction = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      sendPage(response, 200, choosePage({ personas: personas(), query: url.searchParams.get('q') ?? '' }));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const finish = (result: Result) => provider.interactionFinished(request, response, result);
    if (form.has('cancel')) {
      await finish({ error: 'access_denied', error_description: 'nobody was chosen' });
      return;
    }
    const persona = personas().find(({ id }) => id === form.get('persona'));
    if (!persona) {
      sendPage(response, 422, choosePage({ personas: personas(), query: '', gone: true }));
      return;
    }
    const before = interaction.session;
    if (before?.uid !== undefined && before.accountId !== persona.subject) {
      // Ends the other persona's session here; left to itself the provider would do it with a script in the browser.
      const session = await provider.Session.findByUid(before.uid);
      await session?.destroy();
      interaction.session = undefined;
      await interaction.persist();
    }
    await finish({ login: { accountId: persona.subject } });
  }

  /** Who an access token of this provider speaks for, as OpenID Connect tells it. */
  async function tellUser(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const bearer = token === undefined ? undefined : await verify(token);
    const persona = bearer && bySubject(bearer.subject);
    if (persona) {
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(JSON.stringify({ sub: persona.subject, name: persona.name }));
    } else {
      response.setHeader(
        'WWW-Authenticate',
        token === undefined ? 'Bearer' : 'Bearer error="invalid_token", error_description="not valid now"',
      );
      response.statusCode = 401;
      response.end();
    }
  }

  async function route(
    request: IncomingMessage & { originalUrl?: string },
    response: ServerResponse,
  ): Promise<void> {
    const full = request.url ?? '/';
    if (!full.startsWith(`${identityPath}/`)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const url = new URL(full, origin);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('Referrer-Policy', 'same-origin');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Addresses in answers must be the issuer's, whatever name the laptop was called by.
    request.headers.host = url.host;
    // The provider finds its prefix in what is missing from the path.
    request.originalUrl = full;
    request.url = full.slice(identityPath.length);

    const path = url.pathname.slice(identityPath.length);
    if (path.startsWith('/choose/')) await choose(request, response, url);
    else if (path === '/userinfo') await tellUser(request, response);
    else await answer(request, response);
  }

  return {
    issuer,
    clientId,
    async handle(request, response) {
      try {
        await route(request, response);
      } catch (error) {
        if (error instanceof errors.SessionNotFound) {
          sendPage(response, 400, expiredPage());
          return;
        }
        log('error', 'the identity provider failed', { error: String(error) });
        if (response.headersSent) response.destroy();
        else sendPage(response, 500, refusedPage('server_error', ''));
      }
    },
    async issueToken(personaId) {
      const persona = personas().find(({ id }) => id === personaId);
      const client = await provider.Client.find(clientId);
      if (!persona || !client) return undefined;
      const resourceServer = new provider.ResourceServer(origin, audience);
      return new provider.AccessToken({
        accountId: persona.subject,
        client,
        resourceServer,
        scope,
      }).save();
    },
    jwks: async () => publicKeysOf(keys),
  };
}

function show(context: Context, page: string): void {
  context.type = 'html';
  context.body = page;
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(page);
}
