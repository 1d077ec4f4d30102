/**
 * The rules in force, as data: packs of law by date, under them what the province decided, under that what a bloc
 * agreed. Each value names its source and whether that source was read; what was not read is shown as unverified.
 *
 * Rules of the cycle are fixed when a season is launched. Rules on files (thresholds, secrecy, days) follow the date
 * on which a dossier is received, for a law may change between a pledge and its award.
 */
import * as z from 'zod';
import { Share } from './points.ts';

const plain = z.string().min(1);

/** Matters on which agencies are asked about firms and cooperatives (hiệp y). */
export const opinionMatters = ['insurance', 'tax', 'environment', 'labour', 'food-safety'] as const;

/** Every rule that the product asks for, with the form of its value. */
export const ruleForms = {
  /** What agencies are asked about before a firm is found eligible: some of the matters below, by commas. */
  'opinion.matters': z
    .string()
    .refine(
      (text) =>
        text.split(',').every((one) => one === '' || (opinionMatters as readonly string[]).includes(one)) &&
        new Set(text.split(',')).size === text.split(',').length,
    ),
  'opinion.working-days': z.number().int().min(1).max(60),
  /** Whether an agency that has not answered in time agrees, or is waited for. */
  'opinion.silence': z.enum(['agrees', 'waits']),
  'council.quorum': Share,
  'council.written-votes': z.boolean(),
  /** Whether a session may be replaced by opinions in writing of all members. */
  'council.circulation': z.boolean(),
  'council.conflict': z.enum(['mark', 'abstain']),
  'council.threshold.government-flag': Share,
  'council.threshold.provincial-flag': Share,
  'council.threshold.certificate': Share,
  'council.comparison.government-flag': z.enum(['atLeast', 'moreThan']),
  'council.comparison.provincial-flag': z.enum(['atLeast', 'moreThan']),
  'council.comparison.certificate': z.enum(['atLeast', 'moreThan']),
  'council.secrecy.government-flag': z.enum(['open', 'paper']),
  'council.secrecy.provincial-flag': z.enum(['open', 'paper']),
  'council.secrecy.certificate': z.enum(['open', 'paper']),
  'bloc.quorum': Share,
  'bloc.flags': z.number().int().min(0).max(5),
  'bloc.certificates': z.number().int().min(0).max(20),
  'bloc.amendment-consent': Share,
  /** `median` only where the bloc itself agreed on it. */
  'score.aggregator': z.enum(['mean', 'balanced', 'olympic', 'trimmed', 'median', 'weighted']),
  /** Self : peers : head, read by the weighted aggregator alone. */
  'score.weights': z.string().regex(/^\d{1,3}:\d{1,3}:\d{1,3}$/),
  'score.rank-on': z.union([z.literal('exact'), z.string().regex(/^rounded:[0-2]$/)]),
  'score.rater-names': z.boolean(),
  /** Whether bonus and penalty are claimed only with evidence. */
  'score.claim-evidence': z.boolean(),
  /** A comment is demanded with a mark at 0, at the maximum, above the self-score, or farther from it than a share. */
  'score.comment.floor': z.boolean(),
  'score.comment.ceiling': z.boolean(),
  'score.comment.above-self': z.boolean(),
  'score.comment.distance': Share,
  /** Who hands in no sheet: nothing follows; it cannot be nominated; it cannot unless it is excused in writing. */
  'score.missing-sheet': z.enum(['dropped', 'dropped-ineligible', 'excuse']),
  /** Where the first in rank cannot be nominated: the next may be, or the flag stays vacant. */
  'bloc.first-ineligible': z.enum(['next', 'vacant']),
  'objection.working-days': z.number().int().min(0).max(30),
  'objection.answer-working-days': z.number().int().min(1).max(30),
  /** How the meeting decides on the flag: by rank alone, by a vote open by name, by a paper count. */
  'meeting.vote': z.enum(['none', 'open', 'paper']),
  'meeting.candidates': z.number().int().min(1).max(10),
  /** The whole of which a share is asked: all members, those present, those present who may vote. */
  'meeting.denominator': z.enum(['total', 'present', 'entitled']),
  'meeting.recused': z.enum(['in', 'out']),
  'meeting.threshold': Share,
  'meeting.comparison': z.enum(['atLeast', 'moreThan']),
  /** How the next head and deputy are chosen: by the rotation list, by a vote, or as the meeting prefers. */
  'next-head.choice': z.enum(['either', 'rotation', 'vote']),
  'next-head.threshold': Share,
  'next-head.comparison': z.enum(['atLeast', 'moreThan']),
  'ballots.quorum': Share,
  'ballots.minimum': z.number().int().min(1).max(30),
  'government-flag.share': Share,
  'comment.working-days': z.number().int().min(0).max(60),
  'appraisal.working-days': z.number().int().min(1).max(120),
  'result-notice.working-days': z.number().int().min(1).max(60),
  'retention.years': z.number().int().min(1).max(100),
} as const satisfies Record<string, z.ZodType>;

