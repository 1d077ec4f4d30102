/**
 * Addenda to the pledge (phụ lục giao ước): how a unit joins a bloc after the pledge was closed, and how the successor
 * of a merged unit takes its place. Drawn up by the Board, in force when every member, the new one too, has signed it.
 */
import * as z from 'zod';
import { canonicalJson, type Place, type Source, sha256Of } from '../journal.ts';
import { ok, refuse } from '../result.ts';
import { canSignFor, isOfBoard } from './actor.ts';
import { settledAmong } from './amendment.ts';
import { type Bloc, type BlocEvent, type BlocTerms, isMember, memberIds, termsOf } from './bloc.ts';
import { vietnamTime } from './calendar.ts';
import type { Command } from './command.ts';
import { UnitId } from './ids.ts';
import {
  type AimedTitle,
  AimedTitles,
  canRecordPaperFor,
  Digital,
  Paper,
  paperRefused,
  type Signature,
  type SigningManner,
  signatureOf,
  targetsRefused,
  UnitTarget,
} from './pledge.ts';
import { existsOn, type Province } from './province.ts';
import { blocSize, type Member, type Season } from './season.ts';

export type AddendumEvent =
  | {
      type: 'AddendumOpened';
      v: 1;
      source: Source;
      /** The composition of the season's other blocs, of which the unit is none. */
      season: Source;
      number: number;
      kind: 'join' | 'succeed';
      member: Member;
      predecessor: UnitId | null;
      targets: UnitTarget[];
      titles: AimedTitle[];
      signers: UnitId[];
      document: string;
      hash: string;
    }
  | ({ type: 'AddendumSigned'; v: 1; number: number; unit: UnitId; hash: string } & SigningManner)
  | { type: 'AddendumConcluded'; v: 1; number: number; members: Member[]; head: UnitId; deputy: UnitId }
  | { type: 'AddendumWithdrawn'; v: 1; number: number; reason: string };

export type Addendum = {
  readonly number: number;
  readonly kind: 'join' | 'succeed';
  readonly member: Member;
  readonly predecessor: UnitId | null;
  readonly targets: readonly UnitTarget[];
  readonly titles: readonly AimedTitle[];
  readonly signers: readonly UnitId[];
  readonly document: string;
  readonly hash: string;
  /** When it was drawn up. */
  readonly at: string;
  readonly signed: readonly UnitId[];
  readonly signatures: Readonly<Record<string, Signature>>;
  readonly state: 'open' | 'in-force' | 'withdrawn';
};

export type Addenda = readonly Addendum[];
export const initialAddenda: Addenda = [];

export function evolveAddenda(state: Addenda, event: AddendumEvent, place: Place): Addenda {
  const change = (number: number, how: (one: Addendum) => Addendum) =>
    state.map((one) => (one.number === number ? how(one) : one));
  switch (event.type) {
    case 'AddendumOpened': {
      const { type: _type, v: _v, source: _source, season: _season, ...opened } = event;
      return [...state, { ...opened, at: place.at, signed: [], signatures: {}, state: 'open' }];
    }
    case 'AddendumSigned': {
      const signature = signatureOf(event, place);
      return change(event.number, (one) => ({
        ...one,
        signed: [...one.signed, event.unit],
        signatures: { ...one.signatures, [event.unit]: signature },
      }));
    }
    case 'AddendumConcluded':
      return change(event.number, (one) => ({ ...one, state: 'in-force' }));
    case 'AddendumWithdrawn':
      return change(event.number, (one) => ({ ...one, state: 'withdrawn' }));
    default:
      return state;
  }
}

function openAddendum(state: Bloc): Addendum | undefined {
  return state.addenda.find((one) => one.state === 'open');
}

/** The composition once an addendum is in force; a successor stands where its predecessor stood. */
function composedBy(terms: BlocTerms, { member, predecessor }: Pick<Addendum, 'member' | 'predecessor'>) {
  const already = isMember(terms, member.unit);
  const members = terms.members.flatMap((one) => {
    if (one.unit !== predecessor) return [one];
    return already ? [] : [member];
  });
  if (predecessor === null) members.push(member);
  const moved = (unit: UnitId) => (unit === predecessor ? member.unit : unit);
  return { members, head: moved(terms.head), deputy: moved(terms.deputy) };
}

