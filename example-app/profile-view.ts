import type { LoginState, ProfileCursus } from 'passport-fortytwo';
import { type LoginView, loginView } from './login-view.js';
import type { Fact, Person } from './people.js';
import type { SiteProviders } from './site-provider.js';

export interface ProfileView extends LoginView {
  person: Person;
  initials: string;
  facts: Fact[];
  /** Those under way first; undefined at a provider that has no such thing. */
  cursus: CursusView[] | undefined;
  /** The two lines at the foot of a passport that machines read. */
  machineLines: string[];
  /** What people call whom it is from. */
  issuer: string;
}

export interface CursusView {
  name: string;
  grade: string | undefined;
  level: number | undefined;
  /** Hundredths of the way to the next level. */
  percent: number;
  period: string | undefined;
  isOver: boolean;
}

const LINE_LENGTH = 44;

export function profileView(login: LoginState, providers: SiteProviders, now: number): ProfileView {
  const person = login.account.user as Person;
  const from = providers.find(({ client }) => client.provider.name === login.account.provider) ?? providers[0];
  const issuer = from.client.provider.displayName;
  return {
    ...loginView(login, providers, now),
    person,
    issuer,
    initials: initialsOf(person.name),
    facts: person.facts,
    cursus: person.cursus?.map(cursusView).toSorted((a, b) => Number(a.isOver) - Number(b.isOver)),
    machineLines: machineLines(person, machineText(issuer)),
  };
}

export function cursusView({ id, name, grade, level, beginAt, endAt }: ProfileCursus): CursusView {
  const whole = level === undefined ? undefined : Math.floor(level);
  return {
    name: name ?? `Cursus ${id}`,
    grade,
    level: whole,
    // Rounded first: 11.08 - 11 is 0.0799… in binary. A level is not reached before it is whole.
    percent: level === undefined ? 0 : Math.min(99, Math.round(level * 100) - Math.floor(level) * 100),
    period: period(beginAt, endAt),
    isOver: endAt !== undefined,
  };
}

function period(beginAt: string | undefined, endAt: string | undefined): string | undefined {
  const [begin, end] = [month(beginAt), month(endAt)];
  if (begin === undefined || begin === end) return end ?? begin;
  return end === undefined ? `since ${begin}` : `${begin} – ${end}`;
}

function month(date: string | undefined): string | undefined {
  const at = new Date(date ?? '');
  if (Number.isNaN(at.getTime())) return undefined;
  return at.toLocaleDateString('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });
}

function initialsOf(name: string): string {
  const letters = name.split(/\s+/).map((word) => [...word][0] ?? '');
  return letters.slice(0, 2).join('').toUpperCase();
}

function machineLines({ name, id, login = '', campus = '' }: Person, issuer: string): string[] {
  const [given = '', ...family] = name.split(/\s+/);
  const names = family.length === 0 ? [given] : [family.join(' '), given];
  const first = `P<${issuer}<${names.map(machineText).join('<<')}`;
  const second = `${machineText(id.padStart(9, '0'))}<${issuer}<${machineText(login)}<<${machineText(campus)}`;
  return [first, second].map((line) => line.slice(0, LINE_LENGTH).padEnd(LINE_LENGTH, '<'));
}

/** Capitals without accents, and `<` for all else. */
function machineText(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '');
  return plain.toUpperCase().replace(/[^A-Z0-9]+/g, '<');
}
