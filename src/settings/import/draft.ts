import { type BreadcrumbKey, breadcrumbKeys } from '../../breadcrumbs/resource.ts';
import {
  defaultSettings,
  problemOf,
  type SettingName,
  type Settings,
  settingSchemas,
  tokenPattern,
} from '../schema.ts';
import type { KeyChange, Place, PlacedFinding, TokenFinding } from './finding.ts';

/** Something in a file that is not taken, and why. It never holds a value, which may be secret. */
export interface ImportNote {
  readonly file: string;
  readonly line: number | null;
  /** The variable's or member's name; empty where it is about the whole line or file. */
  readonly name: string;
  readonly kind: 'ignored' | 'problem';
  /** The id of a text in `_locales`, one of `importReasons`. */
  readonly reason: string;
  /** Of the setting that a value is wrong for, where the reason names its bounds. */
  readonly setting?: SettingName;
}

/** A setting, or one key of the field mapping, or the token. */
export type Target = SettingName | BreadcrumbKey | 'token';

type PlaceInFile = Place & { readonly file: string };

/** Settings while files are taken into them, each value checked as it comes. */
export class Draft {
  readonly settings: Settings;
  /** Null as long as no file has one; its origin, where the file does not name that. */
  token: { readonly value: string; readonly origin: string | null } | null = null;
  readonly notes: ImportNote[] = [];
  /** Where the values that were taken stand. */
  readonly places = new Map<Target, PlaceInFile>();
  readonly #managed: Partial<Settings>;
  readonly #now: number;
  /** Keys that the file in hand has given a field. */
  #given = new Map<BreadcrumbKey, PlaceInFile>();

  constructor(current: Settings, managed: Partial<Settings>, now: number) {
    this.settings = structuredClone(current);
    this.#managed = managed;
    this.#now = now;
  }

  takeFile(file: string, findings: readonly PlacedFinding[]): void {
    this.#given = new Map();
    for (const finding of findings) {
      this.#take(finding, { file, line: finding.line, name: finding.name });
    }
  }

  #take(finding: PlacedFinding, place: PlaceInFile): void {
    switch (finding.sort) {
      case 'setting':
        this.#set(finding.setting, finding.value, place);
        break;
      case 'mapping':
        if (!this.#set('fieldMapping', finding.value, place)) return;
        for (const key of breadcrumbKeys) {
          this.places.set(key, { ...place, line: finding.lineOfKey(key) ?? place.line });
        }
        break;
      case 'key':
        this.#changeKey(finding.key, finding.change, place);
        break;
      case 'token':
        this.#setToken(finding, place);
        break;
      default:
        this.#note(finding.sort, finding.reason, place);
    }
  }

  #set(name: SettingName, value: unknown, place: PlaceInFile): boolean {
    if (this.#isManaged(name, place)) return false;
    const problem = problemOf(name, value, this.#now);
    if (problem !== undefined) {
      this.#note('problem', problem, place, name);
      return false;
    }
    Object.assign(this.settings, { [name]: settingSchemas[name].parse(value) });
    this.places.set(name, place);
    return true;
  }

  #isManaged(name: SettingName, place: PlaceInFile): boolean {
    const isManaged = Object.hasOwn(this.#managed, name);
    if (isManaged) this.#note('ignored', 'import_managed', place);
    return isManaged;
  }

  #changeKey(key: BreadcrumbKey, change: KeyChange, place: PlaceInFile): void {
    if (this.#isManaged('fieldMapping', place)) return;
    const mapping = this.settings.fieldMapping;
    const before = mapping[key] ?? defaultSettings.fieldMapping[key];
    const value = { [key]: { field: '', ignoreErrors: false, ...before, ...change } };
    const problem = problemOf('fieldMapping', value, this.#now);
    if (problem !== undefined) {
      this.#note('problem', problem, place);
      return;
    }
    const after = settingSchemas.fieldMapping.parse(value);
    if ('field' in change && !this.#giveField(key, change.field, place)) return;
    Object.assign(mapping, after);
    this.places.set(key, place);
  }

  /** Takes the field from the key that has it now; false where the same file gave it that one. */
  #giveField(key: BreadcrumbKey, field: string, place: PlaceInFile): boolean {
    const mapping = this.settings.fieldMapping;
    const owner = breadcrumbKeys.find((one) => one !== key && mapping[one]?.field === field);
    if (owner !== undefined && this.#given.has(owner)) {
      this.#note('problem', 'invalid_field_twice', place);
      return false;
    }
    if (owner !== undefined) {
      mapping[owner] = { field: '', ignoreErrors: mapping[owner]?.ignoreErrors ?? false };
      this.places.set(owner, place);
    }
    const earlier = this.#given.get(key);
    if (earlier !== undefined) this.#note('ignored', 'import_repeated', earlier);
    this.#given.set(key, place);
    return true;
  }

  #setToken({ value, origin, scheme }: TokenFinding, place: PlaceInFile): void {
    if (!tokenPattern.test(value)) {
      this.#note('problem', 'import_token', place);
      return;
    }
    this.token = { value, origin };
    this.places.set('token', place);
    const isSchemeFree = scheme !== null && !Object.hasOwn(this.#managed, 'tokenScheme');
    if (isSchemeFree) this.#set('tokenScheme', scheme, place);
  }

  #note(kind: ImportNote['kind'], reason: string, place: PlaceInFile, setting?: SettingName): void {
    this.notes.push({ ...place, kind, reason, ...(setting === undefined ? {} : { setting }) });
  }
}
