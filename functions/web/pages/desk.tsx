/** My desk: what is asked of the unit now, by deadline; what it handed in, with receipts; notices; earlier years. */
import { Hono } from 'hono';
import {
  type Calendar,
  calendarOrder,
  clockTime,
  hasOpened,
  hasPassed,
  shortDate,
} from '../../../shared/domain/calendar.ts';
import { type Duty, dutiesOf } from '../../../shared/domain/duties.ts';
import { streamName, type UnitId } from '../../../shared/domain/ids.ts';
import type { WebDeps } from '../../deps.ts';
import { type DraftForm, readDraft } from '../../journal/drafts.ts';
import { placesOf, type UnitPlace } from '../places.ts';
import { deskText } from '../text/desk.ts';
import { instantInWords, remaining } from '../text/time.ts';
import { Page, placePath } from '../ui/page.tsx';
import { Empty, Hash, Tag, type TagState } from '../ui/parts.tsx';
import { type PageEnv, unitNameOf, type Visit } from '../visit.ts';

/** Which page serves a duty, and which draft it keeps. */
const pageOf: Readonly<Record<Duty['kind'], string>> = {
  targets: 'chi-tieu',
  pledge: 'giao-uoc',
  amendment: 'bang-tieu-chi',
  addendum: 'phu-luc',
  review: 'so-ket',
  'self-score': 'tu-cham',
  'score-sheet': 'cham-cheo',
};
const draftOfDuty: Readonly<Partial<Record<Duty['kind'], DraftForm>>> = {
  targets: 'targets',
  review: 'review',
  'self-score': 'self-score',
  'score-sheet': 'score-sheet',
};

type DraftNote = {
  readonly fields: number;
  readonly prepared: boolean;
  readonly returned: string | undefined;
};

export function deskPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', async (c) => {
    const visit = c.get('visit');
    const unit = visit.acting?.unit;
    if (unit === undefined) return c.html(<NoUnit visit={visit} />);
    const places = await placesOf(deps, unit);
    const open = await Promise.all(
      places
        .filter(({ archived }) => !archived)
        .map(async (place) => ({ place, drafts: await draftNotes(deps, place, unit, visit.now) })),
    );
    const hashes = await shaOf(
      deps,
      open.map(({ place }) => place),
      unit,
      visit.now,
    );
    return c.html(
      <Desk
        visit={visit}
        unit={unit}
        open={open}
        past={places.filter((one) => one.archived)}
        hashes={hashes}
      />,
    );
  });
  return pages;
}

async function draftNotes(deps: WebDeps, place: UnitPlace, unit: UnitId, now: Date) {
  const notes = new Map<Duty['kind'], DraftNote>();
  const stream = streamName({ kind: 'bloc', season: place.season, bloc: place.bloc });
  for (const { kind, state } of dutiesOf(place.state, unit, now)) {
    const form = draftOfDuty[kind];
    if (!form || !['open', 'late'].includes(state)) continue;
    const { fields, status } = await readDraft(deps, { stream, unit, form });
    notes.set(kind, {
      fields: fields.filter(({ value }) => value.trim() !== '').length,
      prepared: status?.state === 'prepared',
      returned: status?.state === 'returned' ? status.reason : undefined,
    });
  }
  return notes;
}

/** Hashes of the commits behind what was handed in. */
async function shaOf(deps: WebDeps, places: readonly UnitPlace[], unit: UnitId, now: Date) {
  const found = new Map<string, string>();
  for (const { season, bloc, state } of places) {
    const stream = streamName({ kind: 'bloc', season, bloc });
    for (const { done } of dutiesOf(state, unit, now)) {
      const commit = done && (await deps.journal.read(stream, done.seq));
      if (commit) found.set(`${stream} ${commit.seq}`, commit.sha256);
    }
  }
  return found;
}

