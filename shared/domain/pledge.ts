/**
 * The pledge (giao ước thi đua): each member registers its own targets, the head drafts the joint text, freezing
 * hashes text and targets together, and every member's leader signs that hash. Any change voids all signatures.
 */
import * as z from 'zod';
import { canonicalJson, type Place, type Source, sha256Of } from '../journal.ts';
import { ok, type Result, refuse } from '../result.ts';
import { type Actor, canSignFor, isOfBoard, isOfUnit, isSystem } from './actor.ts';
import type { AddendumEvent } from './addendum.ts';
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
import { deadlineInWords, hasOpened, hasPassed, vietnamTime } from './calendar.ts';
import type { Command } from './command.ts';
import { FileRef } from './document.ts';
import { closesAtFor, lastClosesAt } from './extension.ts';
import { BlocId, SeasonId, TargetId, UnitId } from './ids.ts';
import { Decimal } from './points.ts';

/** A unit's own target: what it will reach by the year's end, in which measure. */
export const UnitTarget = z.object({
  id: TargetId,
  indicator: z.string().trim().min(1).max(300),
  unitOfMeasure: z.string().trim().min(1).max(60),
  planned: Decimal.refine((value) => !value.startsWith('-'), 'a plan is not negative'),
  operator: z.enum(['=', '>', '≥', '<', '≤']),
  direction: z.enum(['higher', 'lower']),
  /** "Tăng thêm": plan and actual count what was added, not a level. */
  added: z.boolean().optional(),
  /** The province's target of which this is a share. */
  shareOf: TargetId.optional(),
});
export type UnitTarget = z.infer<typeof UnitTarget>;

/** Awards a unit aims for when it registers. */
export const AimedTitle = z.enum(['provincial-flag', 'certificate', 'excellent-collective']);
export type AimedTitle = z.infer<typeof AimedTitle>;

/** The titles of one unit, each once. */
export const AimedTitles = z
  .array(AimedTitle)
  .max(3)
  .refine((titles) => new Set(titles).size === titles.length, 'a title stands twice')
  .default([]);

export type PledgeEvent =
  | {
      type: 'TargetsRegistered';
      v: 1;
      unit: UnitId;
      targets: UnitTarget[];
      titles: AimedTitle[];
      /** Where they were copied from a year before. */
      source?: Source;
    }
  | { type: 'PledgeDrafted'; v: 1; text: string }
  | { type: 'SignaturesVoided'; v: 1; version: number; units: UnitId[] }
  | {
      type: 'PledgeFrozen';
      v: 1;
      version: number;
      /** JSON of what is signed: season, bloc, version, text, the members with targets and titles, keys in order. */
      document: string;
      hash: string;
      withoutTargets: UnitId[];
      /** What differs from the version frozen before; none for the first. */
      changes?: PledgeChange[];
    }
  | ({ type: 'PledgeSigned'; v: 1; unit: UnitId; hash: string } & SigningManner)
  | { type: 'NonSigningExplained'; v: 1; unit: UnitId; reason: string }
  | {
      type: 'PledgeClosed';
      v: 1;
      hash: string | null;
      signed: UnitId[];
      absent: UnitId[];
      /** Why, as far as the head or the Board has said so. */
      reasons?: Record<string, string>;
    };

/** How a signature was given: here, on paper at the meeting, or on the document itself by certificate. */
export const Paper = z.object({
  place: z.string().trim().min(1).max(200),
  date: z.iso.date(),
  document: z.string().trim().min(1).max(100),
  scan: FileRef,
});
export const Digital = z.object({
  document: z.string().trim().min(1).max(100),
  certificate: z.string().regex(/^[0-9A-Fa-f](?::?[0-9A-Fa-f]){7,39}$/),
});
export type SigningManner =
  | { manner: 'platform' }
  | { manner: 'paper'; paper: z.infer<typeof Paper> }
  | { manner: 'digital'; digital: z.infer<typeof Digital> };

/** One difference between two versions of the pledge: of the text, of a unit's target, or of the titles it aims for. */
export type PledgeChange = {
  readonly at: string;
  readonly before: string | UnitTarget | readonly AimedTitle[] | null;
  readonly after: string | UnitTarget | readonly AimedTitle[] | null;
};

