/** The unit's own result: rank, total and its arithmetic, marks received, the bloc's ranking; objections and answers. */
import { type Context, Hono } from 'hono';
import { memberName } from '../../../shared/domain/bloc.ts';
import { objectableUntil } from '../../../shared/domain/duties.ts';
import { formatHundredths, quotient, roundHalfAway } from '../../../shared/domain/points.ts';
import { allCriteria } from '../../../shared/domain/rubric.ts';
import { ruleValue } from '../../../shared/domain/rules.ts';
import type { TallyLine } from '../../../shared/domain/tally.ts';
import type { WebDeps } from '../../deps.ts';
import { formIdField, formOf, giveCommand, newFormId } from '../form.ts';
import { refusalPage } from '../pages-of-refusal.tsx';
import { binding, type Place } from '../place.ts';
import { type ReceivedLine, receivedBy } from '../received.ts';
import { instantInWords } from '../text/time.ts';
import { yearText } from '../text/year.ts';
import { Page, placePath } from '../ui/page.tsx';
import { DeadlineLine, described, Empty, ErrorSummary, type FieldError, FieldMessage } from '../ui/parts.tsx';
import type { PageEnv, Visit } from '../visit.ts';

const page = 'ket-qua';

export function resultPages(deps: WebDeps): Hono<PageEnv> {
  const pages = new Hono<PageEnv>();
  const show = async (
    c: Context<PageEnv>,
    typed: { criterion: string; ground: string },
    errors: readonly FieldError[],
  ) => {
    const place = c.get('place');
    const { terms, state, unit } = place;
    const named = ruleValue(terms.rules, 'score.rater-names');
    const received = state.scoring.tally ? await receivedBy(deps, { terms, state, unit, named }) : [];
    return (
      <Result
        visit={c.get('visit')}
        place={place}
        received={received}
        formId={newFormId(deps)}
        typed={typed}
        errors={errors}
      />
    );
  };
  pages.get('/', async (c) => c.html(await show(c, { criterion: '', ground: '' }, [])));

  pages.post('/', binding, async (c) => {
    const place = c.get('place');
    const posted = await formOf(c);
    const t = yearText[c.get('visit').language];
    const [criterion, ground] = [posted.get('criterion'), posted.get('ground')];
    if (ground === '') {
      const errors = [{ field: 'ground', message: t.wrong.missing(t.ground) }];
      return c.html(await show(c, { criterion, ground }, errors), 422);
    }
    const given = await giveCommand(c, deps, posted, {
      ref: place.ref,
      name: 'FileObjection',
      payload: { unit: place.unit, criterion, ground: { text: ground } },
    });
    if (!given.ok) {
      const entries = [
        [t.chooseCriterion, criterion],
        [t.ground, ground],
      ] as const;
      return refusalPage(c, given.refusal, { place: place.ref, form: { ...posted, entries } });
    }
    return c.redirect(`/phieu-xac-nhan/${given.value.stream}/${given.value.seq}`, 303);
  });
  return pages;
}

function Arithmetic({ visit, line }: { visit: Visit; line: TallyLine }) {
  const t = yearText[visit.language];
  const mean =
    line.ballots === 0 ? '–' : formatHundredths(roundHalfAway(quotient(line.received, line.ballots)));
  return (
    <dl class="td-arith">
      <dt>
        {t.received}: {formatHundredths(line.received)}
      </dt>
      <dd></dd>
      <dt>{t.ballots(line.ballots)}</dt>
      <dd>{mean}</dd>
      <dt>{t.computed}</dt>
      <dd>+ {formatHundredths(line.computed)}</dd>
      <dt>{t.confirmed}</dt>
      <dd>+ {formatHundredths(line.confirmed)}</dd>
      <dt>{t.bonus}</dt>
      <dd>+ {formatHundredths(line.bonus)}</dd>
      <dt>{t.penalty}</dt>
      <dd>− {formatHundredths(line.penalty)}</dd>
      <dt class="eq fin">{t.shown}</dt>
      <dd class="eq fin">{line.shown ?? '–'}</dd>
    </dl>
  );
}

