/** What comes up in between: signing an addendum, agreeing to an amended rubric, asking for an extension. */
import { Hono } from 'hono';
import { memberName } from '../../../shared/domain/bloc.ts';
import { formatHundredths, leastOf } from '../../../shared/domain/points.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import type { WebDeps } from '../../deps.ts';
import { formIdField, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import { deskText } from '../text/desk.ts';
import { pledgeText } from '../text/pledge.ts';
import { instantInWords } from '../text/time.ts';
import { yearText } from '../text/year.ts';
import { Page, placePath } from '../ui/page.tsx';
import { Empty, Facts, Hash } from '../ui/parts.tsx';
import type { PageEnv } from '../visit.ts';

/** The addendum that waits for signatures. */
export function addendumPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', (c) => {
    const [visit, place] = [c.get('visit'), c.get('place')];
    const t = pledgeText[visit.language];
    const addendum = place.state.addenda.find(({ state }) => state === 'open');
    return c.html(
      <Page visit={visit} title={t.addendum} section="pledge" place={place.ref}>
        <h1>{t.addendum}</h1>
        {addendum ? (
          <div class="td-confirm">
            <p class="td-lead">{t.addendumLead(addendum.member.name)}</p>
            <Facts
              facts={[
                [t.signatures, t.signedOf(addendum.signed.length, addendum.signers.length)],
                [t.hash, <Hash value={addendum.hash} whole />],
              ]}
            />
            {place.binds && !addendum.signed.includes(place.unit) && addendum.signers.includes(place.unit) ? (
              <form class="td-actions" method="post" action={placePath(place.ref, 'phu-luc')}>
                <input type="hidden" name={formIdField} value={newFormId(deps)} />
                <input type="hidden" name="ma" value={addendum.hash} />
                <button class="btn btn-danger" type="submit">
                  {t.sign}
                </button>
              </form>
            ) : null}
          </div>
        ) : (
          <Empty title={t.addendumNone} />
        )}
      </Page>,
    );
  });
  pages.post('/', async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'SignAddendum',
      payload: { unit: place.unit, hash: posted.get('ma') },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref });
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });
  return pages;
}

/** The amended rubric that waits for consent. */
export function amendmentPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', (c) => {
    const [visit, place] = [c.get('visit'), c.get('place')];
    const t = pledgeText[visit.language];
    const { terms, state } = place;
    const proposal = state.amendments.proposals.find((one) => one.state === 'open');
    const needed = leastOf(terms.members.length, ruleValue(terms.rules, 'bloc.amendment-consent'));
    const said = (entry: object | null | undefined) => {
      const { title, max } = (entry ?? {}) as { title?: string; max?: number };
      if (title === undefined) return '–';
      return max === undefined ? title : `${title} (${formatHundredths(max)})`;
    };
    return c.html(
      <Page visit={visit} title={t.amendment} section="pledge" place={place.ref}>
        <h1>{t.amendment}</h1>
        {proposal ? (
          <>
            <p class="td-lead">{t.amendmentLead(needed, terms.members.length)}</p>
            <Facts facts={[[t.reason, <span lang="vi">{proposal.reason}</span>]]} />
            <section class="td-scroll mt-4" tabindex={0} aria-label={t.changes}>
              <table class="table td-table">
                <thead>
                  <tr>
                    <th scope="col">{t.what}</th>
                    <th scope="col">{t.before}</th>
                    <th scope="col">{t.after}</th>
                  </tr>
                </thead>
                <tbody lang="vi">
                  {proposal.changes.map(({ at, before, after }) => (
                    <tr>
                      <th scope="row">{at}</th>
                      <td>{said(before)}</td>
                      <td>{said(after)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            {place.binds && proposal.consents[place.unit] === undefined ? (
              <form class="td-actions" method="post" action={placePath(place.ref, 'bang-tieu-chi')}>
                <input type="hidden" name={formIdField} value={newFormId(deps)} />
                <input type="hidden" name="so" value={proposal.number} />
                <button class="btn btn-primary" type="submit" name="y-kien" value="dong-y">
                  {t.agree}
                </button>
                <button class="btn btn-outline-primary" type="submit" name="y-kien" value="khong">
                  {t.disagree}
                </button>
              </form>
            ) : null}
          </>
        ) : (
          <Empty title={t.amendmentNone} />
        )}
      </Page>,
    );
  });
  pages.post('/', async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'ConsentToRubric',
      payload: {
        unit: place.unit,
        number: Number(posted.get('so')),
        agrees: posted.get('y-kien') === 'dong-y',
      },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref });
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });
  return pages;
}

/** How an extension is asked for, and those that were granted. */
export function extensionPages(_deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', (c) => {
    const [visit, place] = [c.get('visit'), c.get('place')];
    const t = yearText[visit.language];
    const { terms, state } = place;
    const granted = state.extensions.filter((one) => one.state === 'granted');
    return c.html(
      <Page visit={visit} title={t.extension} place={place.ref}>
        <h1>{t.extension}</h1>
        <p class="td-lead">{t.extensionLead}</p>
        <p>{t.extensionAsk(memberName(terms, terms.head))}</p>
        <p class="td-panel td-typed" lang="vi">
          {t.extensionLetter(place.unitName, terms.name)}
        </p>
        <p>{t.extensionBoard}</p>
        <section class="td-section">
          <h2>{t.extensionsGranted}</h2>
          {granted.length === 0 ? <p class="td-muted">{t.extensionsNone}</p> : null}
          <ul class="td-plain">
            {granted.map(({ window, until, reason, units }) => (
              <li>
                <b>
                  {deskText[visit.language].said.extended(
                    deskText[visit.language].windows[window],
                    instantInWords(until, visit.language),
                  )}
                </b>
                <span class="d-block td-small td-muted" lang="vi">
                  {units === 'all' ? '' : `${units.map((unit) => memberName(terms, unit)).join(', ')}. `}
                  {reason}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </Page>,
    );
  });
  return pages;
}