type AddendumCommand<Payload, Copies extends { province?: Province; season?: Season }> = Command<
  Bloc,
  BlocEvent,
  Payload,
  Copies
>;

function addendumCommand<
  Payload,
  Copies extends { province?: Province; season?: Season } = Record<never, never>,
>(command: AddendumCommand<Payload, Copies>): AddendumCommand<Payload, Copies> {
  return command;
}

const Opening = z.object({
  unit: UnitId,
  /** The member whose place the unit takes; without it the unit joins. */
  predecessor: UnitId.optional(),
  /** The unit's own targets; a successor keeps its predecessor's where none are given. */
  targets: z.array(UnitTarget).max(60).default([]),
  /** The titles it aims for; a successor keeps its predecessor's where neither targets nor titles are given. */
  titles: AimedTitles,
});

export const addendumCommands = {
  OpenAddendum: addendumCommand<z.infer<typeof Opening>, { province: Province; season: Season }>({
    vi: 'Lập phụ lục giao ước',
    en: 'Draw up an addendum for a unit that joins late or takes over from a merged one',
    payload: Opening as z.ZodType<z.infer<typeof Opening>>,
    copies: ['province', 'season'],
    can: isOfBoard,
    decide(state, { unit, predecessor, targets, titles }, { now, copies: { province, season: launched } }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const { season, bloc, name, members, head, deputy } = terms.value;
      if (!state.pledge.closed || state.scoring.opened) {
        return refuse('wrong-phase', {
          vi: 'Phụ lục được lập sau khi ký giao ước và trước khi mở đợt chấm điểm chéo.',
          en: 'An addendum comes after the pledge and before the round is opened.',
        });
      }
      if (openAddendum(state))
        return refuse('already-done', { vi: 'Một phụ lục đang chờ ký.', en: 'One is open.' });
      const no = targetsRefused(terms.value, targets);
      if (no) return no;
      const today = vietnamTime(now).date;
      const found = province.state.units[unit];
      if (!found || !existsOn(found, today)) {
        return refuse('does-not-follow', {
          vi: `Đơn vị "${unit}" không có hoặc không hoạt động vào ngày này.`,
          en: `The unit "${unit}" is not registered, or does not exist today.`,
        });
      }
      const elsewhere = Object.values(launched.state.blocs).find(
        (other) => other.id !== bloc && other.members.some((one) => one.unit === unit),
      );
      if (elsewhere) {
        return refuse('does-not-follow', {
          vi: `Đơn vị đã là thành viên của ${elsewhere.name}.`,
          en: `The unit is a member of ${elsewhere.id}.`,
        });
      }
      if (predecessor === undefined) {
        if (isMember(terms.value, unit))
          return refuse('already-done', { vi: 'Đơn vị đã là thành viên.', en: 'It is a member.' });
        if (members.length >= blocSize.most)
          return refuse('does-not-follow', {
            vi: `Khối, cụm đã có ${blocSize.most} đơn vị.`,
            en: 'The bloc is full.',
          });
      } else {
        if (!isMember(terms.value, predecessor))
          return refuse('not-a-member', { details: { unit: predecessor } });
        if (!province.state.units[predecessor]?.successors?.includes(unit)) {
          return refuse('does-not-follow', {
            vi: `Danh mục chưa ghi "${unit}" kế thừa "${predecessor}".`,
            en: `The register does not name "${unit}" as a successor of "${predecessor}".`,
          });
        }
        const both = [head, deputy].every((one) => one === unit || one === predecessor);
        if (both || members.length - Number(isMember(terms.value, unit)) < blocSize.least) {
          return refuse('does-not-follow', {
            vi: 'Sau sáp nhập khối, cụm không còn đủ đơn vị hoặc thiếu Trưởng, Phó; cần kiện toàn trước.',
            en: 'The bloc would be too small, or head and deputy one unit; it has to be composed anew first.',
          });
        }
      }
      const member: Member = { unit, name: found.name, shortName: found.shortName, kind: found.kind };
      const kept =
        predecessor !== undefined && targets.length === 0
          ? (state.pledge.targets[predecessor] ?? [])
          : targets;
      const stays = isMember(terms.value, unit) && targets.length === 0;
      const own = stays ? (state.pledge.targets[unit] ?? []) : kept;
      const inherits = targets.length === 0 && titles.length === 0;
      const from = stays ? unit : predecessor;
      const aimed = inherits && from !== undefined ? (state.pledge.titles[from] ?? []) : titles;
      const number = state.addenda.length + 1;
      const document = canonicalJson({
        season,
        bloc,
        name,
        number,
        unit,
        unitName: found.name,
        predecessor: predecessor ?? null,
        targets: own,
        titles: aimed,
        pledge: state.pledge.frozen?.hash ?? null,
      });
      const others = memberIds(terms.value).filter((one) => one !== predecessor && one !== unit);
      return ok([
        {
          type: 'AddendumOpened',
          v: 1,
          source: province.source,
          season: launched.source,
          number,
          kind: predecessor === undefined ? 'join' : 'succeed',
          member,
          predecessor: predecessor ?? null,
          targets: [...own],
          titles: [...aimed],
          signers: [...others, unit],
          document,
          hash: sha256Of(document),
        },
      ]);
    },
  }),

  SignAddendum: addendumCommand({
    vi: 'Ký phụ lục giao ước',
    en: 'Sign the open addendum by its hash, here, on paper or by certificate; with the last signature it is in force',
    payload: z
      .object({
        unit: UnitId,
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        paper: Paper.optional(),
        digital: Digital.optional(),
      })
      .refine(({ paper, digital }) => !(paper && digital), 'a signature is given in one manner'),
    copies: [],
    can: (actor, state, { unit, paper }) =>
      paper ? canRecordPaperFor(actor, state, unit) : canSignFor(actor, unit),
    decide(state, { unit, hash, paper, digital }, { now }) {
      const terms = termsOf(state);
      if (!terms.ok) return terms;
      const addendum = openAddendum(state);
      if (!addendum) return refuse('not-found');
      if (state.scoring.opened) return refuse('wrong-phase');
      if (hash !== addendum.hash) return refuse('not-the-frozen-text');
      if (!addendum.signers.includes(unit)) return refuse('not-a-member');
      if (addendum.signed.includes(unit))
        return refuse('already-done', { vi: 'Đơn vị đã ký phụ lục.', en: 'It has signed.' });
      const no = paper && paperRefused(paper, addendum.at, now);
      if (no) return no;
      const { number } = addendum;
      const manner: SigningManner = paper
        ? { manner: 'paper', paper }
        : digital
          ? { manner: 'digital', digital }
          : { manner: 'platform' };
      const events: BlocEvent[] = [{ type: 'AddendumSigned', v: 1, number, unit, hash, ...manner }];
      if (addendum.signed.length + 1 === addendum.signers.length) {
        const composition = composedBy(terms.value, addendum);
        events.push(
          { type: 'AddendumConcluded', v: 1, number, ...composition },
          ...settledAmong(
            state,
            composition.members.map((one) => one.unit),
            now,
          ),
        );
      }
      return ok(events);
    },
  }),

  WithdrawAddendum: addendumCommand({
    vi: 'Rút phụ lục giao ước',
    en: 'Withdraw an addendum that is not signed by all',
    payload: z.object({ reason: z.string().trim().min(1).max(500) }),
    copies: [],
    can: isOfBoard,
    decide(state, { reason }) {
      const addendum = openAddendum(state);
      return addendum
        ? ok([{ type: 'AddendumWithdrawn', v: 1, number: addendum.number, reason }])
        : refuse('not-found');
    },
  }),
};
