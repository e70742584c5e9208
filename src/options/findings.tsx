import type { Settings } from '../settings/schema.ts';
import {
  type CheckName,
  type Finding,
  type Findings,
  type Fix,
  textIdOf,
} from '../setup/checks.ts';
import { Button } from '../ui/button.tsx';
import { valueWords } from '../ui/field-values.tsx';
import { durationWords } from '../ui/time.tsx';
import { fill } from '../words/fill.ts';
import { numberWords, sentence, words } from '../words/words.ts';
import { settingOfFinding } from './setting-of-finding.ts';

/** What can be done about a finding, here and now. */
export interface Remedies {
  /** Takes over settings that the tracker has shown to be the right ones. */
  readonly fix: (fix: Fix) => void;
  /** Whether one of them is set by the organisation, so that nobody can take another over here. */
  readonly isManaged: (name: keyof Fix) => boolean;
  /** Asks the browser for a host, from within the click; null where that is asked elsewhere. */
  readonly allow: ((host: 'tracker' | 'content') => void) | null;
  /** Where to sign in to the content API. */
  readonly loginUrl: string | null;
  /** Whether a setting is led to by a link; the guide has its inputs beside the finding. */
  readonly linksSettings: boolean;
}

/** What was found, in a sentence that says what to do. */
function findingWords(finding: Finding): string {
  const { says, failure } = finding;
  const id = textIdOf(finding);
  if (id === null) return '';
  if (failure !== null) return sentence(failure, id);
  const { id: saying, details = [] } = says ?? {};
  if (saying === 'items') return details.map(itemsWords).join(' ');
  const shown =
    saying === 'invalid_input' ? details.map((name) => words(`setting_${name}`)) : details;
  return fill(words(id, '{1}', '{2}', '{3}', '{4}'), shown);
}

/** What is in the checklist of an issue: its key, and how many items are open and there. */
function itemsWords(detail: string): string {
  const [key = '', open = '', all = ''] = detail.split(' ');
  return all === '0' ? words('finding_no_items', key) : words('finding_items', key, open, all);
}

const marks: Record<Finding['status'], string> = { pending: '…', good: '✓', bad: '✕', untold: '–' };

interface ChecksProps {
  readonly names: readonly CheckName[];
  readonly findings: Findings;
  readonly remedies: Remedies;
}

/** Checks, one line each, as far as they were made. */
export function Checks({ names, findings, remedies }: ChecksProps) {
  const made = names.flatMap((name) => {
    const finding = findings.checks[name];
    return finding === undefined ? [] : [{ name, finding }];
  });
  if (made.length === 0) return null;
  return (
    <ul class="checks">
      {made.map(({ name, finding }) => (
        <li key={name} class={`check ${finding.status}`} data-check={name}>
          <span class="sign" role="img" aria-label={words(`check_status_${finding.status}`)}>
            {marks[finding.status]}
          </span>
          <div class="stack">
            <p>
              <span class="strong">{words(`check_${name}`)}</span>
              {finding.ms !== null && (
                <span class="small soft"> {words('milliseconds', numberWords(finding.ms))}</span>
              )}
            </p>
            {finding.status !== 'pending' && <p class="said">{findingWords(finding)}</p>}
            <Remedy finding={finding} remedies={remedies} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Remedy({ finding, remedies }: { finding: Finding; remedies: Remedies }) {
  const { fix, failure } = finding;
  if (fix !== null) {
    // A fix has the settings that it changes, and no other members.
    if ((Object.keys(fix) as (keyof Fix)[]).some(remedies.isManaged)) return null;
    const value = fix.tokenScheme ?? fix.organisationHeader ?? '';
    return (
      <div class="row">
        <Button look="primary" onClick={() => remedies.fix(fix)}>
          {value === 'none' ? words('fix_none') : words('fix_use', value)}
        </Button>
      </div>
    );
  }
  switch (failure?.code) {
    case 'tracker_permission_missing':
    case 'content_permission_missing': {
      const host = failure.code === 'tracker_permission_missing' ? 'tracker' : 'content';
      const { allow } = remedies;
      return allow === null ? null : (
        <div class="row">
          <Button look="primary" onClick={() => allow(host)}>
            {words('allow_host', failure.details[0] ?? '')}
          </Button>
        </div>
      );
    }
    case 'content_login_required':
      return remedies.loginUrl === null ? null : (
        <p>
          <a href={remedies.loginUrl} target="_blank" rel="noreferrer">
            {words('remedy_sign_in')}
          </a>
        </p>
      );
    default: {
      const setting = remedies.linksSettings ? settingOfFinding(finding) : null;
      return setting === null ? null : (
        <p>
          <a href={`#${setting}`}>{words('go_to', words(`setting_${setting}`))}</a>
        </p>
      );
    }
  }
}

/** By how much the server's clock differs from this computer's, where that is worth a word. */
export function ClockDifference({ aheadMs }: { aheadMs: number | null }) {
  if (aheadMs === null) return null;
  const duration = durationWords(Math.abs(aheadMs));
  if (Math.abs(aheadMs) < 2000) return <p class="small soft">{words('clock_same')}</p>;
  return <p class="small">{words(aheadMs > 0 ? 'clock_ahead' : 'clock_behind', duration)}</p>;
}

interface TestLinkTableProps {
  readonly findings: Findings;
  readonly fieldMapping: Settings['fieldMapping'];
}

/** What the link to test with gives, and where it would be written. */
export function TestLinkTable({ findings, fieldMapping }: TestLinkTableProps) {
  const { breadcrumbs, fields } = findings;
  if (breadcrumbs === null) return null;
  const mapping: Readonly<Record<string, { field: string } | undefined>> = fieldMapping;
  const fieldOf = (key: string) => {
    const id = mapping[key]?.field ?? '';
    return fields?.find((field) => field.id === id)?.name ?? id;
  };
  const given = Object.entries(breadcrumbs);
  const written = given.filter(([key]) => fieldOf(key) !== '');
  // Before any field is matched it is the values that show whether the link is the right one.
  const shown = written.length > 0 ? written : given;
  const others = given.filter((one) => !shown.includes(one)).map(([key]) => key);
  return (
    <>
      <table class="breadcrumbs">
        <caption>{words(written.length > 0 ? 'breadcrumbs_caption' : 'breadcrumbs_given')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('mapping_key')}</th>
            <th scope="col">{words('breadcrumbs_value')}</th>
            <th scope="col">{words('breadcrumbs_field')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">
                <code>{key}</code>
              </th>
              <td class="foreign">{valueWords(value)}</td>
              <td class="soft">{fieldOf(key) || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 && (
        <p class="small soft">{words('breadcrumbs_left_out', others.join(', '))}</p>
      )}
    </>
  );
}
