/**
 * Duties: what the year asks of one member of a bloc, step by step, and where each stands. Folded from the bloc's
 * record alone, so that a desk and a reminder say the same.
 */
import { type Bloc, isMember } from './bloc.ts';
import { hasOpened, hasPassed } from './calendar.ts';
import { closesAtFor, type Extendable } from './extension.ts';
import type { UnitId } from './ids.ts';
import { objectionsUntil } from './objection.ts';

/** The duties of a member, in the order of the year. */
export const dutyKinds = [
  'targets',
  'pledge',
  'amendment',
  'addendum',
  'review',
  'self-score',
  'score-sheet',
] as const;
export type DutyKind = (typeof dutyKinds)[number];

/**
 * - `ahead`: its time has not come; `waiting`: it has, but somebody else has to act first;
 * - `open`: to be done now; `late`: still taken, and marked as late;
 * - `done`: handed in; `missed`: not handed in, and not taken any more.
 */
export type DutyState = 'ahead' | 'waiting' | 'open' | 'late' | 'done' | 'missed';

export type Duty = {
  readonly kind: DutyKind;
  readonly state: DutyState;
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  /** Whether what was handed in can still be replaced. */
  readonly replaceable: boolean;
  /** What was handed in: when, and by which commit of the bloc's stream. */
  readonly done: { readonly at: string; readonly seq: number } | null;
  /** The signature was given and a change of the text made it void. */
  readonly voided?: boolean;
  /** The deadline was moved for this unit. */
  readonly extended?: boolean;
};

/** Every duty of a unit as of an instant; none for a unit that has no part in the bloc. */
export function dutiesOf(state: Bloc, unit: UnitId, now: Date): readonly Duty[] {
  const { terms, pledge, review, scoring, amendments, addenda } = state;
  if (!terms) return [];
  const addendum = addenda.find((one) => one.state === 'open' && one.signers.includes(unit));
  const signing: Duty[] =
    addendum && !scoring.opened
      ? [
          {
            kind: 'addendum',
            state: addendum.signed.includes(unit) ? 'done' : 'open',
            opensAt: null,
            closesAt: terms.calendar.crossScore.opensAt,
            replaceable: false,
            done: null,
          },
        ]
      : [];
  // Who joins by the addendum has nothing else to do before it is in force.
  if (!isMember(terms, unit)) return signing;
  const windowed = (window: Extendable) => {
    const closesAt = closesAtFor(state, window, unit);
    const { opensAt, closesAt: planned } = terms.calendar[window];
    return { opensAt, closesAt, ...(closesAt === planned ? {} : { extended: true }) };
  };
  const past = (window: Extendable) => hasPassed(closesAtFor(state, window, unit), now);
  const begun = (window: Extendable) => hasOpened(terms.calendar[window], now);

  const pledgeOver = pledge.closed !== undefined || past('pledge');
  const registered = pledge.registered[unit] ?? null;
  const signature = pledge.signatures[unit];
  const report = review.reports[unit];
  const selfScore = scoring.selfScores[unit];
  const sheet = scoring.sheets[unit];
  const given = (one: { readonly at: string; readonly seq: number } | undefined) =>
    one ? { at: one.at, seq: one.seq } : null;

  const duties: Duty[] = [
    {
      kind: 'targets',
      ...windowed('pledge'),
      opensAt: null,
      state: registered ? 'done' : pledgeOver ? 'missed' : 'open',
      replaceable: !pledgeOver,
      done: registered,
    },
    {
      kind: 'pledge',
      ...windowed('pledge'),
      state: signature
        ? 'done'
        : pledgeOver
          ? 'missed'
          : !begun('pledge')
            ? 'ahead'
            : pledge.frozen
              ? 'open'
              : 'waiting',
      replaceable: false,
      done: given(signature),
      ...(pledge.voided.includes(unit) ? { voided: true } : {}),
    },
  ];

  const proposal = amendments.proposals.find((one) => one.state === 'open');
  if (proposal && !hasOpened(terms.calendar.selfScore, now) && !scoring.opened) {
    duties.push({
      kind: 'amendment',
      state: proposal.consents[unit] === undefined ? 'open' : 'done',
      opensAt: null,
      closesAt: terms.calendar.selfScore.opensAt,
      replaceable: false,
      done: null,
    });
  }
  duties.push(...signing);

  const reportsUntil = hasOpened(terms.calendar.selfScore, now);
  const reviewLate = review.closed !== undefined || past('review');
  duties.push({
    kind: 'review',
    ...windowed('review'),
    state: report
      ? 'done'
      : !begun('review')
        ? 'ahead'
        : reportsUntil
          ? 'missed'
          : !pledge.closed
            ? 'waiting'
            : reviewLate
              ? 'late'
              : 'open',
    replaceable: report !== undefined && !review.closed && !reportsUntil,
    done: given(report),
  });

  const selfOver = scoring.selfScoringClosed !== undefined || past('selfScore');
  duties.push({
    kind: 'self-score',
    ...windowed('selfScore'),
    state: selfScore
      ? 'done'
      : selfOver
        ? 'missed'
        : !begun('selfScore')
          ? 'ahead'
          : review.closed
            ? 'open'
            : 'waiting',
    replaceable: selfScore !== undefined && !selfOver,
    done: given(selfScore),
  });

  const roundOver = scoring.closed !== undefined || (scoring.opened !== undefined && past('crossScore'));
  duties.push({
    kind: 'score-sheet',
    ...windowed('crossScore'),
    state: sheet
      ? 'done'
      : roundOver
        ? 'missed'
        : scoring.opened
          ? 'open'
          : begun('crossScore')
            ? 'waiting'
            : 'ahead',
    replaceable: sheet !== undefined && !roundOver,
    done: given(sheet),
  });
  return duties;
}

/** Until when a unit may question its result; undefined while it may not. */
export function objectableUntil(state: Bloc, now: Date): string | undefined {
  const until = objectionsUntil(state);
  return until === undefined || hasPassed(until, now) || state.meeting.ranking ? undefined : until;
}
