/**
 * Amendments of the rubric (sửa đổi bảng tiêu chí): proposed by the head before self-scoring begins, in force with the
 * consent of the share of members that the rules ask for. A new version with its differences; nothing that was scored
 * is ever read under another version than its own.
 */
import * as z from 'zod';
import { canonicalJson } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { canSignFor } from './actor.ts';
import { type Bloc, type BlocEvent, type BlocTerms, isHead, isMember, memberIds, termsOf } from './bloc.ts';
import { hasOpened } from './calendar.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';
import { isAtLeast, leastOf } from './points.ts';
import { type CriteriaGroup, type Criterion, Rubric } from './rubric.ts';
import { ruleValue } from './rules.ts';

/** A line of a rubric as a difference shows it: with the group or the criterion under which it stands. */
type ShownLine =
  | Pick<Rubric, 'title'>
  | Omit<CriteriaGroup, 'criteria'>
  | (Omit<Criterion, 'parts'> & { readonly under?: string });

/** One difference between two versions: what was, what is; null where there is nothing. */
export type RubricChange = {
  readonly at: string;
  readonly before: ShownLine | null;
  readonly after: ShownLine | null;
};

export type AmendmentEvent =
  | { type: 'RubricProposed'; v: 1; number: number; rubric: Rubric; reason: string; changes: RubricChange[] }
  | { type: 'RubricConsentGiven'; v: 1; number: number; unit: UnitId; agrees: boolean }
  | {
      type: 'RubricAmended';
      v: 1;
      number: number;
      version: number;
      yes: number;
      needed: number;
      members: number;
    }
  | { type: 'RubricRejected'; v: 1; number: number; yes: number; needed: number; members: number };

export type Amendment = {
  readonly number: number;
  readonly rubric: Rubric;
  readonly reason: string;
  readonly changes: readonly RubricChange[];
  readonly consents: Readonly<Record<string, boolean>>;
  readonly state: 'open' | 'in-force' | 'rejected';
};

export type Amendments = {
  /** The version in force; the rubric of the launch is 1. */
  readonly version: number;
  readonly proposals: readonly Amendment[];
};
export const initialAmendments: Amendments = { version: 1, proposals: [] };

export function evolveAmendments(state: Amendments, event: AmendmentEvent): Amendments {
  const change = (number: number, how: (one: Amendment) => Amendment) =>
    state.proposals.map((one) => (one.number === number ? how(one) : one));
  switch (event.type) {
    case 'RubricProposed': {
      const { number, rubric, reason, changes } = event;
      const proposal: Amendment = { number, rubric, reason, changes, consents: {}, state: 'open' };
      return { ...state, proposals: [...state.proposals, proposal] };
    }
    case 'RubricConsentGiven':
      return {
        ...state,
        proposals: change(event.number, (one) => ({
          ...one,
          consents: { ...one.consents, [event.unit]: event.agrees },
        })),
      };
    case 'RubricAmended':
      return {
        version: event.version,
        proposals: change(event.number, (one) => ({ ...one, state: 'in-force' })),
      };
    case 'RubricRejected':
      return { ...state, proposals: change(event.number, (one) => ({ ...one, state: 'rejected' })) };
    default:
      return state;
  }
}

/**
 * What differs between two rubrics: the title, then groups, criteria and parts in the order of the new one, then what
 * is gone. A criterion under another group is another, for its points count elsewhere.
 */
export function rubricChanges(before: Rubric, after: Rubric): readonly RubricChange[] {
  const entries = ({ title, groups }: Rubric) =>
    new Map<string, ShownLine>([
      ['rubric', { title }],
      ...groups.flatMap(({ criteria, ...group }) => [
        [`group ${group.id}`, group] as [string, ShownLine],
        ...criteria.flatMap(({ parts = [], ...criterion }) => [
          [criterion.id, { ...criterion, under: group.id }] as [string, ShownLine],
          ...parts.map((part): [string, ShownLine] => [
            part.id,
            { ...part, markedBy: criterion.markedBy, under: criterion.id },
          ]),
        ]),
      ]),
    ]);
  const [old, now] = [entries(before), entries(after)];
  const changes: RubricChange[] = [];
  for (const [at, line] of now) {
    const was = old.get(at) ?? null;
    if (canonicalJson(was) !== canonicalJson(line)) changes.push({ at, before: was, after: line });
  }
  for (const [at, line] of old) if (!now.has(at)) changes.push({ at, before: line, after: null });
  return changes;
}

