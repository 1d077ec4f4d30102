/** The score form: a grid of one criterion × all peers, or one peer at a time; its review, hand-over and hand-in. */
import { type Context, Hono } from 'hono';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import { formatHundredths } from '../../../shared/domain/points.ts';
import { attainmentsOf } from '../../../shared/domain/review.ts';
import type { MarkedLine } from '../../../shared/domain/rubric.ts';
import { isMarkFor } from '../../../shared/domain/rubric.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import { roundedHundredthsOf, shownDecimal } from '../../../shared/domain/typed-number.ts';
import type { WebDeps } from '../../deps.ts';
import { markDraft } from '../../journal/drafts.ts';
import {
  choiceName,
  closedFor,
  type Draft,
  digestOf,
  draftAt,
  inputName,
  saveTyped,
  typedIn,
} from '../drafting.ts';
import { type Form, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage, refusedPage } from '../pages-of-refusal.tsx';
import { binding, draftOf, type Place } from '../place.ts';
import {
  type Cell,
  commentField,
  lineNamed,
  markField,
  type Peer,
  recusalField,
  type Sheet,
  sheetOf,
  sheetPayload,
} from '../sheet.ts';
import { frame } from '../text/frame.ts';
import { scoreText } from '../text/score.ts';
import {
  ActionBar,
  conflictPage,
  draftedForm,
  draftedInput,
  HiddenFields,
  SaveState,
} from '../ui/drafted-form.tsx';
import { Icon } from '../ui/icon.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, ErrorSummary, Facts, Note, Progress, Tag } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const form = 'score-sheet';
const page = 'cham-cheo';

type Shown = {
  readonly visit: Visit;
  readonly place: Place;
  readonly draft: Draft;
  readonly sheet: Sheet;
  readonly formId: string;
};

export function scorePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();

  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    const draft = await draftAt(deps, place, form);
    return { visit: c.get('visit'), place, draft, sheet: sheetOf(place, draft), formId: newFormId(deps) };
  };

  pages.get('/', async (c) => {
    const shown = await shownAt(c);
    const no = closedFor(shown.place, form, shown.visit.now);
    if (no && shown.draft.fields.size === 0) return refusalPage(c, no, { place: shown.place.ref });
    const peer = shown.sheet.peers.find(({ unit }) => unit === c.req.query('don-vi'));
    const onPhone = c.req.header('Sec-CH-UA-Mobile') === '?1' && c.req.query('tieu-chi') === undefined;
    if (peer || onPhone) {
      const first = shown.sheet.lacking[0]?.peer;
      const chosen = peer ?? shown.sheet.peers.find(({ unit }) => unit === first) ?? shown.sheet.peers[0];
      if (chosen) return c.html(<ByPeer {...shown} peer={chosen} />);
    }
    const line =
      lineNamed(shown.place.terms, c.req.query('tieu-chi')) ??
      shown.sheet.lacking[0]?.line ??
      shown.sheet.lines[0];
    return line ? c.html(<ByCriterion {...shown} line={line} />) : refusedPage(c, 'not-found');
  });

  pages.get('/khong-cham', async (c) => c.html(<Recusals {...(await shownAt(c))} />));
  pages.get('/xem-lai', async (c) => c.html(<Review {...(await shownAt(c))} />));

  /** Saves what was posted and goes where the pressed button says. */
  pages.post('/', async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const refused = refusedNow(c, posted);
    if (refused) return refused;
    const conflicts = await saveTyped(deps, place, form, accountOf(c), posted);
    const then = posted.get('_den');
    if (conflicts.length > 0) {
      return conflictPage(c, {
        place,
        section: 'crossScore',
        path: placePath(place.ref, page),
        conflicts,
        labelOf: labelsOf(c.get('visit'), place),
        id: newFormId(deps),
        onwards: { _den: then },
      });
    }
    return c.redirect(nextAddress(place, sheetOf(place, await draftAt(deps, place, form)), then), 303);
  });

  pages.post('/chuyen', async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const refused = refusedNow(c, posted);
    if (refused) return refused;
    const { place: where, keeping } = draftOf(deps, place, form, accountOf(c));
    await markDraft(deps, where, { state: 'prepared' }, keeping);
    return c.redirect('/ban-lam-viec', 303);
  });

  pages.post('/tra-lai', binding, async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const reason = posted.get('ly-do').slice(0, 500);
    if (reason === '') {
      const shown = await shownAt(c);
      return c.html(<Review {...shown} reasonMissing />, 422);
    }
    const { place: where, keeping } = draftOf(deps, place, form, accountOf(c));
    await markDraft(deps, where, { state: 'returned', reason }, keeping);
    return c.redirect(placePath(place.ref, page), 303);
  });

  pages.post('/gui', binding, async (c) => {
    const posted = await formOf(c);
    const shown = await shownAt(c);
    const { place, draft, sheet } = shown;
    // What was reviewed is handed in: if the draft has changed since, it is reviewed once more.
    if (posted.get('_ban') !== digestOf(draft)) return c.html(<Review {...shown} changed />, 409);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'SubmitScoreSheet',
      payload: sheetPayload(place, sheet),
    });
    if (!given.ok) {
      const entries = [...draft.fields.values()]
        .filter(({ value }) => value.trim() !== '')
        .map(({ field, value }) => [labelsOf(c.get('visit'), place)(field), value] as const);
      return refusalPage(c, given.refusal, { place: place.ref, form: { ...posted, entries } });
    }
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });

  /** The 409 page with everything that was typed, once the round takes nothing any more. */
  function refusedNow(c: Context<PageEnv>, posted: Form) {
    const place = c.get('place');
    const no = closedFor(place, form, c.get('arrivedAt'));
    if (!no) return undefined;
    const label = labelsOf(c.get('visit'), place);
    const entries = [...typedIn(posted)].map(([field, value]) => [label(field), value] as const);
    return refusalPage(c, no, { place: place.ref, form: { ...posted, entries } });
  }
  return pages;
}

