import { fuzz } from './in-tests.js';
import { profileProperties } from './providers/profiles.js';

fuzz(profileProperties);
