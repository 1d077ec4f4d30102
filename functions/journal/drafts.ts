/**
 * Drafts: what a unit has typed into a form and not handed in, field by field, each with a version. Two officers who
 * type into the same field meet a difference, never a silent overwrite. Nothing official is in a draft.
 */
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Calendar } from '../../shared/domain/calendar.ts';
import { ok, type Result, refuse } from '../../shared/result.ts';
import type { Deps } from '../deps.ts';
import { draftKey } from './keys.ts';

/** The forms that keep drafts. */
export const draftForms = ['targets', 'review', 'self-score', 'score-sheet'] as const;
export type DraftForm = (typeof draftForms)[number];

const day = 24 * 60 * 60 * 1000;

/** The window of the calendar in which each form is handed in. */
export const windowOfForm = {
  targets: 'pledge',
  review: 'review',
  'self-score': 'selfScore',
  'score-sheet': 'crossScore',
} as const satisfies Record<DraftForm, keyof Calendar>;

/** Until when a draft is kept: 90 days after the form's last day by the legal clock, counted on the wall, where expiry runs. */
export function keepDraftUntil(
  deps: Pick<Deps, 'now' | 'wallNow'>,
  { calendar }: { readonly calendar: Calendar },
  form: DraftForm,
): Date {
  const ends = Date.parse(calendar[windowOfForm[form]].closesAt) + 90 * day;
  return new Date(deps.wallNow().getTime() + Math.max(day, ends - deps.now().getTime()));
}

/** One field as last saved; `version` counts from 1. */
export type DraftField = {
  readonly field: string;
  readonly value: string;
  readonly version: number;
  readonly savedAt: string;
  readonly account: string;
};

export type DraftPlace = { readonly stream: string; readonly unit: string; readonly form: DraftForm };

type Attributes = Record<string, { S?: string | undefined; N?: string | undefined }>;

function fieldFrom(item: Attributes): DraftField {
  return {
    field: (item.sk?.S ?? '').split('#').slice(1).join('#'),
    value: item.value?.S ?? '',
    version: Number(item.version?.N ?? 0),
    savedAt: item.savedAt?.S ?? '',
    account: item.account?.S ?? '',
  };
}

/** Every field of a form, as last saved and not yet expired. */
export async function draftFields(
  deps: Deps,
  { stream, unit, form }: DraftPlace,
): Promise<readonly DraftField[]> {
  const fields: DraftField[] = [];
  let next: QueryCommand['input']['ExclusiveStartKey'];
  const { pk, sk } = draftKey(stream, unit, form, '');
  do {
    const page = await deps.db.send(
      new QueryCommand({
        TableName: deps.table,
        KeyConditionExpression: 'pk = :pk and begins_with(sk, :form)',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':form': { S: sk } },
        ConsistentRead: true,
        ExclusiveStartKey: next,
      }),
    );
    // DynamoDB removes what has expired days late: what is over is over when it is read.
    const now = deps.wallNow().getTime() / 1000;
    for (const item of page.Items ?? []) if (Number(item.expiresAt?.N) > now) fields.push(fieldFrom(item));
    next = page.LastEvaluatedKey;
  } while (next);
  return fields;
}

/** Where a draft stands between the officer who prepares it and the leader who hands it in. */
export type DraftStatus =
  | { readonly state: 'prepared' }
  | { readonly state: 'returned'; readonly reason: string };

/** The fields in which the status lies, and what the form held then; no form can have one of these names. */
const [statusField, heldField] = ['#status', '#held'];

/** A long text is remembered by its beginning: enough to see that it is another. */
const remembered = 120;

/** A field that holds something else than when the draft was passed on or returned. */
export type DraftChange = { readonly field: string; readonly before: string; readonly after: string };

