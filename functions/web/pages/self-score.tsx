/** The self-score: points on each criterion with evidence, the year's actuals, computed criteria with their arithmetic. */
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { computedPoints } from '../../../shared/domain/attainment.ts';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { Document, fileTypes, largestFile } from '../../../shared/domain/document.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import { formatHundredths, percentOf } from '../../../shared/domain/points.ts';
import { type CriteriaGroup, linesOf, type MarkedLine } from '../../../shared/domain/rubric.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import { readNumber, shownDecimal } from '../../../shared/domain/typed-number.ts';
import type { WebDeps } from '../../deps.ts';

import { closedFor, type Draft, draftAt, inputName, saveFields, saveTyped, typedIn } from '../drafting.ts';
import { formIdField, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage, refusedPage } from '../pages-of-refusal.tsx';
import type { Place } from '../place.ts';
import { verdictOn } from '../sheet.ts';
import { frame } from '../text/frame.ts';
import { yearText } from '../text/year.ts';
import { ActualRows, actualField, actualsIn, TwoReadings, typedActual } from '../ui/actuals.tsx';
import { conflictPage, draftedForm, draftedInput, HiddenFields, SaveState } from '../ui/drafted-form.tsx';
import { HandOverButtons, HandOverNote, handOver, ReturnForm } from '../ui/hand-over.tsx';
import { Icon } from '../ui/icon.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, described, ErrorSummary, type FieldError, FieldMessage, Note } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const form = 'self-score';
const page = 'tu-cham';
const pointsField = (line: string) => `p:${line}`;
const evidenceField = (line: string) => `e:${line}`;

type Shown = { readonly visit: Visit; readonly place: Place; readonly draft: Draft; readonly formId: string };

const targetsOf = ({ place }: Pick<Shown, 'place'>) => place.state.pledge.targets[place.unit] ?? [];
const handedInOf = ({ place }: Pick<Shown, 'place'>) => place.state.scoring.selfScores[place.unit];
const linesIn = (group: CriteriaGroup) => group.criteria.flatMap(linesOf);

/** What is typed on a line: drafted, or handed in before. */
function typedOn({ draft, place }: Pick<Shown, 'draft' | 'place'>, line: MarkedLine): string {
  const drafted = draft.fields.get(pointsField(line.id));
  if (drafted) return drafted.value;
  const before = handedInOf({ place })?.lines.find(({ criterion }) => criterion === line.id);
  return before ? formatHundredths(before.points) : '';
}

/** The evidence listed on a line: drafted, or handed in before. */
function evidenceOn({ draft, place }: Pick<Shown, 'draft' | 'place'>, line: string): readonly Document[] {
  const drafted = draft.fields.get(evidenceField(line));
  if (!drafted)
    return handedInOf({ place })?.lines.find(({ criterion }) => criterion === line)?.evidence ?? [];
  const listed = z.array(Document).safeParse(drafted.value === '' ? [] : JSON.parse(drafted.value));
  return listed.success ? listed.data : [];
}

/** What is wrong with the points typed on a line; undefined where nothing is. */
function wrongOn(visit: Visit, line: MarkedLine, typed: string): string | undefined {
  const t = yearText[visit.language].wrong;
  const reading = readNumber(typed);
  const shown = reading.kind === 'value' ? shownDecimal(reading.canonical) : typed;
  switch (verdictOn(line, reading).verdict) {
    case 'ambiguous':
      return t.twoWays(typed);
    case 'not-a-number':
      return t.number(typed);
    case 'too-precise':
      return t.precise(typed);
    case 'out-of-range':
      return t.range(shown, formatHundredths(line.max));
    case 'off-step':
      return line.bands
        ? t.bands(shown, line.bands.map(formatHundredths).join('; '))
        : t.step(shown, formatHundredths(line.step));
    default:
      return undefined;
  }
}

/** The lines as they would be handed in, and what is wrong with them. */
function linesOfScore(shown: Shown): { lines: object[]; errors: FieldError[]; total: number } {
  const t = yearText[shown.visit.language];
  const lines: object[] = [];
  const errors: FieldError[] = [];
  let total = 0;
  for (const group of shown.place.terms.rubric.groups) {
    const claimed = group.kind !== 'regular' && ruleValue(shown.place.terms.rules, 'score.claim-evidence');
    for (const line of linesIn(group)) {
      if (line.markedBy === 'computed') continue;
      const typed = typedOn(shown, line);
      const { mark, verdict } = verdictOn(line, readNumber(typed));
      const field = inputName(pointsField(line.id));
      const message = wrongOn(shown.visit, line, typed);
      if (message) errors.push({ field, message: `${line.id}: ${message}` });
      else if (verdict === 'empty' && group.kind === 'regular')
        errors.push({ field, message: t.wrong.missing(t.points(line.id)) });
      else if (mark !== undefined) {
        if (claimed && mark !== 0 && evidenceOn(shown, line.id).length === 0)
          errors.push({ field, message: t.claimWithout(line.id) });
        total += group.kind === 'penalty' ? -mark : mark;
        lines.push({ criterion: line.id, points: mark, evidence: evidenceOn(shown, line.id) });
      }
    }
  }
  return { lines, errors, total };
}