function accountOf(c: Context<PageEnv>): string {
  return c.get('visit').acting?.account ?? '';
}

/** How a drafted field is called in a sentence. */
function labelsOf(visit: Visit, { terms }: Place): (field: string) => string {
  const t = scoreText[visit.language];
  return (field) => {
    const [kind, peer = '', line = ''] = field.split(':');
    const name = terms.members.find(({ unit }) => unit === peer)?.name ?? peer;
    if (kind === 'k') return t.recusalField(name);
    return kind === 'c' ? t.comment(name, line) : t.field(name, line);
  };
}

function cellAddress(place: Place, { line, peer }: Cell): string {
  return `${placePath(place.ref, page)}?tieu-chi=${line.id}#${inputName(markField(peer, line.id))}`;
}

/** Where a pressed button leads: a criterion, a peer, the next missing field, the review, the recusals. */
function nextAddress(place: Place, sheet: Sheet, then: string): string {
  const base = placePath(place.ref, page);
  if (then === 'xem-lai' || then === 'khong-cham') return `${base}/${then}`;
  if (then === 'thieu') {
    const [first] = sheet.lacking;
    return first ? cellAddress(place, first) : `${base}/xem-lai`;
  }
  const [kind, id] = then.split(':');
  if (kind === 'dv' && sheet.peers.some(({ unit }) => unit === id)) return `${base}?don-vi=${id}`;
  return lineNamed(place.terms, id) ? `${base}?tieu-chi=${id}` : base;
}