function Result({
  visit,
  place,
  received,
  formId,
  typed,
  errors,
}: {
  visit: Visit;
  place: Place;
  received: readonly ReceivedLine[];
  formId: string;
  typed: { criterion: string; ground: string };
  errors: readonly FieldError[];
}) {
  const t = yearText[visit.language];
  const { state, terms, unit } = place;
  const { tally } = state.scoring;
  const mine = tally?.lines.find((line) => line.unit === unit);
  if (!tally || !mine) {
    return (
      <Page visit={visit} title={t.result} section="result" place={place.ref}>
        <h1>{t.result}</h1>
        <Empty title={t.noResult}>
          <p>{t.noResultLead}</p>
        </Empty>
      </Page>
    );
  }
  const ranked = tally.lines.toSorted((a, b) => (a.rank ?? 999) - (b.rank ?? 999));
  const until = objectableUntil(state, visit.now);
  const filed = state.objections.filed.filter((one) => one.unit === unit);
  return (
    <Page visit={visit} title={t.result} section="result" place={place.ref}>
      <ErrorSummary visit={visit} errors={errors} />
      <h1>{t.result}</h1>
      <p class="td-lead" lang="vi">
        {place.unitName}
      </p>
      <dl class="td-factline">
        <div>
          <dt>{t.rank}</dt>
          <dd>
            {mine.rank ?? '–'} {t.of(tally.lines.length)}
          </dd>
        </div>
        <div>
          <dt>{t.shown}</dt>
          <dd>{mine.shown ?? '–'}</dd>
        </div>
        {mine.decidedBy ? (
          <div>
            <dt>{t.tie}</dt>
            <dd>{t.tieSteps[mine.decidedBy]}</dd>
          </div>
        ) : null}
      </dl>
      {mine.quorum ? null : <p>{t.noQuorum}</p>}
      <section class="td-section">
        <h2>{t.arithmetic}</h2>
        <Arithmetic visit={visit} line={mine} />
      </section>
      <section class="td-section">
        <h2>{t.ranking}</h2>
        <table class="table td-table">
          <thead>
            <tr>
              <th scope="col">{t.rank}</th>
              <th scope="col">{t.unit}</th>
              <th scope="col" class="td-num">
                {t.shown}
              </th>
            </tr>
          </thead>
          <tbody>
            {ranked.map((line) => (
              <tr class={line.unit === unit ? 'is-active' : ''}>
                <td class="td-n">{line.rank ?? '–'}</td>
                <th scope="row" lang="vi">
                  {memberName(terms, line.unit)}
                </th>
                <td class="td-num">{line.shown ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="td-section">
        <h2>{t.receivedTitle}</h2>
        <section class="td-scroll" tabindex={0} aria-label={t.receivedTitle}>
          <table class="table td-table">
            <thead>
              <tr>
                <th scope="col">{t.criterion}</th>
                <th scope="col" class="td-num">
                  {t.max}
                </th>
                <th scope="col" class="td-num">
                  {t.mean}
                </th>
                <th scope="col">{t.marks}</th>
                <th scope="col">{t.comments}</th>
              </tr>
            </thead>
            <tbody>
              {received.map(({ criterion, title, max, received: given }) => {
                const marks = given.flatMap(({ mark }) => (mark === null ? [] : [mark]));
                const sum = marks.reduce((total, mark) => total + mark, 0);
                return (
                  <tr>
                    <th scope="row" lang="vi">
                      {criterion}. {title}
                    </th>
                    <td class="td-num">{formatHundredths(max)}</td>
                    <td class="td-num">
                      {marks.length === 0
                        ? '–'
                        : formatHundredths(roundHalfAway(quotient(sum, marks.length)))}
                    </td>
                    <td class="td-n">
                      {given
                        .map(({ mark, raterName }) =>
                          [raterName, mark === null ? '–' : formatHundredths(mark)]
                            .filter(Boolean)
                            .join(': '),
                        )
                        .join('; ')}
                    </td>
                    <td lang="vi">
                      {given.flatMap(({ comment }) =>
                        comment === null ? [] : [<span class="d-block td-typed">{comment}</span>],
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      </section>
      <section class="td-section">
        <h2>{t.object}</h2>
        {until && place.binds ? (
          <form class="td-narrow" method="post" action={placePath(place.ref, page)}>
            <DeadlineLine visit={visit} closesAt={until} />
            <p class="mt-3">{t.objectLead(instantInWords(until, visit.language))}</p>
            <input type="hidden" name={formIdField} value={formId} />
            <label class="form-label" for="criterion">
              {t.chooseCriterion}
            </label>
            <select class="form-select" id="criterion" name="criterion">
              {allCriteria(terms.rubric).map(({ id, title }) => (
                <option value={id} selected={id === typed.criterion} lang="vi">
                  {id}. {title}
                </option>
              ))}
            </select>
            <label class="form-label mt-3" for="ground">
              {t.ground}
            </label>
            <textarea
              class="form-control"
              id="ground"
              name="ground"
              rows={4}
              maxlength={4000}
              {...described('ground', errors)}
            >
              {typed.ground}
            </textarea>
            <FieldMessage id="ground" errors={errors} />
            <div class="td-actions">
              <button class="btn btn-primary" type="submit">
                {t.fileObjection}
              </button>
            </div>
          </form>
        ) : (
          <p class="td-muted">{until ? t.officer : t.objectClosed}</p>
        )}
        <h3 class="mt-4">{t.myObjections}</h3>
        {filed.length === 0 ? <p class="td-muted">{t.noObjections}</p> : null}
        <ul class="td-plain">
          {filed.map(({ number, criterion, state: stage, answerBy, reason, seq }) => (
            <li>
              <b>
                {number}. {t.criterion} {criterion}: {t.objectionState[stage]}
              </b>{' '}
              <a href={`/phieu-xac-nhan/${place.stream}/${seq}`}>
                <span class="td-num">#{seq}</span>
              </a>
              {reason ? (
                <span class="d-block" lang="vi">
                  {reason}
                </span>
              ) : (
                <span class="d-block td-small td-muted">
                  {t.answerBy(instantInWords(answerBy, visit.language))}
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
}
