/** The self-score: points on each criterion with evidence, the year's actuals, computed criteria with their arithmetic. */
import { type Context, Hono } from 'hono';
import { computedPoints } from '../../../shared/domain/attainment.ts';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import { formatHundredths, percentOf } from '../../../shared/domain/points.ts';
import type { MarkedLine } from '../../../shared/domain/rubric.ts';
import { readNumber, shownDecimal } from '../../../shared/domain/typed-number.ts';
import type { WebDeps } from '../../deps.ts';
import { closedFor, draftAt, inputName, saveTyped, typedIn } from '../drafting.ts';
import { formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import {
  evidenceOn,
  handedInOf,
  linesIn,
  linesOfScore,
  pointsField,
  type Shown,
  targetsOf,
  typedOn,
  wrongOn,
} from '../self-sheet.ts';
import { frame } from '../text/frame.ts';
import { yearText } from '../text/year.ts';
import { ActualRows, actualField, actualsIn, TwoReadings, typedActual } from '../ui/actuals.tsx';
import { conflictPage, draftedForm, draftedInput, HiddenFields, SaveState } from '../ui/drafted-form.tsx';
import { HandOverButtons, HandOverNote, handOver, ReturnForm } from '../ui/hand-over.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, described, ErrorSummary, type FieldError, FieldMessage, Note } from '../ui/parts.tsx';
import type { PageEnv } from '../visit.ts';

const form = 'self-score';
const page = 'tu-cham';

export function selfScorePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    return { visit: c.get('visit'), place, draft: await draftAt(deps, place, form), formId: newFormId(deps) };
  };

  pages.get('/', async (c) => c.html(<SelfScorePage {...(await shownAt(c))} errors={[]} />));

  pages.post('/', async (c) => {
    const place = c.get('place');
    const visit = c.get('visit');
    const here = placePath(place.ref, page);
    const posted = await formOf(c);
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
        section: 'selfScore',
        path: here,
        conflicts,
        labelOf,
        id: newFormId(deps),
      });
    const [doing, line] = posted.get('_viec').split(' ');
    if (doing === 'minh-chung' && line) return c.redirect(`${here}/minh-chung/${line}`, 303);
    const answered = await handOver(c, deps, form, posted, here);
    if (answered) return answered;
    const shown = await shownAt(c);
    const { actuals, errors } = actualsIn(
      visit,
      shown.draft,
      targetsOf(shown),
      handedInOf(shown)?.actuals ?? [],
    );
    const scored = linesOfScore(shown);
    const all = [...errors, ...scored.errors];
    if (all.length > 0) return c.html(<SelfScorePage {...shown} errors={all} />, 422);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'SubmitSelfScore',
      payload: { unit: place.unit, actuals, lines: scored.lines },
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
    const id = field.slice(2);
    if (field.startsWith('a:'))
      return t.actualOf(targetsOf({ place }).find((target) => target.id === id)?.indicator ?? id);
    return field.startsWith('e:') ? t.evidenceOf(id) : t.points(id);
  };
}

