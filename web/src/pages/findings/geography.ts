// Where the parties of a finding are, and the outline of the land to show it on.

import { at, type Doc, list, object, textAt } from "./document.ts";

export interface Place {
  lat: number;
  lon: number;
  label: string; // "203.0.113.7, Tokyo, Japan"
}

// placesOf are the places of a finding, each once; what isn't known, 0 and 0 to the API, is none.
export function placesOf(finding: Doc): Place[] {
  const places = new Map<string, Place>();
  const add = (where: unknown, label: string) => {
    const { lat, lon } = object(where);
    if (typeof lat !== "number" || typeof lon !== "number" || (lat === 0 && lon === 0)) return;
    if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) places.set(`${lat} ${lon} ${label}`, { lat, lon, label });
  };
  for (const action of Object.values(object(at(finding, "service.action")))) {
    for (const part of [action, ...list(object(action).portProbeDetails)]) {
      const remote = object(part).remoteIpDetails;
      const known = ["ipAddressV4", "ipAddressV6", "city.cityName", "country.countryName"].map((path) => textAt(remote, path));
      add(object(remote).geoLocation, labelOf(known));
    }
  }
  for (const endpoint of list(at(finding, "service.detection.sequence.endpoints"))) {
    add(object(endpoint).location, labelOf(["ip", "location.city", "location.country"].map((path) => textAt(endpoint, path))));
  }
  return [...places.values()];
}

const labelOf = (parts: string[]) => parts.filter((p) => p && !unknown(p)).join(", ");

// unknown are the words that the API has for what isn't known.
export const unknown = (text: string) => text === "-1" || text.toLowerCase() === "unknown";

// A topology as world-atlas has it: arcs of differences, shared by polygons that name them.
export interface Topology {
  transform: { scale: number[]; translate: number[] };
  arcs: number[][][];
  objects: { land: { geometries: { arcs: number[][][] }[] } };
}

export const project = ({ lat, lon }: { lat: number; lon: number }) => ({ x: lon + 180, y: 90 - lat });

// outline draws the land on a map of 360 by 180, one unit a degree, as the path of an SVG. Land that lies on both edges of the map
// is drawn at both, as a whole; what goes around a pole, Antarctica, is left out.
export function outline({ transform, arcs, objects }: Topology): string {
  const [sx = 0, sy = 0] = transform.scale;
  const [tx = 0, ty = 0] = transform.translate;
  const points = arcs.map((arc) => {
    let [lon, lat] = [0, 0];
    return arc.map(([dx = 0, dy = 0]) => project({ lon: (lon += dx) * sx + tx, lat: (lat += dy) * sy + ty }));
  });
  const arcOf = (i: number) => (i < 0 ? [...(points[~i] ?? [])].reverse() : (points[i] ?? []));
  const rings = objects.land.geometries.flatMap((g) => g.arcs.flat()).map((ring) => unwrapped(ring.flatMap(arcOf)));
  return rings.filter((ring) => Math.abs((ring[0]?.x ?? 0) - (ring.at(-1)?.x ?? 0)) < 1).map(drawn).join("");
}

type Point = ReturnType<typeof project>;

// unwrapped goes on beyond the edge where a ring would jump to the other one.
function unwrapped(ring: Point[]): Point[] {
  let shift = 0;
  return ring.map(({ x, y }, i) => {
    const before = ring[i - 1]?.x ?? x;
    if (x - before > 180) shift -= 360;
    if (before - x > 180) shift += 360;
    return { x: x + shift, y };
  });
}

function drawn(ring: Point[]): string {
  const one = (shift: number) => `M${ring.map(({ x, y }) => `${round(x + shift)} ${round(y)}`).join("L")}Z`;
  const xs = ring.map((p) => p.x);
  return one(0) + (Math.min(...xs) < 0 ? one(360) : "") + (Math.max(...xs) > 360 ? one(-360) : "");
}

const round = (n: number) => Math.round(n * 10) / 10;