function Head({ visit, place, sheet, draft }: Shown) {
  const t = scoreText[visit.language];
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined).length;
  const { state, terms, unit, unitName } = place;
  const closesAt = closesAtFor(state, 'crossScore', unit);
  const handedIn = state.scoring.sheets[unit];
  const named = ruleValue(terms.rules, 'score.rater-names');
  return (
    <>
      <div class="td-head mb-3">
        <div>
          <h1 class="mb-1">{t.title}</h1>
          <p class="td-muted mb-0 mw-100">
            {t.lead(terms.name, unitName, judged, sheet.peers.length - judged)}
          </p>
        </div>
        <div class="td-prog">
          <div class="d-flex justify-content-between gap-4 mb-1">
            <Tag visit={visit} state={handedIn ? 'ok' : 'work'} />
            <span class="td-num" data-marked>
              {t.marked(sheet.marked, sheet.cells)}
            </span>
          </div>
          <Progress done={sheet.marked} of={sheet.cells} />
        </div>
      </div>
      <DeadlineLine
        visit={visit}
        closesAt={closesAt}
        extended={closesAt !== terms.calendar.crossScore.closesAt}
        whoSees={named ? t.whoSeesNamed(unitName) : t.whoSees(unitName)}
      />
      {handedIn ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.handedIn(`${clockTime(handedIn.at)}, ${shortDate(handedIn.at)}`)}{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${handedIn.seq}`}>{t.receipt}</a>
            </p>
          </Note>
        </div>
      ) : null}
      {draft.status ? (
        <div class="mt-3">
          <Note kind={draft.status.state === 'returned' ? 'warn' : 'gold'}>
            <p>{draft.status.state === 'returned' ? t.returnedNote(draft.status.reason) : t.preparedNote}</p>
          </Note>
        </div>
      ) : null}
    </>
  );
}

/** The ladder of a line in words. */
function ladder(visit: Visit, { step, bands }: MarkedLine): string {
  const t = scoreText[visit.language];
  return bands ? t.bands(bands.map(formatHundredths).join('; ')) : t.step(formatHundredths(step));
}

function CriteriaList({ visit, place, sheet, current }: Shown & { current: string }) {
  const t = scoreText[visit.language];
  const mine = new Set(sheet.lines.map(({ id }) => id as string));
  const groups = place.terms.rubric.groups
    .map((group) => ({
      group,
      lines: group.criteria.flatMap((one) => one.parts ?? [one]).filter(({ id }) => mine.has(id)),
    }))
    .filter(({ lines }) => lines.length > 0);
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  return (
    <nav aria-label={t.criteria}>
      <ol class="td-crit">
        {groups.map(({ group, lines }) => (
          <>
            <li class="grp">
              <span lang="vi">
                {group.id}. {group.title}
              </span>
            </li>
            {lines.map((line) => {
              const done = judged.filter(({ cells }) => cells.get(line.id)?.verdict === 'ok').length;
              const full = done === judged.length;
              return (
                <li>
                  <button
                    type="submit"
                    name="_den"
                    value={`tc:${line.id}`}
                    class={full ? 'full' : ''}
                    {...(line.id === current ? { 'aria-current': 'true' as const } : {})}
                  >
                    <span>{line.id}</span>
                    <span lang="vi">{line.title}</span>
                    <span>
                      {full ? <Icon name="check" /> : null}
                      {done}/{judged.length}
                    </span>
                  </button>
                </li>
              );
            })}
          </>
        ))}
      </ol>
    </nav>
  );
}

function Bar(props: Shown) {
  const { visit, draft, sheet } = props;
  const t = scoreText[visit.language];
  return (
    <>
      <SaveState visit={visit} draft={draft} />
      <span class="ms-auto td-num td-small">{t.left(sheet.lacking.length)}</span>
      <button class="btn btn-outline-primary" type="submit" name="_den" value="thieu" form="phieu">
        {t.toNext} <Icon name="arrow-down" />
      </button>
      <button class="btn btn-primary" type="submit" name="_den" value="xem-lai" form="phieu">
        {t.review}
      </button>
    </>
  );
}

function ByCriterion(props: Shown & { line: MarkedLine }) {
  const { visit, place, sheet, draft, formId, line } = props;
  const t = scoreText[visit.language];
  const at = sheet.lines.findIndex(({ id }) => id === line.id);
  const [previous, next] = [sheet.lines[at - 1], sheet.lines[at + 1]];
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  const names = judged.flatMap(({ unit }) => [markField(unit, line.id), commentField(unit, line.id)]);
  const columns = t.columns;
  return (
    <Page
      visit={visit}
      title={t.title}
      section="crossScore"
      place={place.ref}
      wide
      actions={
        <ActionBar visit={visit} wide>
          <Bar {...props} />
        </ActionBar>
      }
    >
      <Head {...props} />
      <form
        id="phieu"
        class="td-score mt-4"
        method="post"
        action={placePath(place.ref, page)}
        {...draftedForm(visit, place, form)}
      >
        <button class="visually-hidden" type="submit" name="_den" value={`tc:${line.id}`} tabindex={-1}>
          {t.save}
        </button>
        <HiddenFields names={names} draft={draft} id={formId} />
        <CriteriaList {...props} current={line.id} />
        <section aria-labelledby="h-tc">
          <div class="td-head mb-2">
            <div>
              <p class="td-muted mb-0 td-num td-small">{t.criterion(line.id, formatHundredths(line.max))}</p>
              <h2 id="h-tc" class="mb-1" lang="vi">
                {line.title}
              </h2>
            </div>
            <div class="d-flex gap-2 flex-wrap">
              {previous ? (
                <button
                  class="btn btn-outline-primary btn-sm"
                  type="submit"
                  name="_den"
                  value={`tc:${previous.id}`}
                >
                  <Icon name="chevron-left" /> {t.previous(previous.id)}
                </button>
              ) : null}
              {next ? (
                <button
                  class="btn btn-outline-primary btn-sm"
                  type="submit"
                  name="_den"
                  value={`tc:${next.id}`}
                >
                  {t.next(next.id)} <Icon name="chevron-right" />
                </button>
              ) : null}
            </div>
          </div>
          <p class="td-table-note td-num">
            {line.guide ? <span lang="vi">{line.guide} </span> : null}
            {ladder(visit, line)}
          </p>
          <section class="td-panel td-flush td-scroll" tabindex={0} aria-label={t.grid(line.id)}>
            <table class="table td-table td-grid">
              <caption class="visually-hidden">{t.caption(line.id)}</caption>
              <thead>
                <tr>
                  <th scope="col">{columns.peer}</th>
                  <th scope="col">{columns.reported}</th>
                  <th scope="col">{columns.evidence}</th>
                  <th scope="col" class="td-num">
                    {columns.self}
                  </th>
                  <th scope="col" class="td-num">
                    {columns.mark}
                  </th>
                  <th scope="col" class="td-num">
                    {columns.total}
                  </th>
                </tr>
              </thead>
              <tbody>
                {sheet.peers.map((peer) => (
                  <Row {...props} peer={peer} />
                ))}
              </tbody>
            </table>
          </section>
          <div class="td-actions">
            <button class="btn btn-outline-primary" type="submit" name="_den" value={`tc:${line.id}`}>
              {t.save}
            </button>
            <button class="td-linkbutton" type="submit" name="_den" value={`dv:${judged[0]?.unit ?? ''}`}>
              {t.byPeer}
            </button>
            <button class="td-linkbutton" type="submit" name="_den" value="khong-cham">
              {t.recusals}
            </button>
          </div>
          <details class="mt-3">
            <summary>{t.keysTitle}</summary>
            <p class="mb-0">{t.keys}</p>
          </details>
        </section>
      </form>
    </Page>
  );
}

/** What the peer reported of its targets, at the year's end or else at mid-year. */
function TargetsReached({ visit, place, peer }: { visit: Visit; place: Place; peer: Peer }) {
  const t = scoreText[visit.language];
  const { state } = place;
  const actuals =
    state.scoring.selfScores[peer.unit]?.actuals ?? state.review.reports[peer.unit]?.actuals ?? [];
  const attained = attainmentsOf(state, peer.unit, actuals);
  if (!attained.ok || attained.value.length === 0) return <span class="td-muted">–</span>;
  const reached = attained.value.filter((one) => one.reached).length;
  const targets = state.pledge.targets[peer.unit] ?? [];
  return (
    <details>
      <summary>{t.targets(reached, attained.value.length)}</summary>
      <ul class="td-plain td-small" lang="vi">
        {targets.map((target, i) => (
          <li>
            {target.indicator}:{' '}
            <span class="td-n">
              {attained.value[i]?.actual ? shownDecimal(attained.value[i]?.actual ?? '') : '–'} /{' '}
              {shownDecimal(target.planned)} {target.unitOfMeasure}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Evidence({ visit, place, peer, line }: { visit: Visit; place: Place; peer: Peer; line: string }) {
  const t = scoreText[visit.language];
  const given =
    place.state.scoring.selfScores[peer.unit]?.lines.find(({ criterion }) => criterion === line)?.evidence ??
    [];
  if (given.length === 0) return <span class="td-muted td-small">{t.noEvidence}</span>;
  return (
    <details>
      <summary>
        <Icon name="paperclip" /> {t.evidenceCount(given.length)}
      </summary>
      <ul class="td-plain td-small" lang="vi">
        {given.map(({ title, number, file, link }) => (
          <li>
            {file ? (
              <a href={`/tep/${file.sha256}`}>{title}</a>
            ) : link ? (
              <a href={link} rel="noreferrer">
                {title}
              </a>
            ) : (
              title
            )}
            {number ? `, ${number}` : ''}
          </li>
        ))}
      </ul>
    </details>
  );
}

function selfPoints({ state }: Place, peer: string, line: string): string | undefined {
  const given = state.scoring.selfScores[peer]?.lines.find(({ criterion }) => criterion === line);
  return given ? formatHundredths(given.points) : undefined;
}

const classOf: Readonly<Record<Cell['verdict'], string>> = {
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
function complaint(visit: Visit, { verdict, typed, reading, line, commentReason }: Cell): string | undefined {
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

function MarkInput({ visit, draft, cell, peer }: { visit: Visit; draft: Draft; cell: Cell; peer: Peer }) {
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

/** The message that belongs to a cell, with the comment or the choice that it asks for. */
function CellMessage({ visit, draft, cell, peer }: { visit: Visit; draft: Draft; cell: Cell; peer: Peer }) {
  const t = scoreText[visit.language];
  const wrong = complaint(visit, cell) ?? (cell.commentReason ? t.why[cell.commentReason] : undefined);
  const field = markField(peer.unit, cell.line.id);
  const comment = commentField(peer.unit, cell.line.id);
  const commented = cell.commentReason !== undefined || cell.comment !== '';
  return (
    <>
      {wrong ? (
        <p
          class={`td-fielderr mt-0 ${classOf[cell.verdict] === 'is-bad' ? '' : 'td-fieldwarn'}`}
          id={`${field}-loi`}
        >
          <Icon
            name={
              cell.verdict === 'ambiguous'
                ? 'question'
                : classOf[cell.verdict] === 'is-bad'
                  ? 'exclamation'
                  : 'triangle'
            }
          />
          <span>{wrong}</span>
        </p>
      ) : null}
      <Choice visit={visit} cell={cell} />
      {commented ? (
        <>
          <label class="form-label td-small" for={inputName(comment)}>
            {t.commentLabel}
            <span class="visually-hidden">{`: ${t.comment(peer.name, cell.line.id)}`}</span>
          </label>
          <textarea class="form-control" rows={2} maxlength={2000} {...draftedInput(draft, comment)}>
            {cell.comment}
          </textarea>
        </>
      ) : (
        <details class="td-small">
          <summary>{t.commentLabel}</summary>
          <textarea
            class="form-control"
            rows={2}
            maxlength={2000}
            aria-label={t.comment(peer.name, cell.line.id)}
            {...draftedInput(draft, comment)}
          ></textarea>
        </details>
      )}
    </>
  );
}

function Row(props: Shown & { peer: Peer; line: MarkedLine }) {
  const { visit, place, draft, peer, line } = props;
  const t = scoreText[visit.language];
  if (peer.recusal !== undefined) {
    return (
      <tr class="is-off">
        <th scope="row" lang="vi">
          {peer.name}
        </th>
        <td colspan={4}>
          <strong>{t.off}</strong> {t.offReason} <span lang="vi">{peer.recusal}</span>
        </td>
        <td class="td-num">{t.notCounted}</td>
      </tr>
    );
  }
  const cell = peer.cells.get(line.id);
  if (!cell) return null;
  const share = peer.outOf === 0 ? 0 : Math.round((peer.total / peer.outOf) * 100);
  return (
    <>
      <tr class="has-msg" data-row>
        <th scope="row" lang="vi">
          {peer.name}
        </th>
        <td>
          <TargetsReached visit={visit} place={place} peer={peer} />
        </td>
        <td>
          <Evidence visit={visit} place={place} peer={peer} line={line.id} />
        </td>
        <td class="td-num">
          {selfPoints(place, peer.unit, line.id) ?? <span class="td-muted">{t.noSelf}</span>}
        </td>
        <td class="td-cell td-num">
          <MarkInput visit={visit} draft={draft} cell={cell} peer={peer} />
        </td>
        <td
          class="td-num td-total"
          data-total={peer.total - (cell.mark ?? 0)}
          data-outof={peer.outOf - (cell.mark === undefined ? 0 : line.max)}
        >
          <span data-total-text>
            <b>{formatHundredths(peer.total)}</b> / {formatHundredths(peer.outOf)}
          </span>
          <svg class="td-bar" aria-hidden="true" height="6">
            <rect width={`${share}%`} height="6" />
          </svg>
        </td>
      </tr>
      <tr class="td-msg">
        <td></td>
        <td colspan={5}>
          <CellMessage visit={visit} draft={draft} cell={cell} peer={peer} />
        </td>
      </tr>
    </>
  );
}

function ByPeer(props: Shown & { peer: Peer }) {
  const { visit, place, sheet, draft, formId, peer } = props;
  const t = scoreText[visit.language];
  const at = sheet.peers.findIndex(({ unit }) => unit === peer.unit);
  const [previous, next] = [sheet.peers[at - 1], sheet.peers[at + 1]];
  const names = sheet.lines.flatMap(({ id }) => [markField(peer.unit, id), commentField(peer.unit, id)]);
  return (
    <Page
      visit={visit}
      title={t.title}
      section="crossScore"
      place={place.ref}
      actions={
        <ActionBar visit={visit}>
          <Bar {...props} />
        </ActionBar>
      }
    >
      <Head {...props} />
      <form
        id="phieu"
        class="td-narrow"
        method="post"
        action={placePath(place.ref, page)}
        {...draftedForm(visit, place, form)}
      >
        <button class="visually-hidden" type="submit" name="_den" value={`dv:${peer.unit}`} tabindex={-1}>
          {t.save}
        </button>
        <HiddenFields names={peer.recusal === undefined ? names : []} draft={draft} id={formId} />
        <div class="td-peer-row">
          {previous ? (
            <button
              class="btn btn-outline-primary"
              type="submit"
              name="_den"
              value={`dv:${previous.unit}`}
              aria-label={t.previous(previous.name)}
            >
              <Icon name="chevron-left" />
            </button>
          ) : (
            <span></span>
          )}
          <div>
            <p class="td-small td-muted td-num mb-0">{t.peerOf(at + 1, sheet.peers.length)}</p>
            <h2 class="mb-0" lang="vi">
              {peer.name}
            </h2>
          </div>
          {next ? (
            <button
              class="btn btn-outline-primary"
              type="submit"
              name="_den"
              value={`dv:${next.unit}`}
              aria-label={t.next(next.name)}
            >
              <Icon name="chevron-right" />
            </button>
          ) : (
            <span></span>
          )}
        </div>
        {peer.recusal !== undefined ? (
          <Note>
            <p>
              <strong>{t.off}</strong> {t.offReason} <span lang="vi">{peer.recusal}</span>
            </p>
          </Note>
        ) : (
          <>
            <TargetsReached visit={visit} place={place} peer={peer} />
            {sheet.lines.map((line) => {
              const cell = peer.cells.get(line.id);
              return cell ? (
                <div class="td-one" data-row>
                  <h3>
                    <label for={inputName(markField(peer.unit, line.id))} lang="vi">
                      {line.id}. {line.title}
                    </label>
                  </h3>
                  <div class="td-one-row">
                    <dl>
                      <dt>{t.max}</dt>
                      <dd>{formatHundredths(line.max)}</dd>
                      <dt>{t.self}</dt>
                      <dd>{selfPoints(place, peer.unit, line.id) ?? t.noSelf}</dd>
                      <dt>{t.columns.evidence}</dt>
                      <dd>
                        <Evidence visit={visit} place={place} peer={peer} line={line.id} />
                      </dd>
                    </dl>
                    <div>
                      <MarkInput visit={visit} draft={draft} cell={cell} peer={peer} />
                    </div>
                  </div>
                  <CellMessage visit={visit} draft={draft} cell={cell} peer={peer} />
                </div>
              ) : null;
            })}
          </>
        )}
        <div class="td-actions">
          <button class="btn btn-outline-primary" type="submit" name="_den" value={`dv:${peer.unit}`}>
            {t.save}
          </button>
          <button class="td-linkbutton" type="submit" name="_den" value={`tc:${sheet.lines[0]?.id ?? ''}`}>
            {t.byCriterion}
          </button>
          <button class="td-linkbutton" type="submit" name="_den" value="khong-cham">
            {t.recusals}
          </button>
        </div>
      </form>
    </Page>
  );
}

function crumbOf(visit: Visit, place: Place) {
  return [
    { name: frame[visit.language].nav.desk, path: '/ban-lam-viec' },
    { name: scoreText[visit.language].title, path: placePath(place.ref, page) },
  ];
}

function Recusals({ visit, place, sheet, draft, formId }: Shown) {
  const t = scoreText[visit.language];
  return (
    <Page
      visit={visit}
      title={t.recusals}
      section="crossScore"
      place={place.ref}
      crumb={crumbOf(visit, place)}
    >
      <h1>{t.recusals}</h1>
      <p class="td-lead">{t.recusalLead}</p>
      <form method="post" action={placePath(place.ref, page)} {...draftedForm(visit, place, form)}>
        <HiddenFields names={sheet.peers.map(({ unit }) => recusalField(unit))} draft={draft} id={formId} />
        {sheet.peers.map(({ unit, name, recusal }) => (
          <div class="td-one">
            <label class="form-label" for={inputName(recusalField(unit))} lang="vi">
              {name}
            </label>
            <textarea
              class="form-control"
              rows={2}
              maxlength={1000}
              {...draftedInput(draft, recusalField(unit))}
            >
              {recusal ?? ''}
            </textarea>
          </div>
        ))}
        <div class="td-actions">
          <button class="btn btn-primary" type="submit" name="_den" value="khong-cham">
            {t.recusalSave}
          </button>
          <SaveState visit={visit} draft={draft} />
        </div>
      </form>
    </Page>
  );
}

function Review(props: Shown & { changed?: boolean; reasonMissing?: boolean }) {
  const { visit, place, sheet, draft, formId, changed, reasonMissing } = props;
  const t = scoreText[visit.language];
  const base = placePath(place.ref, page);
  const no = closedFor(place, form, visit.now);
  const judged = sheet.peers.filter(({ recusal }) => recusal === undefined);
  const commented = judged.flatMap(({ cells }) =>
    [...cells.values()].filter(({ comment }) => comment.trim() !== ''),
  );
  const label = labelsOf(visit, place);
  const most = 20;
  const errors = sheet.lacking.slice(0, most).map((cell) => ({
    path: cellAddress(place, cell),
    message: `${label(markField(cell.peer, cell.line.id))}: ${
      cell.verdict === 'empty'
        ? t.wrong.empty
        : cell.verdict === 'comment-missing'
          ? t.wrong['comment-missing']
          : complaint(visit, cell)
    }`,
  }));
  return (
    <Page
      visit={visit}
      title={t.reviewTitle}
      section="crossScore"
      place={place.ref}
      wide
      crumb={crumbOf(visit, place)}
    >
      {changed ? <ErrorSummary visit={visit} errors={[]} title={t.changed} /> : null}
      {sheet.lacking.length > 0 ? (
        <div class="td-errors" role="alert" tabindex={-1} data-errors>
          <h2>{t.lackingTitle(sheet.lacking.length)}</h2>
          <ul>
            {errors.map(({ path, message }) => (
              <li>
                <a href={path}>{message}</a>
              </li>
            ))}
            {sheet.lacking.length > most ? <li>{t.more(sheet.lacking.length - most)}</li> : null}
          </ul>
        </div>
      ) : null}
      <h1>{t.reviewTitle}</h1>
      <p class="td-lead">{t.reviewLead}</p>
      {no ? (
        <Note kind="warn">
          <p>{no[visit.language]}</p>
        </Note>
      ) : null}
      <section class="td-scroll td-matrix" tabindex={0} aria-label={t.reviewTitle}>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{t.columns.peer}</th>
              {sheet.lines.map(({ id, title }) => (
                <th scope="col" class="td-num">
                  <abbr title={title}>{id}</abbr>
                </th>
              ))}
              <th scope="col" class="td-num">
                {t.total}
              </th>
            </tr>
          </thead>
          <tbody>
            {sheet.peers.map((peer) => (
              <tr class={peer.recusal === undefined ? '' : 'is-off'}>
                <th scope="row" lang="vi">
                  {peer.name}
                </th>
                {peer.recusal !== undefined ? (
                  <td colspan={sheet.lines.length}>
                    {t.off} <span lang="vi">{peer.recusal}</span>
                  </td>
                ) : (
                  [...peer.cells.values()].map((cell) => (
                    <td class="td-num">
                      <a href={cellAddress(place, cell)} class={classOf[cell.verdict]}>
                        {cell.mark === undefined ? cell.typed || '–' : formatHundredths(cell.mark)}
                      </a>
                    </td>
                  ))
                )}
                <td class="td-num">
                  <b>{peer.recusal === undefined ? formatHundredths(peer.total) : '–'}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {commented.length > 0 ? (
        <section class="td-section">
          <h2>{t.comments}</h2>
          <dl class="td-sum">
            {commented.map((cell) => (
              <>
                <dt>{label(markField(cell.peer, cell.line.id))}</dt>
                <dd class="td-typed">{cell.comment}</dd>
              </>
            ))}
          </dl>
        </section>
      ) : null}
      {no ? null : (
        <section class="td-section">
          {place.binds && sheet.lacking.length === 0 ? (
            <div class="td-confirm">
              <h2>{t.handQuestion(place.unitName)}</h2>
              <p>{t.handLead}</p>
              <Facts
                facts={[
                  [t.facts.peers, t.peersCount(judged.length, sheet.peers.length - judged.length)],
                  [t.facts.cells, `${sheet.marked}/${sheet.cells}`],
                  [t.facts.comments, String(commented.length)],
                  [t.facts.by, visit.acting ? frame[visit.language].roles[visit.acting.role] : ''],
                ]}
              />
              <form class="td-actions" method="post" action={`${base}/gui`}>
                <input type="hidden" name="_id" value={formId} />
                <input type="hidden" name="_ban" value={digestOf(draft)} />
                <button class="btn btn-danger" type="submit">
                  {t.hand}
                </button>
                <a href={base}>{frame[visit.language].back}</a>
              </form>
            </div>
          ) : null}
          {place.binds ? null : (
            <form method="post" action={`${base}/chuyen`}>
              <input type="hidden" name="_id" value={formId} />
              <h2>{t.toLeader}</h2>
              <p>{t.officerOnly}</p>
              <button class="btn btn-primary" type="submit" disabled={sheet.lacking.length > 0}>
                {t.toLeader}
              </button>
            </form>
          )}
          {place.binds && draft.status?.state === 'prepared' ? (
            <form class="mt-4" method="post" action={`${base}/tra-lai`}>
              <input type="hidden" name="_id" value={formId} />
              <label class="form-label" for="ly-do">
                {t.returnReason}
              </label>
              {reasonMissing ? (
                <p class="td-fielderr" id="ly-do-loi">
                  {frame[visit.language].errors.required}
                </p>
              ) : null}
              <textarea
                class="form-control"
                id="ly-do"
                name="ly-do"
                rows={2}
                maxlength={500}
                required
              ></textarea>
              <div class="td-actions">
                <button class="btn btn-outline-primary" type="submit">
                  {t.return}
                </button>
              </div>
            </form>
          ) : null}
        </section>
      )}
    </Page>
  );
}
