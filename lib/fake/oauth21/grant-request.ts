import { type Answer, type Call, type Params, readForm } from '../http.js';

/** A token request: its form, and how the grant that it asks for is handled. */
export interface GrantRequest<Grant> {
  readonly form: Params;
  readonly grantType: string;
  readonly grant: Grant;
}

/** Reads a token request, or refuses it in the provider's own way. */
export function readGrantRequest<Grant>(
  call: Call,
  grantTypes: ReadonlyMap<string, Grant>,
  refusal: (status: number, error: string, text: string) => Answer,
): GrantRequest<Grant> | Answer {
  const form = readForm(call);
  if (form.problem !== undefined) return refusal(400, 'invalid_request', form.problem);
  const grantType = form.get('grant_type');
  if (grantType === undefined) return refusal(400, 'invalid_request', 'grant_type is missing');
  const grant = grantTypes.get(grantType);
  if (grant === undefined) return refusal(400, 'unsupported_grant_type', 'This grant type is not supported');
  return { form, grantType, grant };
}
