/** Peers that the unit does not judge, each with its reason. */
import { inputName } from '../../drafting.ts';
import { recusalField } from '../../sheet.ts';
import { scoreText } from '../../text/score.ts';
import { draftedForm, draftedInput, HiddenFields, SaveState } from '../drafted-form.tsx';
import { Page, placePath } from '../page.tsx';
import { crumbOf, form, page, type Shown } from './shown.ts';

export function Recusals({ visit, place, sheet, draft, formId }: Shown) {
  const t = scoreText[visit.language];
  return (
    <Page
      visit={visit}
      title={t.recusals}
      section="crossScore"
      place={place.ref}
      crumb={crumbOf(visit, place)}
    >
      <h1>{t.recusals}</h1>
      <p class="td-lead">{t.recusalLead}</p>
      <form method="post" action={placePath(place.ref, page)} {...draftedForm(visit, place, form)}>
        <HiddenFields names={sheet.peers.map(({ unit }) => recusalField(unit))} draft={draft} id={formId} />
        {sheet.peers.map(({ unit, name, recusal }) => (
          <div class="td-one">
            <label class="form-label" for={inputName(recusalField(unit))} lang="vi">
              {name}
            </label>
            <textarea
              class="form-control"
              rows={2}
              maxlength={1000}
              {...draftedInput(draft, recusalField(unit))}
            >
              {recusal ?? ''}
            </textarea>
          </div>
        ))}
        <div class="td-actions">
          <button class="btn btn-primary" type="submit" name="_den" value="khong-cham">
            {t.recusalSave}
          </button>
          <SaveState visit={visit} draft={draft} />
        </div>
      </form>
    </Page>
  );
}
