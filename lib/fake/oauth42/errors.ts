import { type Answer, jsonAnswer, noStore } from '../http.js';

/** An OAuth error as RFC 6749 has it. */
export function errorAnswer(
  status: number,
  error: string,
  description: string,
  more: Record<string, string> = {},
): Answer {
  return jsonAnswer(status, { error, error_description: description, ...more }, noStore);
}
