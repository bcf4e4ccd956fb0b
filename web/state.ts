// What the page shows, all of it in its address: Back, Reload and sending a link work.
import { useCallback, useEffect, useRef, useState } from "react";

export interface View {
  liked: string[]; // keys
  pictures: string[]; // names of pictures that were sent
  unliked: string[]; // keys
  where: string[]; // "TAG=VALUE"
  search: string;
  weights: Record<string, number>; // of parts; 1 where it is not named
  diversity: number;
  repeats: boolean; // also show what shows the same picture
  show: Show; // where nothing is liked
}

const shows = ["catalogue", "clusters", "duplicates", "space", "work"] as const;
export type Show = (typeof shows)[number];

export const nothing: View = {
  liked: [],
  pictures: [],
  unliked: [],
  where: [],
  search: "",
  weights: {},
  diversity: 0,
  repeats: false,
  show: "catalogue",
};

export function viewOf(address: string): View {
  const given = new URLSearchParams(address);
  const weights: Record<string, number> = {};
  for (const one of given.getAll("weight")) {
    const [part, weight] = one.split("=");
    const number = Number(weight);
    if (part && Number.isFinite(number) && number >= 0) weights[part] = number;
  }
  const diversity = Number(given.get("diversity") ?? 0);
  return {
    liked: given.getAll("like"),
    pictures: given.getAll("picture"),
    unliked: given.getAll("unlike"),
    where: given.getAll("where"),
    search: given.get("search") ?? "",
    weights,
    diversity: diversity >= 0 && diversity <= 1 ? diversity : 0,
    repeats: given.get("repeats") === "1",
    show: shows.find((show) => show === given.get("show")) ?? "catalogue",
  };
}

export function addressOf(view: View): string {
  const values: [string, string][] = [
    ...view.liked.map((key): [string, string] => ["like", key]),
    ...view.pictures.map((name): [string, string] => ["picture", name]),
    ...view.unliked.map((key): [string, string] => ["unlike", key]),
    ...view.where.map((one): [string, string] => ["where", one]),
  ];
  if (view.search) values.push(["search", view.search]);
  for (const [part, weight] of Object.entries(view.weights)) {
    if (weight !== 1) values.push(["weight", `${part}=${weight}`]);
  }
  if (view.diversity > 0) values.push(["diversity", String(view.diversity)]);
  if (view.repeats) values.push(["repeats", "1"]);
  if (view.show !== "catalogue") values.push(["show", view.show]);
  const text = new URLSearchParams(values).toString();
  return text ? `?${text}` : location.pathname;
}

export const asksForSimilar = (view: View) => view.liked.length + view.pictures.length > 0;

// "replace" where a slider moves: it must not fill the history.
export type Go = (change: Partial<View>, how?: "push" | "replace") => void;

export function useView(): [View, Go] {
  const [view, setView] = useState(() => viewOf(location.search));
  const current = useRef(view);
  const show = useCallback((next: View) => {
    current.current = next;
    setView(next);
  }, []);
  useEffect(() => {
    const back = () => show(viewOf(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [show]);
  const go = useCallback<Go>(
    (change, how = "push") => {
      const next = { ...current.current, ...change };
      const address = addressOf(next);
      if (how === "push") history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      show(next);
    },
    [show],
  );
  return [view, go];
}
