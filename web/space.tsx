// All items as points: what lies near looks alike. To turn, to colour, and to cut pieces out of.
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import { askNumbered, askTags, type Item, type Problem } from "./api";
import { Notice } from "./notice";
import { askSpace, none, type SpaceData } from "./space_data";
import { SpacePlot, type Point } from "./space_plot";
import type { Go, View } from "./state";
import { similarTo, Tile } from "./tile";

const shownValues = 12; // in colours of their own
const grey = 0x9098a0;
const step = 120; // items that are asked for at once

// Hues as far apart as so many can be, light enough for dark paper and dark enough for light.
function colourOf(value: number): number {
  if (value >= shownValues) return grey;
  const hue = (value * 360) / shownValues + 10;
  const part = (shift: number) => {
    const at = (shift + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.32 * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return (part(0) << 16) | (part(8) << 8) | part(4);
}

const hex = (colour: number) => `#${colour.toString(16).padStart(6, "0")}`;

let three: Promise<void> | null = null;
function loadThree(): Promise<void> {
  three ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "assets/three.js";
    script.onload = () => done();
    script.onerror = () => {
      three = null;
      failed(new Error("The plot cannot be loaded: is the service still running?"));
    };
    document.head.append(script);
  });
  return three;
}

function Thumbnail({ data, point, at }: { data: SpaceData; point: number; at: Point }) {
  const { width, height, columns, sheet } = data.thumbnails;
  const place = data.order[point];
  const onSheet = place % sheet;
  return (
    <span
      className="thumbnail"
      style={{
        left: at.x,
        top: at.y,
        width: 2 * width,
        height: 2 * height,
        backgroundImage: `url(api/v1/atlas/${Math.floor(place / sheet)})`,
        backgroundSize: `${2 * width * columns}px auto`,
        backgroundPosition: `${-2 * width * (onSheet % columns)}px ${-2 * height * Math.floor(onSheet / columns)}px`,
      }}
    />
  );
}

