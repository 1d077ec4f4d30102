/** What the laptop uses of `oidc-provider` 9, which brings no types: narrow on purpose, so that a wider use is noticed. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Payload = Record<string, unknown>;

  export type Adapter = {
    upsert(id: string, payload: Payload, expiresIn: number | undefined): Promise<void>;
    find(id: string): Promise<Payload | undefined>;
    findByUid(uid: string): Promise<Payload | undefined>;
    findByUserCode(userCode: string): Promise<Payload | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  };

  /** The part of a Koa context that pages and hooks touch. */
  export type Context = {
    type: string;
    body: unknown;
    oidc: {
      account?: { accountId: string };
      client: { clientId: string };
      session: { accountId?: string; grantIdFor(clientId: string): string | undefined };
    };
  };

  export type Client = { readonly clientId: string };

  export type Grant = {
    readonly accountId: string;
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  };

  export type Session = { destroy(): Promise<void> };

  export type ResourceServer = { identifier(): string };

  export type ResourceServerInfo = {
    audience: string;
    scope: string;
    accessTokenFormat: 'jwt';
    jwt: { sign: { alg: 'RS256' } };
  };

  export type Interaction = {
    uid: string;
    session?: { uid?: string; accountId?: string } | undefined;
    persist(): Promise<string>;
  };

  export type Result = { login: { accountId: string } } | { error: string; error_description: string };

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    readonly Client: { find(clientId: string): Promise<Client | undefined> };
    readonly Grant: {
      new (properties: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly Session: { findByUid(uid: string): Promise<Session | undefined> };
    readonly ResourceServer: new (
      identifier: string,
      info: ResourceServerInfo,
    ) => ResourceServer;
    readonly AccessToken: new (properties: {
      accountId: string;
      client: Client;
      resourceServer: ResourceServer;
      scope: string;
    }) => { save(): Promise<string> };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: Result): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'server_error' | 'grant.error', listener: (context: Context, error: Error) => void): this;
  }

  export namespace errors {
    class SessionNotFound extends Error {}
    class InvalidTarget extends Error {}
  }

  export namespace interactionPolicy {
    class Check {
      constructor(reason: string, description: string, check: (context: Context) => boolean);
    }
    type Prompt = { checks: { add(check: Check): void } };
    function base(): { get(name: 'login'): Prompt };
  }
}
