/**
 * What the papers after a session are made of, folded from the record: the minutes (biên bản họp, biên bản kiểm phiếu)
 * with every count and every void ballot, and the draft of the Chairman's decision. Nothing here decides anything.
 */
import { AwardKind, awardNames } from './award.ts';
import { type Attendance, type Box, type Council, type Count, keyOf, modeOf, rulesFor } from './council.ts';
import { percentOf, quotient } from './points.ts';

/** A ballot on one award as the minutes state it; `void` says why it decides nothing. */
export type MinutesBallot = {
  readonly award: AwardKind;
  readonly name: string;
  readonly number: number;
  readonly mode: 'open' | 'paper';
  readonly void: string | null;
  readonly attendance: Attendance | null;
  readonly box: (Omit<Box, 'lines' | 'team'> & { readonly team: readonly string[] }) | null;
  readonly lines: readonly (Count & {
    readonly name: string;
    readonly bloc: string;
    /** Yes of all members, in per cent as printed. */
    readonly percent: string;
  })[];
};

function postOf({ session, terms }: Council, seat: string): string {
  return (session?.roll ?? terms?.roll ?? []).find((one) => one.seat === seat)?.post ?? seat;
}

function blocNameOf({ terms }: Council, bloc: string): string {
  return terms?.blocs.find((one) => one.bloc === bloc)?.name ?? bloc;
}

function linesOf(state: Council, counts: readonly Count[]): MinutesBallot['lines'] {
  return counts.map((count) => {
    const dossier = state.dossiers[keyOf(count)];
    return {
      ...count,
      name: dossier?.name ?? count.unit,
      bloc: dossier ? blocNameOf(state, dossier.bloc) : '',
      percent: percentOf(quotient(count.yes, Math.max(1, count.total))),
    };
  });
}

function boxOf(state: Council, box: Box | undefined): MinutesBallot['box'] {
  if (!box) return null;
  const { team, issued, returned, written } = box;
  return { team: team.map((seat) => postOf(state, seat)), issued, returned, written };
}

/** Every ballot that was counted, the void ones before the one that stands. */
function ballotsOf(state: Council): readonly MinutesBallot[] {
  return AwardKind.options.flatMap((award): MinutesBallot[] => {
    const named = { award, name: awardNames[award].vi, mode: modeOf(state, award) };
    const voided = state.voided.filter((one) => one.award === award);
    const standing = (state.counts ?? []).filter((count) => count.award === award);
    return [
      ...voided.map(({ number, reason, counts, attendance, box }) => ({
        ...named,
        number,
        void: reason,
        attendance: attendance ?? null,
        box: boxOf(state, box),
        lines: linesOf(state, counts),
      })),
      ...(standing.length === 0
        ? []
        : [
            {
              ...named,
              number: voided.length + 1,
              void: null,
              attendance: state.attendance ?? null,
              box: boxOf(state, state.paper[award]),
              lines: linesOf(state, standing),
            },
          ]),
    ];
  });
}

/** The packs of law under which the nominees of a session are judged, each once, by the day of their dossiers. */
export function packsOf(
  state: Council,
): readonly { readonly id: string; readonly title: string; readonly basis: readonly string[] }[] {
  const used = new Set(
    Object.values(state.dossiers).map((dossier) => rulesFor(state, dossier)['council.quorum'].pack),
  );
  return (state.rules?.packs ?? [])
    .filter(({ id }) => used.has(id))
    .map(({ id, title, basis }) => ({ id, title, basis }));
}

/** The data of the minutes; undefined before the session is convened. */
export function minutesOf(state: Council) {
  const { terms, session, attendance, answers, concluded, nominationsClosed } = state;
  if (!terms || !session) return undefined;
  const { roll, at, place, mode, answersBy } = session;
  const present = attendance?.present ?? [];
  const seated = roll.map(({ seat, post, role }) => ({
    seat,
    post,
    role,
    present: present.includes(seat),
    substitute: attendance?.substitutes.find((one) => one.seat === seat)?.post ?? null,
  }));
  const roleOf = (role: string) => roll.find((one) => one.role === role)?.post ?? null;
  return {
    name: terms.name,
    season: terms.season,
    session: terms.session,
    mode,
    at,
    place,
    answersBy,
    chair: roleOf('chair'),
    secretary: roleOf('secretary'),
    members: seated,
    quorum: attendance?.quorum ?? null,
    answers,
    late: (nominationsClosed?.late ?? []).map((bloc) => blocNameOf(state, bloc)),
    packs: packsOf(state),
    notOnTheAgenda: Object.entries(state.appraisals).flatMap(([key, { verdict, reason }]) => {
      const dossier = state.dossiers[key];
      if (!dossier || verdict === 'eligible') return [];
      const { unit, name, award, bloc } = dossier;
      return [{ unit, name, award, bloc: blocNameOf(state, bloc), verdict, reason }];
    }),
    ballots: ballotsOf(state),
    conclusions: concluded?.conclusions ?? null,
    concludedAt: concluded?.at ?? null,
  };
}

/** What the Board's submission (tờ trình) and the draft decision say: who passed, by award; undefined before the end. */
export function draftOf(state: Council) {
  const { concluded, counts } = state;
  if (!concluded) return undefined;
  const passed = new Set(concluded.passed.map(keyOf));
  return {
    basis: [...new Set(packsOf(state).flatMap(({ basis }) => basis))],
    awards: AwardKind.options.flatMap((award) => {
      const units = linesOf(
        state,
        (counts ?? []).filter((count) => count.award === award && passed.has(keyOf(count))),
      ).map(({ unit, name, bloc, yes, total, percent }) => ({ unit, name, bloc, yes, total, percent }));
      return units.length === 0 ? [] : [{ award, name: awardNames[award], units }];
    }),
    failed: linesOf(
      state,
      (counts ?? []).filter((count) => !count.passed),
    ).map(({ unit, award, name, bloc, yes, total, needed }) => ({
      unit,
      award,
      name,
      bloc,
      yes,
      total,
      needed,
    })),
  };
}
