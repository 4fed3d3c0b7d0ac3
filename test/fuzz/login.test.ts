import { fuzz } from './in-tests.js';
import { loginProperties } from './login/properties.js';

fuzz(loginProperties);
