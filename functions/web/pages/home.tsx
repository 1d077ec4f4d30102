/** The public home: the seasons, and where each bloc of the present one stands. */
import { Hono } from 'hono';
import {
  type Calendar,
  calendarOrder,
  hasOpened,
  isOpen,
  longDate,
  shortDate,
} from '../../../shared/domain/calendar.ts';
import { SeasonId } from '../../../shared/domain/ids.ts';
import type { BlocProgress, BlocStep } from '../../../shared/domain/progress.ts';
import type { Season } from '../../../shared/domain/season.ts';
import type { WebDeps } from '../../deps.ts';
import { blocViews } from '../../journal/views.ts';
import { homeText } from '../text/home.ts';
import { Page } from '../ui/page.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const tags: Readonly<Record<BlocStep, string>> = {
  pledge: 'work',
  review: 'work',
  'self-scoring': 'work',
  'cross-scoring': 'now',
  tallying: 'work',
  meeting: 'work',
  nominated: 'ok',
  closed: 'warn',
};

type Shown = { readonly season: Season; readonly blocs: readonly BlocProgress[] };

export function homePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', async (c) => {
    const { state } = await deps.journal.load({ kind: 'province' });
    const seasons = await Promise.all(
      Object.keys(state.seasons)
        .sort()
        .reverse()
        .map(async (id): Promise<Shown> => {
          const season = await deps.journal.load({ kind: 'season', season: SeasonId.parse(id) });
          return { season: season.state, blocs: await blocViews(deps, id) };
        }),
    );
    const shown = seasons.filter(({ season }) => season.launched !== undefined);
    return c.html(<HomePage visit={c.get('visit')} shown={shown} />);
  });
  return pages;
}

function HomePage({ visit, shown }: { visit: Visit; shown: readonly Shown[] }) {
  const t = homeText[visit.language];
  return (
    <Page visit={visit} title={t.title}>
      {shown.length === 0 ? (
        <div class="td-opening">
          <div>
            <h1>{t.none}</h1>
            <p class="td-lead">{t.noneLead}</p>
          </div>
        </div>
      ) : (
        shown.map(({ season, blocs }) => <SeasonPart visit={visit} season={season} blocs={blocs} />)
      )}
    </Page>
  );
}

function Windows({ visit, calendar }: { visit: Visit; calendar: Calendar }) {
  const t = homeText[visit.language];
  return (
    <ol class="td-windows">
      {calendarOrder.map((name) => {
        const window = calendar[name];
        const here = isOpen(window, visit.now);
        const stage = here ? 'now' : hasOpened(window, visit.now) ? 'done' : 'next';
        return (
          <li class={here ? 'is-now' : ''} {...(here ? { 'aria-current': 'step' as const } : {})}>
            <b>{t.windows[name]}</b>
            <span class="td-num td-small">
              {shortDate(window.opensAt)} – {shortDate(window.closesAt)}
            </span>
            <span class="td-small td-muted">{t.stage[stage]}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Blocs({ visit, blocs }: { visit: Visit; blocs: readonly BlocProgress[] }) {
  const t = homeText[visit.language];
  const columns = [t.bloc, t.head, t.units, t.signed, t.reported, t.step, t.deadline];
  const numbers = [t.units, t.signed, t.reported, t.deadline];
  return (
    <section class="td-scroll" tabindex={0} aria-label={t.region}>
      <table class="table td-table td-stack" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((name) => (
              <th scope="col" role="columnheader" class={numbers.includes(name) ? 'td-num' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {blocs.map((bloc) => (
            <tr role="row">
              <th scope="row" role="rowheader" lang="vi">
                {bloc.name}
              </th>
              <td role="cell" data-label={t.headOf(bloc.kind)} lang="vi">
                {bloc.head}
              </td>
              <td role="cell" class="td-num" data-label={t.units}>
                {bloc.members}
              </td>
              <td role="cell" class="td-num" data-label={t.signed}>
                {bloc.signed}/{bloc.members}
              </td>
              <td role="cell" class="td-num" data-label={t.reported}>
                {bloc.reported}/{bloc.members}
              </td>
              <td role="cell" data-label={t.step}>
                <span class={`td-tag td-tag-${tags[bloc.step]}`}>{t.steps[bloc.step]}</span>
              </td>
              <td role="cell" class="td-num" data-label={t.deadline}>
                {bloc.closesAt ? shortDate(bloc.closesAt) : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SeasonPart({ visit, season, blocs }: { visit: Visit } & Shown) {
  const t = homeText[visit.language];
  const { directive, calendar, launched } = season;
  const members = Object.values(season.blocs).reduce((sum, bloc) => sum + bloc.members.length, 0);
  const dated = directive ? `${directive.date}T00:00:00+07:00` : '';
  return (
    <>
      <div class="td-opening">
        <div>
          <p class="td-muted">{t.province(season.province ?? '')}</p>
          <h1 class="td-display" lang="vi">
            {season.title}
          </h1>
          {directive ? (
            <p class="td-lead">
              {t.directive(
                directive.number,
                visit.language === 'vi' ? longDate(dated) : shortDate(dated),
                directive.theme,
              )}
            </p>
          ) : null}
        </div>
        <dl class="td-facts">
          <div>
            <dt>{t.blocs}</dt>
            <dd>{Object.keys(season.blocs).length}</dd>
          </div>
          <div>
            <dt>{t.members}</dt>
            <dd>{members}</dd>
          </div>
          <div>
            <dt>{t.targets}</dt>
            <dd>{directive?.targets.length ?? 0}</dd>
          </div>
        </dl>
      </div>
      {calendar ? (
        <section class="td-section" aria-labelledby={`lich-${season.id}`}>
          <div class="td-sechead">
            <h2 id={`lich-${season.id}`}>{t.calendar}</h2>
          </div>
          <Windows visit={visit} calendar={calendar} />
        </section>
      ) : null}
      <section class="td-section" aria-labelledby={`khoi-${season.id}`}>
        <div class="td-sechead">
          <h2 id={`khoi-${season.id}`}>{t.where}</h2>
        </div>
        {blocs.length > 0 ? (
          <Blocs visit={visit} blocs={blocs} />
        ) : (
          <p class="td-empty">{launched ? t.preparing : t.notLaunched}</p>
        )}
      </section>
    </>
  );
}