/** One signature on the present version. */
export type Signature = {
  readonly at: string;
  readonly seq: number;
  readonly signsAs?: 'KT.' | 'TUQ.';
} & SigningManner;

export type Pledge = {
  readonly targets: Readonly<Record<string, readonly UnitTarget[]>>;
  readonly titles: Readonly<Record<string, readonly AimedTitle[]>>;
  /** When each unit registered last, and by which commit. */
  readonly registered: Readonly<Record<string, { readonly at: string; readonly seq: number }>>;
  readonly text: string | undefined;
  readonly version: number;
  readonly frozen: { readonly hash: string; readonly document: string; readonly at: string } | undefined;
  /** The version frozen last, also while a new one is being drawn up. */
  readonly last:
    | { readonly text: string; readonly targets: Pledge['targets']; readonly titles: Pledge['titles'] }
    | undefined;
  readonly changes: readonly PledgeChange[];
  /** Units whose signature a change made void and that have not signed again. */
  readonly voided: readonly UnitId[];
  readonly signatures: Readonly<Record<string, Signature>>;
  readonly reasons: Readonly<Record<string, string>>;
  /** The unit of the addendum drawn up last, with its targets. */
  readonly addendum?: {
    readonly unit: UnitId;
    readonly targets: readonly UnitTarget[];
    readonly titles: readonly AimedTitle[];
  };
  readonly closed:
    | { readonly at: string; readonly signed: readonly UnitId[]; readonly absent: readonly UnitId[] }
    | undefined;
};

export const initialPledge: Pledge = {
  targets: {},
  titles: {},
  registered: {},
  text: undefined,
  version: 0,
  frozen: undefined,
  last: undefined,
  changes: [],
  voided: [],
  signatures: {},
  reasons: {},
  closed: undefined,
};

/** A signature as it was recorded: how, when, by which commit, and for whom its signer signs. */
export function signatureOf(manner: SigningManner, { at, seq, actor: { signsAs } }: Place): Signature {
  const how: SigningManner =
    manner.manner === 'paper'
      ? { manner: 'paper', paper: manner.paper }
      : manner.manner === 'digital'
        ? { manner: 'digital', digital: manner.digital }
        : { manner: 'platform' };
  return { at, seq, ...how, ...(signsAs ? { signsAs } : {}) };
}