export type RuleKey = keyof typeof ruleForms;
export type RuleOf<K extends RuleKey> = z.infer<(typeof ruleForms)[K]>;

export const ruleKeys = Object.keys(ruleForms) as readonly RuleKey[];

/** A value with where it comes from; `verified` only when that source was read. */
export const Rule = z.object({
  value: z.union([z.string(), z.number(), z.boolean()]),
  source: plain,
  verified: z.boolean(),
});
export type Rule = z.infer<typeof Rule>;

/** Values by key; every key known and every value of its form. */
export const RuleLayer = z.record(z.string(), Rule).superRefine((layer, context) => {
  for (const [key, rule] of Object.entries(layer)) {
    const form = Object.hasOwn(ruleForms, key) ? (ruleForms as Record<string, z.ZodType>)[key] : undefined;
    if (!form) {
      context.addIssue({ code: 'custom', path: [key], message: `there is no rule of this name` });
    } else if (!form.safeParse(rule.value).success) {
      context.addIssue({
        code: 'custom',
        path: [key, 'value'],
        message: `not a value that this rule can take`,
      });
    }
  }
});
export type RuleLayer = z.infer<typeof RuleLayer>;

/** Law in force over a span of dates (`yyyy-mm-dd` in Viet Nam; null is open). */
export const LawPack = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: plain,
  basis: z.array(plain).min(1),
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  source: plain,
  verified: z.boolean(),
  values: RuleLayer,
});
export type LawPack = z.infer<typeof LawPack>;

/** All three layers of a season. */
export const RuleBook = z.object({
  packs: z.array(LawPack).min(1),
  province: RuleLayer,
  blocs: z.record(z.string(), RuleLayer),
});
export type RuleBook = z.infer<typeof RuleBook>;

/** The pack in force on a date; undefined when the packs leave a gap. */
export function packOn(packs: readonly LawPack[], date: string): LawPack | undefined {
  return packs.find(
    (pack) => (pack.from === null || pack.from <= date) && (pack.to === null || date <= pack.to),
  );
}

/** A rule with the layer that set it. */
export type RuleInForce = Rule & {
  readonly layer: 'default' | 'law' | 'province' | 'bloc';
  readonly pack: string;
};

const byDefault = (value: Rule['value'], source = 'Mặc định của hệ thống, chưa có văn bản'): Rule => ({
  value,
  source,
  verified: false,
});

