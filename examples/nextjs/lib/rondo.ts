/** Where Rondo is, and how a request to it fails: every error has a message for the person at the screen. */

export const rondoUrl = process.env.NEXT_PUBLIC_RONDO_URL ?? "http://localhost:8000";

/** Rondo answered, and said no. */
export class Refusal extends Error {
  readonly status: number;

  constructor(response: Response, body: ErrorBody) {
    super(reason(response, body));
    this.status = response.status;
  }
}

/** Better Auth's routes say a `message`, all others a `detail`: a sentence, or one entry for each wrong field. */
interface ErrorBody {
  code?: string;
  message?: string;
  detail?: string | { msg: string }[];
}

/** `fetch`, with an error that helps. The browser does not tell a server that is down from one that CORS forbids. */
export async function fetchRondo(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    const message = `No answer from ${rondoUrl}. Is Rondo running, and is ${location.origin} in its CORS_ORIGINS?`;
    throw new Error(message, { cause });
  }
}

function reason(response: Response, { code, message, detail }: ErrorBody): string {
  if (response.status === 429) return `Too many attempts. Try again ${wait(response)}.`;
  if (/ORIGIN|CALLBACK_URL/i.test(code ?? "")) {
    return `Rondo does not trust ${location.origin}. Add it to CORS_ORIGINS, where Rondo runs.`;
  }
  if (Array.isArray(detail)) return detail.map((problem) => problem.msg).join(". ");
  return detail ?? message ?? `Rondo answered with status ${response.status}.`;
}

function wait(response: Response): string {
  const seconds = Number(response.headers.get("Retry-After"));
  if (!seconds) return "later";
  return seconds < 60 ? `in ${seconds} seconds` : `in ${Math.ceil(seconds / 60)} minutes`;
}