function NoUnit({ visit }: { visit: Visit }) {
  const t = deskText[visit.language];
  return (
    <Page visit={visit} title={t.titlePlain} section="desk">
      <h1>{t.titlePlain}</h1>
      <Empty title={t.notUnit}>
        <p>{t.notUnitLead}</p>
      </Empty>
    </Page>
  );
}

type Open = readonly { readonly place: UnitPlace; readonly drafts: ReadonlyMap<Duty['kind'], DraftNote> }[];

function isAsked({ state }: Duty): boolean {
  return state === 'open' || state === 'late';
}

function Desk({
  visit,
  unit,
  open,
  past,
  hashes,
}: {
  visit: Visit;
  unit: UnitId;
  open: Open;
  past: readonly UnitPlace[];
  hashes: ReadonlyMap<string, string>;
}) {
  const t = deskText[visit.language];
  const name = unitNameOf(visit) ?? unit;
  const first = open[0]?.place;
  const asked = open
    .flatMap(({ place }) => dutiesOf(place.state, unit, visit.now))
    .filter(isAsked)
    .sort((a, b) => Date.parse(a.closesAt ?? '') - Date.parse(b.closesAt ?? ''));
  return (
    <Page visit={visit} title={t.title(name)} section="desk" place={first}>
      {open.length === 0 ? (
        <>
          <h1>{t.title(name)}</h1>
          <Empty title={t.noPlace}>
            <p>{t.noPlaceLead}</p>
          </Empty>
        </>
      ) : (
        <>
          <p class="td-muted mb-1 pt-2">
            <span lang="vi">{first?.state.terms?.name}</span> · {t.year(first?.season ?? '')}
          </p>
          <h1 class="mb-2">{t.title(name)}</h1>
          <p class="td-lead">
            {asked[0]?.closesAt
              ? t.leadSome(asked.length, instantInWords(asked[0].closesAt, visit.language))
              : t.leadNone}
          </p>
          {open.map(({ place, drafts }) => (
            <Year visit={visit} unit={unit} place={place} drafts={drafts} hashes={hashes} />
          ))}
        </>
      )}
      {past.length > 0 ? (
        <section class="td-section">
          <h2>{t.past}</h2>
          <ul class="td-plain">
            {past.map(({ season, bloc, title }) => (
              <li>
                <a href={placePath({ season, bloc }, 'ket-qua')} lang="vi">
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Page>
  );
}

function Year({
  visit,
  unit,
  place,
  drafts,
  hashes,
}: {
  visit: Visit;
  unit: UnitId;
  place: UnitPlace;
  drafts: ReadonlyMap<Duty['kind'], DraftNote>;
  hashes: ReadonlyMap<string, string>;
}) {
  const t = deskText[visit.language];
  const duties = dutiesOf(place.state, unit, visit.now);
  const order: Readonly<Record<Duty['state'], number>> = {
    late: 0,
    open: 0,
    waiting: 1,
    ahead: 2,
    missed: 3,
    done: 4,
  };
  const shown = duties
    .filter(({ state }) => state !== 'done')
    .sort(
      (a, b) =>
        order[a.state] - order[b.state] || Date.parse(a.closesAt ?? '') - Date.parse(b.closesAt ?? ''),
    );
  const done = duties.filter((duty) => duty.done !== null);
  const { terms } = place.state;
  return (
    <div class="row gy-5 gx-4 gx-xl-5">
      <div class="col-lg-8">
        <section>
          <h2 class="td-h2rule">{t.toDo}</h2>
          {shown.length === 0 ? <p>{t.leadNone}</p> : null}
          <ul class="td-tasks">
            {shown.map((duty) => (
              <Task visit={visit} duty={duty} place={place} draft={drafts.get(duty.kind)} />
            ))}
          </ul>
        </section>
        <section class="mt-5">
          <h2 class="td-h2rule">{t.handedIn}</h2>
          {done.length === 0 ? (
            <Empty title={t.nothingIn} level={3}>
              <p>{t.nothingInLead}</p>
            </Empty>
          ) : (
            <HandedIn visit={visit} place={place} done={done} hashes={hashes} />
          )}
        </section>
      </div>
      <div class="col-lg-4">
        {terms ? <Steps visit={visit} season={place.season} calendar={terms.calendar} /> : null}
        <Notices visit={visit} unit={unit} place={place} drafts={drafts} />
        {terms ? (
          <section class="mt-4">
            <h2 class="h3 td-h2rule">{t.contact}</h2>
            <p>
              {t.head(terms.kind)}:{' '}
              <span lang="vi">
                {terms.members.find((one) => one.unit === terms.head)?.name ?? terms.head}
              </span>
            </p>
          </section>
        ) : null}
      </div>
    </div>
  );
}

const tagOf: Readonly<Record<Duty['state'], TagState>> = {
  ahead: 'none',
  waiting: 'none',
  open: 'now',
  late: 'bad',
  done: 'ok',
  missed: 'lock',
};

function missingOf(visit: Visit, { kind, state, voided }: Duty, draft: DraftNote | undefined): string {
  const t = deskText[visit.language].missing;
  if (state === 'missed') return t.missed;
  if (state === 'waiting') {
    if (kind === 'pledge') return t.pledgeWaiting;
    if (kind === 'review') return t.reviewWaiting;
    return kind === 'self-score' ? t.selfScoreWaiting : t.roundWaiting;
  }
  if (state === 'ahead') return '';
  if (draft?.returned !== undefined) return t.returned(draft.returned);
  if (draft?.prepared) return t.prepared;
  const missing =
    kind === 'pledge' && voided
      ? t.pledgeVoided
      : kind === 'review' && state === 'late'
        ? t.reviewLate
        : t[kind];
  return draft && draft.fields > 0 ? `${missing} ${t.draft(draft.fields)}` : missing;
}

function Task({
  visit,
  duty,
  place,
  draft,
}: {
  visit: Visit;
  duty: Duty;
  place: UnitPlace;
  draft: DraftNote | undefined;
}) {
  const t = deskText[visit.language];
  const { kind, state, closesAt, opensAt } = duty;
  const reachable = isAsked(duty) || (kind === 'pledge' && state === 'waiting');
  const missing = missingOf(visit, duty, draft);
  const tag: TagState =
    draft?.returned !== undefined || duty.voided
      ? 'warn'
      : isAsked(duty) && draft && draft.fields > 0
        ? 'work'
        : tagOf[state];
  return (
    <li>
      <div>
        <h3 class={reachable ? '' : 'td-muted'}>
          {reachable ? <a href={placePath(place, pageOf[kind])}>{t.duties[kind]}</a> : t.duties[kind]}
        </h3>
        {missing ? <p class="td-miss">{missing}</p> : null}
        {state === 'ahead' && opensAt ? (
          <p class="td-miss td-num">{t.opensAt(instantInWords(opensAt, visit.language))}</p>
        ) : closesAt && state !== 'missed' ? (
          <p class="td-when td-num">
            <strong>{t.until}</strong> {instantInWords(closesAt, visit.language)} ·{' '}
            {remaining(closesAt, visit.now, visit.language)}
          </p>
        ) : null}
      </div>
      <div class="td-state">
        <Tag visit={visit} state={tag} />
      </div>
    </li>
  );
}

function HandedIn({
  visit,
  place,
  done,
  hashes,
}: {
  visit: Visit;
  place: UnitPlace;
  done: readonly Duty[];
  hashes: ReadonlyMap<string, string>;
}) {
  const t = deskText[visit.language];
  const stream = streamName({ kind: 'bloc', season: place.season, bloc: place.bloc });
  return (
    <section class="td-scroll" tabindex={0} aria-label={t.handedIn}>
      <table class="table td-table td-stack" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {t.what}
            </th>
            <th role="columnheader" scope="col">
              {t.when}
            </th>
            <th role="columnheader" scope="col">
              {t.hash}
            </th>
            <th role="columnheader" scope="col">
              <span class="visually-hidden">{t.receipt}</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {done.toReversed().map(({ kind, done: given, replaceable }) => (
            <tr role="row">
              <th role="rowheader" scope="row">
                {replaceable ? <a href={placePath(place, pageOf[kind])}>{t.duties[kind]}</a> : t.duties[kind]}
                {replaceable ? <span class="d-block td-small td-muted">{t.missing.replaceable}</span> : null}
              </th>
              <td role="cell" class="text-nowrap" data-label={t.when}>
                {given ? `${clockTime(given.at)}, ${shortDate(given.at)}` : ''}
              </td>
              <td role="cell" class="text-nowrap" data-label={t.hash}>
                <Hash value={hashes.get(`${stream} ${given?.seq}`) ?? ''} />
              </td>
              <td role="cell" class="td-endcell">
                <a class="text-nowrap" href={`/phieu-xac-nhan/${stream}/${given?.seq}`}>
                  {t.receipt}
                  <span class="visually-hidden">{`: ${t.duties[kind]}`}</span>
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Steps({ visit, season, calendar }: { visit: Visit; season: string; calendar: Calendar }) {
  const t = deskText[visit.language];
  return (
    <section>
      <h2 class="h3 td-h2rule">{t.year2(season)}</h2>
      <ol class="td-steps mt-3">
        {calendarOrder.map((name) => {
          const { opensAt, closesAt } = calendar[name];
          const stage = hasPassed(closesAt, visit.now)
            ? 'done'
            : hasOpened(calendar[name], visit.now)
              ? 'now'
              : 'next';
          return (
            <li class={stage} {...(stage === 'now' ? { 'aria-current': 'step' as const } : {})}>
              <i class="td-dot"></i>
              <b>{t.windows[name]}</b>
              <span>
                {shortDate(opensAt)} – {shortDate(closesAt)}
                {` · ${t.stage[stage]}`}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Notices({
  visit,
  unit,
  place,
  drafts,
}: {
  visit: Visit;
  unit: UnitId;
  place: UnitPlace;
  drafts: ReadonlyMap<Duty['kind'], DraftNote>;
}) {
  const t = deskText[visit.language];
  const { state } = place;
  const at = (page: string) => placePath(place, page);
  const notices: (readonly [text: string, detail: string, path: string])[] = [
    ...[...drafts].flatMap(([kind, { returned }]) =>
      returned === undefined ? [] : [[t.said.returned, returned, at(pageOf[kind])] as const],
    ),
    ...state.extensions
      .filter((one) => one.state === 'granted' && (one.units === 'all' || one.units.includes(unit)))
      .map(
        ({ window, until, reason }) =>
          [t.said.extended(t.windows[window], instantInWords(until, visit.language)), reason, ''] as const,
      ),
    ...(state.pledge.voided.includes(unit) ? [[t.said.voided, '', at('giao-uoc')] as const] : []),
    ...state.objections.filed
      .filter((one) => one.unit === unit && (one.state === 'upheld' || one.state === 'refused'))
      .map(({ number, reason }) => [t.said.answered(number), reason ?? '', at('ket-qua')] as const),
    ...(state.scoring.tally ? [[t.said.result, '', at('ket-qua')] as const] : []),
  ];
  return (
    <section class="mt-4">
      <h2 class="h3 td-h2rule">{t.notices}</h2>
      {notices.length === 0 ? <p class="td-muted">{t.noNotices}</p> : null}
      <ul class="td-plain">
        {notices.map(([text, detail, path]) => (
          <li>
            {path ? <a href={path}>{text}</a> : text}
            {detail ? (
              <span class="d-block td-small td-muted" lang="vi">
                {detail}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
