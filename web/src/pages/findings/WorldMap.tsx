// A map of the world with the places of a finding. It is drawn here, of an outline that is part of the console: nobody learns
// what one looks at.

import { useEffect, useState } from "react";
import { texts } from "../../texts/findings.ts";
import { outline, type Place, project, type Topology } from "./geography.ts";

export function WorldMap({ places }: { places: readonly Place[] }) {
  const [land, setLand] = useState("");
  useEffect(() => {
    let here = true;
    import("world-atlas/land-110m.json").then(
      (m) => here && setLand(outline(m.default as unknown as Topology)),
      () => {}, // the lines and the points will do
    );
    return () => {
      here = false;
    };
  }, []);
  return (
    <svg className="map" viewBox="0 4 360 148" role="img" aria-label={texts.panel.map(places.map((p) => p.label).join("; "))}>
      <path d={land} fill="currentColor" opacity="0.2" />
      {[-120, -60, 0, 60, 120].map((lon) => (
        <line key={lon} x1={lon + 180} x2={lon + 180} y1="0" y2="180" stroke="currentColor" strokeWidth="0.3" opacity="0.25" />
      ))}
      {[60, 30, 0, -30].map((lat) => (
        <line key={lat} x1="0" x2="360" y1={90 - lat} y2={90 - lat} stroke="currentColor" strokeWidth="0.3" opacity="0.25" />
      ))}
      {places.map((place) => {
        const { x, y } = project(place);
        return (
          <circle key={`${x} ${y} ${place.label}`} cx={x} cy={y} r="4" className="map-place">
            <title>{place.label}</title>
          </circle>
        );
      })}
    </svg>
  );
}
