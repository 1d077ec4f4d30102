/** The enhancement layer: everything works without it; with it nothing typed waits to be saved, and keys do more. */

/** Printing needs a script; the button shows only where there is one. */
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

/** What has to be mended is read first. */
document.querySelector<HTMLElement>('[data-errors]')?.focus();
