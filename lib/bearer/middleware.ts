import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BearerError } from '../errors/index.js';

/** Express's `next`. */
export type Next = (error?: unknown) => void;

/** Express middleware. */
export type BearerMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** The site's own way to answer a refusal; status and headers are set already. What it throws or rejects with goes to `next`. */
export type OnRefused = (error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next) => unknown;
