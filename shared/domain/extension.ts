/**
 * Extensions (gia hạn): a deadline of a bloc moved on, for one unit or for all, always with a reason and for everybody
 * to see. The head asks and the Board approves; once results are known only the Board may extend, on its own.
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isOfBoard } from './actor.ts';
import { type Bloc, type BlocEvent, isHead, isMember, termsOf } from './bloc.ts';
import { type Calendar, deadlineInWords, Instant } from './calendar.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';

/** The windows that can be extended, in order; each at most to the end of the next. */
export const extendable = ['pledge', 'review', 'selfScore', 'crossScore', 'meeting'] as const;
export type Extendable = (typeof extendable)[number];

const following: Readonly<Record<Extendable, keyof Calendar>> = {
  pledge: 'review',
  review: 'selfScore',
  selfScore: 'crossScore',
  crossScore: 'meeting',
  meeting: 'council',
};

/** One unit, several, or everybody. */
const For = z.union([z.literal('all'), z.array(UnitId).min(1).max(60)]);

const Asked = z.object({
  window: z.enum(extendable),
  units: For,
  until: Instant,
  reason: z.string().trim().min(1).max(500),
});
type Asked = z.infer<typeof Asked>;

export type ExtensionEvent =
  | ({ type: 'ExtensionRequested'; v: 1; number: number } & Asked)
  | { type: 'ExtensionAnswered'; v: 1; number: number; approved: boolean; reason: string }
  | ({ type: 'ExtensionGranted'; v: 1; number: number } & Asked);

export type Extension = Asked & {
  readonly number: number;
  readonly by: 'head' | 'board';
  readonly state: 'requested' | 'granted' | 'refused';
  readonly answer?: string;
};

export type Extensions = readonly Extension[];
export const initialExtensions: Extensions = [];

export function evolveExtensions(state: Extensions, event: ExtensionEvent): Extensions {
  switch (event.type) {
    case 'ExtensionRequested':
    case 'ExtensionGranted': {
      const { type, v: _v, ...asked } = event;
      const granted = type === 'ExtensionGranted';
      return [
        ...state,
        { ...asked, by: granted ? 'board' : 'head', state: granted ? 'granted' : 'requested' },
      ];
    }
    case 'ExtensionAnswered':
      return state.map((one) =>
        one.number === event.number
          ? { ...one, state: event.approved ? 'granted' : 'refused', answer: event.reason }
          : one,
      );
    default:
      return state;
  }
}

type Windowed = Pick<Bloc, 'terms' | 'extensions'>;

/** When a window closes for a unit: the calendar's instant, or the latest granted to it or to all. */
export function closesAtFor(state: Windowed, window: Extendable, unit: UnitId): string {
  return latest(state, window, ({ units }) => units === 'all' || units.includes(unit));
}

/** When a window closes for the last of them: the deadline by which the workflow goes on. */
export function lastClosesAt(state: Windowed, window: Extendable): string {
  return latest(state, window, () => true);
}

function latest(
  { terms, extensions }: Windowed,
  window: Extendable,
  counts: (one: Extension) => boolean,
): string {
  if (!terms) throw new Error('a bloc without terms has no windows');
  return extensions
    .filter((one) => one.window === window && one.state === 'granted' && counts(one))
    .map(({ until }) => until as string)
    .reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a), terms.calendar[window].closesAt as string);
}

/** Whether the window's phase has been closed by an event: then nothing can move it any more. */
function isClosed(state: Bloc, window: Extendable): boolean {
  switch (window) {
    case 'pledge':
      return state.pledge.closed !== undefined;
    case 'review':
      return state.review.closed !== undefined;
    case 'selfScore':
      return state.scoring.selfScoringClosed !== undefined;
    case 'crossScore':
      return state.scoring.closed !== undefined;
    case 'meeting':
      return state.meeting.ended !== undefined;
  }
}

/** What stands against an extension, whoever asks. */
function objectionTo(state: Bloc, { window, units, until }: Asked) {
  const terms = termsOf(state);
  if (!terms.ok) return terms;
  if (isClosed(state, window)) {
    return refuse('already-done', {
      vi: 'Giai đoạn này đã đóng, không gia hạn được nữa.',
      en: 'This phase is closed; it cannot be extended any more.',
    });
  }
  const stray = units === 'all' ? undefined : units.find((unit) => !isMember(terms.value, unit));
  if (stray) return refuse('not-a-member', { details: { unit: stray } });
  const now =
    units === 'all' ? [lastClosesAt(state, window)] : units.map((unit) => closesAtFor(state, window, unit));
  const latestAllowed = terms.value.calendar[following[window]].closesAt;
  if (
    now.some((closesAt) => Date.parse(until) <= Date.parse(closesAt)) ||
    Date.parse(until) > Date.parse(latestAllowed)
  ) {
    return refuse('does-not-follow', {
      vi: `Hạn mới phải sau hạn hiện nay và không quá ${deadlineInWords(latestAllowed)}.`,
      en: `The new deadline has to be later than the present one and not after ${latestAllowed}.`,
      details: { latest: latestAllowed },
    });
  }
  return undefined;
}

type ExtensionCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function extensionCommand<Payload>(command: ExtensionCommand<Payload>): ExtensionCommand<Payload> {
  return command;
}

export const extensionCommands = {
  RequestExtension: extensionCommand({
    vi: 'Đề nghị gia hạn',
    en: "Ask the Board for a later deadline, for units or for all; the head's until results are known",
    payload: Asked,
    copies: [],
    can: isHead,
    decide(state, asked) {
      const no = objectionTo(state, asked);
      if (no) return no;
      if (state.scoring.tally) {
        return refuse('not-allowed', {
          vi: 'Khi đã có kết quả chấm điểm, chỉ Ban Thi đua - Khen thưởng được gia hạn.',
          en: 'Once results are known only the Board may extend.',
        });
      }
      const number = state.extensions.length + 1;
      return ok([{ type: 'ExtensionRequested', v: 1, number, ...asked }]);
    },
  }),

  AnswerExtension: extensionCommand({
    vi: 'Duyệt hoặc không duyệt đề nghị gia hạn',
    en: 'Approve or refuse what a head asked for, with a reason',
    payload: z.object({
      number: z.number().int().positive(),
      approved: z.boolean(),
      reason: z.string().trim().min(1).max(500),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { number, approved, reason }) {
      const asked = state.extensions.find((one) => one.number === number);
      if (!asked) return refuse('not-found');
      if (asked.state !== 'requested') return refuse('already-done');
      const no = approved ? objectionTo(state, asked) : undefined;
      return no ?? ok([{ type: 'ExtensionAnswered', v: 1, number, approved, reason }]);
    },
  }),

  GrantExtension: extensionCommand({
    vi: 'Gia hạn',
    en: 'Extend a deadline on the own authority of the Board',
    payload: Asked,
    copies: [],
    can: isOfBoard,
    decide(state, asked) {
      const number = state.extensions.length + 1;
      return objectionTo(state, asked) ?? ok([{ type: 'ExtensionGranted', v: 1, number, ...asked }]);
    },
  }),
};
