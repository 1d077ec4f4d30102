/** The web application as a Lambda behind an HTTP API. */
import { readFile } from 'node:fs/promises';
import { handle } from 'hono/aws-lambda';
import { cloudDeps } from '../cloud/cloud.ts';
import { type Files, ofProcess } from '../deps.ts';
import { createApp } from './app.tsx';
import { createBearerVerifier } from './bearer.ts';

const { environment } = ofProcess;

/** The bucket's client is the heaviest part and few requests need it: it is made when the first one does. */
let bucket: Promise<Files> | undefined;
const files = () => {
  bucket ??= import('../cloud/files.ts').then(({ bucketFiles }) => bucketFiles(environment('FILES_BUCKET')));
  return bucket;
};

export const handler = handle(
  createApp({
    ...cloudDeps(),
    textKey: environment('TEXT_KEY'),
    origin: environment('ORIGIN'),
    contact: environment('CONTACT'),
    provider: { issuer: environment('TOKEN_ISSUER'), clientId: environment('CLIENT_ID') },
    addressOf: (c) =>
      (c.env as { event?: { requestContext?: { http?: { sourceIp?: string } } } }).event?.requestContext?.http
        ?.sourceIp,
    files: {
      put: async (bytes, contentType) => (await files()).put(bytes, contentType),
      get: async (sha256) => (await files()).get(sha256),
      sizeOf: async (sha256) => (await files()).sizeOf(sha256),
    },
    verifyBearer: createBearerVerifier({
      issuer: environment('TOKEN_ISSUER'),
      clientId: environment('CLIENT_ID'),
    }),
    // Generated when the bundle is made, so that nothing that generates it is loaded here.
    openApi: () => readFile(new URL('./openapi.json', import.meta.url), 'utf8'),
  }),
);
