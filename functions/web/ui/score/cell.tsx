/** One cell of the score form: the field, how it was read, what it lacks, the comment that it asks for. */
import { formatHundredths } from '../../../../shared/domain/points.ts';
import { isMarkFor, type MarkedLine } from '../../../../shared/domain/rubric.ts';
import { roundedHundredthsOf, shownDecimal } from '../../../../shared/domain/typed-number.ts';
import { choiceName, type Draft, inputName } from '../../drafting.ts';
import { type Cell, commentField, markField, type Peer } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import type { Visit } from '../../visit.ts';
import { draftedInput } from '../drafted-form.tsx';
import { Icon } from '../icon.tsx';

/** A cell of a peer in a draft, as somebody looks at it. */
type Of = { visit: Visit; draft: Draft; cell: Cell; peer: Peer };

export const classOf: Readonly<Record<Cell['verdict'], string>> = {
  ok: '',
  empty: 'is-empty',
  ambiguous: 'is-ask',
  'not-a-number': 'is-bad',
  'too-precise': 'is-bad',
  'out-of-range': 'is-bad',
  'off-step': 'is-bad',
  'comment-missing': 'is-ask',
};

/** What is wrong with a cell, in a sentence; undefined where nothing is. */
export function complaint(
  visit: Visit,
  { verdict, typed, reading, line, commentReason }: Cell,
): string | undefined {
  const t = scoreText[visit.language];
  const shown = reading.kind === 'value' ? shownDecimal(reading.canonical) : typed;
  switch (verdict) {
    case 'ok':
    case 'empty':
      return undefined;
    case 'ambiguous':
    case 'not-a-number':
    case 'too-precise':
      return t.wrong[verdict](typed);
    case 'out-of-range':
      return t.wrong['out-of-range'](shown, formatHundredths(line.max));
    case 'off-step':
      return t.wrong['off-step'](shown, nearest(line, reading.kind === 'value' ? reading.canonical : '0'));
    case 'comment-missing':
      return commentReason ? t.why[commentReason] : undefined;
  }
}

/** The marks on the ladder below and above. */
function nearest(line: MarkedLine, canonical: string): string {
  const mark = roundedHundredthsOf(canonical);
  const ladderOf = line.bands ?? [
    Math.floor(mark / line.step) * line.step,
    Math.ceil(mark / line.step) * line.step,
  ];
  const below = ladderOf.filter((one) => one <= mark).at(-1);
  const above = ladderOf.find((one) => one >= mark);
  return [below, above].flatMap((one) => (one === undefined ? [] : [formatHundredths(one)])).join('; ');
}

/** What stands under the field: how it was read, or that nothing is there. */
function echo(visit: Visit, cell: Cell): string {
  const t = scoreText[visit.language];
  if (cell.reading.kind === 'empty') return t.notMarked;
  return cell.reading.kind === 'value' ? t.readAs(shownDecimal(cell.reading.canonical)) : '';
}

export function MarkInput({
  visit,
  draft,
  cell,
  peer,
}: {
  visit: Visit;
  draft: Draft;
  cell: Cell;
  peer: Peer;
}) {
  const t = scoreText[visit.language];
  const field = markField(peer.unit, cell.line.id);
  const wrong = complaint(visit, cell);
  return (
    <>
      <input
        class={`form-control ${classOf[cell.verdict]}`}
        inputmode="decimal"
        autocomplete="off"
        maxlength={40}
        value={cell.typed}
        aria-label={t.field(peer.name, cell.line.id)}
        aria-describedby={`${field}-doc${wrong ? ` ${field}-loi` : ''}`}
        {...(wrong && cell.verdict !== 'comment-missing' ? { 'aria-invalid': 'true' as const } : {})}
        data-max={cell.line.max}
        data-step={cell.line.step}
        {...(cell.line.bands ? { 'data-bands': cell.line.bands.join(' ') } : {})}
        data-mark
        {...draftedInput(draft, field)}
      />
      <small id={`${field}-doc`} data-echo>
        {echo(visit, cell)}
      </small>
    </>
  );
}

