/**
 * Knock-out conditions (điều kiện không xét): facts for which a unit keeps its rank but cannot be nominated. Some
 * follow from the record (not signed, no report, no sheet), some are recorded with document and date and can be lifted.
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isOfBoard } from './actor.ts';
import { type Bloc, type BlocEvent, type BlocTerms, isHead, isMember, memberIds, termsOf } from './bloc.ts';
import { vietnamTime } from './calendar.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';
import { hasSigned } from './pledge.ts';
import { reportOf } from './review.ts';
import { ruleValue } from './rules.ts';

/** What is recorded from outside the platform (domain notes 3.5, 7.4). */
export const recordedKinds = [
  'discipline',
  'investigation',
  'inspection',
  'complaint',
  'corruption',
  'serious-accident',
  'party-not-clean',
  'insurance-debt',
  'tax-debt',
  'environment-breach',
  'labour-breach',
  'food-safety-breach',
  'other',
] as const;

/** What follows from the record itself. */
export const computedKinds = ['not-signed', 'report-missing', 'self-score-missing', 'sheet-missing'] as const;

/** How each is said to people. */
export const knockOutNames: Readonly<Record<KnockOutKind, string>> = {
  'not-signed': 'chưa ký giao ước',
  'report-missing': 'không báo cáo sơ kết',
  'self-score-missing': 'không tự chấm điểm',
  'sheet-missing': 'không gửi phiếu chấm điểm chéo',
  discipline: 'đang trong thời gian xem xét, thi hành kỷ luật',
  investigation: 'đang bị điều tra',
  inspection: 'đang được thanh tra, kiểm tra dấu hiệu vi phạm',
  complaint: 'có khiếu nại, tố cáo đang xác minh',
  corruption: 'có vụ việc tham nhũng, tiêu cực',
  'serious-accident': 'để xảy ra tai nạn nghiêm trọng',
  'party-not-clean': 'tổ chức đảng không hoàn thành tốt nhiệm vụ',
  'insurance-debt': 'nợ bảo hiểm',
  'tax-debt': 'nợ thuế',
  'environment-breach': 'vi phạm về môi trường',
  'labour-breach': 'vi phạm pháp luật lao động',
  'food-safety-breach': 'vi phạm an toàn thực phẩm',
  other: 'lý do khác ghi tại văn bản',
};

export type KnockOutKind = (typeof recordedKinds)[number] | (typeof computedKinds)[number];

const About = z.object({
  document: z.string().trim().min(1).max(200),
  date: z.iso.date(),
});

export type EligibilityEvent =
  | {
      type: 'KnockOutRecorded';
      v: 1;
      number: number;
      unit: UnitId;
      kind: (typeof recordedKinds)[number];
      document: string;
      date: string;
    }
  | { type: 'KnockOutLifted'; v: 1; number: number; document: string; date: string }
  | { type: 'MissingSheetExcused'; v: 1; unit: UnitId; document: string; date: string };

export type RecordedKnockOut = {
  readonly number: number;
  readonly unit: UnitId;
  readonly kind: (typeof recordedKinds)[number];
  readonly document: string;
  readonly date: string;
  readonly lifted: { readonly document: string; readonly date: string } | null;
};

export type Eligibility = {
  readonly recorded: readonly RecordedKnockOut[];
  readonly excused: Readonly<Record<string, { readonly document: string; readonly date: string }>>;
};
export const initialEligibility: Eligibility = { recorded: [], excused: {} };

export function evolveEligibility(state: Eligibility, event: EligibilityEvent): Eligibility {
  switch (event.type) {
    case 'KnockOutRecorded': {
      const { type: _type, v: _v, ...recorded } = event;
      return { ...state, recorded: [...state.recorded, { ...recorded, lifted: null }] };
    }
    case 'KnockOutLifted': {
      const { number, document, date } = event;
      const lifted = { document, date };
      return {
        ...state,
        recorded: state.recorded.map((one) => (one.number === number ? { ...one, lifted } : one)),
      };
    }
    case 'MissingSheetExcused': {
      const { unit, document, date } = event;
      return { ...state, excused: { ...state.excused, [unit]: { document, date } } };
    }
    default:
      return state;
  }
}

/** One reason for which a unit cannot be nominated. */
export type KnockOut = { unit: UnitId; kind: KnockOutKind; document: string | null; date: string | null };

