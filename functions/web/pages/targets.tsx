/** A unit's own targets: registered line by line, copied from last year, or taken as a share of the province's. */
import { type Context, Hono } from 'hono';
import { clockTime, shortDate } from '../../../shared/domain/calendar.ts';
import { closesAtFor } from '../../../shared/domain/extension.ts';
import type { UnitTarget } from '../../../shared/domain/pledge.ts';
import type { ProvinceTarget } from '../../../shared/domain/season.ts';
import { readNumber, shownDecimal } from '../../../shared/domain/typed-number.ts';
import type { WebDeps } from '../../deps.ts';
import {
  choiceName,
  closedFor,
  type Draft,
  draftAt,
  inputName,
  saveFields,
  saveTyped,
  typedIn,
} from '../drafting.ts';
import { formIdField, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import type { Place } from '../place.ts';
import { placesOf } from '../places.ts';
import { pledgeText, targetInWords } from '../text/pledge.ts';
import { conflictPage, draftedForm, draftedInput, HiddenFields, SaveState } from '../ui/drafted-form.tsx';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, described, ErrorSummary, type FieldError, FieldMessage, Note } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const form = 'targets';
const page = 'chi-tieu';
const keys = ['indicator', 'measure', 'planned', 'operator', 'direction', 'added', 'share'] as const;
type Key = (typeof keys)[number];
const nameOf = (row: number, key: Key) => `t:${row}:${key}`;
const titlesField = (title: string) => `d:${title}`;
const mostRows = 60;
const titles = ['provincial-flag', 'certificate', 'excellent-collective'] as const;

type Shown = {
  readonly visit: Visit;
  readonly place: Place;
  readonly draft: Draft;
  readonly formId: string;
  readonly province: readonly ProvinceTarget[];
  readonly before: { readonly season: string; readonly bloc: string } | undefined;
};

/** What stands in a field: the draft, or what was registered where nothing is drafted. */
function valueAt({ draft, place }: Pick<Shown, 'draft' | 'place'>, row: number, key: Key): string {
  const drafted = draft.fields.get(nameOf(row, key));
  if (drafted) return drafted.value;
  const target = place.state.pledge.targets[place.unit]?.[row];
  if (!target) return key === 'operator' ? '≥' : key === 'direction' ? 'higher' : '';
  const values: Readonly<Record<Key, string>> = {
    indicator: target.indicator,
    measure: target.unitOfMeasure,
    planned: shownDecimal(target.planned),
    operator: target.operator,
    direction: target.direction,
    added: target.added ? 'co' : '',
    share: target.shareOf ?? '',
  };
  return values[key];
}

/** How many lines the form shows: those with content and one more. */
function rowsOf(shown: Pick<Shown, 'draft' | 'place'>): number {
  let last = -1;
  for (let row = 0; row < mostRows; row++) if (valueAt(shown, row, 'indicator') !== '') last = row;
  return Math.min(mostRows, Math.max(3, last + 2));
}

/** The targets that the fields make, and what is wrong with them. */
function targetsIn(shown: Pick<Shown, 'visit' | 'draft' | 'place'>): {
  targets: UnitTarget[];
  errors: FieldError[];
} {
  const t = pledgeText[shown.visit.language];
  const targets: UnitTarget[] = [];
  const errors: FieldError[] = [];
  for (let row = 0; row < rowsOf(shown); row++) {
    const at = (key: Key) => valueAt(shown, row, key).trim();
    if (at('indicator') === '') continue;
    const wrong = (key: Key, message: string) =>
      void errors.push({ field: inputName(nameOf(row, key)), message });
    const reading = readNumber(at('planned'));
    if (at('measure') === '') wrong('measure', t.missing(t.measure.toLowerCase(), row + 1));
    if (reading.kind === 'empty') wrong('planned', t.missing(t.planned.toLowerCase(), row + 1));
    else if (reading.kind === 'ambiguous') wrong('planned', t.twoWays(at('planned')));
    else if (reading.kind === 'bad' || reading.canonical.startsWith('-'))
      wrong('planned', t.wrongNumber(at('planned')));
    else if (/\.\d{5}/.test(reading.canonical)) wrong('planned', t.tooPrecise(at('planned')));
    else
      targets.push({
        id: String(targets.length + 1),
        indicator: at('indicator'),
        unitOfMeasure: at('measure'),
        planned: reading.canonical,
        operator: at('operator'),
        direction: at('direction'),
        ...(at('added') === 'co' ? { added: true } : {}),
        ...(at('share') === '' ? {} : { shareOf: at('share') }),
      } as UnitTarget);
  }
  if (targets.length === 0 && errors.length === 0)
    errors.push({ field: inputName(nameOf(0, 'indicator')), message: t.none });
  return { targets, errors };
}

