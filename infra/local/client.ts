/** A client of the product's own API, as somebody: what the seed and the rehearsal speak through. */
import type { Reply } from '../../functions/execute.ts';

/** An answer that is not a success: the problem's code and status. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly body: unknown;
  constructor(what: string, status: number, body: { code?: string; en?: string }) {
    super(`${what}: ${status} ${body.code ?? ''} ${body.en ?? ''} ${JSON.stringify(body).slice(0, 600)}`);
    this.code = body.code ?? '';
    this.status = status;
    this.body = body;
  }
}

export type ApiClient = {
  command(as: string, path: string, body: object, id: string): Promise<Reply>;
  get<T>(as: string | undefined, path: string): Promise<T>;
};

/** A client over `fetch` (of a socket or in process), with a token for each persona, fetched once. */
export function createClient(
  request: (path: string, init: RequestInit) => Promise<Response>,
  tokenFor: (persona: string) => Promise<string | undefined>,
): ApiClient {
  const tokens = new Map<string, Promise<string | undefined>>();
  async function headers(as: string | undefined): Promise<Record<string, string>> {
    if (as === undefined) return {};
    const token = tokens.get(as) ?? tokenFor(as);
    tokens.set(as, token);
    const got = await token;
    if (!got) throw new Error(`there is no persona ${as}`);
    return { Authorization: `Bearer ${got}` };
  }
  return {
    async command(as, path, body, id) {
      const response = await request(path, {
        method: 'POST',
        headers: { ...(await headers(as)), 'Content-Type': 'application/json', 'Idempotency-Key': id },
        body: JSON.stringify(body),
      });
      const answer = (await response.json()) as Reply;
      if (!response.ok) throw new Problem(`${as} ${path}`, response.status, answer as object);
      return answer;
    },
    async get<T>(as: string | undefined, path: string) {
      const response = await request(path, { headers: await headers(as) });
      const answer = (await response.json()) as T;
      if (!response.ok) throw new Problem(`${as} ${path}`, response.status, answer as object);
      return answer;
    },
  };
}
