import type { BreadcrumbKey } from '../../breadcrumbs/resource.ts';
import { problemTexts, type SettingName } from '../schema.ts';

/** Every text id that a note of an import may carry: an importer's own, and those of the schema. */
export const importReasons = [
  'import_file_unknown',
  'import_too_large',
  'import_json_broken',
  'import_newer_version',
  'import_line_unreadable',
  'import_placeholder',
  'import_issue_url',
  'import_token',
  'import_token_address',
  'import_unknown_key',
  'import_unknown',
  'import_browser_driver',
  'import_api_key',
  'import_empty',
  'import_repeated',
  'import_no_pair',
  'import_managed',
  ...problemTexts,
] as const;

/** The text id of why something is not taken. */
export type ImportReason = (typeof importReasons)[number];

/** What a place of a file says about the settings. Values are as found: nothing is checked yet. */
export type Finding =
  | { readonly sort: 'setting'; readonly setting: SettingName; readonly value: unknown }
  /** All of the field mapping, with the lines that its keys stand on. */
  | {
      readonly sort: 'mapping';
      readonly value: unknown;
      readonly lineOfKey: (key: BreadcrumbKey) => number | null;
    }
  | { readonly sort: 'key'; readonly key: BreadcrumbKey; readonly change: KeyChange }
  | TokenFinding
  | { readonly sort: 'ignored' | 'problem'; readonly reason: ImportReason };

/** A token, with the origin that it was entered for where the file says so. */
export interface TokenFinding {
  readonly sort: 'token';
  readonly value: string;
  readonly origin: string | null;
  /** How the program that the file is of sent it; null where the file says so by itself. */
  readonly scheme: 'Bearer' | null;
}

/** A part of what one key is mapped to. */
export type KeyChange = { readonly field: string } | { readonly ignoreErrors: unknown };

/** Where in a file something was found. */
export interface Place {
  /** The name of the variable or member; empty where the whole file or line is meant. */
  readonly name: string;
  readonly line: number | null;
}

export type PlacedFinding = Finding & Place;

/** A finding that is about the whole file, with the line that shows it where there is one. */
export function problemOfFile(reason: ImportReason, line: number | null = null): PlacedFinding[] {
  return [{ sort: 'problem', reason, name: '', line }];
}
