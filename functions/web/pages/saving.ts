/** Where the enhancement layer saves fields as they are typed; JSON in and out, of the same drafts as the forms. */
import { Hono } from 'hono';
import * as z from 'zod';
import type { WebDeps } from '../../deps.ts';
import { draftForms } from '../../journal/drafts.ts';
import { closedFor, draftAt, saveFields } from '../drafting.ts';
import type { Place } from '../place.ts';
import { plain } from '../plain.ts';
import { commentAskedBy, sheetOf } from '../sheet.ts';
import type { Language } from '../text/say.ts';
import { scoreText } from '../text/score.ts';
import { shareOf } from '../ui/score/head.tsx';
import type { PageEnv } from '../visit.ts';

const Changes = z.object({
  fields: z
    .array(
      z.object({
        field: z.string().regex(/^[A-Za-z0-9._:-]{1,120}$/),
        value: z.string().max(20_000),
        version: z.number().int().min(0),
      }),
    )
    .min(1)
    .max(60),
});

export function savingPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  pages.post('/:form', async (c) => {
    const form = z.enum(draftForms).safeParse(c.req.param('form'));
    const sent = Changes.safeParse(await c.req.json().catch(() => undefined));
    if (!form.success || !sent.success) return c.json({ code: 'misfit' }, 422);
    const place = c.get('place');
    const { language, acting } = c.get('visit');
    const no = closedFor(place, form.data, c.get('arrivedAt'));
    if (no) return c.json({ code: no.code, reason: no[language] }, 409);
    let changes: { field: string; value: string; version: number }[];
    try {
      changes = sent.data.fields.map((one) => ({ ...one, value: plain(one.value) }));
    } catch {
      return c.json({ code: 'misfit' }, 422);
    }
    const { saved, conflicts } = await saveFields(deps, place, form.data, acting?.account ?? '', changes);
    return c.json({
      saved: saved.map(({ field, version, value }) => ({ field, version, value })),
      conflicts: conflicts.map(({ field, theirs }) => ({
        field,
        value: theirs.value,
        version: theirs.version,
      })),
      ...(form.data === 'score-sheet' ? await standOf(deps, saved, place, language) : {}),
      at: deps.now().toISOString(),
    });
  });
  return pages;
}

/** How the score sheet stands after saving: marks just saved that the rules want explained, and how much is done. */
async function standOf(
  deps: WebDeps,
  saved: readonly { field: string; value: string }[],
  place: Place,
  language: Language,
) {
  const t = scoreText[language];
  const sheet = sheetOf(place, await draftAt(deps, place, 'score-sheet'));
  const asks = saved.flatMap(({ field, value }) => {
    const reason = commentAskedBy(place, field, value);
    return reason === undefined ? [] : [{ field, text: t.why[reason] }];
  });
  return {
    asks,
    stand: {
      marked: t.marked(sheet.marked, sheet.cells),
      left: t.left(sheet.lacking.length),
      share: shareOf(sheet),
    },
  };
}
