/**
 * Opinions of agencies (hiệp y): before a firm's or a cooperative's dossier is found eligible, the agencies for
 * insurance, tax, environment and labour are asked in writing. One letter asks about many; an answer names who is in
 * breach, everybody else it asked about is clear. Whether silence agrees is a rule.
 */
import * as z from 'zod';
import { ok, refuse } from '../result.ts';
import { isOfBoard } from './actor.ts';
import { hasPassed, type Instant, vietnamTime, workingDaysAfter } from './calendar.ts';
import { appraisalsStand, type Council, councilCommand, type Dossier } from './council.ts';
import { keyOf, NomineeKey } from './nominee.ts';
import { opinionMatters, rulesOn, ruleValue } from './rules.ts';

export const OpinionMatter = z.enum(opinionMatters);
export type OpinionMatter = z.infer<typeof OpinionMatter>;

/** How each is said to people. */
export const matterNames: Readonly<Record<OpinionMatter, string>> = {
  insurance: 'bảo hiểm xã hội',
  tax: 'thuế',
  environment: 'môi trường',
  labour: 'an toàn, vệ sinh lao động',
  'food-safety': 'an toàn thực phẩm',
};

/** The letter or the answer: its number and what it is, and its date. */
const Letter = { document: z.string().trim().min(1).max(200), date: z.iso.date() };

const Breach = NomineeKey.extend({ finding: z.string().trim().min(1).max(500) });

export type OpinionEvent =
  | {
      type: 'OpinionAsked';
      v: 1;
      number: number;
      matter: OpinionMatter;
      agency: string;
      document: string;
      date: string;
      nominees: NomineeKey[];
      /** End of office hours of the last working day for the answer. */
      answerBy: Instant;
    }
  | {
      type: 'OpinionAnswered';
      v: 1;
      number: number;
      document: string;
      date: string;
      /** Whoever was asked about and is not named here is clear. */
      breaches: z.infer<typeof Breach>[];
    };

/** A letter to an agency with its answer, if one came. */
export type Opinion = {
  readonly number: number;
  readonly matter: OpinionMatter;
  readonly agency: string;
  readonly document: string;
  readonly date: string;
  readonly nominees: readonly NomineeKey[];
  readonly answerBy: Instant;
  readonly answer:
    | {
        readonly document: string;
        readonly date: string;
        readonly breaches: readonly z.infer<typeof Breach>[];
      }
    | undefined;
};

export function evolveOpinions(state: readonly Opinion[], event: OpinionEvent): readonly Opinion[] {
  if (event.type === 'OpinionAsked') {
    const { type: _type, v: _v, ...asked } = event;
    return [...state, { ...asked, answer: undefined }];
  }
  const { number, document, date, breaches } = event;
  return state.map((one) => (one.number === number ? { ...one, answer: { document, date, breaches } } : one));
}

/** Where the opinion on one matter stands for a dossier: the last letter about it counts. */
export type Standing = {
  readonly matter: OpinionMatter;
  readonly state: 'not-asked' | 'waiting' | 'silent' | 'clear' | 'breach';
  readonly opinion: Opinion | undefined;
};

/** The matters that have to be asked about before this dossier can be found eligible, and where each stands. */
export function opinionsOn(state: Council, dossier: Dossier, now: Date): readonly Standing[] {
  const rules = state.received[dossier.bloc]?.rules;
  if (!rules || (dossier.kind !== 'firm' && dossier.kind !== 'cooperative')) return [];
  const matters = ruleValue(rules, 'opinion.matters').split(',').filter(Boolean) as OpinionMatter[];
  const key = keyOf(dossier);
  return matters.map((matter) => {
    const opinion = state.opinions.findLast(
      (one) => one.matter === matter && one.nominees.some((nominee) => keyOf(nominee) === key),
    );
    if (!opinion) return { matter, state: 'not-asked', opinion };
    if (opinion.answer) {
      const isBreach = opinion.answer.breaches.some((breach) => keyOf(breach) === key);
      return { matter, state: isBreach ? 'breach' : 'clear', opinion };
    }
    const agrees = ruleValue(rules, 'opinion.silence') === 'agrees' && hasPassed(opinion.answerBy, now);
    return { matter, state: agrees ? 'silent' : 'waiting', opinion };
  });
}

export const opinionCommands = {
  AskOpinion: councilCommand({
    vi: 'Gửi văn bản xin ý kiến hiệp y',
    en: 'Record a letter that asks an agency about nominees; the time for its answer runs from now',
    payload: z.object({
      matter: OpinionMatter,
      agency: z.string().trim().min(1).max(200),
      ...Letter,
      nominees: z.array(NomineeKey).min(1).max(500),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { matter, agency, document, date, nominees }, { now }) {
      if (!state.terms || !state.rules) return refuse('not-ready');
      if (state.session) return appraisalsStand();
      const keys = nominees.map(keyOf);
      const stray = keys.find((key) => !state.dossiers[key]);
      if (stray !== undefined) return refuse('not-found', { details: { nominee: stray } });
      if (new Set(keys).size !== keys.length || date > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Mỗi đề nghị ghi một lần; ngày văn bản không ở phía trước.',
          en: 'Each nominee once; the letter is not dated ahead.',
        });
      }
      const rules = rulesOn(state.rules, vietnamTime(now).date);
      const answerBy = workingDaysAfter(now, ruleValue(rules, 'opinion.working-days'), state.terms.daysOff);
      const number = state.opinions.length + 1;
      return ok([{ type: 'OpinionAsked', v: 1, number, matter, agency, document, date, nominees, answerBy }]);
    },
  }),

  AnswerOpinion: councilCommand({
    vi: 'Ghi ý kiến hiệp y của cơ quan được hỏi',
    en: "Record an agency's answer: who is in breach; a later answer to the same letter replaces it",
    payload: z.object({
      number: z.number().int().positive(),
      ...Letter,
      breaches: z.array(Breach).max(500).default([]),
    }),
    copies: [],
    can: isOfBoard,
    decide(state, { number, document, date, breaches }, { now }) {
      const opinion = state.opinions.find((one) => one.number === number);
      if (!opinion) return refuse('not-found');
      if (state.session) return appraisalsStand();
      const asked = opinion.nominees.map(keyOf);
      const named = breaches.map(keyOf);
      if (new Set(named).size !== named.length || named.some((key) => !asked.includes(key))) {
        return refuse('does-not-follow', {
          vi: 'Văn bản trả lời chỉ nêu những đề nghị đã hỏi, mỗi đề nghị một lần.',
          en: 'An answer names only whom the letter asked about, each once.',
        });
      }
      if (date < opinion.date || date > vietnamTime(now).date) {
        return refuse('does-not-follow', {
          vi: 'Ngày trả lời phải từ ngày của văn bản hỏi đến hôm nay.',
          en: 'The answer is dated between the letter and today.',
        });
      }
      return ok([{ type: 'OpinionAnswered', v: 1, number, document, date, breaches }]);
    },
  }),
};