/** Every knock-out that stands now, by member, in the order of the bloc. */
export function knockOutsOf(terms: BlocTerms, state: Bloc): readonly KnockOut[] {
  const missingSheet = ruleValue(terms.rules, 'score.missing-sheet');
  return memberIds(terms).flatMap((unit): KnockOut[] => {
    const { pledge, review, scoring, eligibility } = state;
    const follows = (kind: KnockOutKind, when: boolean): KnockOut[] =>
      when ? [{ unit, kind, document: null, date: null }] : [];
    const withoutSheet = scoring.closed?.missing.includes(unit) ?? false;
    const excused = missingSheet === 'excuse' && eligibility.excused[unit] !== undefined;
    return [
      ...follows('not-signed', !hasSigned(pledge, unit)),
      // Who joined after the review was closed had none to report to.
      ...follows(
        'report-missing',
        (review.closed?.missing.includes(unit) ?? false) && !reportOf(state, unit),
      ),
      ...follows('self-score-missing', scoring.selfScoringClosed !== undefined && !scoring.selfScores[unit]),
      ...follows('sheet-missing', withoutSheet && missingSheet !== 'dropped' && !excused),
      ...eligibility.recorded
        .filter((one) => one.unit === unit && one.lifted === null)
        .map(({ kind, document, date }) => ({ unit, kind, document, date })),
    ];
  });
}

/** Units that keep their rank but cannot be nominated. */
export function ineligibleOf(terms: BlocTerms, state: Bloc): readonly UnitId[] {
  const out = new Set(knockOutsOf(terms, state).map(({ unit }) => unit));
  return memberIds(terms).filter((unit) => out.has(unit));
}

type EligibilityCommand<Payload> = Command<Bloc, BlocEvent, Payload, Record<never, never>>;

function eligibilityCommand<Payload>(command: EligibilityCommand<Payload>): EligibilityCommand<Payload> {
  return command;
}

/** Refuses once the ranking is confirmed: what the meeting decided on is fixed, later facts go to the appraisal. */
function fixed(state: Bloc) {
  return state.meeting.ranking
    ? refuse('wrong-phase', {
        vi: 'Xếp hạng đã được xác nhận; thông tin mới được xem xét khi thẩm định.',
        en: 'The ranking is confirmed; what is new belongs to the appraisal.',
      })
    : undefined;
}

export const eligibilityCommands = {
  RecordKnockOut: eligibilityCommand({
    vi: 'Ghi điều kiện không xét khen thưởng',
    en: 'Record with document and date why a unit cannot be nominated; it keeps its rank',
    payload: About.extend({ unit: UnitId, kind: z.enum(recordedKinds) }),
    copies: [],
    can: isOfBoard,
    decide(state, { unit, kind, document, date }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (date > vietnamTime(now).date)
        return refuse('does-not-follow', { vi: 'Ngày văn bản ở phía trước.', en: 'The date lies ahead.' });
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      const number = state.eligibility.recorded.length + 1;
      return fixed(state) ?? ok([{ type: 'KnockOutRecorded', v: 1, number, unit, kind, document, date }]);
    },
  }),

  LiftKnockOut: eligibilityCommand({
    vi: 'Bỏ điều kiện không xét đã ghi',
    en: 'Lift a recorded knock-out, with the document that ended it',
    payload: About.extend({ number: z.number().int().positive() }),
    copies: [],
    can: isOfBoard,
    decide(state, { number, document, date }) {
      const found = state.eligibility.recorded.find((one) => one.number === number);
      if (!found) return refuse('not-found');
      if (found.lifted) return refuse('already-done');
      return fixed(state) ?? ok([{ type: 'KnockOutLifted', v: 1, number, document, date }]);
    },
  }),

  ExcuseMissingSheet: eligibilityCommand({
    vi: 'Ghi văn bản giải trình việc không gửi phiếu',
    en: 'Record the written excuse of a unit without a sheet; it counts where the rules let it',
    payload: About.extend({ unit: UnitId }),
    copies: [],
    can: (actor, state) => isOfBoard(actor) || isHead(actor, state),
    decide(state, { unit, document, date }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      if (!isMember(terms.value, unit)) return refuse('not-a-member');
      if (!state.scoring.closed?.missing.includes(unit)) return refuse('not-ready');
      if (state.eligibility.excused[unit]) return refuse('already-done');
      return fixed(state) ?? ok([{ type: 'MissingSheetExcused', v: 1, unit, document, date }]);
    },
  }),
};
