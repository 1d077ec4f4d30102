/** The score form: filled by criterion or by peer, recused, reviewed, passed on, returned, handed in. */
import { type Context, Hono } from 'hono';
import type { WebDeps } from '../../deps.ts';
import { markDraft } from '../../journal/drafts.ts';
import { closedFor, digestOf, draftAt, inputName, saveTyped, typedIn } from '../drafting.ts';
import { type Form, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage, refusedPage } from '../pages-of-refusal.tsx';
import { binding, draftOf, type Place } from '../place.ts';
import { commentField, lineNamed, type Sheet, sheetOf, sheetPayload } from '../sheet.ts';
import { conflictPage } from '../ui/drafted-form.tsx';
import { placePath } from '../ui/page.tsx';
import { ByCriterion } from '../ui/score/by-criterion.tsx';
import { ByPeer } from '../ui/score/by-peer.tsx';
import { Recusals } from '../ui/score/recusals.tsx';
import { Review } from '../ui/score/review.tsx';
import { cellAddress, form, labelsOf, page, type Shown } from '../ui/score/shown.ts';
import type { PageEnv } from '../visit.ts';

export function scorePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();

  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    const draft = await draftAt(deps, place, form);
    return {
      visit: c.get('visit'),
      place,
      draft,
      sheet: sheetOf(place, draft),
      formId: newFormId(deps),
      opened: c.req.query('nhan-xet') ?? '',
    };
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

/** Where a pressed button leads: a criterion, a peer, the next missing field, the review, the recusals. */
function nextAddress(place: Place, sheet: Sheet, then: string): string {
  const base = placePath(place.ref, page);
  if (then === 'xem-lai' || then === 'khong-cham') return `${base}/${then}`;
  if (then === 'thieu') {
    const [first] = sheet.lacking;
    return first ? cellAddress(place, first) : `${base}/xem-lai`;
  }
  const [kind, id, asked] = then.split(':');
  const line = lineNamed(place.terms, asked);
  if (kind?.startsWith('nx-') && line && sheet.peers.some(({ unit }) => unit === id)) {
    const view = kind === 'nx-dv' ? `don-vi=${id}` : `tieu-chi=${line.id}`;
    return `${base}?${view}&nhan-xet=${id}:${line.id}#${inputName(commentField(id ?? '', line.id))}`;
  }
  if (kind === 'dv' && sheet.peers.some(({ unit }) => unit === id)) return `${base}?don-vi=${id}`;
  return lineNamed(place.terms, id) ? `${base}?tieu-chi=${id}` : base;
}
