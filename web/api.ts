// What the service is asked, and its answers' shapes. All addresses are relative: the page may lie
// under any path.
export interface Item {
  key: string;
  tags: Record<string, string>;
  picture: string;
}

export interface Result extends Item {
  distance: number;
  relevance: number;
  cluster: number | null;
  folded: string[];
  common_tags?: string[];
  parts?: Record<string, number>; // distances
  nearest_liked?: { key?: string; picture?: string } | null;
}

export interface ItemsPage {
  items: Item[];
  total: number;
  next: string | null;
}

export interface Recommendation {
  model: string;
  items: number;
  results: Result[];
  next_offset: number | null;
}

export interface FacetValue {
  value: string;
  items: number;
  chosen: boolean;
}

export interface Facet {
  tag: string;
  values: number;
  common: FacetValue[];
}

export interface Info {
  version: string;
  shop: boolean; // false: a database answers by itself
  items: number;
  active_model: string | null;
  originals: boolean;
  parts: string[];
  search: { by: string; why: string; distinct: boolean } | null;
  pictures: { width: number; height: number; fit: string } | null;
}

// A database that recommends may not have the pictures, and then cannot tell which are the same.
export const canFold = (info: Info | null) => info?.search?.distinct ?? true;

// Only a shop has clusters, duplicates, a map, work to do, and a model that describes pictures.
export const hasShop = (info: Info | null | undefined) => info?.shop ?? true;

export interface Cluster {
  cluster: number;
  size: number;
  items: string[];
  tags: { tag: string; value: string; share: number; lift: number }[];
}

export interface Duplicates {
  exact: string[][];
  near: string[][];
}

export interface Model {
  model: string;
  dimensions: number;
  latents: number;
  active: boolean;
}

export interface Job {
  id: number;
  verb: string;
  state: "waiting" | "running" | "done" | "failed" | "stopped";
  progress: { doing: string; unit: string; done: number; total: number | null } | null;
  messages: string[];
  error: string | null;
}

export interface Liked {
  key?: string;
  picture?: string;
}

export interface Wish {
  liked: Liked[];
  unliked: { key: string }[];
  where: string[];
  weights: Record<string, number>;
  diversity: number;
  distinct: boolean;
  explain: boolean;
  count: number;
  offset: number;
}

// What went wrong, in the service's own words.
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

// Null of what is no JSON.
async function jsonOf(response: Response) {
  return response.json().catch((error: Error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
}

async function send(address: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/v1/${address}`, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "The service does not answer: is it still running?");
  }
  if (response.ok) return response;
  const body = await jsonOf(response);
  throw new Problem(response.status, body?.error?.message ?? `The service answers ${response.status}.`);
}

async function ask<Answer>(address: string, options: RequestInit = {}): Promise<Answer> {
  const response = await send(address, options);
  return (await jsonOf(response)) as Answer;
}

export async function askBytes(address: string, signal: AbortSignal): Promise<ArrayBuffer> {
  return (await send(address, { signal })).arrayBuffer();
}

function query(values: [string, string][]): string {
  return new URLSearchParams(values).toString();
}

// As large as it is shown, where the service has more pixels than the shop.
let originals = false;
export function sized(picture: string, pixels: number): string {
  if (!originals) return picture;
  const size = Math.ceil(pixels * Math.min(devicePixelRatio, 2));
  return `${picture}${picture.includes("?") ? "&" : "?"}size=${size}`;
}

export async function askInfo(): Promise<Info> {
  const info = await ask<Info>("info");
  originals = info.originals;
  return info;
}

export function askItems(
  where: string[],
  search: string,
  offset: number,
  count: number,
  signal: AbortSignal,
): Promise<ItemsPage> {
  const values: [string, string][] = where.map((one) => ["where", one]);
  if (search) values.push(["search", search]);
  values.push(["offset", String(offset)], ["count", String(count)]);
  return ask<ItemsPage>(`items?${query(values)}`, { signal });
}

export function askTags(where: string[], signal: AbortSignal): Promise<{ tags: Facet[] }> {
  const values: [string, string][] = where.map((one) => ["where", one]);
  return ask<{ tags: Facet[] }>(`tags?${query(values)}`, { signal });
}

export function askNumbered(numbers: number[], signal: AbortSignal): Promise<ItemsPage> {
  return ask<ItemsPage>(`items?${query(numbers.map((number) => ["number", String(number)]))}`, { signal });
}

export const askClusters = (signal: AbortSignal) => ask<{ clusters: Cluster[] }>("clusters", { signal });

export function askItem(key: string): Promise<Item> {
  return ask<Item>(`items/${encodeURIComponent(key)}`);
}

export function recommend(wish: Wish, signal: AbortSignal): Promise<Recommendation> {
  return ask<Recommendation>("recommend", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wish),
    signal,
  });
}

export function keepPicture(picture: Blob): Promise<{ picture: string; address: string }> {
  return ask("pictures", {
    method: "POST",
    headers: { "Content-Type": picture.type || "image/jpeg" },
    body: picture,
  });
}

export const askDuplicates = (signal: AbortSignal) => ask<Duplicates>("duplicates", { signal });
export const askModels = () => ask<{ models: Model[] }>("models");
export const askJobs = () => ask<{ jobs: Job[] }>("jobs");

// What changes something takes the key as a header: a cookie could be sent by a page of another site.
function change<Answer>(address: string, method: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = {};
  const key = /(?:^|; )likeness_key=([^;]*)/.exec(document.cookie)?.[1];
  if (key) headers.Authorization = `Bearer ${decodeURIComponent(key)}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return ask<Answer>(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

export const removeItem = (key: string) => change<null>(`items/${encodeURIComponent(key)}`, "DELETE");
export const activate = (model: string) => change<unknown>(`models/${encodeURIComponent(model)}/activate`, "POST");
export const startJob = (verb: string, options: object) => change<Job>("jobs", "POST", { verb, options });
export const stopJob = (id: number) => change<Job>(`jobs/${id}`, "DELETE");

export const pictureOf = (key: string) => `api/v1/items/${encodeURIComponent(key)}/picture`;
export const keptPicture = (name: string) => `api/v1/pictures/${encodeURIComponent(name)}`;
