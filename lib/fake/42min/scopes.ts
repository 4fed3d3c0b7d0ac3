import { splitScopes } from '../http.js';

/** What the short names stand for. */
const aliases = new Map([
  ['bookings:write', ['bookings:create', 'bookings:cancel', 'bookings:reschedule', 'bookings:update']],
]);

export const scopeMeanings: Readonly<Record<string, string>> = {
  'event_types:read': 'see your event types',
  'slots:read': 'see when you are free',
  'bookings:read': 'see your bookings',
  'bookings:create': 'book for you',
  'bookings:cancel': 'cancel your bookings',
  'bookings:reschedule': 'move your bookings',
  'bookings:update': 'change your bookings',
};

export const knownScopes = [...Object.keys(scopeMeanings), ...aliases.keys()];

/** Every scope by itself: aliases are unrolled in place. */
export function expandScopes(text: string): string[] {
  return splitScopes(
    splitScopes(text)
      .flatMap((scope) => aliases.get(scope) ?? [scope])
      .join(' '),
  );
}
