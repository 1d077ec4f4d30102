/**
 * Saving as one types. What is shown as saved, the server has answered for; what it has not is kept on this computer
 * until it has: over a lost connection, a reload, a sign-in in another window.
 */
import {
  hundredthsOf,
  readNumber,
  shownDecimal,
  shownHundredths,
} from '../../../shared/domain/typed-number.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Words = Readonly<Record<string, string>>;
type Kept = { readonly value: string; readonly version: number };

const restMs = 700;
const againMs = 5000;

function fill(words: string, values: Readonly<Record<string, string>>): string {
  return words.replace(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '');
}

/** The clock of Viet Nam, whatever this computer's own zone is. */
function vietnamClock(instant: number): string {
  return new Date(instant + 7 * 60 * 60 * 1000).toISOString().slice(11, 19);
}

export function keepDraft(form: HTMLFormElement): void {
  const address = form.dataset.draft ?? '';
  const words = JSON.parse(form.dataset.words ?? '{}') as Words;
  const fields = new Map<string, Field>();
  for (const field of form.querySelectorAll<Field>('[data-field]')) {
    fields.set(field.dataset.field ?? '', field);
    field.dataset.saved = textOf(field);
  }
  if (fields.size === 0) return;

  /** What the server has not answered for yet, by field. */
  const waiting = new Set<string>();
  const drawer = `thidua ${address}`;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let lostAt: number | undefined;
  /** What to add to this computer's clock to have the server's. */
  let skew = 0;

  const state = document.querySelector<HTMLElement>('[data-save-state]');
  const say = (text: string, kind: 'ok' | 'warn' | 'idle', link?: { href: string; text: string }) => {
    const place = state?.querySelector<HTMLElement>('[data-save-text]');
    if (!state || !place) return;
    state.classList.toggle('is-warn', kind === 'warn');
    state.classList.toggle('is-idle', kind === 'idle');
    place.textContent = text;
    if (link) {
      const anchor = document.createElement('a');
      Object.assign(anchor, { href: link.href, target: '_blank', rel: 'opener', textContent: link.text });
      place.append(' ', anchor);
    }
  };

  /** Keeps what is unsaved in this tab alone; gone when the tab is. */
  const stow = () => {
    const kept: Record<string, Kept> = {};
    for (const name of waiting) {
      const field = fields.get(name);
      if (field) kept[name] = { value: textOf(field), version: Number(field.dataset.version) };
    }
    try {
      if (waiting.size === 0) sessionStorage.removeItem(drawer);
      else sessionStorage.setItem(drawer, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing loses nothing of what the page itself does.
    }
  };

  const restore = () => {
    let kept: Record<string, Kept> = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(drawer) ?? '{}') as Record<string, Kept>;
    } catch {
      return;
    }
    for (const [name, { value }] of Object.entries(kept)) {
      const field = fields.get(name);
      if (!field || textOf(field) === value) continue;
      putValue(field, value);
      changed(name, field);
    }
  };

  const changed = (name: string, field: Field) => {
    show(field, words);
    if (waits(field)) waiting.add(name);
    else waiting.delete(name);
    stow();
    clearTimeout(timer);
    if (waiting.size > 0) timer = setTimeout(save, restMs);
  };

  async function save(): Promise<void> {
    if (busy || waiting.size === 0) return;
    busy = true;
    const sent = [...waiting].slice(0, 50).flatMap((name) => {
      const field = fields.get(name);
      return field
        ? [{ field: name, value: asTaken(textOf(field)), version: Number(field.dataset.version) }]
        : [];
    });
    say(words.saving ?? '', 'idle');
    let again = 0;
    try {
      const answer = await fetch(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ fields: sent }),
      });
      lostAt = undefined;
      if (answer.status === 401) {
        say(words.signedOut ?? '', 'warn', { href: form.dataset.signin ?? '/', text: words.signIn ?? '' });
      } else if (answer.status === 409) {
        const { reason } = (await answer.json()) as { reason: string };
        say(fill(words.closed ?? '', { reason }), 'warn');
      } else if (!answer.ok) {
        say(fill(words.fault ?? '', { time: vietnamClock(Date.now() + skew) }), 'warn');
        again = againMs;
      } else {
        const { saved, conflicts, asks, stand, at } = (await answer.json()) as {
          saved: { field: string; version: number; value: string }[];
          asks?: { field: string; text: string }[];
          stand?: Stand;
          conflicts: { field: string; value: string; version: number }[];
          at: string;
        };
        skew = Date.parse(at) - Date.now();
        for (const { field: name, version, value } of saved) {
          const field = fields.get(name);
          if (!field) continue;
          field.dataset.version = String(version);
          field.dataset.saved = value;
          seen(form, name, version);
          if (asTaken(textOf(field)) === value) waiting.delete(name);
        }
        for (const { field: name, value } of conflicts) {
          const field = fields.get(name);
          // Not sent again by itself: the form's own button leads to the page of differences.
          waiting.delete(name);
          if (field) note(field, fill(words.conflict ?? '', { theirs: value }));
        }
        for (const { field: name, text } of asks ?? []) askForComment(fields, name, text);
        if (stand) showStand(stand);
        if (waiting.size === 0 && conflicts.length === 0)
          say(fill(words.saved ?? '', { time: vietnamClock(Date.parse(at)) }), 'ok');
        else if (waiting.size > 0) again = 1;
      }
    } catch {
      lostAt ??= Date.now() + skew;
      say(fill(words.offline ?? '', { time: vietnamClock(lostAt) }), 'warn');
      again = againMs;
    }
    stow();
    busy = false;
    if (again > 0) {
      clearTimeout(timer);
      timer = setTimeout(save, again);
    }
  }

  form.addEventListener('input', ({ target }) => {
    const field = target as Field;
    const name = field.dataset?.field;
    if (name !== undefined) changed(name, field);
  });
  // A form that is handed in carries everything itself.
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    try {
      sessionStorage.removeItem(drawer);
    } catch {
      // Nothing was kept then.
    }
  });
  addEventListener('online', save);
  addEventListener('focus', save);
  restore();
}

