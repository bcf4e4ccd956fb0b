// The page: a catalogue to walk through, and whatever looks like what is liked.
import { useCallback, useEffect, useRef, useState } from "react";

import { AnyPicture, firstPicture } from "./any_picture";
import { askInfo, hasShop, keepPicture, Problem, type Info } from "./api";
import { Basket } from "./basket";
import { Catalogue } from "./catalogue";
import { Clusters } from "./clusters";
import { Duplicates } from "./duplicates";
import { Facets } from "./facets";
import { Help } from "./help";
import { KeyForm } from "./key";
import { Notice } from "./notice";
import { shortcutsAct } from "./shortcuts";
import { Similar } from "./similar";
import { Space } from "./space";
import { asksForSimilar, nothing, useView, type Go, type Show, type View } from "./state";
import { Work } from "./work";

// Where somebody types, a key is a letter.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "range";
}

const others: [Show, string][] = [
  ["clusters", "Clusters"],
  ["duplicates", "Duplicates"],
  ["space", "Space"],
  ["work", "Work"],
];

// How every picture is shaped, so that its place is kept until it has come.
function keepShape({ pictures }: Info) {
  if (!pictures) return;
  document.documentElement.style.setProperty("--shape", `${pictures.width} / ${pictures.height}`);
}

// `info` is undefined until it has come, and null where it cannot.
function Shown({ view, go, info }: { view: View; go: Go; info: Info | null | undefined }) {
  if (!asksForSimilar(view) && view.show === "catalogue") {
    return <Catalogue key={JSON.stringify([view.where, view.search])} view={view} go={go} info={info} />;
  }
  if (info === undefined) return <Notice text="Looking at the shop …" />;
  if (asksForSimilar(view)) {
    return (
      <>
        <Basket view={view} go={go} info={info} />
        <Similar view={view} go={go} info={info} />
      </>
    );
  }
  if (view.show === "clusters") return <Clusters view={view} go={go} />;
  if (view.show === "duplicates") return <Duplicates view={view} go={go} />;
  if (view.show === "space") return <Space view={view} go={go} />;
  return <Work />;
}

export function App() {
  const [view, go] = useView();
  const [info, setInfo] = useState<Info | null>();
  const [failed, setFailed] = useState("");
  const [locked, setLocked] = useState(false);
  const [sending, setSending] = useState(false);
  const [help, setHelp] = useState(false);
  const [filters, setFilters] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const main = useRef<HTMLElement>(null);
  const header = useRef<HTMLElement>(null);

  useEffect(() => {
    askInfo().then(
      (answer) => {
        keepShape(answer);
        setInfo(answer);
      },
      (problem: Problem) => {
        setInfo(null);
        if (problem.status === 401) setLocked(true);
        else setFailed(problem.message);
      },
    );
  }, []);

  const send = useCallback(
    async (picture: Blob | undefined) => {
      if (!picture) return;
      setFailed("");
      setSending(true);
      try {
        const kept = await keepPicture(picture);
        go({ ...nothing, pictures: [kept.picture] });
      } catch (problem) {
        setFailed((problem as Problem).message);
      } finally {
        setSending(false);
      }
    },
    [go],
  );

  // What has the focus stays clear of the header, which may have several rows.
  useEffect(() => {
    const above = header.current;
    if (!above) return;
    const root = document.documentElement;
    const measure = () => root.style.setProperty("--header", `${above.offsetHeight}px`);
    const watch = new ResizeObserver(measure);
    watch.observe(above);
    return () => watch.disconnect();
  }, [locked]);

  useEffect(() => {
    const drop = (event: DragEvent) => {
      event.preventDefault();
      void send(firstPicture(event.dataTransfer?.files));
    };
    const over = (event: DragEvent) => event.preventDefault();
    const paste = (event: ClipboardEvent) => {
      const picture = firstPicture(event.clipboardData?.files);
      if (picture) void send(picture);
    };
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open]")) return; // Esc closes it by itself
      if (event.key === "Escape") {
        if (isTyping(event.target)) (event.target as HTMLElement).blur();
        else go({ liked: [], pictures: [], unliked: [], show: "catalogue" });
      } else if (isTyping(event.target) || !shortcutsAct()) {
        return;
      } else if (event.key === "/") {
        event.preventDefault();
        search.current?.focus();
      } else if (event.key === "?") {
        setHelp(true);
      }
    };
    addEventListener("drop", drop);
    addEventListener("dragover", over);
    addEventListener("paste", paste);
    addEventListener("keydown", press);
    return () => {
      removeEventListener("drop", drop);
      removeEventListener("dragover", over);
      removeEventListener("paste", paste);
      removeEventListener("keydown", press);
    };
  }, [go, send]);

  if (locked) return <KeyForm wrong={document.cookie.includes("likeness_key=")} />;
  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault(); // the address is that of the view
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <header ref={header}>
        <h1>
          <a
            href={location.pathname}
            onClick={(event) => {
              event.preventDefault();
              go(nothing);
            }}
          >
            likeness
          </a>
        </h1>
        <input
          ref={search}
          type="search"
          value={view.search}
          placeholder="Search keys"
          aria-label="Search keys"
          onChange={(event) =>
            go({ search: event.target.value, liked: [], pictures: [], unliked: [], show: "catalogue" }, "replace")
          }
        />
        {hasShop(info) && (
          <>
            <AnyPicture sending={sending} onChoose={(picture) => void send(picture)} />
            <nav aria-label="Other views">
              {others.map(([show, name]) => (
                <button
                  key={show}
                  type="button"
                  aria-pressed={view.show === show && !asksForSimilar(view)}
                  onClick={() =>
                    go({ ...nothing, show: view.show === show && !asksForSimilar(view) ? "catalogue" : show })
                  }
                >
                  {name}
                </button>
              ))}
            </nav>
          </>
        )}
        <button type="button" className="only-narrow" aria-expanded={filters} onClick={() => setFilters(!filters)}>
          Filter{view.where.length > 0 ? ` (${view.where.length})` : ""}
        </button>
        <button type="button" aria-label="Help" onClick={() => setHelp(true)}>
          ?
        </button>
      </header>
      {failed && <Notice text={failed} onClose={() => setFailed("")} />}
      <div className="columns">
        <aside className={filters ? "open" : ""} aria-label="Filter">
          <Facets view={view} go={(change, how) => go({ show: "catalogue", ...change }, how)} />
        </aside>
        <main ref={main} id="main" tabIndex={-1}>
          <Shown view={view} go={go} info={info} />
        </main>
      </div>
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
}
