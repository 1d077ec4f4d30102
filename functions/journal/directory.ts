/** The directory: which account a sign-in belongs to. Erasable, outside the journal, which knows accounts only. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AccountId } from '../../shared/domain/ids.ts';
import type { Deps } from '../deps.ts';
import { directoryKey } from './keys.ts';

/** The account of an identity provider's subject; undefined for a stranger. */
export async function accountOf(deps: Deps, subject: string): Promise<AccountId | undefined> {
  const { pk, sk } = directoryKey(subject);
  const { Item } = await deps.db.send(
    new GetItemCommand({ TableName: deps.table, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  const account = AccountId.safeParse(Item?.account?.S);
  return account.success ? account.data : undefined;
}

/** Binds a subject to an account. */
export async function putAccount(deps: Deps, subject: string, account: AccountId): Promise<void> {
  const { pk, sk } = directoryKey(subject);
  await deps.db.send(
    new PutItemCommand({
      TableName: deps.table,
      Item: { pk: { S: pk }, sk: { S: sk }, account: { S: account } },
    }),
  );
}
