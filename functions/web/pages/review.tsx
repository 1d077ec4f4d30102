/** The mid-year report: actuals of the own targets with the percent and how it is computed, and a summary. */
import { type Context, Hono } from 'hono';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import type { WebDeps } from '../../deps.ts';
import { closedFor, type Draft, draftAt, inputName, saveTyped, typedIn } from '../drafting.ts';
import { formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import type { Place } from '../place.ts';
import { frame } from '../text/frame.ts';
import { yearText } from '../text/year.ts';
import { ActualRows, actualField, actualsIn } from '../ui/actuals.tsx';
import { conflictPage, draftedForm, draftedInput, HiddenFields, SaveState } from '../ui/drafted-form.tsx';
import { HandOverButtons, HandOverNote, handOver, ReturnForm } from '../ui/hand-over.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, described, ErrorSummary, type FieldError, FieldMessage, Note } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const form = 'review';
const page = 'so-ket';
const narrativeField = 'n:narrative';

type Shown = { readonly visit: Visit; readonly place: Place; readonly draft: Draft; readonly formId: string };

const targetsOf = ({ place }: Shown) => place.state.pledge.targets[place.unit] ?? [];
const handedInOf = ({ place }: Shown) => place.state.review.reports[place.unit];
const narrativeOf = (shown: Shown) =>
  shown.draft.fields.get(narrativeField)?.value ?? handedInOf(shown)?.narrative ?? '';

export function reviewPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    return { visit: c.get('visit'), place, draft: await draftAt(deps, place, form), formId: newFormId(deps) };
  };
  pages.get('/', async (c) => c.html(<Report {...(await shownAt(c))} errors={[]} />));

  pages.post('/', async (c) => {
    const place = c.get('place');
    const visit = c.get('visit');
    const here = placePath(place.ref, page);
    const posted = await formOf(c);
    const t = yearText[visit.language];
    const labelOf = labelsOf({ visit, place });
    const no = closedFor(place, form, c.get('arrivedAt'));
    if (no) {
      const entries = [...typedIn(posted)].map(([field, value]) => [labelOf(field), value] as const);
      return refusalPage(c, no, { place: place.ref, form: { ...posted, entries } });
    }
    const conflicts = await saveTyped(deps, place, form, visit.acting?.account ?? '', posted);
    if (conflicts.length > 0)
      return conflictPage(c, {
        place,
        section: 'review',
        path: here,
        conflicts,
        labelOf,
        id: newFormId(deps),
      });
    const answered = await handOver(c, deps, form, posted, here);
    if (answered) return answered;
    const shown = await shownAt(c);
    const { actuals, errors } = actualsIn(
      visit,
      shown.draft,
      targetsOf(shown),
      handedInOf(shown)?.actuals ?? [],
    );
    const narrative = narrativeOf(shown).trim();
    if (narrative === '')
      errors.push({ field: inputName(narrativeField), message: t.wrong.missing(t.narrative) });
    if (errors.length > 0) return c.html(<Report {...shown} errors={errors} />, 422);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'ReportActuals',
      payload: { unit: place.unit, actuals, narrative },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref, form: posted });
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });
  return pages;
}

/** How a drafted field is called in a sentence. */
function labelsOf({ visit, place }: Pick<Shown, 'visit' | 'place'>): (field: string) => string {
  const t = yearText[visit.language];
  return (field) => {
    const target = targetsOf({ place } as Shown).find(({ id }) => actualField(id) === field);
    return target ? t.actualOf(target.indicator) : t.narrative;
  };
}

function Report(props: Shown & { errors: readonly FieldError[] }) {
  const { visit, place, draft, formId, errors } = props;
  const t = yearText[visit.language];
  const targets = targetsOf(props);
  const report = handedInOf(props);
  const no = closedFor(place, form, visit.now);
  const { findings } = place.state.review;
  const names = [...targets.map(({ id }) => actualField(id)), narrativeField];
  return (
    <Page visit={visit} title={t.review} section="review" place={place.ref}>
      <ErrorSummary visit={visit} errors={errors} />
      <h1>{t.review}</h1>
      <p class="td-lead">{t.reviewLead}</p>
      <DeadlineLine
        visit={visit}
        done={report !== undefined}
        closesAt={closesAtFor(place.state, 'review', place.unit)}
        whoSees={t.whoSeesReview}
      />
      {report ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.reported(`${clockTime(report.at)}, ${shortDate(report.at)}`)}{' '}
              {report.late ? t.reportedLate : ''} {no ? '' : t.replace}{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${report.seq}`}>{frame[visit.language].receipt}</a>
            </p>
          </Note>
        </div>
      ) : null}
      {no && !report ? (
        <div class="mt-3">
          <Note kind="warn">
            <p>{no[visit.language]}</p>
          </Note>
        </div>
      ) : null}
      <HandOverNote visit={visit} draft={draft} labelOf={labelsOf(props)} />
      <form
        class="mt-4"
        method="post"
        action={placePath(place.ref, page)}
        {...(no ? {} : draftedForm(visit, place, form))}
      >
        {no ? null : (
          <>
            <button class="visually-hidden" type="submit" name="_viec" value="luu" tabindex={-1}>
              {t.save}
            </button>
            <HiddenFields names={names} draft={draft} id={formId} />
          </>
        )}
        <h2 class="td-h2rule">{t.actual}</h2>
        {targets.length === 0 ? <p>{t.noTargets}</p> : null}
        <ActualRows
          visit={visit}
          draft={draft}
          targets={targets}
          handedIn={report?.actuals ?? []}
          errors={errors}
          closed={no !== undefined}
        />
        <div class="td-one">
          <label class="form-label" for={inputName(narrativeField)}>
            {t.narrative}
          </label>
          {no ? null : <p class="form-text">{t.narrativeHint}</p>}
          <textarea
            class="form-control"
            readonly={no !== undefined}
            rows={8}
            maxlength={20_000}
            {...draftedInput(draft, narrativeField)}
            {...described(inputName(narrativeField), errors)}
          >
            {narrativeOf(props)}
          </textarea>
          <FieldMessage id={inputName(narrativeField)} errors={errors} />
        </div>
        {no ? null : (
          <>
            <ReturnForm visit={visit} place={place} draft={draft} />
            <div class="td-actions">
              <button class="btn btn-outline-primary" type="submit" name="_viec" value="luu">
                {t.save}
              </button>
              <HandOverButtons visit={visit} place={place} submit={t.submitReview} />
              <SaveState visit={visit} draft={draft} />
            </div>
          </>
        )}
      </form>
      {findings ? (
        <section class="td-section">
          <h2>{t.findings}</h2>
          <p class="td-typed" lang="vi">
            {findings.text}
          </p>
        </section>
      ) : null}
    </Page>
  );
}
