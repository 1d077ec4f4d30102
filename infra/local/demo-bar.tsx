/**
 * The bar of a demonstration, on top of every page of the laptop: that the data is a sample, as whom one looks, and the
 * clock. It is laid over the product's answers by the host and no part of the product.
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { html, raw } from 'hono/html';
import { beginSession, endSession, sessionOf } from '../../functions/web/session.ts';
import { stylesheet } from '../../functions/web/ui/styles.ts';
import { calendarOrder, deadlineInWords } from '../../shared/domain/calendar.ts';
import { AccountId, SeasonId } from '../../shared/domain/ids.ts';
import type { SeedPersona } from './seed/season.ts';
import type { World } from './world.ts';

/** A path on this host, as a form may send one back to; the home page for anything else. */
function back(c: Context): string {
  const referer = c.req.header('Referer');
  const url = referer === undefined ? undefined : new URL(referer);
  return url && url.host === new URL(c.req.url).host ? `${url.pathname}${url.search}` : '/';
}

/** The next instant at which something opens or closes, in any open season; undefined after the last. */
async function nextMilestone(world: World): Promise<Date | undefined> {
  const { state } = await world.deps.journal.load({ kind: 'province' });
  const now = world.clock.now().getTime();
  const instants: number[] = [];
  for (const id of Object.keys(state.seasons)) {
    const season = await world.deps.journal.load({ kind: 'season', season: SeasonId.parse(id) });
    const { calendar } = season.state;
    if (!calendar) continue;
    // One second after a window closed: its last second still counts.
    for (const name of calendarOrder)
      instants.push(Date.parse(calendar[name].opensAt), Date.parse(calendar[name].closesAt) + 1000);
  }
  const next = Math.min(...instants.filter((at) => at > now));
  return Number.isFinite(next) ? new Date(next) : undefined;
}

/** Whether a form was sent from a page of this host. */
function isOwn(c: Context): boolean {
  const origin = c.req.header('Origin');
  return origin === undefined || new URL(origin).host === new URL(c.req.url).host;
}

/** Choosing whom to be, and moving the clock to the next milestone. */
export function demoRoutes(world: World, personas: readonly SeedPersona[]): Hono {
  const routes = new Hono();

  routes.get('/vai', (c) => {
    const query = (c.req.query('q') ?? '').trim();
    const words = plain(query).split(/\s+/).filter(Boolean);
    const found = personas.filter(({ id, name, description }) => {
      const text = plain(`${name} ${description} ${id}`);
      return words.every((word) => text.includes(word));
    });
    return c.html(
      html`<!doctype html>
        <html lang="vi">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>Chọn vai · Trình diễn</title>
            <link rel="stylesheet" href="/assets/${stylesheet}" />
          </head>
          <body>
            <main id="noi-dung" class="container-xxl">
              <h1>Chọn vai để xem</h1>
              <p class="td-lead">
                Chỉ có trên máy trình diễn. Đơn vị là dữ liệu mẫu, không có người thật.
              </p>
              <form class="td-choice" method="get">
                <label class="form-label" for="q">Tìm theo tên đơn vị hoặc vai</label>
                <input class="form-control" id="q" name="q" value="${query}" />
                <button class="btn btn-outline-primary" type="submit">Tìm</button>
              </form>
              <form method="post" action="/__local/vai">
                <ul class="td-plain mt-3">
                  ${found.map(
                    ({ id, name, description }) => html`<li>
                      <button class="td-linkbutton" type="submit" name="persona" value="${id}">${name}</button>
                      <span class="d-block td-small td-muted">${description}</span>
                    </li>`,
                  )}
                </ul>
              </form>
            </main>
          </body>
        </html>`,
    );
  });

  routes.post('/vai', async (c) => {
    if (!isOwn(c)) return c.text('Chỉ nhận từ trang này.', 403);
    const form = await c.req.formData();
    const persona = personas.find(({ id }) => id === form.get('persona'));
    if (!persona) return c.redirect('/__local/vai', 303);
    const before = await sessionOf(c, world.deps);
    if (before) await endSession(c, world.deps, before, false);
    await beginSession(c, world.deps, {
      subject: persona.subject,
      account: AccountId.parse(persona.account),
    });
    return c.redirect('/ban-lam-viec', 303);
  });

  routes.post('/moc-ke-tiep', async (c) => {
    if (!isOwn(c)) return c.text('Chỉ nhận từ trang này.', 403);
    const next = await nextMilestone(world);
    if (next) await world.moveTo(next);
    return c.redirect(back(c), 303);
  });
  return routes;
}

/** Lays the bar over every HTML page of the product. */
export function withDemoBar(world: World): MiddlewareHandler {
  return async (c, next) => {
    // What is to be written into must not be compressed.
    const headers = new Headers(c.req.raw.headers);
    headers.delete('Accept-Encoding');
    c.req.raw = new Request(c.req.raw, { headers });
    await next();
    if (!c.res.headers.get('Content-Type')?.startsWith('text/html') || c.req.path.startsWith('/__local'))
      return;
    const milestone = await nextMilestone(world);
    const bar = await html`<aside class="td-demo" aria-label="Thanh trình diễn">
      <div class="container-xxl">
        <span class="td-demo-mark">Trình diễn</span>
        <span><span class="td-who-long">Tên đơn vị và số liệu là </span><b>dữ liệu mẫu</b></span>
        <span class="td-demo-end">
          <a href="/__local/vai">Đổi vai</a>
          ${
            milestone
              ? html`<form method="post" action="/__local/moc-ke-tiep">
                  <button class="td-linkbutton" type="submit" title="${deadlineInWords(milestone)}">
                    Tới mốc kế tiếp
                  </button>
                </form>`
              : raw('')
          }
        </span>
      </div>
    </aside>`;
    const text = await c.res.text();
    c.res = new Response(text.replace('</a>', `</a>${bar}`), c.res);
    c.res.headers.delete('Content-Length');
  };
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'd').toLowerCase();
}
