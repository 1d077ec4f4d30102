/**
 * The pledge (giao ước thi đua): each member registers its own targets, the head drafts the joint text, freezing
 * hashes text and targets together, and every member's leader signs that hash. Any change voids all signatures.
 */
import * as z from 'zod';
import { canonicalJson, type Place, sha256Of } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { canSignFor, isOfUnit, isSystem } from './actor.ts';
import {
  type Bloc,
  type BlocEvent,
  type BlocTerms,
  isHead,
  isMember,
  memberIds,
  memberName,
  phaseStarted,
  termsOf,
} from './bloc.ts';
import { deadlineInWords, hasOpened, hasPassed } from './calendar.ts';
import type { Command } from './command.ts';
import { TargetId, UnitId } from './ids.ts';
import { Decimal } from './points.ts';

/** A unit's own target: what it will reach by the year's end, in which measure. */
export const UnitTarget = z.object({
  id: TargetId,
  indicator: z.string().min(1).max(300),
  unitOfMeasure: z.string().min(1).max(60),
  planned: Decimal.refine((value) => !value.startsWith('-'), 'a plan is not negative'),
  operator: z.enum(['=', '>', '≥', '<', '≤']),
  direction: z.enum(['higher', 'lower']),
  /** The province's target of which this is a share. */
  shareOf: TargetId.optional(),
});
export type UnitTarget = z.infer<typeof UnitTarget>;

/** Awards a unit aims for when it registers. */
export const AimedTitle = z.enum(['provincial-flag', 'certificate', 'excellent-collective']);
export type AimedTitle = z.infer<typeof AimedTitle>;

export type PledgeEvent =
  | { type: 'TargetsRegistered'; v: 1; unit: UnitId; targets: UnitTarget[]; titles: AimedTitle[] }
  | { type: 'PledgeDrafted'; v: 1; text: string }
  | { type: 'SignaturesVoided'; v: 1; version: number; units: UnitId[] }
  | {
      type: 'PledgeFrozen';
      v: 1;
      version: number;
      /** JSON of what is signed: season, bloc, version, text, and the members with their targets, keys in order. */
      document: string;
      hash: string;
      withoutTargets: UnitId[];
    }
  | { type: 'PledgeSigned'; v: 1; unit: UnitId; hash: string; manner: 'platform' }
  | { type: 'PledgeClosed'; v: 1; hash: string | null; signed: UnitId[]; absent: UnitId[] };

/** One signature on the present version. */
export type Signature = { readonly at: string; readonly seq: number; readonly signsAs?: 'KT.' | 'TUQ.' };

export type Pledge = {
  readonly targets: Readonly<Record<string, readonly UnitTarget[]>>;
  readonly titles: Readonly<Record<string, readonly AimedTitle[]>>;
  readonly text: string | undefined;
  readonly version: number;
  readonly frozen: { readonly hash: string; readonly document: string; readonly at: string } | undefined;
  readonly signatures: Readonly<Record<string, Signature>>;
  readonly closed:
    | { readonly at: string; readonly signed: readonly UnitId[]; readonly absent: readonly UnitId[] }
    | undefined;
};

export const initialPledge: Pledge = {
  targets: {},
  titles: {},
  text: undefined,
  version: 0,
  frozen: undefined,
  signatures: {},
  closed: undefined,
};

export function evolvePledge(state: Pledge, event: PledgeEvent, place: Place): Pledge {
  switch (event.type) {
    case 'TargetsRegistered':
      return {
        ...state,
        targets: { ...state.targets, [event.unit]: event.targets },
        titles: { ...state.titles, [event.unit]: event.titles },
      };
    case 'PledgeDrafted':
      return { ...state, text: event.text };
    case 'SignaturesVoided':
      return { ...state, frozen: undefined, signatures: {} };
    case 'PledgeFrozen':
      return {
        ...state,
        version: event.version,
        frozen: { hash: event.hash, document: event.document, at: place.at },
        signatures: {},
      };
    case 'PledgeSigned': {
      const { signsAs } = place.actor;
      const signature = { at: place.at, seq: place.seq, ...(signsAs ? { signsAs } : {}) };
      return { ...state, signatures: { ...state.signatures, [event.unit]: signature } };
    }
    case 'PledgeClosed':
      return { ...state, closed: { at: place.at, signed: event.signed, absent: event.absent } };
    default:
      return state;
  }
}

