/** What every drafted form shares: the hidden fields, the true state of saving, the page of differences. */
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { clockTime } from '../../../shared/domain/calendar.ts';
import type { DraftForm } from '../../journal/drafts.ts';
import { type Conflict, type Draft, inputName, shownField, shownOf } from '../drafting.ts';
import { formIdField } from '../form.ts';
import type { Place } from '../place.ts';
import { signInAddress } from '../sign-in.ts';
import { frame } from '../text/frame.ts';
import { scoreText } from '../text/score.ts';
import type { PageEnv, Visit } from '../visit.ts';
import { Icon } from './icon.tsx';
import { Page, placePath, type Section } from './page.tsx';
import { ErrorSummary } from './parts.tsx';

/** Where the enhancement layer saves single fields of a form. */
export function savingPath(place: Place, form: DraftForm): string {
  return placePath(place.ref, `nhap/${form}`);
}

/** Attributes of a form whose fields are saved as they are typed; the words come along, so that the layer has none. */
export function draftedForm(visit: Visit, place: Place, form: DraftForm): Record<string, string> {
  return {
    'data-draft': savingPath(place, form),
    'data-words': JSON.stringify(scoreText[visit.language].client),
    'data-signin': signInAddress('/da-dang-nhap'),
  };
}

/** The hidden fields of a drafted form: which versions it shows, and its id. */
export function HiddenFields({ names, draft, id }: { names: readonly string[]; draft: Draft; id: string }) {
  return (
    <>
      <input type="hidden" name={shownField} value={shownOf(names, draft)} />
      <input type="hidden" name={formIdField} value={id} />
    </>
  );
}

/** Attributes of one drafted input. */
export function draftedInput(draft: Draft, field: string): Record<string, string> {
  return {
    id: inputName(field),
    name: inputName(field),
    'data-field': field,
    'data-version': String(draft.fields.get(field)?.version ?? 0),
  };
}

/** The state of saving as the server knows it; the enhancement layer writes the same line after each answer. */
export function SaveState({ visit, draft }: { visit: Visit; draft: Draft }) {
  const t = frame[visit.language].save;
  return (
    <span class={`td-save td-num${draft.savedAt ? '' : ' is-idle'}`} role="status" data-save-state>
      <Icon name="check-circle-fill" />
      <span data-save-text>{draft.savedAt ? t.saved(clockTime(draft.savedAt)) : t.none}</span>
    </span>
  );
}

/** The bar that stays in sight below a long form. */
export function ActionBar({ visit, wide, children }: { visit: Visit; wide?: boolean; children: Child }) {
  return (
    <section class="td-actbar" aria-label={frame[visit.language].actions}>
      <div class={`container-xxl${wide ? ' td-wide' : ''}`}>{children}</div>
    </section>
  );
}

/** Two people typed into the same fields: both versions side by side, to be chosen from. */
export function conflictPage(
  c: Context<PageEnv>,
  {
    place,
    section,
    path,
    conflicts,
    labelOf,
    id,
    onwards,
  }: {
    place: Place;
    section: Section;
    path: string;
    conflicts: readonly Conflict[];
    labelOf: (field: string) => string;
    id: string;
    /** Further fields to send along, such as where to go next. */
    onwards?: Readonly<Record<string, string>>;
  },
): Response | Promise<Response> {
  const visit = c.get('visit');
  const t = frame[visit.language].conflict;
  const shown: Draft = {
    fields: new Map(conflicts.map(({ field, theirs }) => [field, theirs])),
    status: null,
    changes: [],
    savedAt: undefined,
  };
  return c.html(
    <Page visit={visit} title={t.title} section={section} place={place.ref}>
      <ErrorSummary visit={visit} errors={[]} title={t.title} />
      <p class="td-lead">{t.lead}</p>
      <form method="post" action={path}>
        <HiddenFields names={conflicts.map(({ field }) => field)} draft={shown} id={id} />
        {Object.entries(onwards ?? {}).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {conflicts.map(({ field, mine, theirs }) => (
          <fieldset class="td-one">
            <legend class="h4">{labelOf(field)}</legend>
            <div class="form-check">
              <input
                class="form-check-input"
                type="radio"
                name={inputName(field)}
                id={`${field}-1`}
                value={mine}
                checked
              />
              <label class="form-check-label" for={`${field}-1`}>
                {t.mine}: <b class="td-typed">{mine || t.empty}</b>
              </label>
            </div>
            <div class="form-check">
              <input
                class="form-check-input"
                type="radio"
                name={inputName(field)}
                id={`${field}-2`}
                value={theirs.value}
              />
              <label class="form-check-label" for={`${field}-2`}>
                {t.theirs} ({clockTime(theirs.savedAt)}): <b class="td-typed">{theirs.value || t.empty}</b>
              </label>
            </div>
          </fieldset>
        ))}
        <div class="td-actions">
          <button class="btn btn-primary" type="submit">
            {t.resolve}
          </button>
        </div>
      </form>
    </Page>,
    409,
  );
}
