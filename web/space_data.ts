// The items' places in the latent space, as the service sends them: see /api/v1/space.
import { askBytes } from "./api";

export interface Thumbnails {
  width: number;
  height: number;
  columns: number; // of a sheet
  sheet: number; // items on one
}

export interface SpaceValue {
  value: string;
  items: number;
}

// Of the items that have a latent.
export interface SpaceData {
  order: Uint32Array; // the place of each among all items
  numbers: Float64Array; // what the service calls it
  positions: Uint16Array; // three each
  groups: Uint8Array; // places in values, or none
  values: SpaceValue[];
  thumbnails: Thumbnails;
  model: string;
  shares: number[]; // of the variance, by axis
}

export const none = 255;
const nowhere = 65535;

function decoded(bytes: ArrayBuffer): SpaceData {
  const length = new DataView(bytes).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  const count: number = head.items;
  const steps = new Uint32Array(bytes, 8 + length, count);
  const places = new Uint16Array(bytes, 8 + length + 4 * count, 3 * count);
  const all = new Uint8Array(bytes, 8 + length + 10 * count, count);
  let known = 0;
  for (let i = 0; i < count; ++i) known += places[3 * i] === nowhere ? 0 : 1;
  const data: SpaceData = {
    order: new Uint32Array(known),
    numbers: new Float64Array(known),
    positions: new Uint16Array(3 * known),
    groups: new Uint8Array(known),
    values: head.values,
    thumbnails: head.thumbnails,
    model: head.model,
    shares: head.variance_shares,
  };
  let number = 0;
  for (let i = 0, to = 0; i < count; ++i) {
    number += steps[i];
    if (places[3 * i] === nowhere) continue;
    data.order[to] = i;
    data.numbers[to] = number;
    data.positions.set(places.subarray(3 * i, 3 * i + 3), 3 * to);
    data.groups[to] = all[i];
    ++to;
  }
  return data;
}

export async function askSpace(tag: string, signal: AbortSignal): Promise<SpaceData> {
  const asked = tag ? `space?${new URLSearchParams({ tag }).toString()}` : "space";
  return decoded(await askBytes(asked, signal));
}
