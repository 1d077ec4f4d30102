/** The pledge to read and to sign: what is signed, what differs from the version before, who has signed; its print. */
import { Hono } from 'hono';
import { memberName } from '../../../shared/domain/bloc.ts';
import { clockTime, longDate, shortDate } from '../../../shared/domain/calendar.ts';
import { dutiesOf } from '../../../shared/domain/duties.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import {
  type AimedTitle,
  hasSigned,
  type PledgeChange,
  type UnitTarget,
  unsignedOf,
} from '../../../shared/domain/pledge.ts';
import type { WebDeps } from '../../deps.ts';
import { formIdField, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import type { Place } from '../place.ts';
import { frame } from '../text/frame.ts';
import { pledgeText, targetInWords } from '../text/pledge.ts';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, Empty, Facts, Hash, Note, Tag } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const page = 'giao-uoc';
type Shown = { readonly visit: Visit; readonly place: Place };

/** How many have signed, as everybody in the bloc may know. */
function signedCount({ terms, state }: Place): { signed: number; of: number } {
  const of = terms.members.length;
  const signed = state.pledge.closed
    ? terms.members.filter(({ unit }) => hasSigned(state.pledge, unit)).length
    : of - unsignedOf(terms, state.pledge).length;
  return { signed, of };
}

export function pledgePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.get('/', (c) => c.html(<Pledge visit={c.get('visit')} place={c.get('place')} />));
  pages.get('/ban-in', (c) => c.html(<Print visit={c.get('visit')} place={c.get('place')} />));
  pages.get('/tien-do', (c) => {
    const { signed, of } = signedCount(c.get('place'));
    return c.json({
      text: pledgeText[c.get('visit').language].signedOf(signed, of),
      share: Math.round((signed / of) * 100),
    });
  });
  pages.get('/ky', (c) => {
    const place = c.get('place');
    if (!place.state.pledge.frozen || !place.binds) return c.redirect(placePath(place.ref, page), 303);
    return c.html(<Confirm visit={c.get('visit')} place={place} formId={newFormId(deps)} />);
  });
  pages.post('/ky', async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'SignPledge',
      payload: { unit: place.unit, hash: posted.get('ma') },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref });
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });
  return pages;
}

