/** Actuals of a unit's targets: typed, read, and the percent with how it is computed; for mid-year and year's end. */
import { type Attainment, attainmentOf } from '../../../shared/domain/attainment.ts';
import type { UnitTarget } from '../../../shared/domain/pledge.ts';
import { percentOf } from '../../../shared/domain/points.ts';
import type { Actual } from '../../../shared/domain/review.ts';
import { type Reading, readNumber, shownDecimal } from '../../../shared/domain/typed-number.ts';
import { choiceName, type Draft, inputName } from '../drafting.ts';
import { yearText } from '../text/year.ts';
import type { Visit } from '../visit.ts';
import { draftedInput } from './drafted-form.tsx';
import { described, type FieldError, FieldMessage } from './parts.tsx';

export const actualField = (target: string) => `a:${target}`;

/** What is typed for a target: drafted, or handed in before. */
export function typedActual(draft: Draft, target: string, handedIn: readonly Actual[]): string {
  const drafted = draft.fields.get(actualField(target));
  if (drafted) return drafted.value;
  const before = handedIn.find((one) => one.target === target);
  return before ? shownDecimal(before.value) : '';
}

/** The actuals that were typed, and what is wrong with them. */
export function actualsIn(
  visit: Visit,
  draft: Draft,
  targets: readonly UnitTarget[],
  handedIn: readonly Actual[],
): { actuals: { target: string; value: string }[]; errors: FieldError[] } {
  const t = yearText[visit.language].wrong;
  const actuals: { target: string; value: string }[] = [];
  const errors: FieldError[] = [];
  for (const { id, indicator } of targets) {
    const typed = typedActual(draft, id, handedIn);
    const reading = readNumber(typed);
    const wrong = (message: string) => void errors.push({ field: inputName(actualField(id)), message });
    if (reading.kind === 'empty') wrong(t.missing(indicator));
    else if (reading.kind === 'ambiguous') wrong(t.twoWays(typed));
    else if (reading.kind === 'bad') wrong(t.number(typed));
    else if (/\.\d{5}/.test(reading.canonical)) wrong(t.precise(typed));
    else actuals.push({ target: id, value: reading.canonical });
  }
  return { actuals, errors };
}

function howComputed(visit: Visit, target: UnitTarget, { actual, reached }: Attainment): string {
  const t = yearText[visit.language];
  if (actual === null) return t.none;
  const [done, plan] = [shownDecimal(actual), shownDecimal(target.planned)];
  if (Number(target.planned) === 0) return t.zero;
  if (target.direction === 'higher') return t.higher(done, plan);
  return reached ? t.lowerReached : t.lower(done, plan);
}

/** The two readings of a number, to choose from. */
export function TwoReadings({ field, reading }: { field: string; reading: Reading }) {
  if (reading.kind !== 'ambiguous') return null;
  return (
    <div class="td-choice">
      {[reading.decimal.replace('.', ','), shownDecimal(reading.thousands)].map((shown, i) => (
        <span class="form-check">
          <input
            class="form-check-input"
            type="radio"
            name={choiceName(field)}
            id={`${field}-${i}`}
            // Without a point it reads in one way only.
            value={i === 0 ? shown : reading.thousands}
          />
          <label class="form-check-label" for={`${field}-${i}`}>
            {shown}
          </label>
        </span>
      ))}
    </div>
  );
}

export function ActualRows({
  visit,
  draft,
  targets,
  handedIn,
  errors,
  closed,
}: {
  visit: Visit;
  draft: Draft;
  targets: readonly UnitTarget[];
  handedIn: readonly Actual[];
  errors: readonly FieldError[];
  /** Nothing is taken any more: what was typed is read, not changed. */
  closed: boolean;
}) {
  const t = yearText[visit.language];
  return (
    <>
      {targets.map((target) => {
        const field = actualField(target.id);
        const typed = typedActual(draft, target.id, handedIn);
        const reading = readNumber(typed);
        const attained = attainmentOf(target, reading.kind === 'value' ? reading.canonical : undefined);
        return (
          <div class="td-one" data-row>
            <h3>
              <label for={inputName(field)} lang="vi">
                {target.indicator}
              </label>
            </h3>
            <div class="td-one-row">
              <dl>
                <dt>{t.planned}</dt>
                <dd>
                  {shownDecimal(target.planned)} <span lang="vi">{target.unitOfMeasure}</span>
                </dd>
                <dt>{t.percent}</dt>
                <dd>
                  {percentOf(attained.share)}% ({attained.reached ? t.reached : t.notReached})
                </dd>
                <dt>{t.how}</dt>
                <dd>{howComputed(visit, target, attained)}</dd>
              </dl>
              <div>
                <input
                  class={closed ? 'form-control-plaintext' : 'form-control'}
                  readonly={closed}
                  value={typed}
                  inputmode="decimal"
                  autocomplete="off"
                  maxlength={40}
                  {...draftedInput(draft, field)}
                  {...described(inputName(field), errors)}
                />
                <small>
                  {reading.kind === 'value' && !closed ? t.readAs(shownDecimal(reading.canonical)) : ''}
                </small>
              </div>
            </div>
            <FieldMessage id={inputName(field)} errors={errors} />
            <TwoReadings field={field} reading={reading} />
          </div>
        );
      })}
    </>
  );
}
