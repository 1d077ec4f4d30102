/** The pieces that pages are made of, each in its one form. */
import type { Child } from 'hono/jsx';
import { hasPassed } from '../../../shared/domain/calendar.ts';
import { frame } from '../text/frame.ts';
import { instantInWords, lastSecond, remaining } from '../text/time.ts';
import type { Visit } from '../visit.ts';
import { Icon, type IconName } from './icon.tsx';

/** The fixed list of states. */
export type TagState = 'none' | 'now' | 'work' | 'ok' | 'warn' | 'bad' | 'lock';

const tagIcons: Readonly<Partial<Record<TagState, IconName>>> = {
  now: 'play',
  work: 'pencil',
  ok: 'check',
  warn: 'triangle',
  bad: 'octagon',
  lock: 'lock',
};

/** A state in a word and a shape. */
export function Tag({ visit, state, children }: { visit: Visit; state: TagState; children?: Child }) {
  const icon = tagIcons[state];
  return (
    <span class={`td-tag td-tag-${state}`}>
      {icon ? <Icon name={icon} /> : null}
      {children ?? frame[visit.language].tags[state]}
    </span>
  );
}

/** The deadline in words with its zone, to the second, and who sees what is entered. */
export function DeadlineLine({
  visit,
  closesAt,
  extended = false,
  done = false,
  whoSees,
}: {
  visit: Visit;
  closesAt: string;
  extended?: boolean;
  /** What was due is in: nobody is late any more. */
  done?: boolean;
  whoSees?: string;
}) {
  const t = frame[visit.language].deadline;
  const passed = hasPassed(closesAt, visit.now);
  return (
    <div class="td-deadline">
      <Icon name="clock" />
      <div>
        <p>
          <strong>{passed ? t.passed : t.until}</strong>{' '}
          <time datetime={closesAt}>{instantInWords(closesAt, visit.language)}</time>
        </p>
        <p class="td-rest td-num">
          {passed ? (done ? t.restDone : t.restPassed) : t.rest(lastSecond(closesAt))}
          {extended ? ` ${t.extended}` : ''}
          {whoSees ? (
            <>
              <br />
              <strong>{t.whoSees}</strong> {whoSees}
            </>
          ) : null}
        </p>
      </div>
      {passed && done ? null : (
        <p class="td-left td-num">{capitalised(remaining(closesAt, visit.now, visit.language))}</p>
      )}
    </div>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
}

/** x of n; the count is the message, the bar its echo. */
export function Progress({ done, of }: { done: number; of: number }) {
  const share = of === 0 ? 100 : Math.round((done / of) * 1000) / 10;
  return (
    <span class="td-xn">
      <span>
        {done}/{of}
      </span>
      <svg class={`td-bar${done >= of ? ' ok' : ''}`} aria-hidden="true" height="6">
        <rect width={`${share}%`} height="6" />
      </svg>
    </span>
  );
}

/** Something wrong at a field: what, and the field's id. */
export type FieldError = { readonly field: string; readonly message: string };

/** What has to be mended, at the top of main; takes the focus and links to the fields. */
export function ErrorSummary({
  visit,
  errors,
  title,
}: {
  visit: Visit;
  errors: readonly FieldError[];
  title?: string | undefined;
}) {
  if (errors.length === 0 && !title) return null;
  return (
    <div class="td-errors" role="alert" tabindex={-1} autofocus data-errors>
      <h2>{title ?? frame[visit.language].errors.title(errors.length)}</h2>
      {errors.length > 0 ? (
        <ul>
          {errors.map(({ field, message }) => (
            <li>{field ? <a href={`#${field}`}>{message}</a> : message}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** The error of one field, under it. */
export function FieldMessage({ id, errors }: { id: string; errors: readonly FieldError[] }) {
  const mine = errors.filter(({ field }) => field === id);
  if (mine.length === 0) return null;
  return (
    <p class="td-fielderr" id={`${id}-loi`}>
      <Icon name="exclamation" />
      <span>{mine.map(({ message }) => message).join(' ')}</span>
    </p>
  );
}

/** Attributes that tie a field to its error. */
export function described(id: string, errors: readonly FieldError[]): Record<string, string> {
  return errors.some(({ field }) => field === id)
    ? { 'aria-invalid': 'true', 'aria-describedby': `${id}-loi` }
    : {};
}

export function Note({ kind, children }: { kind?: 'ok' | 'warn' | 'gold'; children: Child }) {
  const icon: IconName = kind === 'ok' ? 'check-circle' : kind === 'warn' ? 'triangle' : 'info';
  return (
    <div class={`td-note${kind ? ` td-note-${kind}` : ''}`}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** Facts of one thing, name and value. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: Child])[] }) {
  return (
    <dl class="td-sum">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** What will be here, when, and what to do meanwhile. */
export function Empty({
  title,
  level = 2,
  children,
}: {
  title: string;
  /** Of its heading: 2 where it is all of a page, 3 within a section. */
  level?: 2 | 3;
  children?: Child;
}) {
  return (
    <div class="td-empty">
      {level === 2 ? <h2 class="h3">{title}</h2> : <h3>{title}</h3>}
      {children}
    </div>
  );
}

/** A hash as people compare it: the first eight signs in two groups; the whole in its title. */
export function Hash({ value, whole = false }: { value: string; whole?: boolean }) {
  const shown = whole
    ? (value.match(/.{1,8}/g) ?? []).join(' ')
    : `${value.slice(0, 4)} ${value.slice(4, 8)}`;
  return (
    <span class="td-hash" title={value}>
      {shown}
    </span>
  );
}
