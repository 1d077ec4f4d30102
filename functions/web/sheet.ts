/**
 * The score sheet as a unit's people see it while they fill it: every cell as typed and as read, what it still lacks,
 * and totals; and the command that hands it in. Reads the draft, decides nothing: the decider has the last word.
 */
import type { BlocTerms } from '../../shared/domain/bloc.ts';
import type { UnitId } from '../../shared/domain/ids.ts';
import { points } from '../../shared/domain/points.ts';
import {
  allCriteria,
  type Criterion,
  criteriaMarkedBy,
  isMarkFor,
  linesOf,
  type MarkedLine,
  pointsOn,
} from '../../shared/domain/rubric.ts';
import { type CommentReason, commentReasonFor } from '../../shared/domain/scoring.ts';
import { hundredthsOf, type Reading, readNumber } from '../../shared/domain/typed-number.ts';
import type { Draft } from './drafting.ts';
import type { Place } from './place.ts';

/** What a cell lacks, if anything. */
export type Verdict =
  /** A mark on the ladder, explained where the rules want it. */
  | 'ok'
  | 'empty'
  /** Read in two ways: asked back. */
  | 'ambiguous'
  | 'not-a-number'
  | 'too-precise'
  | 'out-of-range'
  | 'off-step'
  | 'comment-missing';

export type Cell = {
  readonly peer: UnitId;
  readonly line: MarkedLine;
  readonly typed: string;
  readonly reading: Reading;
  /** Hundredths, where the cell holds a mark. */
  readonly mark: number | undefined;
  readonly comment: string;
  readonly commentReason: CommentReason | undefined;
  readonly verdict: Verdict;
};

export type Peer = {
  readonly unit: UnitId;
  readonly name: string;
  /** Why the unit does not judge this peer. */
  readonly recusal: string | undefined;
  readonly cells: ReadonlyMap<string, Cell>;
  /** Points on lines that have a mark, and the most that those lines give. */
  readonly total: number;
  readonly outOf: number;
};

export type Sheet = {
  readonly lines: readonly MarkedLine[];
  readonly peers: readonly Peer[];
  readonly marked: number;
  readonly cells: number;
  /** Cells that keep the sheet from being handed in, in printing order. */
  readonly lacking: readonly Cell[];
};

/** Names of the draft's fields. */
export const markField = (peer: string, line: string) => `m:${peer}:${line}`;
export const commentField = (peer: string, line: string) => `c:${peer}:${line}`;
export const recusalField = (peer: string) => `k:${peer}`;

/** What is wrong with a typed mark on a line, before any question of comments. */
export function verdictOn(line: MarkedLine, reading: Reading): { mark?: number; verdict: Verdict } {
  if (reading.kind === 'empty') return { verdict: 'empty' };
  if (reading.kind === 'ambiguous') return { verdict: 'ambiguous' };
  if (reading.kind === 'bad') return { verdict: 'not-a-number' };
  const mark = hundredthsOf(reading.canonical);
  if (mark === undefined) return { verdict: 'too-precise' };
  if (mark < 0 || mark > line.max) return { verdict: 'out-of-range' };
  return isMarkFor(line, mark) ? { mark, verdict: 'ok' } : { verdict: 'off-step' };
}

function cellOf(place: Place, draft: Draft, peer: UnitId, line: MarkedLine): Cell {
  const typed = draft.fields.get(markField(peer, line.id))?.value ?? '';
  const comment = draft.fields.get(commentField(peer, line.id))?.value ?? '';
  const reading = readNumber(typed);
  const { mark, verdict } = verdictOn(line, reading);
  const commentReason =
    mark === undefined ? undefined : commentReasonFor(place.terms, place.state.scoring, peer, line, mark);
  return {
    peer,
    line,
    typed,
    reading,
    mark,
    comment,
    commentReason,
    verdict: verdict === 'ok' && commentReason && comment.trim() === '' ? 'comment-missing' : verdict,
  };
}