// The items of some points, page by page.
type ChosenPoints = { numbers: Float64Array; points: number[]; view: View; go: Go };
function Chosen({ numbers, points, view, go }: ChosenPoints) {
  const [items, setItems] = useState<Item[]>([]);
  const [wanted, setWanted] = useState(step);
  const [failed, setFailed] = useState("");
  useEffect(() => {
    setItems([]);
    setWanted(step);
  }, [points]);
  useEffect(() => {
    const ended = new AbortController();
    const next = points.slice(wanted - step, wanted).map((point) => numbers[point]);
    if (next.length === 0) return;
    askNumbered(next, ended.signal).then(
      (answer) => setItems((old) => [...old, ...answer.items]),
      (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
    );
    return () => ended.abort();
  }, [numbers, points, wanted]);
  if (failed) return <Notice text={failed} />;
  return (
    <>
      <p className="summary" role="status">
        {points.length.toLocaleString()} items
      </p>
      <div className="results">
        {items.map((item) => (
          <Tile key={item.key} item={item} view={view} go={go} plain />
        ))}
      </div>
      {wanted < points.length && (
        <p className="more">
          <button type="button" onClick={() => setWanted(wanted + step)}>
            More
          </button>
        </p>
      )}
    </>
  );
}

export function Space({ view, go }: { view: View; go: Go }) {
  const [data, setData] = useState<SpaceData | null>(null);
  const [failed, setFailed] = useState("");
  const [tags, setTags] = useState<string[]>([]);
  const [tag, setTag] = useState("");
  const [plot, setPlot] = useState<SpacePlot | null>(null);
  const [bright, setBright] = useState<number | null>(null); // the value whose points are chosen
  const [chosen, setChosen] = useState<number[] | null>(null);
  const [cutting, setCutting] = useState(false);
  const [line, setLine] = useState<Point[]>([]);
  const [hovered, setHovered] = useState<{ point: number; at: Point } | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const moved = useRef(0);

  useEffect(() => {
    const ended = new AbortController();
    askTags([], ended.signal).then(
      (answer) => setTags(answer.tags.filter((one) => one.values > 1).map((one) => one.tag)),
      () => undefined, // then it can be coloured by clusters alone
    );
    return () => ended.abort();
  }, []);

  useEffect(() => {
    const ended = new AbortController();
    Promise.all([askSpace(tag, ended.signal), loadThree()]).then(
      ([space]) => {
        setBright(null);
        setChosen(null);
        setHovered(null);
        setData(space);
      },
      (problem: Problem) => problem.name !== "AbortError" && setFailed(problem.message),
    );
    return () => ended.abort();
  }, [tag]);

  useEffect(() => {
    const on = canvas.current;
    const around = stage.current;
    if (!data || !on || !around) return;
    const made = new SpacePlot(on, data);
    const fit = new ResizeObserver(() => made.resize(around.clientWidth, around.clientHeight));
    fit.observe(around);
    setPlot(made);
    return () => {
      fit.disconnect();
      made.dispose();
    };
  }, [data]);

  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => {
      const faint = dark.matches ? 0x2b2f37 : 0xdde0e5;
      plot?.recolour((group) => (bright !== null && group !== bright ? faint : group === none ? grey : colourOf(group)));
    };
    recolour();
    dark.addEventListener("change", recolour);
    return () => dark.removeEventListener("change", recolour);
  }, [plot, bright]);

  const place = (event: PointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const reachOf = (event: PointerEvent) => (event.pointerType === "touch" ? 22 : 10);

  const show = useCallback(
    (point: number) => {
      if (!data) return;
      askNumbered([data.numbers[point]], new AbortController().signal).then(
        (answer) => answer.items[0] && similarTo(answer.items[0].key, go),
        (problem: Problem) => setFailed(problem.message),
      );
    },
    [data, go],
  );

  const onDown = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, place(event));
    moved.current = 0;
    setHovered(null);
    if (cutting) setLine([place(event)]);
  };
  const onMove = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!plot) return;
    const now = place(event);
    const before = pointers.current.get(event.pointerId);
    if (!before) {
      const point = plot.at(now, reachOf(event));
      setHovered(point < 0 ? null : { point, at: now });
      return;
    }
    moved.current += Math.hypot(now.x - before.x, now.y - before.y);
    pointers.current.set(event.pointerId, now);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const length = (from: Point) => Math.hypot(from.x - other.x, from.y - other.y) || 1;
      plot.zoom(length(before) / length(now));
    } else if (cutting) {
      setLine((old) => [...old, now]);
    } else {
      plot.turn((before.x - now.x) * 0.008, (now.y - before.y) * 0.008);
    }
  };
  const onUp = (event: PointerEvent<HTMLCanvasElement>) => {
    pointers.current.delete(event.pointerId);
    if (!plot) return;
    if (cutting && line.length > 2) {
      setBright(null);
      setChosen(plot.inside(line));
      setCutting(false);
    } else if (moved.current < 6) {
      const point = plot.at(place(event), reachOf(event));
      if (point >= 0) show(point);
    }
    setLine([]);
  };
  const onKey = (event: KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => plot?.turn(-0.12, 0),
      ArrowRight: () => plot?.turn(0.12, 0),
      ArrowUp: () => plot?.turn(0, 0.12),
      ArrowDown: () => plot?.turn(0, -0.12),
      "+": () => plot?.zoom(0.85),
      "-": () => plot?.zoom(1.18),
      "0": () => plot?.reset(),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const choose = (value: number) => {
    if (!data || bright === value) {
      setBright(null);
      setChosen(null);
      return;
    }
    setBright(value);
    const points: number[] = [];
    data.groups.forEach((group, point) => group === value && points.push(point));
    setChosen(points);
  };

  if (failed) return <Notice text={failed} />;
  return (
    <section aria-label="The space of all items">
      <div className="sliders">
        <label>
          Colour by{" "}
          <select value={tag} onChange={(event) => setTag(event.target.value)}>
            <option value="">cluster</option>
            {tags.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <button type="button" aria-pressed={cutting} onClick={() => setCutting(!cutting)}>
          Lasso
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => plot?.zoom(0.8)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => plot?.zoom(1.25)}>
          −
        </button>
        <button type="button" onClick={() => plot?.reset()}>
          Reset
        </button>
      </div>
      <div ref={stage} className={cutting ? "stage cutting" : "stage"}>
        {!data && <Notice text="Laying out all items …" />}
        {data && (
          <canvas
            key={`${data.model} ${tag}`}
            ref={canvas}
            tabIndex={0}
            role="application"
            aria-label={`${data.order.length.toLocaleString()} items as points. Arrow keys turn them, plus and minus zoom. What the points are coloured by stands below: choose one to see its items.`}
            onPointerDown={onDown}
            onPointerMove={onMove}
            onPointerUp={onUp}
            onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
            onPointerLeave={() => setHovered(null)}
            onWheel={(event) => document.activeElement === canvas.current && plot?.zoom(Math.exp(Math.sign(event.deltaY) * 0.12))}
            onKeyDown={onKey}
          />
        )}
        {line.length > 1 && (
          <svg aria-hidden="true">
            <polygon points={line.map((one) => `${one.x},${one.y}`).join(" ")} />
          </svg>
        )}
        {data && hovered && <Thumbnail data={data} {...hovered} />}
      </div>
      {data && (
        <ul className="legend" aria-label="What the points are coloured by">
          {data.values.slice(0, shownValues).map((one, value) => (
            <li key={one.value}>
              <button type="button" aria-pressed={bright === value} onClick={() => choose(value)}>
                <span className="swatch" style={{ background: hex(colourOf(value)) }} />
                {tag ? one.value : `cluster ${one.value}`} <span className="count">{one.items.toLocaleString()}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {data && data.values.length === 0 && (
        <p className="summary">The shop has no clusters yet: colour by a tag, or make them under Work.</p>
      )}
      {data && chosen && <Chosen numbers={data.numbers} points={chosen} view={view} go={go} />}
    </section>
  );
}