function SelfScorePage(props: Shown & { errors: readonly FieldError[] }) {
  const { visit, place, draft, formId, errors } = props;
  const t = yearText[visit.language];
  const { rubric } = place.terms;
  const handedIn = handedInOf(props);
  const targets = targetsOf(props);
  const no = closedFor(place, form, visit.now);
  const names = [
    ...targets.map(({ id }) => actualField(id)),
    ...rubric.groups
      .flatMap(linesIn)
      .filter(({ markedBy }) => markedBy !== 'computed')
      .map(({ id }) => pointsField(id)),
  ];
  return (
    <Page visit={visit} title={t.selfScore} section="selfScore" place={place.ref}>
      <ErrorSummary visit={visit} errors={errors} />
      <h1>{t.selfScore}</h1>
      <p class="td-lead">{t.selfLead}</p>
      <DeadlineLine
        visit={visit}
        done={handedIn !== undefined}
        closesAt={closesAtFor(place.state, 'selfScore', place.unit)}
        whoSees={t.whoSeesSelf}
      />
      {handedIn ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.reported(`${clockTime(handedIn.at)}, ${shortDate(handedIn.at)}`)} {no ? '' : t.replace}{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${handedIn.seq}`}>{frame[visit.language].receipt}</a>
            </p>
          </Note>
        </div>
      ) : null}
      {no && !handedIn ? (
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
        <section>
          <h2 class="td-h2rule">{t.actuals}</h2>
          {targets.length === 0 ? <p>{t.noTargets}</p> : null}
          <ActualRows
            visit={visit}
            draft={draft}
            targets={targets}
            handedIn={handedIn?.actuals ?? []}
            errors={errors}
            closed={no !== undefined}
          />
        </section>
        {rubric.groups.map((group) => (
          <section class="td-section">
            <h2 lang="vi">
              {group.id}. {group.title}{' '}
              <span class="td-num td-small td-muted">{formatHundredths(group.max)}</span>
            </h2>
            {group.kind === 'regular' ? null : <p class="td-muted">{t.optional}</p>}
            {linesIn(group).map((line) =>
              line.markedBy === 'computed' ? (
                <Computed {...props} line={line} />
              ) : (
                <Line {...props} line={line} closed={no !== undefined} />
              ),
            )}
          </section>
        ))}
        <p class="td-section td-lead td-num">
          {t.total}: <b>{formatHundredths(linesOfScore(props).total)}</b>
        </p>
        {no ? null : (
          <>
            <ReturnForm visit={visit} place={place} draft={draft} />
            <div class="td-actions">
              <button class="btn btn-outline-primary" type="submit" name="_viec" value="luu">
                {t.save}
              </button>
              <HandOverButtons visit={visit} place={place} submit={t.submitSelf} />
              <SaveState visit={visit} draft={draft} />
            </div>
          </>
        )}
      </form>
    </Page>
  );
}

function Computed({ visit, place, draft, line }: Shown & { line: MarkedLine }) {
  const t = yearText[visit.language];
  const targets = targetsOf({ place });
  const before = handedInOf({ place })?.actuals ?? [];
  const actuals = new Map(
    targets.flatMap(({ id }) => {
      const reading = readNumber(typedActual(draft, id, before));
      return reading.kind === 'value' ? [[id as string, reading.canonical] as const] : [];
    }),
  );
  const { points, mean, attainments } = computedPoints(line.max, targets, actuals);
  return (
    <div class="td-one">
      <h3 lang="vi">
        {line.id}. {line.title}
      </h3>
      {line.kind === 'index' ? (
        <p class="td-muted">{t.imported}</p>
      ) : (
        <details>
          <summary class="td-num">
            {t.computed}: {formatHundredths(points)} / {formatHundredths(line.max)}
          </summary>
          <p class="td-n">
            {t.computedHow(percentOf(mean), formatHundredths(line.max))} = {formatHundredths(points)}
          </p>
          <ul class="td-plain td-small" lang="vi">
            {attainments.map(({ target, share }) => (
              <li>
                {targets.find(({ id }) => id === target)?.indicator}: {percentOf(share)}%
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Line(props: Shown & { line: MarkedLine; errors: readonly FieldError[]; closed: boolean }) {
  const { visit, draft, line, errors, closed } = props;
  const t = yearText[visit.language];
  const field = pointsField(line.id);
  const id = inputName(field);
  const typed = typedOn(props, line);
  const reading = readNumber(typed);
  const wrong = wrongOn(visit, line, typed);
  const evidence = evidenceOn(props, line.id);
  const shown = errors.some((error) => error.field === id)
    ? errors
    : wrong
      ? [...errors, { field: id, message: wrong }]
      : errors;
  return (
    <div class="td-one" data-row>
      <h3>
        <label for={id} lang="vi">
          {line.id}. {line.title}
        </label>
      </h3>
      <div class="td-one-row">
        <dl>
          <dt>{t.max}</dt>
          <dd>{formatHundredths(line.max)}</dd>
          <dt>{t.evidence}</dt>
          <dd>
            {t.evidenceCount(evidence.length)}{' '}
            {closed ? (
              <a href={`${placePath(props.place.ref, page)}/minh-chung/${line.id}`}>
                {t.seeEvidence}
                <span class="visually-hidden">{`: ${line.id}`}</span>
              </a>
            ) : (
              <button class="td-linkbutton" type="submit" name="_viec" value={`minh-chung ${line.id}`}>
                {t.addEvidence}
                <span class="visually-hidden">{`: ${line.id}`}</span>
              </button>
            )}
          </dd>
        </dl>
        <div>
          <input
            class={closed ? 'form-control-plaintext' : `form-control${wrong ? ' is-bad' : ''}`}
            readonly={closed}
            value={typed}
            inputmode="decimal"
            autocomplete="off"
            maxlength={40}
            data-mark
            data-max={line.max}
            data-step={line.step}
            {...(line.bands ? { 'data-bands': line.bands.join(' ') } : {})}
            {...draftedInput(draft, field)}
            {...described(id, shown)}
          />
          <small id={`${field}-doc`} data-echo>
            {reading.kind === 'value' && !closed ? t.readAs(shownDecimal(reading.canonical)) : ''}
          </small>
        </div>
      </div>
      <FieldMessage id={id} errors={shown} />
      <TwoReadings field={field} reading={reading} />
    </div>
  );
}
