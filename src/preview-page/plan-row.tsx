import type { Change } from '../activity/entries.ts';
import { isToApply, type Planned } from '../plans/entries.ts';
import { FailureLine } from '../ui/failure-text.tsx';
import { FieldName, LeftFields, OldValue, valueWords } from '../ui/field-values.tsx';
import { IssueLink } from '../ui/issue-link.tsx';
import { words } from '../words/words.ts';
import { outcomeOf } from './outcome.ts';

/** Told apart by shape, not by colour alone. */
const marks: Readonly<Record<Planned['verdict'], string>> = {
  write: '✎',
  unchanged: '=',
  defer: '✕',
  postpone: '…',
  left_alone: '–',
};

interface PlanRowProps {
  readonly plan: Planned;
  readonly trackerUrl: string;
  readonly isOfUndo: boolean;
  readonly isChosen: boolean;
  readonly onChoose: ((isChosen: boolean) => void) | null;
}

/** One plan: what it is about, and each field's old and new value. */
export function PlanRow({ plan, trackerUrl, isOfUndo, isChosen, onChoose }: PlanRowProps) {
  const { issueKey, text, resource, verdict, became } = plan;
  const { changes, untouched, failure } = plan;
  const outcome = outcomeOf(plan, isOfUndo);
  return (
    <>
      <div class="plan-head">
        {onChoose !== null && (
          <input
            type="checkbox"
            aria-label={words('preview_choose', issueKey ?? text)}
            checked={isChosen}
            disabled={!isToApply(plan)}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        )}
        <span class={`mark ${verdict}`} aria-hidden="true">
          {marks[verdict]}
        </span>
        {issueKey === null ? (
          <q class="foreign">{text}</q>
        ) : (
          <IssueLink trackerUrl={trackerUrl} issueKey={issueKey} />
        )}
        {resource !== null && (
          <span class="soft">
            {words(`resource_${resource.type}`)} {resource.id}
          </span>
        )}
        {/* What has been done is no longer to come. */}
        {outcome === null && <span>{actionWords(plan, isOfUndo)}</span>}
        {became !== null && (
          <strong class={outcome ?? became}>
            {words(
              outcome === null || outcome === 'left_alone'
                ? `became_${became}`
                : `outcome_${outcome}`,
            )}
          </strong>
        )}
      </div>
      <FailureLine failure={failure} look="under-mark" />
      {changes.length > 0 && <Difference changes={changes} />}
      {untouched.length > 0 && (
        <div class="under-mark small">
          {/* In an undo it is what a person has to know. */}
          <LeftFields untouched={untouched} isOpen={isOfUndo} />
        </div>
      )}
    </>
  );
}

function actionWords({ verdict, itemAction, queue }: Planned, isOfUndo: boolean): string {
  if (isOfUndo) return words(`undo_${verdict}`);
  if (verdict === 'defer') return words(itemAction === 'leave' ? 'plan_fail' : 'plan_defer');
  if (verdict !== 'write' && verdict !== 'unchanged') return words(`plan_${verdict}`);
  const action =
    queue === '' ? '' : words(`plan_item_${itemAction === 'delete' ? 'delete' : 'check'}`);
  return [words(`plan_${verdict}`), action].filter((part) => part !== '').join(', ');
}

/** Old and new side by side; signs tell them apart where colours don't. */
function Difference({ changes }: { changes: readonly Change[] }) {
  return (
    <table class="difference">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{words('preview_field')}</th>
          <th scope="col">{words('preview_old')}</th>
          <th scope="col">{words('preview_new')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ field, key, from, to }) => (
          <tr key={field}>
            <th scope="row">
              <FieldName field={field} name={key} />
            </th>
            <td class="old">
              <OldValue value={from} sign="−" />
            </td>
            <td class="new">
              <span aria-hidden="true">+</span> <ins>{valueWords(to)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
