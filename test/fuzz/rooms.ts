import { bearerProperties } from './bearer/properties.js';
import { clientProperties } from './client/properties.js';
import { loginProperties } from './login/properties.js';
import type { Property } from './property.js';
import { profileProperties } from './providers/profiles.js';
import { sealProperties } from './seal/seal.js';
import { sessionProperties } from './session/properties.js';

/** Every property, by the room of lib/ that it is of. */
export const rooms: Record<string, readonly Property[]> = {
  login: loginProperties,
  bearer: bearerProperties,
  client: clientProperties,
  providers: profileProperties,
  session: sessionProperties,
  seal: sealProperties,
};
