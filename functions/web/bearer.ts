/**
 * Who a bearer token speaks for: one verifier for the identity provider in AWS and the one on the laptop.
 *
 * Both issue access tokens with the claims of Amazon Cognito: no audience to check, but `token_use` and `client_id`.
 * Whatever is not such a token, valid now and meant for this product, is simply nobody.
 */
import { JwtVerifier } from 'aws-jwt-verify';
import {
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtBaseError,
  ParameterValidationError,
} from 'aws-jwt-verify/error';
import { assertIsJwks } from 'aws-jwt-verify/jwk';
import type { JsonObject } from 'aws-jwt-verify/safe-json-parse';
import type { Bearer } from '../deps.ts';

export type BearerVerifierOptions = {
  /** The exact `iss` of a token. */
  issuer: string;
  clientId: string;
  /** The issuer's public keys where they are at hand; then nothing is ever fetched. */
  jwks?: { keys: object[] };
  /** Where the keys are fetched from, over https; without it `{issuer}/.well-known/jwks.json`. */
  jwksUri?: string;
};

/** The library's errors that say nothing about the token: without the keys nobody can tell whether it is valid. */
const faults = [FetchError, JwksValidationError, JwkValidationError, ParameterValidationError];

/** A function from token to bearer: undefined for every token not valid here and now, throws only without keys. */
export function createBearerVerifier({ issuer, clientId, jwks, jwksUri }: BearerVerifierOptions) {
  const verifier = JwtVerifier.create({
    issuer,
    audience: null,
    ...(jwksUri === undefined ? undefined : { jwksUri }),
  });
  if (jwks !== undefined) {
    const keys = jwks as JsonObject;
    assertIsJwks(keys);
    verifier.cacheJwks(keys);
  }

  return async (token: string): Promise<Bearer | undefined> => {
    try {
      // Synchronously with keys at hand: the other way asks the network about every key id it does not know.
      const claims = jwks === undefined ? await verifier.verify(token) : verifier.verifySync(token);
      // The library lets a token without an end live for ever.
      if (claims.exp === undefined || claims.token_use !== 'access' || claims.client_id !== clientId) {
        return undefined;
      }
      return claims.sub ? { subject: claims.sub } : undefined;
    } catch (error) {
      if (error instanceof JwtBaseError && !faults.some((Fault) => error instanceof Fault)) return undefined;
      throw error;
    }
  };
}
