/** Evidence on one line of the self-score: what is listed, what is added by file or link, what is taken off. */
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { shortDate } from '../../../shared/domain/calendar.ts';
import { Document, fileTypes, largestFile } from '../../../shared/domain/document.ts';
import type { MarkedLine } from '../../../shared/domain/rubric.ts';
import type { WebDeps } from '../../deps.ts';
import { closedFor, draftAt, saveFields } from '../drafting.ts';
import { formIdField, formOf, newFormId } from '../form.ts';
import { refusalPage, refusedPage } from '../pages-of-refusal.tsx';
import { evidenceField, evidenceOn, ownLineNamed, type Shown } from '../self-sheet.ts';
import { frame } from '../text/frame.ts';
import { yearText } from '../text/year.ts';
import { Icon } from '../ui/icon.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { described, ErrorSummary, type FieldError, FieldMessage, Note } from '../ui/parts.tsx';
import type { PageEnv } from '../visit.ts';

const form = 'self-score';
const page = 'tu-cham';

export function evidencePages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    return { visit: c.get('visit'), place, draft: await draftAt(deps, place, form), formId: newFormId(deps) };
  };

  pages.get('/:line', async (c) => {
    const line = ownLineNamed(c.get('place'), c.req.param('line'));
    return line
      ? c.html(<EvidencePage {...(await shownAt(c))} line={line} errors={[]} typed={{}} />)
      : refusedPage(c, 'not-found');
  });

  pages.post('/:line', async (c) => {
    const place = c.get('place');
    const line = ownLineNamed(place, c.req.param('line'));
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
  const no = closedFor(place, form, visit.now);
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
              {no ? null : (
                <button class="td-linkbutton" type="submit" name="_viec" value={`bo ${i}`}>
                  {t.remove}
                  <span class="visually-hidden">{`: ${title}`}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      </form>
      {no ? (
        <Note kind="warn">
          <p>{no[visit.language]}</p>
        </Note>
      ) : (
        <form
          class="td-section td-narrow"
          method="post"
          action={here}
          enctype="multipart/form-data"
          data-upload
          data-largest={largestFile}
          data-too-large={t.fileSize('{name}')}
          data-wrong-type={t.fileType('{name}')}
          data-lost={t.uploadLost}
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
          <progress
            class="w-100"
            max={100}
            value={0}
            aria-label={t.uploading}
            hidden
            data-upload-progress
          ></progress>
          <p class="td-small td-num mb-0" role="status" data-upload-text></p>
          <div class="td-actions">
            <button class="btn btn-primary" type="submit" name="_viec" value="them">
              {t.add}
            </button>
            <a href={placePath(place.ref, page)}>{t.back}</a>
          </div>
        </form>
      )}
    </Page>
  );
}