/** The text that is hashed and signed: everything in one JSON string, members in the order of the bloc. */
export function pledgeDocument(
  terms: BlocTerms,
  version: number,
  text: string,
  targets: Pledge['targets'],
): string {
  const { season, bloc, name } = terms;
  const members = terms.members.map(({ unit, name: unitName }) => ({
    unit,
    name: unitName,
    targets: targets[unit] ?? [],
  }));
  return canonicalJson({ season, bloc, name, version, text, members });
}

/** Members that have no target of their own yet. */
export function unitsWithoutTargets(terms: BlocTerms, pledge: Pledge): readonly UnitId[] {
  return memberIds(terms).filter((unit) => (pledge.targets[unit]?.length ?? 0) === 0);
}

/** Members whose signature is missing. */
export function unsignedOf(terms: BlocTerms, pledge: Pledge): readonly UnitId[] {
  return memberIds(terms).filter((unit) => !pledge.signatures[unit]);
}

/** Whether the unit signed the pledge before it closed; who did not is scored but not nominated. */
export function hasSigned(pledge: Pledge, unit: UnitId): boolean {
  return pledge.closed ? pledge.closed.signed.includes(unit) : pledge.signatures[unit] !== undefined;
}

/** The terms while the pledge can still change, or why it cannot. */
function pledgeOpen(state: Bloc, now: Date): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (state.pledge.closed)
    return refuse('wrong-phase', { vi: 'Việc ký giao ước đã kết thúc.', en: 'The pledge is closed.' });
  const { closesAt } = terms.value.calendar.pledge;
  if (hasPassed(closesAt, now)) {
    return refuse('after-deadline', {
      vi: `Hạn ký giao ước là ${deadlineInWords(closesAt)}.`,
      en: `The deadline for the pledge was ${closesAt}.`,
      details: { closesAt },
    });
  }
  return terms;
}

function voidingSignatures(state: Bloc): PledgeEvent[] {
  if (!state.pledge.frozen) return [];
  const units = Object.keys(state.pledge.signatures) as UnitId[];
  return [{ type: 'SignaturesVoided', v: 1, version: state.pledge.version, units }];
}

type PledgeCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function pledgeCommand<Payload>(command: PledgeCommand<Payload>): PledgeCommand<Payload> {
  return command;
}

