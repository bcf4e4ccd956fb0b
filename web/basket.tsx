// What is liked and what is not, and what counts how much.
import { canFold, keptPicture, pictureOf, sized, type Info } from "./api";
import type { Go, View } from "./state";

function Chosen({ picture, name, onTake }: { picture: string; name: string; onTake: () => void }) {
  return (
    <span className="chosen">
      <img src={picture} alt={name} />
      <button type="button" aria-label={`Take ${name} out`} onClick={onTake}>
        ×
      </button>
    </span>
  );
}

function Slider({
  name,
  value,
  most,
  onChange,
}: {
  name: string;
  value: number;
  most: number;
  onChange: (value: number) => void;
}) {
  return (
    <label className="slider">
      {name}
      <input
        type="range"
        min={0}
        max={most}
        step={most / 20}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}

export function Basket({ view, go, info }: { view: View; go: Go; info: Info | null }) {
  const without = (list: string[], key: string) => list.filter((one) => one !== key);
  return (
    <section className="basket" aria-label="What is liked">
      <div className="liked">
        {view.pictures.map((name) => (
          <Chosen
            key={name}
            name="your picture"
            picture={keptPicture(name)}
            onTake={() => go({ pictures: without(view.pictures, name) })}
          />
        ))}
        {view.liked.map((key) => (
          <Chosen key={key} name={key} picture={sized(pictureOf(key), 160)} onTake={() => go({ liked: without(view.liked, key) })} />
        ))}
        {view.unliked.length > 0 && <span className="rather">rather not</span>}
        {view.unliked.map((key) => (
          <Chosen
            key={key}
            name={key}
            picture={sized(pictureOf(key), 160)}
            onTake={() => go({ unliked: without(view.unliked, key) })}
          />
        ))}
      </div>
      <div className="sliders">
        {(info?.parts ?? []).map((part) => (
          <Slider
            key={part}
            name={part}
            most={2}
            value={view.weights[part] ?? 1}
            onChange={(value) => {
              const weights = { ...view.weights, [part]: value };
              if ((info?.parts ?? []).some((one) => (weights[one] ?? 1) > 0)) go({ weights }, "replace");
            }}
          />
        ))}
        <Slider
          name="diversity"
          most={1}
          value={view.diversity}
          onChange={(diversity) => go({ diversity }, "replace")}
        />
        {canFold(info) && (
          <label>
            <input type="checkbox" checked={!view.repeats} onChange={(event) => go({ repeats: !event.target.checked })} />
            show each once
          </label>
        )}
      </div>
    </section>
  );
}
