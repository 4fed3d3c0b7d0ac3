import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BearerError } from '../errors/index.js';

/**
 * Express's `next`.
 *
 * @inline
 */
export type Next = (error?: unknown) => void;

/**
 * Express middleware.
 *
 * @example
 * const projects: BearerMiddleware = bearerAuth({ client }).requireBearer('projects');
 * app.use('/api/projects', projects);
 */
export type BearerMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/**
 * The site's own way to answer a refusal; status and headers are set already. What it throws or rejects with goes to `next`.
 *
 * @example
 * // Status and headers are set already: only the body is yours.
 * const onRefused: OnRefused = (error, _req, res) => res.end(JSON.stringify({ reason: error.code }));
 * bearerAuth({ client, onRefused });
 */
export type OnRefused = (error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next) => unknown;
