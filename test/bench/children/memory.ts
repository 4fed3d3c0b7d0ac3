import { bearerAuth, FortyTwoClient, fortyTwo, type TokenCheck } from 'passport-fortytwo';
import { letIn } from '../requests.js';
import { application, lifetime, newToken, requiredScope, scopesOf } from '../tokens.js';
import { answering, collectGarbage, settings } from './answering.js';

// What the cache of requireBearer holds on to for each token.

const { tokens: count } = settings<{ tokens: number }>();
const AT_ONCE = 500;
let subject = 100_000;

/** Says what a provider would, without asking one: a million calls take minutes, and leave nothing behind. */
class PreparedClient extends FortyTwoClient {
  override async checkToken(): Promise<TokenCheck> {
    subject += 1;
    const now = Math.floor(Date.now() / 1000) * 1000;
    const body = JSON.stringify({
      subject: String(subject),
      clientID: application.clientID,
      scopes: scopesOf(subject),
    });
    return {
      active: true,
      // Through JSON, so that no string is shared with another token's.
      facts: {
        ...JSON.parse(body),
        kind: 'user',
        expiresAt: now + lifetime * 1000,
        issuedAt: now,
        audience: undefined,
        username: undefined,
      },
    };
  }
}

async function measure(): Promise<{ heap: number; external: number; kept: number }> {
  const { clientID, clientSecret } = application;
  const client = new PreparedClient({ clientID, clientSecret, provider: fortyTwo() });
  await fill(bearerAuth({ client, maxLookups: AT_ONCE }), 1_000);
  const before = memory();
  const protection = bearerAuth({ client, maxTokens: count, maxAge: 3_600_000, maxLookups: AT_ONCE });
  await fill(protection, count);
  const after = memory();
  return {
    heap: (after.heapUsed - before.heapUsed) / count,
    external: (after.arrayBuffers - before.arrayBuffers) / count,
    kept: protection.stats().tokens,
  };
}

async function fill({ requireBearer }: ReturnType<typeof bearerAuth>, tokens: number): Promise<void> {
  const check = requireBearer(requiredScope);
  for (let done = 0; done < tokens; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, tokens - done) }, () => letIn(check, newToken())));
  }
}

function memory(): NodeJS.MemoryUsage {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage();
}

const answers = { measure };

export type MemoryAnswers = typeof answers;

answering(answers);
