/** The receipt of what was handed in: what, by whom, when, where in the journal, under which hash; made to be printed. */
import { Hono } from 'hono';
import { canReadJournal, isOfUnit } from '../../../shared/domain/actor.ts';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { streamRefOf, UnitId } from '../../../shared/domain/ids.ts';
import { CommitBody } from '../../../shared/journal.ts';
import type { WebDeps } from '../../deps.ts';
import { refusedPage } from '../pages-of-refusal.tsx';
import { deskText } from '../text/desk.ts';
import { frame } from '../text/frame.ts';
import { Icon } from '../ui/icon.tsx';
import { Page } from '../ui/page.tsx';
import { Facts, Hash } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

export function receiptPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/:stream/:seq{[0-9]+}', async (c) => {
    const visit = c.get('visit');
    const { stream, seq } = c.req.param();
    const ref = streamRefOf(stream);
    if (ref?.kind !== 'bloc') return refusedPage(c, 'not-found');
    const commit = await deps.journal.read(stream, Number(seq));
    if (!commit) return refusedPage(c, 'not-found');
    const body = CommitBody.parse(JSON.parse(commit.body));
    const given = body.events.find(({ type }) => type in deskText.vi.kinds);
    const unit = UnitId.safeParse(given?.unit);
    if (!given || !unit.success) return refusedPage(c, 'not-found');
    if (!visit.roles.some((role) => isOfUnit(role, unit.data) || canReadJournal(role)))
      return refusedPage(c, 'not-allowed');
    const { state } = await deps.journal.load(ref);
    return c.html(
      <Receipt
        visit={visit}
        kind={given.type as keyof typeof deskText.vi.kinds}
        late={given.late === true}
        unit={visit.units[unit.data]?.name ?? unit.data}
        bloc={state.terms?.name ?? ref.bloc}
        commit={{ ...body, sha256: commit.sha256 }}
      />,
    );
  });
  return pages;
}

function Receipt({
  visit,
  kind,
  late,
  unit,
  bloc,
  commit,
}: {
  visit: Visit;
  kind: keyof typeof deskText.vi.kinds;
  late: boolean;
  unit: string;
  bloc: string;
  commit: CommitBody & { sha256: string };
}) {
  const t = deskText[visit.language];
  const r = t.receiptPage;
  const f = frame[visit.language];
  const { at, actor, command, stream, seq, sha256 } = commit;
  const role = f.roles[actor.role as keyof typeof f.roles];
  return (
    <Page visit={visit} title={r.title} crumb={[{ name: t.titlePlain, path: '/ban-lam-viec' }]}>
      <div class="td-receipt td-confirm">
        <h1 class="h2">
          <Icon name="check-circle-fill" /> {r.title}
        </h1>
        <p>{r.lead}</p>
        <Facts
          facts={[
            [r.what, t.kinds[kind]],
            [r.unit, <span lang="vi">{unit}</span>],
            [r.bloc, <span lang="vi">{bloc}</span>],
            [r.at, `${clockTime(at)}, ${shortDate(at)}, ${r.zone}`],
            ...(late ? [['', r.late] as const] : []),
            [r.by, actor.signsAs ? `${role} (${actor.signsAs})` : role],
            [r.stream, <span class="td-hash">{stream}</span>],
            [r.seq, String(seq)],
            [r.sha256, <Hash value={sha256} whole />],
            [r.content, <Hash value={command.sha256} whole />],
          ]}
        />
        <p class="td-small td-muted mt-3">{r.check}</p>
        <div class="td-actions">
          <button class="btn btn-outline-primary" type="button" data-print hidden>
            <Icon name="printer" /> {f.print}
          </button>
          <a href="/ban-lam-viec">{r.toDesk}</a>
        </div>
      </div>
    </Page>
  );
}
