/**
 * Forms that keep drafts: what was typed is saved field by field with the version that was seen, so that nobody's
 * words are overwritten unseen; the same for a form that is posted whole and for the enhancement layer's single fields.
 */
import { type Duty, dutiesOf } from '../../shared/domain/duties.ts';
import { sha256Of } from '../../shared/journal.ts';
import { type Refusal, refuse } from '../../shared/result.ts';
import type { WebDeps } from '../deps.ts';
import {
  type DraftChange,
  type DraftField,
  type DraftForm,
  type DraftStatus,
  readDraft,
  saveDraft,
} from '../journal/drafts.ts';
import type { Form } from './form.ts';
import { draftOf, type Place } from './place.ts';
import { instantInWords } from './text/time.ts';

export type Draft = {
  readonly fields: ReadonlyMap<string, DraftField>;
  readonly status: (DraftStatus & { savedAt: string }) | null;
  /** What was changed since it was passed on or returned. */
  readonly changes: readonly DraftChange[];
  /** When any field was saved last. */
  readonly savedAt: string | undefined;
};

/** What two people typed into one field. */
export type Conflict = { readonly field: string; readonly mine: string; readonly theirs: DraftField };

/** Name prefix of a drafted field in a form, and of the choice that answers a number read in two ways. */
const [fieldPrefix, choicePrefix] = ['f.', 'r.'];
/** The hidden field that says which version of each field the form showed. */
export const shownField = '_v';

export function inputName(field: string): string {
  return `${fieldPrefix}${field}`;
}

export function choiceName(field: string): string {
  return `${choicePrefix}${field}`;
}

/** The unit's draft of a form as it lies on the server. */
export async function draftAt(deps: WebDeps, place: Place, form: DraftForm): Promise<Draft> {
  const { fields, status, changes } = await readDraft(deps, draftOf(deps, place, form, '').place);
  const savedAt = fields
    .map((one) => one.savedAt)
    .sort()
    .at(-1);
  return { fields: new Map(fields.map((one) => [one.field, one])), status, changes, savedAt };
}

const digest = (value: string) => sha256Of(value).slice(0, 8);

/** What a form shows of these fields, for its hidden field: version and digest of each. */
export function shownOf(names: readonly string[], draft: Pick<Draft, 'fields'>): string {
  return JSON.stringify(
    Object.fromEntries(
      names.map((name) => {
        const field = draft.fields.get(name);
        return [name, [field?.version ?? 0, digest(field?.value ?? '')]];
      }),
    ),
  );
}

/** The versions that a posted form had been shown; what is not well-formed was shown nothing. */
function versionsIn(form: Form): ReadonlyMap<string, readonly [version: number, digest: string]> {
  try {
    const parsed = JSON.parse(form.get(shownField)) as Record<string, [number, string]>;
    return new Map(
      Object.entries(parsed).filter(
        ([, seen]) => Array.isArray(seen) && Number.isInteger(seen[0]) && typeof seen[1] === 'string',
      ),
    );
  } catch {
    return new Map();
  }
}

/** Every drafted field that a form carries, the answer to a number that was asked back in its place. */
export function typedIn(form: Form): ReadonlyMap<string, string> {
  const typed = new Map<string, string>();
  for (const [name, value] of form.entries)
    if (name.startsWith(fieldPrefix)) typed.set(name.slice(fieldPrefix.length), value.trim());
  for (const [name, value] of form.entries)
    if (name.startsWith(choicePrefix) && value.trim() !== '')
      typed.set(name.slice(choicePrefix.length), value.trim());
  return typed;
}

/** Saves what a posted form changed; what somebody else changed meanwhile comes back as a difference. */
export async function saveTyped(
  deps: WebDeps,
  place: Place,
  name: DraftForm,
  account: string,
  form: Form,
): Promise<readonly Conflict[]> {
  const seen = versionsIn(form);
  const changes = [...typedIn(form)].flatMap(([field, value]) => {
    const [version, shown] = seen.get(field) ?? [0, digest('')];
    return shown !== undefined && digest(value) === shown ? [] : [{ field, value, version }];
  });
  return (await saveFields(deps, place, name, account, changes)).conflicts;
}

/** Saves single fields. */
export async function saveFields(
  deps: WebDeps,
  place: Place,
  name: DraftForm,
  account: string,
  changes: readonly { field: string; value: string; version: number }[],
): Promise<{ saved: readonly DraftField[]; conflicts: readonly Conflict[] }> {
  const { place: where, keeping } = draftOf(deps, place, name, account);
  const saved: DraftField[] = [];
  const conflicts: Conflict[] = [];
  for (const change of changes) {
    const result = await saveDraft(deps, where, { ...change, ...keeping });
    if (result.ok) saved.push(result.value);
    else {
      const { theirs } = result.refusal.details as { theirs: DraftField };
      conflicts.push({ field: change.field, mine: change.value, theirs });
    }
  }
  return { saved, conflicts };
}

/** A digest of everything in a draft: what a leader reviewed is what is handed in, or the difference is shown. */
export function digestOf({ fields }: Pick<Draft, 'fields'>): string {
  const lines = [...fields.values()].map(({ field, version }) => `${field} ${version}`).sort();
  return sha256Of(lines.join('\n')).slice(0, 24);
}

/** The duty that a form serves. */
export const dutyOfForm = {
  targets: 'targets',
  review: 'review',
  'self-score': 'self-score',
  'score-sheet': 'score-sheet',
} as const satisfies Record<DraftForm, Duty['kind']>;

/** The duty as it stands for the visitor's unit. */
export function dutyOf({ state, unit }: Place, form: DraftForm, now: Date): Duty | undefined {
  return dutiesOf(state, unit, now).find(({ kind }) => kind === dutyOfForm[form]);
}

/** Why a form takes nothing now; undefined while it does. */
export function closedFor(place: Place, form: DraftForm, now: Date): Refusal | undefined {
  const duty = dutyOf(place, form, now);
  if (!duty) return refuse('not-a-member').refusal;
  if (duty.state === 'open' || duty.state === 'late' || duty.replaceable) return undefined;
  if (duty.state === 'ahead' || duty.state === 'waiting') {
    const opensAt = duty.opensAt ?? '';
    return refuse('not-yet-open', {
      ...(duty.state === 'ahead' && opensAt
        ? {
            vi: `Chưa đến thời gian: mở từ ${instantInWords(opensAt, 'vi')} (giờ Việt Nam).`,
            en: `Not open yet: it opens at ${instantInWords(opensAt, 'en')} (Vietnam time).`,
          }
        : {
            vi: 'Đã đến thời gian, nhưng còn chờ bước trước của khối, cụm.',
            en: 'It is time, but the step before of the bloc is not finished.',
          }),
    }).refusal;
  }
  const closesAt = duty.closesAt ?? '';
  return refuse('after-deadline', {
    vi: `Đã đóng: hạn là ${instantInWords(closesAt, 'vi')} (giờ Việt Nam). Nội dung vừa nhập ghi ở dưới, chưa được ghi nhận.`,
    en: `Closed: the deadline was ${instantInWords(closesAt, 'en')} (Vietnam time). What was typed stands below and was not recorded.`,
    details: { closesAt },
  }).refusal;
}
