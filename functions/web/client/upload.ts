/**
 * Files on their way: refused before they travel when their kind or size is not taken, and shown with how far they
 * are. What the server answers takes the page's place, as it would without a script.
 */

/** Takes over the sending of a form with a file; `enhance` is given what the answer puts in the page's place. */
export function watchUpload(form: HTMLFormElement, enhance: (place: ParentNode) => void): void {
  const file = form.querySelector<HTMLInputElement>('input[type=file]');
  const bar = form.querySelector<HTMLProgressElement>('[data-upload-progress]');
  const said = form.querySelector<HTMLElement>('[data-upload-text]');
  if (!file || !bar || !said) return;
  const { largest, tooLarge, wrongType, lost } = form.dataset;
  const chosen = () => file.files?.[0];

  file.addEventListener('change', () => {
    const one = chosen();
    const types = file.accept.split(',');
    const wrong = !one
      ? ''
      : one.size > Number(largest)
        ? tooLarge
        : types.includes(one.type)
          ? ''
          : wrongType;
    file.setCustomValidity((wrong ?? '').replace('{name}', one?.name ?? ''));
    file.reportValidity();
  });

  form.addEventListener('submit', (event) => {
    if (!chosen()) return;
    event.preventDefault();
    const { submitter } = event;
    const sending = new XMLHttpRequest();
    const idle = (is: boolean) => {
      bar.hidden = is;
      if (submitter instanceof HTMLButtonElement) submitter.disabled = !is;
    };
    sending.upload.addEventListener('progress', ({ loaded, total }) => {
      bar.value = total === 0 ? 0 : Math.round((loaded / total) * 100);
      said.textContent = `${bar.value}%`;
    });
    sending.addEventListener('error', () => {
      idle(true);
      said.textContent = lost ?? '';
    });
    sending.addEventListener('load', () => {
      idle(true);
      if (sending.status < 400) return location.assign(sending.responseURL);
      const answer = new DOMParser().parseFromString(sending.responseText, 'text/html').querySelector('main');
      const here = document.querySelector('main');
      if (!answer || !here) return location.reload();
      here.replaceWith(answer);
      enhance(answer);
    });
    // Read before the button is disabled: a disabled one sends nothing.
    const data = new FormData(form, submitter);
    sending.open('POST', form.action);
    idle(false);
    sending.send(data);
  });
}
