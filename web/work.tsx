// What takes minutes: trainings and their like, how far they are, and which model answers.
import { useCallback, useEffect, useState } from "react";

import { activate, askJobs, askModels, startJob, stopJob, type Job, type Model, type Problem } from "./api";
import { Notice } from "./notice";

const often = 1000; // milliseconds between two looks at what runs

const isOpen = (job: Job) => job.state === "waiting" || job.state === "running";

function linesOf(job: Job): string {
  if (job.error) return job.error;
  return job.messages.at(-1) ?? "";
}

export function Work() {
  const [jobs, setJobs] = useState<Job[] | null>(null);
  const [models, setModels] = useState<Model[]>([]);
  const [failed, setFailed] = useState("");
  const [minutes, setMinutes] = useState("5");

  const look = useCallback(() => {
    const problem = (error: Problem) => setFailed(error.message);
    askJobs().then((answer) => setJobs(answer.jobs), problem);
    askModels().then((answer) => setModels(answer.models), problem);
  }, []);
  const running = (jobs ?? []).some(isOpen);
  useEffect(look, [look]);
  useEffect(() => {
    const timer = setInterval(look, running ? often : 10 * often);
    return () => clearInterval(timer);
  }, [look, running]);

  const then = (done: Promise<unknown>) => {
    done.then(
      () => {
        setFailed("");
        look();
      },
      (problem: Problem) => setFailed(problem.message),
    );
  };
  if (!jobs) return <Notice text={failed || "Looking at the jobs …"} />;
  return (
    <>
      {failed && <Notice text={failed} onClose={() => setFailed("")} />}
      <h2>Models</h2>
      {models.length === 0 && <Notice text="The shop has no model yet: train one." />}
      <ul className="list">
        {models.map((model) => (
          <li key={model.model}>
            <span className="value">
              {model.model}{" "}
              <span className="count">
                {model.dimensions} numbers, {model.latents.toLocaleString()} latents
              </span>
            </span>
            {model.active ? (
              <span className="count">answers</span>
            ) : (
              <>
                <button type="button" onClick={() => then(startJob("embed", { model: model.model }))}>
                  Embed
                </button>
                {model.latents > 0 && (
                  <button type="button" onClick={() => then(activate(model.model))}>
                    Let it answer
                  </button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      <h2>Jobs</h2>
      <form
        className="sliders"
        onSubmit={(event) => {
          event.preventDefault();
          then(startJob("train", { minutes: Number(minutes) }));
        }}
      >
        <label className="slider">
          Minutes
          <input type="number" min={0.1} step="any" value={minutes} onChange={(event) => setMinutes(event.target.value)} />
        </label>
        <button type="submit">Train</button>
        <button type="button" onClick={() => then(startJob("embed", {}))}>
          Embed
        </button>
        <button type="button" onClick={() => then(startJob("cluster", {}))}>
          Cluster
        </button>
        <button type="button" onClick={() => then(startJob("compact", {}))}>
          Compact
        </button>
      </form>
      {jobs.length === 0 && <Notice text="Nothing was asked for yet." />}
      <ul className="list">
        {jobs.map((job) => (
          <li key={job.id}>
            <span className="value">
              {job.id}. {job.verb} <span className="count">{job.state}</span>
              {job.progress && (
                <>
                  {" "}
                  <span className="count">{job.progress.doing}</span>
                  <progress
                    aria-label={`${job.verb}: ${job.progress.doing}`}
                    max={job.progress.total ?? undefined}
                    value={job.progress.total === null ? undefined : job.progress.done}
                  />
                </>
              )}
              {linesOf(job) && <span className="summary line">{linesOf(job)}</span>}
            </span>
            {isOpen(job) && (
              <button type="button" aria-label={`End job ${job.id}`} onClick={() => then(stopJob(job.id))}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
