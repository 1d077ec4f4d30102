/** The public home: the seasons, and where each bloc of the present one stands. */
import { raw } from 'hono/html';
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
import type { Deps } from '../../deps.ts';
import { blocViews } from '../../journal/views.ts';
import { Page } from '../ui/page.tsx';

const windowNames: Readonly<Record<keyof Calendar, string>> = {
  pledge: 'Ký giao ước',
  review: 'Sơ kết 6 tháng',
  selfScore: 'Tự chấm điểm',
  crossScore: 'Chấm điểm chéo',
  meeting: 'Họp bình xét',
  council: 'Họp Hội đồng',
  publication: 'Quyết định, công bố',
};

const steps: Readonly<Record<BlocStep, readonly [name: string, tag: string]>> = {
  pledge: ['Ký giao ước', 'work'],
  review: ['Sơ kết 6 tháng', 'work'],
  'self-scoring': ['Tự chấm điểm', 'work'],
  'cross-scoring': ['Chấm điểm chéo', 'now'],
  tallying: ['Tổng hợp điểm', 'work'],
  meeting: ['Họp bình xét', 'work'],
  nominated: ['Đã đề nghị khen thưởng', 'ok'],
  closed: ['Kết thúc, không đề nghị', 'warn'],
};

function Windows({ calendar, now }: { calendar: Calendar; now: Date }) {
  return (
    <ol class="td-windows">
      {calendarOrder.map((name) => {
        const window = calendar[name];
        const here = isOpen(window, now);
        const state = here ? 'đang diễn ra' : hasOpened(window, now) ? 'đã xong' : 'chưa đến';
        return (
          <li class={here ? 'is-now' : ''} {...(here ? { 'aria-current': 'step' } : {})}>
            <b>{windowNames[name]}</b>
            <span class="td-num td-small">
              {shortDate(window.opensAt)} – {shortDate(window.closesAt)}
            </span>
            <span class="td-small td-muted">{state}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Blocs({ blocs }: { blocs: readonly BlocProgress[] }) {
  return (
    <section class="td-scroll" tabindex={0} aria-label="Các khối, cụm thi đua">
      <table class="table td-table td-stack">
        <thead>
          <tr>
            <th scope="col">Khối, cụm</th>
            <th scope="col">Trưởng khối, Cụm trưởng</th>
            <th scope="col" class="td-num">
              Đơn vị
            </th>
            <th scope="col" class="td-num">
              Đã ký giao ước
            </th>
            <th scope="col" class="td-num">
              Đã báo cáo sơ kết
            </th>
            <th scope="col">Đang ở bước</th>
            <th scope="col" class="td-num">
              Hạn
            </th>
          </tr>
        </thead>
        <tbody>
          {blocs.map((bloc) => {
            const [step, tag] = steps[bloc.step];
            return (
              <tr>
                <th scope="row">{bloc.name}</th>
                <td data-label={bloc.kind === 'cum' ? 'Cụm trưởng' : 'Trưởng khối'}>{bloc.head}</td>
                <td class="td-num" data-label="Đơn vị">
                  {bloc.members}
                </td>
                <td class="td-num" data-label="Đã ký giao ước">
                  {bloc.signed}/{bloc.members}
                </td>
                <td class="td-num" data-label="Đã báo cáo sơ kết">
                  {bloc.reported}/{bloc.members}
                </td>
                <td data-label="Đang ở bước">
                  <span class={`td-tag td-tag-${tag}`}>{step}</span>
                </td>
                <td class="td-num" data-label="Hạn">
                  {bloc.closesAt ? shortDate(bloc.closesAt) : '–'}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function SeasonPart({ season, blocs, now }: { season: Season; blocs: readonly BlocProgress[]; now: Date }) {
  const { directive, calendar, launched } = season;
  const members = Object.values(season.blocs).reduce((sum, bloc) => sum + bloc.members.length, 0);
  return (
    <>
      <div class="td-opening">
        <div>
          <p class="td-muted">Tỉnh {season.province}</p>
          <h1 class="td-display">{season.title}</h1>
          {directive ? (
            <p class="td-lead">
              Chỉ thị số {directive.number} {longDate(`${directive.date}T00:00:00+07:00`)} của Chủ tịch Ủy ban
              nhân dân tỉnh. Chủ đề: “{directive.theme}”.
            </p>
          ) : null}
        </div>
        <dl class="td-facts">
          <div>
            <dt>Khối, cụm</dt>
            <dd>{Object.keys(season.blocs).length}</dd>
          </div>
          <div>
            <dt>Đơn vị tham gia</dt>
            <dd>{members}</dd>
          </div>
          <div>
            <dt>Chỉ tiêu của năm</dt>
            <dd>{directive?.targets.length ?? 0}</dd>
          </div>
        </dl>
      </div>
      {calendar ? (
        <section class="td-section" aria-labelledby={`lich-${season.id}`}>
          <div class="td-sechead">
            <h2 id={`lich-${season.id}`}>Lịch của năm</h2>
          </div>
          <Windows calendar={calendar} now={now} />
        </section>
      ) : null}
      <section class="td-section" aria-labelledby={`khoi-${season.id}`}>
        <div class="td-sechead">
          <h2 id={`khoi-${season.id}`}>Các khối, cụm đang ở bước nào</h2>
        </div>
        {blocs.length > 0 ? (
          <Blocs blocs={blocs} />
        ) : (
          <p class="td-empty">
            {launched
              ? 'Các khối, cụm đang được lập lịch; danh sách hiện ở đây sau ít giây.'
              : 'Mùa thi đua chưa phát động. Danh sách khối, cụm hiện ở đây sau khi phát động.'}
          </p>
        )}
      </section>
    </>
  );
}

/** The home page's markup. */
export async function homePage(deps: Deps) {
  const now = deps.now();
  const { state } = await deps.journal.load({ kind: 'province' });
  const parts = await Promise.all(
    Object.keys(state.seasons)
      .sort()
      .reverse()
      .map(async (id) => {
        const season = await deps.journal.load({ kind: 'season', season: SeasonId.parse(id) });
        return { season: season.state, blocs: await blocViews(deps, id) };
      }),
  );
  const shown = parts.filter(({ season }) => season.launched !== undefined);
  return (
    <>
      {raw('<!doctype html>')}
      <Page title="Năm thi đua" now={now}>
        {shown.length === 0 ? (
          <div class="td-opening">
            <div>
              <h1>Chưa có mùa thi đua nào được phát động</h1>
              <p class="td-lead">
                Nội dung hiện ở đây sau khi Chủ tịch Ủy ban nhân dân tỉnh phát động phong trào thi đua của
                năm.
              </p>
            </div>
          </div>
        ) : (
          shown.map(({ season, blocs }) => <SeasonPart season={season} blocs={blocs} now={now} />)
        )}
      </Page>
    </>
  );
}