function Changes({ visit, place, changes }: Shown & { changes: readonly PledgeChange[] }) {
  const t = pledgeText[visit.language];
  const said = (value: PledgeChange['before']) =>
    value === null || value === undefined
      ? '–'
      : typeof value === 'string'
        ? value
        : Array.isArray(value)
          ? (value as readonly AimedTitle[]).map((title) => t.titleNames[title]).join(', ')
          : targetInWords(visit.language, value as UnitTarget);
  const nameOf = (at: string) => {
    const [unit = '', target = ''] = at.split(' ');
    if (at === 'text') return t.changedText;
    return `${memberName(place.terms, unit)}, ${target === 'titles' ? t.titles : t.row(Number(target) || 1)}`;
  };
  return (
    <section class="td-section">
      <h2>{t.changes}</h2>
      <section class="td-scroll" tabindex={0} aria-label={t.changes}>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{t.what}</th>
              <th scope="col">{t.before}</th>
              <th scope="col">{t.after}</th>
            </tr>
          </thead>
          <tbody lang="vi">
            {changes.map(({ at, before, after }) => (
              <tr>
                <th scope="row">{nameOf(at)}</th>
                <td class="td-typed">
                  <del>{said(before)}</del>
                </td>
                <td class="td-typed">
                  <ins>{said(after)}</ins>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Signatures({ visit, place }: Shown) {
  const t = pledgeText[visit.language];
  const { terms, state } = place;
  return (
    <table class="table td-table td-stack" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {t.unit}
          </th>
          <th role="columnheader" scope="col">
            {t.signedAt}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {terms.members.map(({ unit, name }) => {
          const signature = state.pledge.signatures[unit];
          return (
            <tr role="row">
              <th role="rowheader" scope="row" lang="vi">
                {name}
              </th>
              <td role="cell" data-label={t.signedAt} class="td-n">
                {signature
                  ? `${clockTime(signature.at)}, ${shortDate(signature.at)} (${t.manner[signature.manner]}${signature.signsAs ? `, ${signature.signsAs}` : ''})`
                  : t.unsigned}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function MemberTargets({ visit, place }: Shown) {
  return (
    <dl class="td-sum" lang="vi">
      {place.terms.members.map(({ unit, name }) => (
        <>
          <dt>{name}</dt>
          <dd>
            {(place.state.pledge.targets[unit] ?? []).map((target) => (
              <span class="d-block">{targetInWords(visit.language, target)}</span>
            ))}
          </dd>
        </>
      ))}
    </dl>
  );
}

function Pledge({ visit, place }: Shown) {
  const t = pledgeText[visit.language];
  const { pledge } = place.state;
  const { signed, of } = signedCount(place);
  const mine = pledge.signatures[place.unit];
  const duty = dutiesOf(place.state, place.unit, visit.now).find(({ kind }) => kind === 'pledge');
  return (
    <Page visit={visit} title={t.pledge} section="pledge" place={place.ref}>
      <div class="td-head mb-3">
        <div>
          <h1 class="mb-1">{t.pledge}</h1>
          <p class="td-muted mb-0" lang="vi">
            {place.terms.name}
          </p>
        </div>
        <div class="td-prog" data-progress={`${placePath(place.ref, page)}/tien-do`}>
          <div class="d-flex justify-content-between gap-4 mb-1">
            <Tag visit={visit} state={mine ? 'ok' : pledge.closed ? 'lock' : 'now'}>
              {mine ? t.signedTag : undefined}
            </Tag>
            <span class="td-num" data-progress-text>
              {t.signedOf(signed, of)}
            </span>
          </div>
          <svg class="td-bar" aria-hidden="true" height="6">
            <rect width={`${Math.round((signed / of) * 100)}%`} height="6" />
          </svg>
        </div>
      </div>
      <DeadlineLine
        visit={visit}
        done={mine !== undefined}
        closesAt={closesAtFor(place.state, 'pledge', place.unit)}
      />
      {mine ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.mine(`${clockTime(mine.at)}, ${shortDate(mine.at)}`)}{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${mine.seq}`}>{frame[visit.language].receipt}</a>
            </p>
          </Note>
        </div>
      ) : null}
      {pledge.closed ? (
        <div class="mt-3">
          <Note>
            <p>{t.closed(signed, of)}</p>
          </Note>
        </div>
      ) : null}
      {pledge.frozen ? (
        <>
          <section class="td-section">
            <h2>{t.text}</h2>
            <p class="td-muted">{t.version(pledge.version)}</p>
            <p class="td-typed" lang="vi">
              {pledge.text}
            </p>
            <Facts facts={[[t.hash, <Hash value={pledge.frozen.hash} whole />]]} />
          </section>
          {pledge.changes.length > 0 ? (
            <Changes visit={visit} place={place} changes={pledge.changes} />
          ) : null}
          <section class="td-section">
            <h2>{t.members}</h2>
            <MemberTargets visit={visit} place={place} />
          </section>
          <section class="td-section">
            <h2>{t.signatures}</h2>
            <Signatures visit={visit} place={place} />
          </section>
          <div class="td-actions">
            {duty?.state === 'open' && place.binds ? (
              <a class="btn btn-primary" href={`${placePath(place.ref, page)}/ky`}>
                {t.toSign}
              </a>
            ) : null}
            <a href={`${placePath(place.ref, page)}/ban-in`}>{t.print}</a>
          </div>
          {duty?.state === 'open' && !place.binds ? <p class="td-muted">{t.officerCannot}</p> : null}
        </>
      ) : (
        <div class="mt-4">
          <Empty title={t.notFrozen}>
            <p>{t.notFrozenLead}</p>
          </Empty>
        </div>
      )}
    </Page>
  );
}

function Confirm({ visit, place, formId }: Shown & { formId: string }) {
  const t = pledgeText[visit.language];
  const f = frame[visit.language];
  const { pledge } = place.state;
  return (
    <Page
      visit={visit}
      title={t.toSign}
      section="pledge"
      place={place.ref}
      crumb={[
        { name: f.nav.desk, path: '/ban-lam-viec' },
        { name: t.pledge, path: placePath(place.ref, page) },
      ]}
    >
      <div class="td-confirm">
        <h1>{t.signQuestion(place.unitName)}</h1>
        <p>{t.signLead}</p>
        <Facts
          facts={[
            ['', t.version(pledge.version)],
            [t.hash, <Hash value={pledge.frozen?.hash ?? ''} whole />],
            [f.roles[visit.acting?.role ?? 'public'], visit.acting?.signsAs ?? ''],
          ]}
        />
        <form class="td-actions" method="post" action={`${placePath(place.ref, page)}/ky`}>
          <input type="hidden" name={formIdField} value={formId} />
          <input type="hidden" name="ma" value={pledge.frozen?.hash ?? ''} />
          <button class="btn btn-danger" type="submit">
            {t.signNow}
          </button>
          <a href={placePath(place.ref, page)}>{f.back}</a>
        </form>
      </div>
    </Page>
  );
}

/** The pledge as a paper: the national heading, the text, the targets, who signed and when, hash in the foot. */
function Print({ visit, place }: Shown) {
  const t = pledgeText[visit.language];
  const f = frame[visit.language];
  const { pledge } = place.state;
  const head = place.terms.members.find(({ unit }) => unit === place.terms.head);
  return (
    <Page visit={visit} title={t.printTitle} section="pledge" place={place.ref}>
      <article class="td-paper" lang="vi">
        <header>
          <p class="td-paper-body">
            <b>{place.terms.name.toLocaleUpperCase('vi')}</b>
          </p>
          <p class="td-paper-nation">
            <b>{t.national1}</b>
            <br />
            <b>{t.national2}</b>
          </p>
        </header>
        <h1>BẢN GIAO ƯỚC THI ĐUA NĂM {place.ref.season}</h1>
        <p class="td-typed">{pledge.text ?? t.notFrozen}</p>
        <h2>{pledgeText.vi.members}</h2>
        <MemberTargets visit={{ ...visit, language: 'vi' }} place={place} />
        <h2>{pledgeText.vi.signatures}</h2>
        <Signatures visit={{ ...visit, language: 'vi' }} place={place} />
        <p class="td-paper-sign">
          <i>
            {pledgeText.vi.place}, {longDate(pledge.frozen?.at ?? visit.now)}
          </i>
          <br />
          <b>{pledgeText.vi.head.toLocaleUpperCase('vi')}</b>
          <br />
          {head?.name}
        </p>
        <footer>
          {t.version(pledge.version)}. SHA-256: {pledge.frozen?.hash ?? '–'}
        </footer>
      </article>
      <div class="td-actions">
        <button class="btn btn-outline-primary" type="button" data-print hidden>
          {f.print}
        </button>
        <a href={placePath(place.ref, page)}>{f.back}</a>
      </div>
    </Page>
  );
}
