/** The store checks against the embedded store: the same that `npm run test:dynamodb` runs against DynamoDB Local. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openStore, type Store } from '../../../infra/local/store.ts';
import { freshTable, storeChecks } from './store-checks.ts';

let store: Store;

beforeAll(async () => {
  store = await openStore(undefined);
});

afterAll(() => store.close());

describe('the embedded store', () => {
  for (const { name, run } of storeChecks) {
    test(name, async () => {
      const db = store.client();
      await run(db, await freshTable(db));
    });
  }
});
