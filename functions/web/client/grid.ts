/** The score form under the fingers: arrows and Enter between fields, Esc back to the saved value, a pasted column. */

import { openComment } from './draft.ts';

/** Fields that take marks, in the order of the page. */
function marks(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[data-mark]')];
}

function step(form: HTMLFormElement, from: HTMLInputElement, by: number): void {
  const all = marks(form);
  const to = all[all.indexOf(from) + by];
  if (!to) return;
  to.focus();
  to.select();
}

export function gridKeys(form: HTMLFormElement): void {
  form.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLInputElement) || target.dataset.mark === undefined) return;
    if (key === 'ArrowDown' || (key === 'Enter' && !event.shiftKey)) {
      event.preventDefault();
      step(form, target, 1);
    } else if (key === 'ArrowUp' || (key === 'Enter' && event.shiftKey)) {
      event.preventDefault();
      step(form, target, -1);
    } else if (key === 'Escape') {
      target.value = target.dataset.saved ?? '';
      target.dispatchEvent(new Event('input', { bubbles: true }));
    }
  });

  form.addEventListener('paste', (event) => {
    const { target, clipboardData } = event;
    if (!(target instanceof HTMLInputElement) || target.dataset.mark === undefined || !clipboardData) return;
    // Of several columns the first is taken; a spreadsheet ends its last line too.
    const values = clipboardData
      .getData('text/plain')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t')[0] ?? '');
    if (values.length < 2) return;
    event.preventDefault();
    const all = marks(form).slice(marks(form).indexOf(target));
    values.forEach((value, i) => {
      const field = all[i];
      if (!field) return;
      field.value = value.trim();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  });

  form.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-open]') : null;
    const comment = button && document.getElementById(button.dataset.open ?? '');
    if (!comment) return;
    event.preventDefault();
    openComment(comment);
    comment.focus();
  });

  // The row one stands in is marked, so that the eye finds it again.
  form.addEventListener('focusin', ({ target }) => {
    for (const row of form.querySelectorAll('tr.is-active')) row.classList.remove('is-active');
    if (target instanceof HTMLElement) target.closest('tr[data-row]')?.classList.add('is-active');
  });
}
