/** The frame of every page: masthead with who acts and the server's time, navigation, main, foot. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { clockTime, shortDate, vietnamTime } from '../../../shared/domain/calendar.ts';
import { signInAddress } from '../sign-in.ts';
import { frame } from '../text/frame.ts';
import { unitNameOf, type Visit } from '../visit.ts';
import { icon, script, stylesheet } from './styles.ts';

const mark = (
  <svg viewBox="0 0 38 38" aria-hidden="true">
    <rect width="18" height="18" x="0" y="20" fill="#9a1b1e" />
    <rect width="18" height="18" x="20" y="20" fill="#9a1b1e" />
    <rect width="18" height="18" x="0" y="0" fill="#9a1b1e" />
    <rect width="18" height="18" x="20" y="0" fill="#c79a2b" />
  </svg>
);

/** Sections of the navigation, each below the bloc's address but the desk. */
const sections = [
  ['desk', ''],
  ['targets', 'chi-tieu'],
  ['pledge', 'giao-uoc'],
  ['review', 'so-ket'],
  ['selfScore', 'tu-cham'],
  ['crossScore', 'cham-cheo'],
  ['result', 'ket-qua'],
] as const;
export type Section = (typeof sections)[number][0];

/** A bloc's year as pages address it. */
export type PlaceAddress = { readonly season: string; readonly bloc: string };

/** The address of one of a bloc's pages. */
export function placePath({ season, bloc }: PlaceAddress, page = ''): string {
  return `/nam/${season}/${bloc}${page ? `/${page}` : ''}`;
}

export type PageProps = {
  visit: Visit;
  title: string;
  /** The section that is current. */
  section?: Section | undefined;
  /** The bloc whose pages the navigation leads to. */
  place?: PlaceAddress | undefined;
  /** Steps above this page, from the desk on; the page itself stands last by its title. */
  crumb?: readonly { readonly name: string; readonly path: string }[];
  /** Grids and tables take more room than text. */
  wide?: boolean;
  /** What stands below main and stays in sight. */
  actions?: Child;
  children: Child;
};

function Navigation({ visit, section, place, wide }: PageProps) {
  const t = frame[visit.language];
  const links = sections.map(([name, page]) => (
    <li>
      <a
        href={name === 'desk' || !place ? '/ban-lam-viec' : placePath(place, page)}
        {...(name === section ? { 'aria-current': 'page' as const } : {})}
      >
        {t.nav[name]}
      </a>
    </li>
  ));
  const shown = place ? links : links.slice(0, 1);
  const time = vietnamTime(visit.now);
  const clock = t.serverTime(clockTime(visit.now), weekdayOf(visit, time.weekday), shortDate(visit.now));
  return (
    <div class="td-nav">
      <details class={`container-xxl td-menu${wide ? ' td-wide' : ''}`}>
        <summary>{t.menu(section ? t.nav[section] : t.home)}</summary>
        <nav aria-label={t.mainNav}>
          <ul>{shown}</ul>
        </nav>
      </details>
      <div class={`container-xxl td-nav-full${wide ? ' td-wide' : ''}`}>
        <nav class="d-flex" aria-label={t.mainNav}>
          <ul>{shown}</ul>
        </nav>
        <span class="td-dateline td-num">{clock}</span>
      </div>
      <p class={`container-xxl td-dateline-below td-num${wide ? ' td-wide' : ''}`}>{clock}</p>
    </div>
  );
}

function weekdayOf({ language, now }: Visit, vietnamese: string): string {
  if (language === 'vi') return vietnamese;
  return now.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'Asia/Ho_Chi_Minh' });
}

function Who({ visit }: { visit: Visit }) {
  const t = frame[visit.language];
  const unit = unitNameOf(visit);
  const role = visit.acting ? t.roles[visit.acting.role] : undefined;
  const other = visit.language === 'vi' ? 'en' : 'vi';
  return (
    <div class="td-who">
      {visit.session ? (
        <>
          <a class="td-who-short" href="/tai-khoan">
            {unit ?? role ?? t.account}
          </a>
          <span class="td-who-long">
            <b lang="vi">{unit ?? ''}</b>
            {unit && role ? <br /> : null}
            {role}
          </span>
          <a class="td-who-long" href="/tai-khoan">
            {visit.roles.length > 1 ? t.switchRole : t.account}
          </a>
        </>
      ) : null}
      <a lang={other} hreflang={other} href={`?ngon-ngu=${other}`}>
        {t.otherLanguage}
      </a>
      {visit.session ? (
        <form class="td-who-long" method="post" action="/auth/dang-xuat">
          <button class="td-linkbutton" type="submit">
            {t.signOut}
          </button>
        </form>
      ) : (
        <a href={signInAddress('/ban-lam-viec')}>{t.signIn}</a>
      )}
    </div>
  );
}

/** A whole page. */
export function Page(props: PageProps) {
  const { visit, title, crumb, wide, actions, children } = props;
  const t = frame[visit.language];
  const container = `container-xxl${wide ? ' td-wide' : ''}`;
  return (
    <>
      {raw('<!doctype html>')}
      <html lang={visit.language}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{`${title} · ${t.product}`}</title>
          <link rel="icon" href={`/assets/${icon}`} type="image/svg+xml" />
          <link rel="stylesheet" href={`/assets/${stylesheet}`} />
          <script src={`/assets/${script}`} defer></script>
        </head>
        <body>
          <a class="td-skip" href="#noi-dung">
            {t.skip}
          </a>
          <header class="td-mast">
            <div class={`${container} td-mast-top`}>
              <a class="td-brand" href="/">
                {mark}
                <span>
                  <small>{t.body}</small>
                  <strong>{t.product}</strong>
                </span>
              </a>
              <Who visit={visit} />
            </div>
            {visit.session ? (
              <Navigation {...props} />
            ) : (
              <p class={`${container} td-small td-muted td-num mb-0 pb-2`}>
                {t.serverTime(
                  clockTime(visit.now),
                  weekdayOf(visit, vietnamTime(visit.now).weekday),
                  shortDate(visit.now),
                )}
              </p>
            )}
          </header>
          {crumb ? (
            <nav class={`${container} td-crumb`} aria-label={t.crumb}>
              <ol class="breadcrumb">
                {crumb.map(({ name, path }) => (
                  <li class="breadcrumb-item">
                    <a href={path}>{name}</a>
                  </li>
                ))}
                <li class="breadcrumb-item active" aria-current="page">
                  {title}
                </li>
              </ol>
            </nav>
          ) : null}
          <main id="noi-dung" class={container} tabindex={-1}>
            {children}
          </main>
          {actions}
          <footer class="td-foot">
            <div class={container}>
              <nav aria-label={t.foot}>
                <a href="/">{t.home}</a>
                <a href="/api/openapi.json">{t.api}</a>
              </nav>
              {t.standing} <span lang="vi">{visit.contact}</span>
            </div>
          </footer>
        </body>
      </html>
    </>
  );
}