/** What differs from the values held, in the order of the fields. */
function changesSince(held: Readonly<Record<string, string>>, fields: readonly DraftField[]): DraftChange[] {
  const cut = (value: string) => value.slice(0, remembered);
  return fields
    .filter(({ field, value }) => (Object.hasOwn(held, field) ? held[field] : '') !== cut(value))
    .map(({ field, value }) => ({ field, before: held[field] ?? '', after: cut(value) }));
}

/** Notes that a draft is ready for the leader, or goes back to the officer with a reason; the last word stands. */
export async function markDraft(
  deps: Deps,
  { stream, unit, form }: DraftPlace,
  status: DraftStatus,
  { account, keepUntil }: { account: string; keepUntil: Date },
): Promise<DraftStatus & { savedAt: string }> {
  const savedAt = deps.now().toISOString();
  const { fields } = await readDraft(deps, { stream, unit, form });
  const held = Object.fromEntries(fields.map(({ field, value }) => [field, value.slice(0, remembered)]));
  // What was held first: a status without it would call everything changed.
  for (const [field, value] of [
    [heldField, held],
    [statusField, status],
  ] as const) {
    const { pk, sk } = draftKey(stream, unit, form, field);
    await deps.db.send(
      new PutItemCommand({
        TableName: deps.table,
        Item: {
          pk: { S: pk },
          sk: { S: sk },
          value: { S: JSON.stringify(value) },
          version: { N: '0' },
          savedAt: { S: savedAt },
          account: { S: account },
          expiresAt: { N: String(Math.floor(keepUntil.getTime() / 1000)) },
        },
      }),
    );
  }
  return { ...status, savedAt };
}

/** A form's draft: its fields, and where it stands. */
export async function readDraft(
  deps: Deps,
  place: DraftPlace,
): Promise<{
  readonly fields: readonly DraftField[];
  readonly status: (DraftStatus & { savedAt: string }) | null;
  /** What was changed since the status was noted. */
  readonly changes: readonly DraftChange[];
}> {
  const all = await draftFields(deps, place);
  const noted = all.find(({ field }) => field === statusField);
  const held = all.find(({ field }) => field === heldField);
  const fields = all.filter(({ field }) => field !== statusField && field !== heldField);
  return {
    fields,
    status: noted ? { ...(JSON.parse(noted.value) as DraftStatus), savedAt: noted.savedAt } : null,
    changes: held ? changesSince(JSON.parse(held.value) as Record<string, string>, fields) : [],
  };
}

/** Saves a field that was last seen at `version` (0 when it was empty); refused when somebody saved it meanwhile. */
export async function saveDraft(
  deps: Deps,
  place: DraftPlace,
  change: { field: string; value: string; version: number; account: string; keepUntil: Date },
): Promise<Result<DraftField>> {
  const { pk, sk } = draftKey(place.stream, place.unit, place.form, change.field);
  const saved: DraftField = {
    field: change.field,
    value: change.value,
    version: change.version + 1,
    savedAt: deps.now().toISOString(),
    account: change.account,
  };
  try {
    await deps.db.send(
      new PutItemCommand({
        TableName: deps.table,
        Item: {
          pk: { S: pk },
          sk: { S: sk },
          value: { S: saved.value },
          version: { N: String(saved.version) },
          savedAt: { S: saved.savedAt },
          account: { S: saved.account },
          expiresAt: { N: String(Math.floor(change.keepUntil.getTime() / 1000)) },
        },
        ConditionExpression: change.version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
        ...(change.version === 0
          ? {}
          : { ExpressionAttributeValues: { ':version': { N: String(change.version) } } }),
      }),
    );
    return ok(saved);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { Item } = await deps.db.send(
      new GetItemCommand({
        TableName: deps.table,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConsistentRead: true,
      }),
    );
    const there = Item && fieldFrom(Item);
    // The same text saved twice, by a lost answer or two officers of one mind, is no difference.
    if (there && there.value === change.value) return ok(there);
    return refuse('changed-meanwhile', {
      details: { field: change.field, mine: change.value, theirs: there ?? null },
    });
  }
}