export function targetPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();

  const shownAt = async (c: Context<PageEnv>): Promise<Shown> => {
    const place = c.get('place');
    const season = await deps.journal.load({ kind: 'season', season: place.ref.season });
    const earlier = (await placesOf(deps, place.unit)).find(
      (one) => one.season < place.ref.season && (one.state.pledge.targets[place.unit]?.length ?? 0) > 0,
    );
    return {
      visit: c.get('visit'),
      place,
      draft: await draftAt(deps, place, form),
      formId: newFormId(deps),
      province: season.state.directive?.targets ?? [],
      before: earlier && { season: earlier.season, bloc: earlier.bloc },
    };
  };

  pages.get('/', async (c) => c.html(<Targets {...(await shownAt(c))} errors={[]} />));

  pages.post('/', async (c) => {
    const place = c.get('place');
    const account = c.get('visit').acting?.account ?? '';
    const posted = await formOf(c);
    const no = closedFor(place, form, c.get('arrivedAt'));
    if (no) {
      const entries = [...typedIn(posted)];
      return refusalPage(c, no, { place: place.ref, form: { ...posted, entries } });
    }
    const conflicts = await saveTyped(deps, place, form, account, posted);
    if (conflicts.length > 0) {
      return conflictPage(c, {
        place,
        section: 'targets',
        path: placePath(place.ref, page),
        conflicts,
        labelOf: (field) => {
          const [, row, key] = field.split(':');
          const t = pledgeText[c.get('visit').language];
          return key ? `${t.row(Number(row) + 1)}: ${t[key as 'indicator']}` : t.titles;
        },
        id: newFormId(deps),
      });
    }
    const shown = await shownAt(c);
    if (posted.get('_viec') === 'chon') {
      const picked = shown.province.find(({ id }) => id === posted.get('tinh'));
      let row = 0;
      while (row < mostRows && valueAt(shown, row, 'indicator') !== '') row++;
      if (picked && row < mostRows) {
        const fresh: readonly (readonly [Key, string])[] = [
          ['indicator', picked.metric],
          ['measure', picked.unit ?? ''],
          ['planned', picked.value === null ? '' : shownDecimal(picked.value)],
          ['share', picked.id],
        ];
        await saveFields(
          deps,
          place,
          form,
          account,
          fresh.map(([key, value]) => {
            const field = nameOf(row, key);
            return { field, value, version: shown.draft.fields.get(field)?.version ?? 0 };
          }),
        );
      }
    }
    if (posted.get('_viec') !== 'gui') return c.redirect(placePath(place.ref, page), 303);
    const { targets, errors } = targetsIn(shown);
    if (errors.length > 0) return c.html(<Targets {...shown} errors={errors} />, 422);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'RegisterTargets',
      payload: {
        unit: place.unit,
        targets,
        titles: titles.filter((title) => isAimed(shown, title)),
      },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref, form: posted });
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });

  pages.post('/chep', async (c) => {
    const { place, before } = await shownAt(c);
    const posted = await formOf(c);
    if (!before) return c.redirect(placePath(place.ref, page), 303);
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'CopyTargets',
      payload: { unit: place.unit, from: before },
    });
    if (!given.ok) return refusalPage(c, given.refusal, { place: place.ref });
    return c.redirect(placePath(place.ref, page), 303);
  });
  return pages;
}