export const pledgeCommands = {
  RegisterTargets: pledgeCommand({
    vi: 'Đăng ký chỉ tiêu thi đua của đơn vị',
    en: "Register a unit's own targets; replaces what it registered before and voids signatures",
    payload: z.object({
      unit: UnitId,
      targets: z.array(UnitTarget).min(1).max(60),
      titles: z.array(AimedTitle).max(3).default([]),
    }),
    copies: [],
    can: (actor, _state, { unit }) => isOfUnit(actor, unit),
    decide(state, { unit, targets, titles }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (new Set(targets.map((target) => target.id)).size !== targets.length) {
        return refuse('does-not-follow', {
          vi: 'Một mã chỉ tiêu được ghi hai lần.',
          en: 'A target id stands twice.',
        });
      }
      const stray = targets.find(
        (t) => t.shareOf !== undefined && !terms.value.provinceTargets.includes(t.shareOf),
      );
      if (stray) {
        return refuse('does-not-follow', {
          vi: `Chỉ tiêu ${stray.shareOf} của tỉnh không có trong Chỉ thị.`,
          en: `The province has no target ${stray.shareOf}.`,
        });
      }
      return ok([{ type: 'TargetsRegistered', v: 1, unit, targets, titles }, ...voidingSignatures(state)]);
    },
  }),

  DraftPledge: pledgeCommand({
    vi: 'Dự thảo bản giao ước chung',
    en: 'Draft the joint text; a change after freezing voids every signature',
    payload: z.object({ text: z.string().min(1).max(20_000) }),
    copies: [],
    can: isHead,
    decide(state, { text }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      return ok([{ type: 'PledgeDrafted', v: 1, text }, ...voidingSignatures(state)]);
    },
  }),

  FreezePledge: pledgeCommand({
    vi: 'Chốt bản giao ước để ký',
    en: 'Freeze text and targets under one hash, which the members then sign',
    payload: z.object({
      /** Members that may stay without targets, named on purpose. */
      withoutTargets: z.array(UnitId).default([]),
    }),
    copies: [],
    can: isHead,
    decide(state, { withoutTargets }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      const { text, frozen, version, targets } = state.pledge;
      if (text === undefined) {
        return refuse('not-ready', { vi: 'Chưa có dự thảo giao ước.', en: 'There is no draft.' });
      }
      if (frozen)
        return refuse('already-done', {
          vi: 'Bản giao ước này đã chốt.',
          en: 'This text is frozen already.',
        });
      const lacking = unitsWithoutTargets(terms.value, state.pledge);
      const unexpected = lacking.filter((unit) => !withoutTargets.includes(unit));
      if (unexpected.length > 0) {
        const names = unexpected.map((unit) => memberName(terms.value, unit)).join(', ');
        return refuse('not-ready', {
          vi: `Chưa đăng ký chỉ tiêu: ${names}. Chờ các đơn vị đăng ký, hoặc ghi rõ các đơn vị này khi chốt.`,
          en: `Without targets: ${unexpected.join(', ')}. Wait for them, or name them when freezing.`,
          details: { units: unexpected },
        });
      }
      const document = pledgeDocument(terms.value, version + 1, text, targets);
      const hash = sha256Of(document);
      return ok([
        { type: 'PledgeFrozen', v: 1, version: version + 1, document, hash, withoutTargets: [...lacking] },
      ]);
    },
  }),

  SignPledge: pledgeCommand({
    vi: 'Ký giao ước thi đua',
    en: 'Sign the frozen pledge by its hash, for a unit',
    payload: z.object({ unit: UnitId, hash: z.string().regex(/^[0-9a-f]{64}$/) }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide(state, { unit, hash }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const window = terms.value.calendar.pledge;
      if (!hasOpened(window, now)) {
        return refuse('not-yet-open', {
          vi: `Giao ước được ký từ ${deadlineInWords(window.opensAt)}.`,
          en: `Signing opens at ${window.opensAt}.`,
          details: { opensAt: window.opensAt },
        });
      }
      const { frozen, signatures } = state.pledge;
      if (!frozen)
        return refuse('not-ready', { vi: 'Bản giao ước chưa được chốt.', en: 'The pledge is not frozen.' });
      if (hash !== frozen.hash) return refuse('not-the-frozen-text');
      if (signatures[unit])
        return refuse('already-done', { vi: 'Đơn vị đã ký giao ước.', en: 'The unit has signed.' });
      const events: BlocEvent[] = [{ type: 'PledgeSigned', v: 1, unit, hash, manner: 'platform' }];
      const lacking = unsignedOf(terms.value, state.pledge).filter((other) => other !== unit);
      if (lacking.length === 0) {
        events.push(
          { type: 'PledgeClosed', v: 1, hash, signed: [...memberIds(terms.value)], absent: [] },
          phaseStarted('mid-year-review'),
        );
      }
      return ok(events);
    },
  }),

  ClosePledge: pledgeCommand({
    vi: 'Kết thúc ký giao ước khi hết hạn',
    en: 'Close the pledge after its deadline, naming who did not sign',
    payload: z.object({}),
    copies: [],
    can: isSystem,
    decide(state, _payload, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (state.pledge.closed) return ok([]);
      if (!hasPassed(terms.value.calendar.pledge.closesAt, now)) return refuse('not-yet-open');
      const absent = unsignedOf(terms.value, state.pledge);
      const signed = memberIds(terms.value).filter((unit) => !absent.includes(unit));
      return ok([
        {
          type: 'PledgeClosed',
          v: 1,
          hash: state.pledge.frozen?.hash ?? null,
          signed: [...signed],
          absent: [...absent],
        },
        phaseStarted('mid-year-review'),
      ]);
    },
  }),
};