/** Why the rules want a comment on a mark as it was typed in a field of the draft; undefined where they do not. */
export function commentAskedBy(place: Place, field: string, typed: string): CommentReason | undefined {
  const [kind, peer, id] = field.split(':');
  const line = lineNamed(place.terms, id);
  const member = place.terms.members.find(({ unit }) => unit === peer);
  if (kind !== 'm' || !line || !member) return undefined;
  const { mark } = verdictOn(line, readNumber(typed));
  return mark === undefined
    ? undefined
    : commentReasonFor(place.terms, place.state.scoring, member.unit, line, mark);
}

/** Criteria of which a line is one, or a part. */
function criteriaWith(terms: BlocTerms): readonly Criterion[] {
  return terms.rubric.groups
    .flatMap(({ criteria }) => criteria)
    .filter(({ markedBy }) => markedBy === 'peers');
}

/** The sheet that a draft makes. */
export function sheetOf(place: Place, draft: Draft): Sheet {
  const { terms, unit } = place;
  const lines = criteriaMarkedBy(terms.rubric, 'peers');
  const criteria = criteriaWith(terms);
  const peers = terms.members
    .filter((member) => member.unit !== unit)
    .map((member): Peer => {
      const recusal = draft.fields.get(recusalField(member.unit))?.value.trim();
      const cells = new Map(
        lines.map((line) => [line.id as string, cellOf(place, draft, member.unit, line)]),
      );
      const marks = Object.fromEntries(
        [...cells].flatMap(([id, { mark }]) => (mark === undefined ? [] : [[id, mark]])),
      );
      const begun = criteria.filter((criterion) =>
        linesOf(criterion).some(({ id }) => marks[id] !== undefined),
      );
      return {
        unit: member.unit,
        name: member.name,
        recusal: recusal === '' ? undefined : recusal,
        cells,
        total: begun.reduce((sum, criterion) => sum + pointsOn(criterion, marks), 0),
        outOf: begun.reduce((sum, { max }) => sum + max, 0),
      };
    });
  const judged = peers.filter(({ recusal }) => recusal === undefined);
  const all = judged.flatMap(({ cells }) => [...cells.values()]);
  return {
    lines,
    peers,
    marked: all.filter(({ mark }) => mark !== undefined).length,
    cells: all.length,
    lacking: lines.flatMap((line) =>
      judged.flatMap(({ cells }) => {
        const cell = cells.get(line.id);
        return cell && cell.verdict !== 'ok' ? [cell] : [];
      }),
    ),
  };
}

/** The payload that hands the sheet in, as far as it is filled. */
export function sheetPayload({ unit }: Place, { peers }: Sheet): object {
  const judged = peers.filter(({ recusal }) => recusal === undefined);
  const cellsOf = (peer: Peer) => [...peer.cells.values()].filter(({ mark }) => mark !== undefined);
  const commented = judged.flatMap((peer) => {
    const texts = cellsOf(peer).filter(({ comment }) => comment.trim() !== '');
    return texts.length === 0
      ? []
      : [
          [
            peer.unit,
            Object.fromEntries(texts.map(({ line, comment }) => [line.id, { text: comment.trim() }])),
          ],
        ];
  });
  return {
    unit,
    marks: Object.fromEntries(
      judged.map((peer) => [
        peer.unit,
        Object.fromEntries(cellsOf(peer).map(({ line, mark }) => [line.id, points(mark ?? 0)])),
      ]),
    ),
    recused: Object.fromEntries(
      peers.flatMap(({ unit: peer, recusal }) => (recusal === undefined ? [] : [[peer, { text: recusal }]])),
    ),
    comments: Object.fromEntries(commented),
  };
}

/** The line of a sheet by its id. */
export function lineNamed({ rubric }: BlocTerms, id: string | undefined): MarkedLine | undefined {
  return allCriteria(rubric).find((line) => line.id === id && line.markedBy === 'peers');
}