function textOf(field: Field): string {
  return field instanceof HTMLInputElement && field.type === 'checkbox'
    ? field.checked
      ? field.value
      : ''
    : field.value;
}

/** A text as the server takes it: composed characters, no blanks around it. */
function asTaken(text: string): string {
  return text.normalize('NFC').trim();
}

function putValue(field: Field, value: string): void {
  if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value !== '';
  else field.value = value;
}

/** Notes in the form's hidden field that the newer version of a field was seen. */
function seen(form: HTMLFormElement, name: string, version: number): void {
  const hidden = form.querySelector<HTMLInputElement>('input[name="_v"]');
  if (!hidden) return;
  const versions = JSON.parse(hidden.value) as Record<string, [number, string]>;
  // An unknown digest: whatever the field holds when the form is sent is compared by version.
  versions[name] = [version, ''];
  hidden.value = JSON.stringify(versions);
}

function note(field: Field, text: string): void {
  const echo = document.getElementById(`${field.dataset.field}-doc`);
  field.classList.add('is-ask');
  if (echo) echo.textContent = text;
}

/** Asks for a comment that the rules want on a mark, unless one is there. */
function askForComment(fields: ReadonlyMap<string, Field>, name: string, text: string): void {
  const mark = fields.get(name);
  const comment = fields.get(name.replace(/^m:/, 'c:'));
  if (!mark || !comment || comment.value.trim() !== '' || waits(mark)) return;
  mark.classList.add('is-ask');
  const room = openComment(comment);
  const why = room?.querySelector<HTMLElement>('[data-why]');
  if (!why?.parentElement) return;
  why.textContent = text;
  why.parentElement.classList.add('td-fieldwarn');
  why.parentElement.hidden = false;
}

/** Shows the field for a comment, and gives the message that it stands in. */
export function openComment(comment: HTMLElement): HTMLElement | null {
  const room = comment.closest<HTMLElement>('[data-msg]');
  const own = comment.closest<HTMLElement>('[data-comment]');
  if (own) own.hidden = false;
  if (room) {
    room.hidden = false;
    room.previousElementSibling?.classList.add('has-msg');
  }
  return room;
}

type Stand = { readonly marked: string; readonly left: string; readonly share: number };

/** How much of the sheet is done, in the head and in the bar below. */
function showStand({ marked, left, share }: Stand): void {
  for (const [place, text] of [
    ['[data-marked]', marked],
    ['[data-left]', left],
  ] as const) {
    const shown = document.querySelector(place);
    if (shown) shown.textContent = text;
  }
  document.querySelector('[data-marked-bar] rect')?.setAttribute('width', `${share}%`);
}

/** Whether a field holds something else than what was saved last. */
function waits(field: Field): boolean {
  return asTaken(textOf(field)) !== asTaken(field.dataset.saved ?? '');
}

/** Echoes a typed number as it is read, and the row's total with it. */
function show(field: Field, words: Words): void {
  if (field.dataset.mark === undefined) return;
  const echo = document.getElementById(`${field.dataset.field}-doc`);
  const reading = readNumber(field.value);
  const [max, step] = [Number(field.dataset.max), Number(field.dataset.step)];
  const bands = field.dataset.bands?.split(' ').map(Number);
  field.classList.remove('is-empty', 'is-ask', 'is-bad');
  let mark: number | undefined;
  let text = '';
  if (reading.kind === 'empty') {
    field.classList.add('is-empty');
    text = words.empty ?? '';
  } else if (reading.kind === 'ambiguous') {
    field.classList.add('is-ask');
    text = words.twoWays ?? '';
  } else if (reading.kind === 'bad') {
    field.classList.add('is-bad');
    text = words.notNumber ?? '';
  } else {
    const value = hundredthsOf(reading.canonical);
    const onLadder = value !== undefined && (bands ? bands.includes(value) : value % step === 0);
    if (value !== undefined && (value < 0 || value > max)) {
      field.classList.add('is-bad');
      text = fill(words.outOfRange ?? '', { max: shownHundredths(max) });
    } else if (!onLadder) {
      field.classList.add('is-bad');
      text = fill(words.offStep ?? '', { step: shownHundredths(step) });
    } else {
      mark = value;
      text = fill(words.readAs ?? '', { value: shownDecimal(reading.canonical) });
    }
  }
  if (echo) echo.textContent = text;
  const total = field.closest('[data-row]')?.querySelector<HTMLElement>('[data-total]');
  const shown = total?.querySelector('[data-total-text]');
  if (!total || !shown) return;
  const sum = Number(total.dataset.total) + (mark ?? 0);
  const outOf = Number(total.dataset.outof) + (mark === undefined ? 0 : max);
  const strong = document.createElement('b');
  strong.textContent = shownHundredths(sum);
  shown.replaceChildren(strong, ` / ${shownHundredths(outOf)}`);
  total.querySelector('rect')?.setAttribute('width', `${outOf === 0 ? 0 : Math.round((sum / outOf) * 100)}%`);
}
