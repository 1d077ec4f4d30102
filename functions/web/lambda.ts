/** The web application as a Lambda behind an HTTP API. */
import { readFile } from 'node:fs/promises';
import { handle } from 'hono/aws-lambda';
import { cloudDeps } from '../cloud/cloud.ts';
import { bucketFiles } from '../cloud/files.ts';
import { ofProcess } from '../deps.ts';
import { createApp } from './app.tsx';
import { createBearerVerifier } from './bearer.ts';

const { environment } = ofProcess;

export const handler = handle(
  createApp({
    ...cloudDeps(),
    textKey: environment('TEXT_KEY'),
    files: bucketFiles(environment('FILES_BUCKET')),
    verifyBearer: createBearerVerifier({
      issuer: environment('TOKEN_ISSUER'),
      clientId: environment('CLIENT_ID'),
    }),
    // Generated when the bundle is made, so that nothing that generates it is loaded here.
    openApi: () => readFile(new URL('./openapi.json', import.meta.url), 'utf8'),
  }),
);