function isAimed({ draft, place }: Pick<Shown, 'draft' | 'place'>, title: (typeof titles)[number]): boolean {
  const drafted = draft.fields.get(titlesField(title));
  return drafted ? drafted.value === 'co' : (place.state.pledge.titles[place.unit] ?? []).includes(title);
}

function Targets(props: Shown & { errors: readonly FieldError[] }) {
  const { visit, place, draft, formId, province, before, errors } = props;
  const t = pledgeText[visit.language];
  const registered = place.state.pledge.registered[place.unit];
  const no = closedFor(place, form, visit.now);
  const rows = Array.from({ length: rowsOf(props) }, (_one, row) => row);
  const names = [...rows.flatMap((row) => keys.map((key) => nameOf(row, key))), ...titles.map(titlesField)];
  return (
    <Page visit={visit} title={t.targets} section="targets" place={place.ref}>
      <ErrorSummary visit={visit} errors={errors} />
      <h1>{t.targets}</h1>
      <p class="td-lead">{t.targetsLead}</p>
      <DeadlineLine
        visit={visit}
        done={registered !== undefined}
        closesAt={closesAtFor(place.state, 'pledge', place.unit)}
        whoSees={t.whoSeesTargets}
      />
      {registered ? (
        <div class="mt-3">
          <Note kind="ok">
            <p>
              {t.registered(`${clockTime(registered.at)}, ${shortDate(registered.at)}`)}{' '}
              {no ? '' : t.registeredReplace}
            </p>
          </Note>
        </div>
      ) : null}
      {no && !registered ? (
        <div class="mt-3">
          <Note kind="warn">
            <p>{no[visit.language]}</p>
          </Note>
        </div>
      ) : null}
      {no ? <Registered visit={visit} place={place} /> : null}
      {before && !registered && !no ? (
        <form class="td-section" method="post" action={`${placePath(place.ref, page)}/chep`}>
          <input type="hidden" name={formIdField} value={formId} />
          <p>{t.copyLead(before.season)}</p>
          <button class="btn btn-outline-primary" type="submit">
            {t.copy}
          </button>
        </form>
      ) : null}
      {no ? null : (
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
          {rows.map((row) => (
            <Row {...props} row={row} />
          ))}
          <p class="td-small td-muted">{t.removeHint}</p>
          <div class="td-actions">
            <button class="btn btn-outline-primary" type="submit" name="_viec" value="luu">
              {t.addRow}
            </button>
          </div>
          <div class="td-one">
            <label class="form-label" for="tinh">
              {t.pick}
            </label>
            <select class="form-select" id="tinh" name="tinh">
              <option value="">–</option>
              {province.map(({ id, metric, unit, value }) => (
                <option value={id} lang="vi">
                  {`${id}. ${metric}${value === null ? '' : `: ${shownDecimal(value)}`}${unit ? ` ${unit}` : ''}`}
                </option>
              ))}
            </select>
            <button class="btn btn-outline-primary mt-2" type="submit" name="_viec" value="chon">
              {t.pickAdd}
            </button>
          </div>
          <fieldset class="td-one">
            <legend class="h4">{t.titles}</legend>
            {titles.map((title) => (
              <div class="form-check">
                <input type="hidden" name={inputName(titlesField(title))} value="" />
                <input
                  class="form-check-input"
                  type="checkbox"
                  value="co"
                  checked={isAimed(props, title)}
                  {...draftedInput(draft, titlesField(title))}
                />
                <label class="form-check-label" for={inputName(titlesField(title))}>
                  {t.titleNames[title]}
                </label>
              </div>
            ))}
          </fieldset>
          <div class="td-actions">
            <button class="btn btn-primary" type="submit" name="_viec" value="gui">
              {t.submit}
            </button>
            <SaveState visit={visit} draft={draft} />
          </div>
        </form>
      )}
    </Page>
  );
}