export function evolvePledge(state: Pledge, event: PledgeEvent | AddendumEvent, place: Place): Pledge {
  switch (event.type) {
    case 'TargetsRegistered':
      return {
        ...state,
        targets: { ...state.targets, [event.unit]: event.targets },
        titles: { ...state.titles, [event.unit]: event.titles },
        registered: { ...state.registered, [event.unit]: { at: place.at, seq: place.seq } },
      };
    case 'PledgeDrafted':
      return { ...state, text: event.text };
    case 'SignaturesVoided':
      return {
        ...state,
        frozen: undefined,
        signatures: {},
        voided: [...new Set([...state.voided, ...event.units])],
      };
    case 'PledgeFrozen':
      return {
        ...state,
        version: event.version,
        frozen: { hash: event.hash, document: event.document, at: place.at },
        last: { text: state.text ?? '', targets: state.targets, titles: state.titles },
        changes: event.changes ?? [],
        signatures: {},
      };
    case 'PledgeSigned': {
      const { unit } = event;
      return {
        ...state,
        signatures: { ...state.signatures, [unit]: signatureOf(event, place) },
        voided: state.voided.filter((other) => other !== unit),
      };
    }
    case 'NonSigningExplained':
      return { ...state, reasons: { ...state.reasons, [event.unit]: event.reason } };
    case 'AddendumOpened':
      // Targets count once the addendum is in force; until then they stand in it.
      return {
        ...state,
        addendum: { unit: event.member.unit, targets: event.targets, titles: event.titles },
      };
    case 'AddendumConcluded': {
      if (!state.closed || !state.addendum) return state;
      const { unit, targets, titles } = state.addendum;
      const signed = [...state.closed.signed.filter((other) => other !== unit), unit];
      return {
        ...state,
        targets: { ...state.targets, [unit]: targets },
        titles: { ...state.titles, [unit]: titles },
        closed: { ...state.closed, signed },
      };
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
  { targets, titles }: Pick<Pledge, 'targets' | 'titles'>,
): string {
  const { season, bloc, name } = terms;
  const members = terms.members.map(({ unit, name: unitName }) => ({
    unit,
    name: unitName,
    targets: targets[unit] ?? [],
    titles: titles[unit] ?? [],
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

/** What differs from the version that was frozen before. */
export function pledgeChanges(pledge: Pledge): readonly PledgeChange[] {
  const { last, text, targets, titles } = pledge;
  if (!last) return [];
  const changes: PledgeChange[] = [];
  if (last.text !== text) changes.push({ at: 'text', before: last.text, after: text ?? null });
  for (const unit of new Set([...Object.keys(last.targets), ...Object.keys(targets)])) {
    const [old, now] = [last.targets[unit] ?? [], targets[unit] ?? []];
    for (const id of new Set([...old, ...now].map((target) => target.id))) {
      const [before = null, after = null] = [old, now].map((list) => list.find((target) => target.id === id));
      if (canonicalJson(before) !== canonicalJson(after))
        changes.push({ at: `${unit} ${id}`, before, after });
    }
    const [before = [], after = []] = [last.titles[unit], titles[unit]];
    if (canonicalJson(before) !== canonicalJson(after)) changes.push({ at: `${unit} titles`, before, after });
  }
  return changes;
}

/** The terms while the pledge can still change or be signed (for a unit), or why it cannot. */
function pledgeOpen(state: Bloc, now: Date, unit?: UnitId): Result<BlocTerms> {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (state.pledge.closed)
    return refuse('wrong-phase', { vi: 'Việc ký giao ước đã kết thúc.', en: 'The pledge is closed.' });
  const closesAt = unit === undefined ? lastClosesAt(state, 'pledge') : closesAtFor(state, 'pledge', unit);
  if (hasPassed(closesAt, now)) {
    return refuse('after-deadline', {
      vi: `Hạn ký giao ước là ${deadlineInWords(closesAt)}.`,
      en: `The deadline for the pledge was ${closesAt}.`,
      details: { closesAt },
    });
  }
  return terms;
}

/** Refuses targets that contradict themselves or the directive; undefined where they can be pledged. */
export function targetsRefused({ provinceTargets }: BlocTerms, targets: readonly UnitTarget[]) {
  if (new Set(targets.map((target) => target.id)).size !== targets.length) {
    return refuse('does-not-follow', {
      vi: 'Một mã chỉ tiêu được ghi hai lần.',
      en: 'A target id stands twice.',
    });
  }
  const stray = targets.find(({ shareOf }) => shareOf !== undefined && !provinceTargets.includes(shareOf));
  if (stray) {
    return refuse('does-not-follow', {
      vi: `Chỉ tiêu ${stray.shareOf} của tỉnh không có trong Chỉ thị.`,
      en: `The province has no target ${stray.shareOf}.`,
    });
  }
  // "Từ 4% trở lên" of which less is better would be attained the better the farther it is missed.
  const crossed = targets.find(({ operator, direction }) =>
    (direction === 'lower' ? ['>', '≥'] : ['<', '≤']).includes(operator),
  );
  if (crossed) {
    return refuse('does-not-follow', {
      vi: `Chỉ tiêu ${crossed.id} ghi "${crossed.operator}" nhưng ${crossed.direction === 'lower' ? 'thấp hơn' : 'cao hơn'} mới là tốt hơn.`,
      en: `Target ${crossed.id} says "${crossed.operator}" although ${crossed.direction} is better.`,
      details: { target: crossed.id },
    });
  }
  return undefined;
}

/** What registers targets and titles, and voids what was signed; nothing where they stand so already. */
function registering(
  state: Bloc,
  event: Extract<PledgeEvent, { type: 'TargetsRegistered' }>,
): readonly PledgeEvent[] {
  const { targets, titles } = state.pledge;
  const stands = canonicalJson([targets[event.unit], titles[event.unit]]);
  if (stands === canonicalJson([event.targets, event.titles])) return [];
  return [event, ...voidingSignatures(state)];
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

const Signing = z.object({ unit: UnitId, hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** A signature, however it was given; with the last one the pledge is closed. */
function signed(
  state: Bloc,
  unit: UnitId,
  hash: string,
  manner: SigningManner,
  now: Date,
): Result<readonly BlocEvent[]> {
  const terms = pledgeOpen(state, now, unit);
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
  const events: BlocEvent[] = [{ type: 'PledgeSigned', v: 1, unit, hash, ...manner }];
  const lacking = unsignedOf(terms.value, state.pledge).filter((other) => other !== unit);
  if (lacking.length === 0) {
    events.push(
      { type: 'PledgeClosed', v: 1, hash, signed: [...memberIds(terms.value)], absent: [] },
      phaseStarted('mid-year-review'),
    );
  }
  return ok(events);
}

/** Who may enter a signature given on paper: the head for its own unit, the Board for others. */
export function canRecordPaperFor(actor: Actor, state: Bloc, unit: UnitId): boolean {
  return isOfBoard(actor) || (isHead(actor, state) && actor.unit === unit);
}

/** Refuses a paper signed in the future, or before what it signs was there; undefined where it can be. */
export function paperRefused(paper: z.infer<typeof Paper>, textSince: string | undefined, now: Date) {
  if (paper.date > vietnamTime(now).date) {
    return refuse('does-not-follow', {
      vi: 'Ngày ký ở phía trước.',
      en: 'The date of signing lies ahead.',
    });
  }
  return textSince !== undefined && paper.date < vietnamTime(new Date(textSince)).date
    ? refuse('does-not-follow', {
        vi: 'Bản giấy ký trước khi có văn bản này, nên là chữ ký của bản khác. Cần ký lại.',
        en: 'The paper was signed before this text was there: it is a signature of another.',
        details: { since: textSince },
      })
    : undefined;
}

export const pledgeCommands = {
  RegisterTargets: pledgeCommand({
    vi: 'Đăng ký chỉ tiêu thi đua của đơn vị',
    en: "Register a unit's own targets and titles; what differs from before replaces it and voids signatures",
    payload: z.object({
      unit: UnitId,
      targets: z.array(UnitTarget).min(1).max(60),
      titles: AimedTitles,
    }),
    copies: [],
    can: (actor, _state, { unit }) => isOfUnit(actor, unit),
    decide(state, { unit, targets, titles }, { now }) {
      const terms = pledgeOpen(state, now, unit);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const no = targetsRefused(terms.value, targets);
      if (no) return no;
      return ok(registering(state, { type: 'TargetsRegistered', v: 1, unit, targets, titles }));
    },
  }),

  DraftPledge: pledgeCommand({
    vi: 'Dự thảo bản giao ước chung',
    en: 'Draft the joint text; a change after freezing voids every signature',
    payload: z.object({ text: z.string().trim().min(1).max(20_000) }),
    copies: [],
    can: isHead,
    decide(state, { text }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      if (text === state.pledge.text) return ok([]);
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
      const { text, frozen, version } = state.pledge;
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
      const document = pledgeDocument(terms.value, version + 1, text, state.pledge);
      const hash = sha256Of(document);
      const changes = [...pledgeChanges(state.pledge)];
      return ok([
        {
          type: 'PledgeFrozen',
          v: 1,
          version: version + 1,
          document,
          hash,
          withoutTargets: [...lacking],
          ...(changes.length > 0 ? { changes } : {}),
        },
      ]);
    },
  }),

  SignPledge: pledgeCommand({
    vi: 'Ký giao ước thi đua',
    en: 'Sign the frozen pledge by its hash, for a unit',
    payload: Signing,
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide: (state, { unit, hash }, { now }) => signed(state, unit, hash, { manner: 'platform' }, now),
  }),

  RecordPaperSignature: pledgeCommand({
    vi: 'Ghi chữ ký trên bản giấy',
    en: 'Record a signature given on paper: the head for its own unit, the Board for others, with the scan',
    payload: Signing.extend({ paper: Paper }),
    copies: [],
    can: (actor, state, { unit }) => canRecordPaperFor(actor, state, unit),
    decide(state, { unit, hash, paper }, { now }) {
      const no = paperRefused(paper, state.pledge.frozen?.at, now);
      if (no) return no;
      return signed(state, unit, hash, { manner: 'paper', paper }, now);
    },
  }),

  RecordDigitalSignature: pledgeCommand({
    vi: 'Ghi chữ ký số trên văn bản',
    en: 'Record that the unit signed the document itself digitally, with document and certificate',
    payload: Signing.extend({ digital: Digital }),
    copies: [],
    can: (actor, _state, { unit }) => canSignFor(actor, unit),
    decide: (state, { unit, hash, digital }, { now }) =>
      signed(state, unit, hash, { manner: 'digital', digital }, now),
  }),

  ExplainNonSigning: pledgeCommand({
    vi: 'Ghi lý do đơn vị chưa ký giao ước',
    en: 'Say why a unit has not signed; the closing names it with the reason',
    payload: z.object({ unit: UnitId, reason: z.string().trim().min(1).max(500) }),
    copies: [],
    can: (actor, state, { unit }) => isHead(actor, state) || isOfBoard(actor) || canSignFor(actor, unit),
    decide(state, { unit, reason }, { now }) {
      const terms = pledgeOpen(state, now);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (state.pledge.signatures[unit])
        return refuse('already-done', { vi: 'Đơn vị đã ký giao ước.', en: 'The unit has signed.' });
      return ok([{ type: 'NonSigningExplained', v: 1, unit, reason }]);
    },
  }),

  CopyTargets: {
    vi: 'Chép chỉ tiêu của năm trước',
    en: 'Take over the targets that the unit registered in a bloc of an earlier season; to be changed where they differ',
    payload: z.object({ unit: UnitId, from: z.object({ season: SeasonId, bloc: BlocId }) }),
    copies: ['bloc'],
    can: (actor, _state, { unit }) => isOfUnit(actor, unit),
    decide(state, { unit, from }, { now, copies: { bloc } }) {
      const terms = pledgeOpen(state, now, unit);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (from.season >= terms.value.season) {
        return refuse('does-not-follow', {
          vi: 'Chỉ chép chỉ tiêu của một năm trước.',
          en: 'Targets are copied from an earlier season.',
        });
      }
      const targets = (bloc.state.pledge.targets[unit] ?? []).map(({ shareOf, ...target }) => ({
        ...target,
        // A share of a province's target is kept only where this year's directive has it too.
        ...(shareOf !== undefined && terms.value.provinceTargets.includes(shareOf) ? { shareOf } : {}),
      }));
      if (targets.length === 0) {
        return refuse('not-found', {
          vi: 'Năm trước đơn vị không đăng ký chỉ tiêu trong khối, cụm này.',
          en: 'The unit registered no targets there.',
        });
      }
      const no = targetsRefused(terms.value, targets);
      if (no) return no;
      const titles = [...(bloc.state.pledge.titles[unit] ?? [])];
      return ok(
        registering(state, { type: 'TargetsRegistered', v: 1, unit, targets, titles, source: bloc.source }),
      );
    },
  } satisfies Command<
    Bloc,
    BlocEvent,
    { unit: UnitId; from: { season: SeasonId; bloc: BlocId } },
    { bloc: Bloc }
  >,

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
      if (!hasPassed(lastClosesAt(state, 'pledge'), now)) return refuse('not-yet-open');
      const absent = unsignedOf(terms.value, state.pledge);
      const signed = memberIds(terms.value).filter((unit) => !absent.includes(unit));
      const reasons = Object.fromEntries(
        absent.flatMap((unit) => (state.pledge.reasons[unit] ? [[unit, state.pledge.reasons[unit]]] : [])),
      );
      return ok([
        {
          type: 'PledgeClosed',
          v: 1,
          hash: state.pledge.frozen?.hash ?? null,
          signed: [...signed],
          absent: [...absent],
          ...(Object.keys(reasons).length > 0 ? { reasons } : {}),
        },
        phaseStarted('mid-year-review'),
      ]);
    },
  }),
};
