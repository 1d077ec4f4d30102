/** The enhancement layer: everything works without it; with it nothing typed waits to be saved, and keys do more. */
import { keepDraft } from './draft.ts';
import { gridKeys } from './grid.ts';
import { watchProgress } from './progress.ts';

/** Printing needs a script; the button shows only where there is one. */
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

/** What has to be mended is read first. */
document.querySelector<HTMLElement>('[data-errors]')?.focus();

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
  keepDraft(form);
  gridKeys(form);
}
for (const place of document.querySelectorAll<HTMLElement>('[data-progress]')) watchProgress(place);