/** What is registered, once nothing is taken any more. */
function Registered({ visit, place: { state, unit } }: Pick<Shown, 'visit' | 'place'>) {
  const t = pledgeText[visit.language];
  const targets = state.pledge.targets[unit] ?? [];
  const aimed = state.pledge.titles[unit] ?? [];
  return (
    <section class="td-section">
      <ul lang="vi">
        {targets.map((target) => (
          <li>{targetInWords(visit.language, target)}</li>
        ))}
      </ul>
      {aimed.length > 0 ? (
        <p>
          {t.titles}: {aimed.map((title) => t.titleNames[title]).join('; ')}
        </p>
      ) : null}
    </section>
  );
}

function Row(props: Shown & { row: number; errors: readonly FieldError[] }) {
  const { visit, draft, row, errors, province } = props;
  const t = pledgeText[visit.language];
  const id = (key: Key) => inputName(nameOf(row, key));
  const text = (key: 'indicator' | 'measure' | 'planned', most: number) => (
    <>
      <label class="form-label" for={id(key)}>
        {t[key]}
      </label>
      <input
        class="form-control"
        value={valueAt(props, row, key)}
        maxlength={most}
        autocomplete="off"
        {...(key === 'planned' ? { inputmode: 'decimal' as const } : {})}
        {...draftedInput(draft, nameOf(row, key))}
        {...described(id(key), errors)}
      />
      <FieldMessage id={id(key)} errors={errors} />
    </>
  );
  const choose = (key: 'operator' | 'direction', options: Readonly<Record<string, string>>) => (
    <>
      <label class="form-label" for={id(key)}>
        {t[key]}
      </label>
      <select class="form-select" {...draftedInput(draft, nameOf(row, key))}>
        {Object.entries(options).map(([value, words]) => (
          <option value={value} selected={valueAt(props, row, key) === value}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
  const planned = readNumber(valueAt(props, row, 'planned'));
  return (
    <fieldset class="td-one">
      <legend class="h4">{t.row(row + 1)}</legend>
      <div class="row gx-3 gy-2">
        <div class="col-12 col-lg-6">{text('indicator', 300)}</div>
        <div class="col-6 col-lg-3">{text('measure', 60)}</div>
        <div class="col-6 col-lg-3">
          {text('planned', 40)}
          {planned.kind === 'ambiguous' ? (
            <div class="td-choice">
              {[planned.decimal, planned.thousands].map((value, i) => (
                <span class="form-check">
                  <input
                    class="form-check-input"
                    type="radio"
                    name={choiceName(nameOf(row, 'planned'))}
                    id={`${id('planned')}-${i}`}
                    // With a comma, or without a point, it reads in one way only.
                    value={value.replace('.', ',')}
                  />
                  <label class="form-check-label" for={`${id('planned')}-${i}`}>
                    {i === 0 ? value.replace('.', ',') : shownDecimal(value)}
                  </label>
                </span>
              ))}
            </div>
          ) : null}
        </div>
        <div class="col-12 col-md-4">{choose('operator', t.operators)}</div>
        <div class="col-12 col-md-4">{choose('direction', t.directions)}</div>
        <div class="col-12 col-md-4">
          <label class="form-label" for={id('share')}>
            {t.share}
          </label>
          <select class="form-select" {...draftedInput(draft, nameOf(row, 'share'))}>
            <option value="">{t.noShare}</option>
            {province.map(({ id: target, metric }) => (
              <option value={target} selected={valueAt(props, row, 'share') === target} lang="vi">
                {`${target}. ${metric}`}
              </option>
            ))}
          </select>
        </div>
        <div class="col-12">
          <div class="form-check">
            <input type="hidden" name={id('added')} value="" />
            <input
              class="form-check-input"
              type="checkbox"
              value="co"
              checked={valueAt(props, row, 'added') === 'co'}
              {...draftedInput(draft, nameOf(row, 'added'))}
            />
            <label class="form-check-label" for={id('added')}>
              {t.added}
            </label>
          </div>
        </div>
      </div>
    </fieldset>
  );
}
