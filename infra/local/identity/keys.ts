/**
 * The secrets of the laptop's identity provider: made once, then kept in one file, so that tokens and sign-in cookies
 * stay good over a restart.
 */
import { createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readIfThere, writeDurably } from '../files.ts';

const part = z.string().min(1);

const Keys = z.object({
  signing: z.object({
    kty: z.literal('RSA'),
    use: z.literal('sig'),
    alg: z.literal('RS256'),
    kid: part,
    n: part,
    e: part,
    d: part,
    p: part,
    q: part,
    dp: part,
    dq: part,
    qi: part,
  }),
  cookies: z.array(part).min(1),
});

/** The private signing key as a JWK, and what cookies are signed with. */
export type Keys = z.infer<typeof Keys>;

/** The keys of this folder; a file that does not hold them is a fault and never replaced. */
export async function openKeys(folder: string): Promise<Keys> {
  const path = join(folder, 'keys.json');
  const kept = await readIfThere(path);
  if (kept) return Keys.parse(JSON.parse(Buffer.from(kept).toString('utf8')));
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(`${jwk.n}`).digest('base64url');
  const keys = Keys.parse({
    signing: { ...jwk, use: 'sig', alg: 'RS256', kid },
    cookies: [randomBytes(32).toString('base64url')],
  });
  await writeDurably(path, JSON.stringify(keys));
  return keys;
}

/** What everybody may know of them. */
export function publicKeysOf({ signing: { kty, use, alg, kid, n, e } }: Keys): { keys: object[] } {
  return { keys: [{ kty, use, alg, kid, n, e }] };
}
