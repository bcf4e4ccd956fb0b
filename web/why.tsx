// Why a result is shown: what it is nearest to of what is liked, how far by each part, and which
// tags they have in common.
import { useEffect, useRef } from "react";

import { keptPicture, pictureOf, sized, type Result } from "./api";

function liked(result: Result): { name: string; picture: string } | null {
  const nearest = result.nearest_liked;
  if (nearest?.key) return { name: nearest.key, picture: sized(pictureOf(nearest.key), 240) };
  if (nearest?.picture) return { name: "your picture", picture: keptPicture(nearest.picture) };
  return null;
}

function Shown({ picture, name }: { picture: string; name: string }) {
  return (
    <figure>
      <img src={picture} alt="" />
      <figcaption>{name}</figcaption>
    </figure>
  );
}

export function Why({ result, onClose }: { result: Result; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const nearest = liked(result);
  const parts = Object.entries(result.parts ?? {});
  const tags = Object.entries(result.tags);
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={`Why ${result.key}`} className="why">
      <div className="compared">
        {nearest && <Shown {...nearest} />}
        <Shown name={result.key} picture={sized(result.picture, 240)} />
      </div>
      <p>
        {result.relevance >= 1
          ? "No random pair of items is nearer."
          : `Of random pairs of items ${(100 * result.relevance).toFixed(1)} % are farther apart.`}
        {" The distance is "}
        {result.distance.toFixed(3)}
        {parts.length > 0 ? "; by each part alone:" : "."}
      </p>
      {parts.map(([part, distance]) => (
        <label key={part} className="part">
          <span>{part}</span>
          <meter max={Math.max(result.distance, 1e-9)} value={distance} />
          <span className="count">{distance.toFixed(3)}</span>
        </label>
      ))}
      {tags.length > 0 && (
        <ul className="tags">
          {tags.map(([tag, value]) => {
            const common = result.common_tags?.includes(tag);
            return (
              <li key={tag} className={common ? "common" : ""}>
                {tag}: {value}
                {common && " (in common)"}
              </li>
            );
          })}
        </ul>
      )}
      {result.folded.length > 0 && <p>The same picture: {result.folded.join(", ")}</p>}
      <button type="button" autoFocus onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
