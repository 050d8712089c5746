"use client";

import { type FormEvent, useEffect, useState } from "react";
import { authClient } from "../lib/auth-client";
import {
  completeTask,
  createTask,
  deleteTask,
  forgetToken,
  listTasks,
  SessionEnded,
  type Task,
} from "../lib/tasks";

interface Props {
  name: string;
  onSessionEnd: () => void;
}

export function Tasks({ name, onSessionEnd }: Props) {
  const [tasks, setTasks] = useState<Task[]>();
  const [older, setOlder] = useState(0);
  const [problem, setProblem] = useState<Error>();

  useEffect(() => {
    void load();
    return forgetToken;
  }, []);

  /** Does something that may fail, and shows why it did. */
  async function attempt(action: () => Promise<void>) {
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      setProblem(error as Error);
    }
  }

  function load() {
    return attempt(async () => {
      const list = await listTasks();
      setTasks(list.tasks);
      setOlder(list.total - list.tasks.length);
    });
  }

  function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    return attempt(async () => {
      const task = await createTask(String(new FormData(form).get("title")));
      setTasks((tasks = []) => [task, ...tasks]);
      form.reset();
    });
  }

  function toggle(task: Task) {
    return attempt(async () => {
      const changed = await completeTask(task.id, !task.completed);
      setTasks((tasks = []) => tasks.map((one) => (one.id === task.id ? changed : one)));
    });
  }

  function remove(task: Task) {
    return attempt(async () => {
      await deleteTask(task.id);
      setTasks((tasks = []) => tasks.filter((one) => one.id !== task.id));
    });
  }

  function signOut() {
    return attempt(async () => {
      await authClient.signOut();
    });
  }

  return (
    <>
      <header>
        <h1>Tasks</h1>
        <span>{name}</span>
        <button onClick={signOut}>Sign out</button>
      </header>

      <form className="add" onSubmit={add}>
        <label htmlFor="title">New task</label>
        <input id="title" name="title" maxLength={200} autoComplete="off" required />
        <button className="primary">Add</button>
      </form>

      {problem && (
        <p role="alert">
          {problem.message}{" "}
          {problem instanceof SessionEnded && <button onClick={onSessionEnd}>Sign in again</button>}
          {!tasks && !(problem instanceof SessionEnded) && <button onClick={load}>Try again</button>}
        </p>
      )}
      {!tasks && !problem && <p role="status">Loading…</p>}
      {tasks?.length === 0 && <p>Nothing to do.</p>}

      <ul>
        {tasks?.map((task) => (
          <li key={task.id}>
            <label>
              <input type="checkbox" checked={task.completed} onChange={() => toggle(task)} />
              <span>{task.title}</span>
            </label>
            <button aria-label={`Delete ${task.title}`} onClick={() => remove(task)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
      {older > 0 && <p>{older} older tasks are not shown.</p>}
    </>
  );
}
