/** How things are named: ids of units, blocs and accounts, and the streams of the journal. */
import * as z from 'zod';

/** Names that every object has would be found in a record that nobody wrote them into. */
function isOwnName(id: string): boolean {
  return !(id in {});
}
const notOwn = { error: 'is a name that is not free' };

const slug = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** A unit (đơn vị): an ASCII slug, at most 40 characters. */
export const UnitId = z.string().regex(slug).refine(isOwnName, notOwn).brand<'UnitId'>();
export type UnitId = z.infer<typeof UnitId>;

/** A bloc or cluster (khối, cụm) within a season, as `k05` or `c01`; short, because execution names hold it. */
export const BlocId = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,9}$/)
  .brand<'BlocId'>();
export type BlocId = z.infer<typeof BlocId>;

/** A season is named by the year it emulates in. */
export const SeasonId = z
  .string()
  .regex(/^20\d\d$/)
  .brand<'SeasonId'>();
export type SeasonId = z.infer<typeof SeasonId>;

/** A session of the Council within a season, counted from 1. */
export const SessionNumber = z.coerce.number().int().min(1).max(99).brand<'SessionNumber'>();
export type SessionNumber = z.infer<typeof SessionNumber>;

/** An account: opaque, says nothing about its person. */
export const AccountId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .refine(isOwnName, notOwn)
  .brand<'AccountId'>();
export type AccountId = z.infer<typeof AccountId>;

/** A seat of the Council's roll. */
export const SeatId = z.string().regex(slug).refine(isOwnName, notOwn).brand<'SeatId'>();
export type SeatId = z.infer<typeof SeatId>;

/** A target: of the province (`T01`) or of a unit (`1`, `2` …). */
export const TargetId = z
  .string()
  .regex(/^[A-Za-z0-9.-]{1,20}$/)
  .refine(isOwnName, notOwn)
  .brand<'TargetId'>();
export type TargetId = z.infer<typeof TargetId>;

/** A criterion of a rubric, as printed: `II.3`. */
export const CriterionId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.]{0,19}$/)
  .refine(isOwnName, notOwn)
  .brand<'CriterionId'>();
export type CriterionId = z.infer<typeof CriterionId>;

/** The four kinds of stream, and what names one of each. */
export type StreamRef =
  | { readonly kind: 'province' }
  | { readonly kind: 'season'; readonly season: SeasonId }
  | { readonly kind: 'bloc'; readonly season: SeasonId; readonly bloc: BlocId }
  | { readonly kind: 'council'; readonly season: SeasonId; readonly session: SessionNumber };

export type StreamKind = StreamRef['kind'];

/** The stream's name in the journal, in execution names and in a bundle. */
export function streamName(ref: StreamRef): string {
  switch (ref.kind) {
    case 'province':
      return 'province';
    case 'season':
      return `season-${ref.season}`;
    case 'bloc':
      return `bloc-${ref.season}-${ref.bloc}`;
    case 'council':
      return `council-${ref.season}-${ref.session}`;
  }
}

/** Reads a stream's name back; undefined when it is none of ours. */
export function streamRefOf(name: string): StreamRef | undefined {
  const ref = refFrom(name);
  // One name for one stream: what only resembles a name is none.
  return ref && streamName(ref) === name ? ref : undefined;
}

function refFrom(name: string): StreamRef | undefined {
  if (name === 'province') return { kind: 'province' };
  const [kind, seasonText, rest] = name.split('-');
  const season = SeasonId.safeParse(seasonText);
  if (!season.success) return undefined;
  if (kind === 'season' && rest === undefined) return { kind, season: season.data };
  if (kind === 'bloc') {
    const bloc = BlocId.safeParse(rest);
    return bloc.success ? { kind, season: season.data, bloc: bloc.data } : undefined;
  }
  if (kind === 'council') {
    const session = SessionNumber.safeParse(rest);
    return session.success ? { kind, season: season.data, session: session.data } : undefined;
  }
  return undefined;
}

/** A name within the record, of an assignment or a rubric. */
export const RecordName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .refine(isOwnName, notOwn);
