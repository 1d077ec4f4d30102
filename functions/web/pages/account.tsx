/** Who I am here: the account, its roles and units, the language, and every way out. */
import { Hono } from 'hono';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import type { WebDeps } from '../../deps.ts';
import { formOf } from '../form.ts';
import { changeSession } from '../session.ts';
import { signInAddress } from '../sign-in.ts';
import { accountText } from '../text/account.ts';
import { frame } from '../text/frame.ts';
import { refusalText } from '../text/refusals.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Facts, Note } from '../ui/parts.tsx';
import { type PageEnv, roleKey, type Visit } from '../visit.ts';

export function accountPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();

  pages.get('/', (c) => {
    const visit = c.get('visit');
    return c.html(<AccountPage visit={visit} failed={c.req.query('dang-nhap') !== undefined} />);
  });

  pages.post('/vai', async (c) => {
    const { session, roles } = c.get('visit');
    if (!session) return c.redirect(signInAddress('/tai-khoan'), 303);
    const chosen = (await formOf(c)).get('vai');
    if (roles.some((role) => roleKey(role) === chosen))
      await changeSession(deps, session, { acting: chosen });
    return c.redirect('/ban-lam-viec', 303);
  });
  return pages;
}

function AccountPage({ visit, failed }: { visit: Visit; failed: boolean }) {
  const t = accountText[visit.language];
  const f = frame[visit.language];
  const { session, roles, acting, units } = visit;
  if (!session) {
    return (
      <Page visit={visit} title={t.stranger}>
        <h1>{failed ? t.failed : t.stranger}</h1>
        <p class="td-lead">{failed ? refusalText[visit.language].signInFailed : t.strangerLead}</p>
        <p>
          <a class="btn btn-primary" href={signInAddress('/ban-lam-viec')}>
            {f.signIn}
          </a>
        </p>
      </Page>
    );
  }
  return (
    <Page visit={visit} title={t.title}>
      <h1>{t.title}</h1>
      <p class="td-lead">{t.lead}</p>
      {failed ? (
        <Note kind="warn">
          <p>{refusalText[visit.language].signInFailed}</p>
        </Note>
      ) : null}
      <Facts
        facts={[
          [t.who, session.account ?? `${session.owner.slice(0, 8)} (${t.unknown})`],
          [t.signedInAt, `${clockTime(session.signedInAt)}, ${shortDate(session.signedInAt)}`],
        ]}
      />
      <section class="td-section">
        <h2>{t.roles}</h2>
        {roles.length === 0 ? (
          <Empty title={t.noRoles} level={3}>
            <p>{t.noRolesLead}</p>
          </Empty>
        ) : (
          <ul class="td-tasks td-tasks-tight">
            {roles.map((role) => (
              <li>
                <div>
                  <h3>{f.roles[role.role]}</h3>
                  {role.unit ? (
                    <p class="td-miss" lang="vi">
                      {units[role.unit]?.name ?? role.unit}
                    </p>
                  ) : null}
                </div>
                <div class="td-state">
                  {role === acting ? (
                    <b>{t.acting}</b>
                  ) : (
                    <form method="post" action="/tai-khoan/vai">
                      <input type="hidden" name="vai" value={roleKey(role)} />
                      <button class="btn btn-outline-primary btn-sm" type="submit">
                        {t.act}
                        <span class="visually-hidden">
                          {`: ${f.roles[role.role]}${role.unit ? `, ${units[role.unit]?.name ?? role.unit}` : ''}`}
                        </span>
                      </button>
                    </form>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class="td-section">
        <h2>{t.language}</h2>
        <p>
          <a href="?ngon-ngu=vi" lang="vi" hreflang="vi">
            Tiếng Việt
          </a>
          {' · '}
          <a href="?ngon-ngu=en" lang="en" hreflang="en">
            English
          </a>
        </p>
      </section>
      <section class="td-section">
        <h2>{t.signOutTitle}</h2>
        <p>{t.signOutLead}</p>
        <div class="td-actions">
          <form method="post" action="/auth/dang-xuat">
            <button class="btn btn-outline-primary" type="submit">
              {t.signOutHere}
            </button>
          </form>
          <form method="post" action="/auth/dang-xuat-moi-noi">
            <button class="btn btn-outline-primary" type="submit">
              {t.signOutAll}
            </button>
          </form>
        </div>
      </section>
    </Page>
  );
}