/** The two readings of a number with a point before three digits. */
function Choice({ visit, cell }: { visit: Visit; cell: Cell }) {
  const t = scoreText[visit.language].choice;
  if (cell.reading.kind !== 'ambiguous') return null;
  const field = markField(cell.peer, cell.line.id);
  const rounded = roundedHundredthsOf(cell.reading.decimal);
  const value = formatHundredths(rounded);
  const exact = shownDecimal(cell.reading.decimal);
  const isExact = /0$/.test(cell.reading.decimal);
  const takes = isMarkFor(cell.line, rounded);
  return (
    <div class="td-choice">
      {takes ? (
        <span class="form-check">
          <input
            class="form-check-input"
            type="radio"
            name={choiceName(field)}
            id={`${field}-thap-phan`}
            value={value}
          />
          <label class="form-check-label" for={`${field}-thap-phan`}>
            {isExact ? t.decimal(value) : t.rounded(exact, value)}
          </label>
        </span>
      ) : null}
      <span class="form-check">
        <input
          class="form-check-input"
          type="radio"
          name={choiceName(field)}
          id={`${field}-nghin`}
          value={cell.reading.thousands}
        />
        <label class="form-check-label" for={`${field}-nghin`}>
          {t.thousands(shownDecimal(cell.reading.thousands))}
        </label>
      </span>
    </div>
  );
}

/** Whether a cell has something to say below its row. */
export function hasMessage({ verdict, commentReason, comment }: Cell): boolean {
  return (verdict !== 'ok' && verdict !== 'empty') || commentReason !== undefined || comment !== '';
}

/** Asks for room for a comment: in place by the script, without one by the server. */
export function CommentButton({ visit, cell, peer, view }: Omit<Of, 'draft'> & { view: 'tc' | 'dv' }) {
  const t = scoreText[visit.language];
  return (
    <button
      class="td-linkbutton td-small"
      type="submit"
      name="_den"
      value={`nx-${view}:${peer.unit}:${cell.line.id}`}
      data-open={inputName(commentField(peer.unit, cell.line.id))}
    >
      {t.commentLabel}
      <span class="visually-hidden">{`: ${t.comment(peer.name, cell.line.id)}`}</span>
    </button>
  );
}

/** The message that belongs to a cell, with the comment or the choice that it asks for. */
export function CellMessage({ visit, draft, cell, peer, opened }: Of & { opened: boolean }) {
  const t = scoreText[visit.language];
  const wrong = complaint(visit, cell) ?? (cell.commentReason ? t.why[cell.commentReason] : undefined);
  const field = markField(peer.unit, cell.line.id);
  const comment = commentField(peer.unit, cell.line.id);
  const isBad = classOf[cell.verdict] === 'is-bad';
  const commented = cell.commentReason !== undefined || cell.comment !== '' || opened;
  return (
    <>
      <p
        class={`td-fielderr mt-0 ${isBad ? '' : 'td-fieldwarn'}`}
        id={`${field}-loi`}
        hidden={wrong === undefined}
      >
        <Icon name={cell.verdict === 'ambiguous' ? 'question' : isBad ? 'exclamation' : 'triangle'} />
        <span data-why>{wrong ?? ''}</span>
      </p>
      <Choice visit={visit} cell={cell} />
      <div hidden={!commented} data-comment>
        <label class="form-label td-small" for={inputName(comment)}>
          {t.commentLabel}
          <span class="visually-hidden">{`: ${t.comment(peer.name, cell.line.id)}`}</span>
        </label>
        <textarea class="form-control" rows={2} maxlength={2000} {...draftedInput(draft, comment)}>
          {cell.comment}
        </textarea>
      </div>
    </>
  );
}
