import { type Answer, jsonAnswer, noStore } from '../http.js';

export function bearerChallenge(error: string, description: string): string {
  return `Bearer realm="Doorkeeper", error="${error}", error_description="${description}"`;
}

/** An OAuth error with the Bearer challenge that Doorkeeper puts on all of them, even on `invalid_client`. */
export function errorAnswer(status: number, error: string, description: string): Answer {
  return jsonAnswer(
    status,
    { error, error_description: description },
    { ...noStore, 'www-authenticate': bearerChallenge(error, description) },
  );
}