/** What a proposal comes to among these members: in force, out of reach, or nothing yet. */
function outcomeOf(
  { terms, amendments }: Pick<Bloc, 'amendments'> & { terms: BlocTerms },
  { number, consents }: Pick<Amendment, 'number' | 'consents'>,
  members: readonly UnitId[],
): BlocEvent[] {
  const share = ruleValue(terms.rules, 'bloc.amendment-consent');
  // Only members count: who has left through an addendum took its consent along.
  const said = members.flatMap((one) => consents[one] ?? []);
  const yes = said.filter(Boolean).length;
  const no = said.length - yes;
  const counted = { number, yes, needed: leastOf(members.length, share), members: members.length };
  if (isAtLeast(yes, members.length, share))
    return [{ type: 'RubricAmended', v: 1, version: amendments.version + 1, ...counted }];
  return members.length - no < counted.needed ? [{ type: 'RubricRejected', v: 1, ...counted }] : [];
}

/** What the open proposal comes to when the bloc is composed anew: one member fewer can be the one that was lacking. */
export function settledAmong(state: Bloc, members: readonly UnitId[], now: Date): readonly BlocEvent[] {
  const { terms, amendments } = state;
  const proposal = openProposal(state);
  return terms && proposal && isAmendable(state, now)
    ? outcomeOf({ terms, amendments }, proposal, members)
    : [];
}

function openProposal(state: Bloc): Amendment | undefined {
  return state.amendments.proposals.find((one) => one.state === 'open');
}

/** Whether the rubric can still change: before the first self-score and before self-scoring begins. */
function isAmendable(state: Bloc, now: Date): boolean {
  const { terms, scoring } = state;
  return (
    terms !== undefined &&
    !hasOpened(terms.calendar.selfScore, now) &&
    !scoring.opened &&
    Object.keys(scoring.selfScores).length === 0
  );
}

type AmendmentCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function amendmentCommand<Payload>(command: AmendmentCommand<Payload>): AmendmentCommand<Payload> {
  return command;
}

const tooLate = () =>
  refuse('wrong-phase', {
    vi: 'Bảng tiêu chí không sửa được nữa khi đã bắt đầu tự chấm điểm.',
    en: 'The rubric cannot change once self-scoring has begun.',
  });

export const amendmentCommands = {
  ProposeRubric: amendmentCommand({
    vi: 'Đề xuất sửa đổi bảng tiêu chí',
    en: 'Propose another version of the rubric to the members, with its reason',
    payload: z.object({ rubric: Rubric, reason: z.string().trim().min(1).max(1000) }),
    copies: [],
    can: isHead,
    decide(state, { rubric, reason }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isAmendable(state, now)) return tooLate();
      if (openProposal(state)) {
        return refuse('already-done', {
          vi: 'Một đề xuất sửa đổi đang lấy ý kiến.',
          en: 'A proposal is open already.',
        });
      }
      const before = terms.value.rubric;
      if (rubric.scale !== before.scale || rubric.id !== before.id) {
        return refuse('does-not-follow', {
          vi: 'Bản sửa đổi phải giữ mã và thang điểm của bảng tiêu chí.',
          en: "An amendment keeps the rubric's id and scale.",
        });
      }
      const changes = [...rubricChanges(before, rubric)];
      if (changes.length === 0) {
        return refuse('does-not-follow', { vi: 'Không có gì thay đổi.', en: 'Nothing differs.' });
      }
      const number = state.amendments.proposals.length + 1;
      return ok([{ type: 'RubricProposed', v: 1, number, rubric, reason, changes }]);
    },
  }),

  ConsentToRubric: amendmentCommand({
    vi: 'Cho ý kiến về sửa đổi bảng tiêu chí',
    en: "Agree or not with the open proposal; in force once the rules' share of members agrees",
    payload: z.object({ unit: UnitId, number: z.number().int().positive(), agrees: z.boolean() }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, number, agrees }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const proposal = openProposal(state);
      if (!proposal || proposal.number !== number) {
        const known = state.amendments.proposals.some((one) => one.number === number);
        return known
          ? refuse('already-done', {
              vi: 'Việc lấy ý kiến về sửa đổi này đã kết thúc.',
              en: 'This proposal has been settled.',
            })
          : refuse('not-found');
      }
      if (!isAmendable(state, now)) return tooLate();
      if (proposal.consents[unit] !== undefined) {
        return refuse('already-done', { vi: 'Đơn vị đã cho ý kiến.', en: 'The unit has said so already.' });
      }
      const consents = { ...proposal.consents, [unit]: agrees };
      const { amendments } = state;
      return ok([
        { type: 'RubricConsentGiven', v: 1, number, unit, agrees },
        ...outcomeOf({ terms: terms.value, amendments }, { number, consents }, memberIds(terms.value)),
      ]);
    },
  }),
};
