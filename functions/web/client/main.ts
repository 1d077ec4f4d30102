/** The enhancement layer: everything works without it; with it nothing typed waits to be saved, and keys do more. */
import { keepDraft } from './draft.ts';
import { gridKeys } from './grid.ts';
import { watchProgress } from './progress.ts';
import { watchUpload } from './upload.ts';

function enhance(root: ParentNode): void {
  // Printing needs a script; the button shows only where there is one.
  for (const button of root.querySelectorAll<HTMLButtonElement>('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  // What has to be mended is read first.
  root.querySelector<HTMLElement>('[data-errors]')?.focus();
  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
    keepDraft(form);
    gridKeys(form);
  }
  for (const form of root.querySelectorAll<HTMLFormElement>('form[data-upload]')) watchUpload(form, enhance);
  for (const place of root.querySelectorAll<HTMLElement>('[data-progress]')) watchProgress(place);
}

enhance(document);
