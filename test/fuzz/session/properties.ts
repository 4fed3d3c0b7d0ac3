import { loginRequestProperties } from './login-requests.js';
import { ownRequestProperties } from './own-requests.js';
import { pageProperties } from './pages.js';

export const sessionProperties = [...ownRequestProperties, ...loginRequestProperties, ...pageProperties];
