import { type Answer, jsonAnswer, noStore } from '../http.js';

/** 42min's errors: `message` is where RFC 6749 has `error_description`. */
export function errorAnswer(status: number, error: string, message: string, headers: Answer['headers'] = {}): Answer {
  return jsonAnswer(status, { error, message }, { ...noStore, ...headers });
}