/** What holds where nobody has set anything: proposals of the product, none of them read in a law. */
export const defaultRules: Readonly<Record<RuleKey, Rule>> = {
  'opinion.matters': byDefault(
    'insurance,tax,environment,labour',
    'Nghị định 98/2023/NĐ-CP, Điều 31 (bảo hiểm, môi trường, an toàn lao động); nghĩa vụ thuế theo thông lệ',
  ),
  'opinion.working-days': byDefault(10),
  'opinion.silence': byDefault(
    'agrees',
    'Thông lệ: hết thời hạn không trả lời được coi là không có ý kiến (Quảng Ngãi)',
  ),
  'council.quorum': byDefault('2/3'),
  'council.written-votes': byDefault(true),
  'council.circulation': byDefault(
    true,
    'Thông lệ: lấy ý kiến bằng văn bản khi Chủ tịch Hội đồng đồng ý (Bộ Tài nguyên và Môi trường năm 2019)',
  ),
  'council.conflict': byDefault('mark'),
  'council.threshold.government-flag': byDefault('80/100'),
  'council.threshold.provincial-flag': byDefault('80/100'),
  'council.threshold.certificate': byDefault('70/100'),
  'council.comparison.government-flag': byDefault('atLeast'),
  'council.comparison.provincial-flag': byDefault('atLeast'),
  'council.comparison.certificate': byDefault('atLeast'),
  'council.secrecy.government-flag': byDefault('paper'),
  'council.secrecy.provincial-flag': byDefault('paper'),
  'council.secrecy.certificate': byDefault('open'),
  'bloc.quorum': byDefault('2/3'),
  'bloc.flags': byDefault(1),
  'bloc.certificates': byDefault(3),
  'bloc.amendment-consent': byDefault('2/3'),
  'bloc.first-ineligible': byDefault('next'),
  'score.aggregator': byDefault('mean'),
  'score.weights': byDefault('0:100:0'),
  'score.rank-on': byDefault('exact'),
  'score.rater-names': byDefault(false),
  'score.claim-evidence': byDefault(true),
  'score.comment.floor': byDefault(true),
  'score.comment.ceiling': byDefault(false),
  'score.comment.above-self': byDefault(true),
  'score.comment.distance': byDefault('20/100'),
  'score.missing-sheet': byDefault('dropped-ineligible'),
  'ballots.quorum': byDefault('2/3'),
  'ballots.minimum': byDefault(3),
  'objection.working-days': byDefault(2),
  'objection.answer-working-days': byDefault(2),
  'meeting.vote': byDefault('none'),
  'meeting.candidates': byDefault(3),
  'meeting.denominator': byDefault('total'),
  'meeting.recused': byDefault('out'),
  'meeting.threshold': byDefault('1/2'),
  'meeting.comparison': byDefault('moreThan'),
  'next-head.choice': byDefault('either'),
  'next-head.threshold': byDefault('1/2'),
  'next-head.comparison': byDefault('moreThan'),
  'government-flag.share': byDefault('20/100'),
  'comment.working-days': byDefault(0),
  'appraisal.working-days': byDefault(25),
  'result-notice.working-days': byDefault(10),
  'retention.years': byDefault(20),
};

/** Rules in force, complete: every key has a value. */
export type RulesInForce = Readonly<Record<RuleKey, RuleInForce>>;

/**
 * The rules on a date for a bloc (or for the province where none is named): the bloc's over the province's over the
 * law's over the product's defaults.
 */
export function rulesOn(book: RuleBook, date: string, bloc?: string): RulesInForce {
  const pack = packOn(book.packs, date);
  const rules: Partial<Record<RuleKey, RuleInForce>> = {};
  const layers: readonly (readonly [RuleInForce['layer'], RuleLayer | undefined])[] = [
    ['bloc', bloc === undefined ? undefined : book.blocs[bloc]],
    ['province', book.province],
    ['law', pack?.values],
  ];
  for (const key of ruleKeys) {
    const [layer, values] = layers.find(([, set]) => set?.[key] !== undefined) ?? ['default', defaultRules];
    rules[key] = { ...((values as RuleLayer)[key] as Rule), layer, pack: pack?.id ?? '' };
  }
  return rules as RulesInForce;
}

/** The value of a rule, in its own type; the default where a record was made before there was such a rule. */
export function ruleValue<K extends RuleKey>(rules: Partial<RulesInForce>, key: K): RuleOf<K> {
  return ruleForms[key].parse((rules[key] ?? defaultRules[key]).value) as RuleOf<K>;
}
