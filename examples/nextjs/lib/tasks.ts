import { authClient } from "./auth-client";
import { fetchRondo, Refusal, rondoUrl } from "./rondo";

export interface Task {
  id: number;
  title: string;
  completed: boolean;
}

/** The newest 100 tasks, and how many there are. */
export const listTasks = () => call<{ tasks: Task[]; total: number }>("GET", "");
export const createTask = (title: string) => call<Task>("POST", "", { title });
export const completeTask = (id: number, completed: boolean) =>
  call<Task>("PATCH", `/${id}/complete`, { completed });
export const deleteTask = (id: number) => call<void>("DELETE", `/${id}`);

export class SessionEnded extends Error {
  message = "Your session has ended.";
}

/** The session's JWT, in memory only. Requests that start together share it. */
let token: Promise<string> | undefined;

/** To be called when the session changes: the token speaks for its user. */
export function forgetToken() {
  token = undefined;
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  let response = await send(method, path, body);
  if (response.status === 401) {
    // The token is valid for 15 minutes. Nothing was done, so it is safe to ask again with a new one.
    forgetToken();
    response = await send(method, path, body);
  }
  if (!response.ok) throw new Refusal(response, await response.json().catch(() => ({})));
  return response.status === 204 ? (undefined as T) : response.json();
}

async function send(method: string, path: string, body?: object): Promise<Response> {
  token ??= fetchToken();
  return fetchRondo(`${rondoUrl}/api/tasks${path}`, {
    method,
    headers: { Authorization: `Bearer ${await token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
}

async function fetchToken(): Promise<string> {
  try {
    return (await authClient.token()).token;
  } catch (error) {
    forgetToken();
    throw error instanceof Refusal && error.status === 401 ? new SessionEnded() : error;
  }
}
