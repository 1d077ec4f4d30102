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

/** Every rule that the product asks for, with the form of its value. */
export const ruleForms = {
  'council.quorum': Share,
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
  'score.aggregator': z.enum(['mean', 'balanced', 'olympic', 'trimmed', 'median']),
  'score.rank-on': z.union([z.literal('exact'), z.string().regex(/^rounded:[0-2]$/)]),
  'score.rater-names': z.boolean(),
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
    const form = (ruleForms as Record<string, z.ZodType>)[key];
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
export type RuleInForce = Rule & { readonly layer: 'law' | 'province' | 'bloc'; readonly pack: string };

/** Rules in force, complete: every key has a value. */
export type RulesInForce = Readonly<Record<RuleKey, RuleInForce>>;

/**
 * The rules on a date for a bloc (or for the province where none is named): the bloc's over the province's over the
 * law's. Names the keys that no layer sets.
 */
export function rulesOn(
  book: RuleBook,
  date: string,
  bloc?: string,
): { readonly rules: RulesInForce; readonly missing: readonly string[] } {
  const pack = packOn(book.packs, date);
  const rules: Partial<Record<RuleKey, RuleInForce>> = {};
  const missing: string[] = [];
  const layers: readonly (readonly ['bloc' | 'province' | 'law', RuleLayer | undefined])[] = [
    ['bloc', bloc === undefined ? undefined : book.blocs[bloc]],
    ['province', book.province],
    ['law', pack?.values],
  ];
  for (const key of ruleKeys) {
    const found = layers.find(([, layer]) => layer?.[key] !== undefined);
    const rule = found?.[1]?.[key];
    if (found && rule) rules[key] = { ...rule, layer: found[0], pack: pack?.id ?? '' };
    else missing.push(key);
  }
  return { rules: rules as RulesInForce, missing };
}

/** The value of a rule, in its own type. */
export function ruleValue<K extends RuleKey>(rules: RulesInForce, key: K): RuleOf<K> {
  return ruleForms[key].parse(rules[key].value) as RuleOf<K>;
}
