"use client";

import { type FormEvent, useState } from "react";
import { authClient } from "../lib/auth-client";
import { rondoUrl } from "../lib/rondo";

/** `problem` is why nobody knows whether there is a session already. */
export function SignIn({ problem = "" }) {
  const [isNew, setIsNew] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [message, setMessage] = useState("");
  const action = isNew ? "Sign up" : "Sign in";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "");
    const [email, password] = [text("email"), text("password")];
    setIsBusy(true);
    setMessage("");
    try {
      if (isNew) {
        const callbackURL = location.origin;
        const { token } = await authClient.signUp.email({ name: text("name"), email, password, callbackURL });
        if (!token) return setMessage("Almost done: open the link in the mail that we have sent you.");
      } else {
        await authClient.signIn.email({ email, password });
      }
      // The page hears of the new session by itself, unless the browser did not keep the cookie.
      if (!(await authClient.getSession())) {
        setMessage(`Your browser keeps no cookie of ${rondoUrl} here: it is another site than ${location.origin}.`);
      }
    } catch (error) {
      setMessage((error as Error).message);
    } finally {
      setIsBusy(false);
    }
  }

  function turn() {
    setIsNew(!isNew);
    setMessage("");
  }

  return (
    <>
      <h1>{action}</h1>
      <form className="fields" onSubmit={submit}>
        {isNew && (
          <label>
            Name
            <input name="name" autoComplete="name" required />
          </label>
        )}
        <label>
          E-mail
          <input name="email" type="email" autoComplete="email" required />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete={isNew ? "new-password" : "current-password"}
            minLength={isNew ? 8 : undefined}
            required
          />
        </label>
        <button className="primary" disabled={isBusy}>
          {action}
        </button>
      </form>
      {(message || problem) && <p role="alert">{message || problem}</p>}
      <p>
        {isNew ? "Already have an account? " : "No account yet? "}
        <button type="button" className="link" onClick={turn}>
          {isNew ? "Sign in instead" : "Create one"}
        </button>
      </p>
    </>
  );
}
