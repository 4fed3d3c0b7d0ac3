import { bearerProperties } from './bearer/properties.js';
import { fuzz } from './in-tests.js';

fuzz(bearerProperties);