export function selfScorePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    return { visit: c.get('visit'), place, draft: await draftAt(deps, place, form), formId: newFormId(deps) };
  };
  const lineNamed = (place: Place, id: string) =>
    place.terms.rubric.groups.flatMap(linesIn).find((line) => line.id === id && line.markedBy !== 'computed');

  pages.get('/', async (c) => c.html(<SelfScorePage {...(await shownAt(c))} errors={[]} />));

  pages.post('/', async (c) => {
    const place = c.get('place');
    const visit = c.get('visit');
    const t = yearText[visit.language];
    const here = placePath(place.ref, page);
    const posted = await formOf(c);
    const labelOf = (field: string) => {
      const id = field.slice(2);
      if (field.startsWith('a:'))
        return t.actualOf(targetsOf({ place }).find((target) => target.id === id)?.indicator ?? id);
      return field.startsWith('e:') ? t.evidenceOf(id) : t.points(id);
    };
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

  pages.get('/minh-chung/:line', async (c) => {
    const line = lineNamed(c.get('place'), c.req.param('line'));
    return line
      ? c.html(<EvidencePage {...(await shownAt(c))} line={line} errors={[]} typed={{}} />)
      : refusedPage(c, 'not-found');
  });

  pages.post('/minh-chung/:line', async (c) => {
    const place = c.get('place');
    const line = lineNamed(place, c.req.param('line'));
    if (!line) return refusedPage(c, 'not-found');
    const posted = await formOf(c);
    const shown = await shownAt(c);
    const t = yearText[shown.visit.language];
    const no = closedFor(place, form, c.get('arrivedAt'));
    if (no) return refusalPage(c, no, { place: place.ref, form: posted });
    const here = `${placePath(place.ref, page)}/minh-chung/${line.id}`;
    const listed = evidenceOn(shown, line.id);
    const put = (documents: readonly Document[]) =>
      saveFields(deps, place, form, shown.visit.acting?.account ?? '', [
        {
          field: evidenceField(line.id),
          value: JSON.stringify(documents),
          version: shown.draft.fields.get(evidenceField(line.id))?.version ?? 0,
        },
      ]);
    const [doing, which] = posted.get('_viec').split(' ');
    if (doing === 'bo') {
      await put(listed.filter((_one, i) => i !== Number(which)));
      return c.redirect(here, 303);
    }
    const errors: FieldError[] = [];
    const typed = {
      title: posted.get('title'),
      number: posted.get('number'),
      date: posted.get('date'),
      link: posted.get('link'),
    };
    if (typed.title === '') errors.push({ field: 'title', message: t.wrong.missing(t.title) });
    const date = typed.date === '' ? undefined : isoDate(typed.date);
    if (typed.date !== '' && !date) errors.push({ field: 'date', message: t.dateWrong });
    if (typed.link !== '' && !Document.shape.link.safeParse(typed.link).success)
      errors.push({ field: 'link', message: t.linkWrong });
    const [, file] = posted.files.find(([name]) => name === 'file') ?? [];
    const type = fileTypes.find((one) => one === file?.type);
    if (file && !type) errors.push({ field: 'file', message: t.fileType(file.name) });
    else if (file && file.size > largestFile) errors.push({ field: 'file', message: t.fileSize(file.name) });
    if (errors.length > 0)
      return c.html(<EvidencePage {...shown} line={line} errors={errors} typed={typed} />, 422);
    const stored = file
      ? await deps.files.put(new Uint8Array(await file.arrayBuffer()), file.type)
      : undefined;
    const { conflicts } = await put([
      ...listed,
      {
        title: typed.title.slice(0, 300),
        ...(typed.number === '' ? {} : { number: typed.number.slice(0, 100) }),
        ...(date ? { date } : {}),
        ...(typed.link === '' ? {} : { link: typed.link }),
        ...(file && type && stored ? { file: { ...stored, name: file.name.slice(0, 200), type } } : {}),
      },
    ]);
    if (conflicts.length > 0)
      return c.html(<EvidencePage {...(await shownAt(c))} line={line} errors={[]} typed={typed} />, 409);
    return c.redirect(here, 303);
  });
  return pages;
}

/** `05/01/2024` or `2024-01-05` as a date; undefined for no such day. */
function isoDate(typed: string): string | undefined {
  const [, day, month, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(typed) ?? [];
  const iso = year ? `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}` : typed;
  return z.iso.date().safeParse(iso).success ? iso : undefined;
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
      <HandOverNote visit={visit} draft={draft} />
      <form
        class="mt-4"
        method="post"
        action={placePath(place.ref, page)}
        {...draftedForm(visit, place, form)}
      >
        <button class="visually-hidden" type="submit" name="_viec" value="luu" tabindex={-1}>
          {t.save}
        </button>
        <HiddenFields names={names} draft={draft} id={formId} />
        <section>
          <h2 class="td-h2rule">{t.actuals}</h2>
          {targets.length === 0 ? <p>{t.noTargets}</p> : null}
          <ActualRows
            visit={visit}
            draft={draft}
            targets={targets}
            handedIn={handedIn?.actuals ?? []}
            errors={errors}
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
                <Line {...props} line={line} />
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

function Line(props: Shown & { line: MarkedLine; errors: readonly FieldError[] }) {
  const { visit, draft, line, errors } = props;
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
            <button class="td-linkbutton" type="submit" name="_viec" value={`minh-chung ${line.id}`}>
              {t.addEvidence}
              <span class="visually-hidden">{`: ${line.id}`}</span>
            </button>
          </dd>
        </dl>
        <div>
          <input
            class={`form-control${wrong ? ' is-bad' : ''}`}
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
            {reading.kind === 'value' ? t.readAs(shownDecimal(reading.canonical)) : ''}
          </small>
        </div>
      </div>
      <FieldMessage id={id} errors={shown} />
      <TwoReadings field={field} reading={reading} />
    </div>
  );
}

function EvidencePage({
  visit,
  place,
  draft,
  formId,
  line,
  errors,
  typed,
}: Shown & {
  line: MarkedLine;
  errors: readonly FieldError[];
  typed: { title?: string; number?: string; date?: string; link?: string };
}) {
  const t = yearText[visit.language];
  const listed = evidenceOn({ draft, place }, line.id);
  const here = `${placePath(place.ref, page)}/minh-chung/${line.id}`;
  const text = (name: 'title' | 'number' | 'date' | 'link', most: number) => (
    <div class="mb-3">
      <label class="form-label" for={name}>
        {t[name]}
      </label>
      <input
        class="form-control"
        id={name}
        name={name}
        maxlength={most}
        value={typed[name] ?? ''}
        {...described(name, errors)}
      />
      <FieldMessage id={name} errors={errors} />
    </div>
  );
  return (
    <Page
      visit={visit}
      title={t.evidenceOf(line.id)}
      section="selfScore"
      place={place.ref}
      crumb={[
        { name: frame[visit.language].nav.desk, path: '/ban-lam-viec' },
        { name: t.selfScore, path: placePath(place.ref, page) },
      ]}
    >
      <ErrorSummary visit={visit} errors={errors} />
      <h1>{t.evidenceOf(line.id)}</h1>
      <p class="td-lead" lang="vi">
        {line.title}
      </p>
      <p>{t.evidenceLead}</p>
      <form method="post" action={here}>
        <input type="hidden" name={formIdField} value={formId} />
        <ul class="td-plain" lang="vi">
          {listed.map(({ title, number, date, file, link }, i) => (
            <li>
              <Icon name="paperclip" /> {file ? <a href={`/tep/${file.sha256}`}>{title}</a> : title}
              {number ? `, ${number}` : ''}
              {date ? `, ${shortDate(`${date}T00:00:00+07:00`)}` : ''}
              {link ? (
                <>
                  {', '}
                  <a href={link} rel="noreferrer">
                    {link}
                  </a>
                </>
              ) : null}
              {file ? (
                <span class="d-block td-small td-muted td-hash">
                  {`${file.name}, ${Math.ceil(file.size / 1024)} KB, SHA-256 ${file.sha256}`}
                </span>
              ) : null}{' '}
              <button class="td-linkbutton" type="submit" name="_viec" value={`bo ${i}`}>
                {t.remove}
                <span class="visually-hidden">{`: ${title}`}</span>
              </button>
            </li>
          ))}
        </ul>
      </form>
      <form
        class="td-section td-narrow"
        method="post"
        action={here}
        enctype="multipart/form-data"
        data-upload
      >
        <h2>{t.addEvidence}</h2>
        <input type="hidden" name={formIdField} value={formId} />
        {text('title', 300)}
        {text('number', 100)}
        {text('date', 10)}
        <div class="mb-3">
          <label class="form-label" for="file">
            {t.file}
          </label>
          <p class="form-text" id="file-goi-y">
            {t.fileHint}
          </p>
          <input
            class="form-control"
            type="file"
            id="file"
            name="file"
            accept={fileTypes.join(',')}
            aria-describedby="file-goi-y"
          />
          <FieldMessage id="file" errors={errors} />
        </div>
        {text('link', 500)}
        <progress class="w-100" max={100} value={0} hidden data-upload-progress></progress>
        <div class="td-actions">
          <button class="btn btn-primary" type="submit" name="_viec" value="them">
            {t.add}
          </button>
          <a href={placePath(place.ref, page)}>{t.back}</a>
        </div>
      </form>
    </Page>
  );
}
