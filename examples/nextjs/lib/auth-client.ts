import { jwtClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { fetchRondo, Refusal, rondoUrl } from "./rondo";

/** The Better Auth client, as it comes. It sends Rondo's session cookie with each request. */
export const authClient = createAuthClient({
  baseURL: rondoUrl,
  plugins: [jwtClient()],
  fetchOptions: {
    customFetchImpl: fetchRondo,
    // Failures are thrown, so that one `catch` has them all; without this they are returned as `error`.
    throw: true,
    onError({ response, error }) {
      throw new Refusal(response, error);
    },
  },
});
