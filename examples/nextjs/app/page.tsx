"use client";

import { useEffect, useState } from "react";
import { authClient } from "../lib/auth-client";
import { SignIn } from "./sign-in";
import { Tasks } from "./tasks";

export default function Page() {
  const { data, error, isPending, refetch } = authClient.useSession();
  const [isKnown, setIsKnown] = useState(false);

  // `isPending` comes back whenever the window gets the focus. Only the first time there is nothing
  // to show; later a form that somebody is filling in must stay.
  useEffect(() => {
    if (!isPending) setIsKnown(true);
  }, [isPending]);

  if (data) return <Tasks key={data.session.id} name={data.user.name} onSessionEnd={() => refetch()} />;
  if (!isKnown) return <p role="status">Loading…</p>;
  return <SignIn problem={error?.message} />;
}
