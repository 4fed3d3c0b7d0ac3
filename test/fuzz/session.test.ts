import { fuzz } from './in-tests.js';
import { sessionProperties } from './session/properties.js';

fuzz(sessionProperties);
