import { describe, expect, it } from "vitest";
import {
  firstView,
  fitted,
  panned,
  readView,
  toScreen,
  toWorld,
  writeView,
  ZOOM_MAX,
  zoomAbout,
} from "./camera";
import { rect } from "./geometry";

const view = { w: 1000, h: 400 };
const camera = { x: 120, y: -40, zoom: 0.8 };

describe("camera", () => {
  it("zooms about a point", () => {
    const at = { x: 310, y: 77 };
    const under = toWorld(camera, view, at);
    for (const factor of [0.3, 1.7, 100]) {
      const after = toScreen(zoomAbout(camera, view, at, factor), view, under);
      expect(after.x).toBeCloseTo(at.x, 6);
      expect(after.y).toBeCloseTo(at.y, 6);
    }
    expect(zoomAbout(camera, view, at, 1e9).zoom).toBe(ZOOM_MAX);
  });

  it("pans by pixels", () => {
    const point = { x: 5, y: 6 };
    const before = toScreen(camera, view, point);
    const after = toScreen(panned(camera, 30, -12), view, point);
    expect(after.x - before.x).toBeCloseTo(30);
    expect(after.y - before.y).toBeCloseTo(-12);
  });

  it("fits the whole picture", () => {
    const bounds = rect(-50, -10, 3000, 300);
    const c = fitted(bounds, view);
    const a = toScreen(c, view, bounds);
    const b = toScreen(c, view, { x: bounds.x + bounds.w, y: bounds.y + bounds.h });
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(b.x).toBeLessThanOrEqual(view.w);
    expect(b.y).toBeLessThanOrEqual(view.h);
  });

  it("shows a readable part around what runs now where the whole would be dust", () => {
    const bounds = rect(0, 0, 20000, 300);
    const now = rect(9000, 40, 130, 200);
    const c = firstView(bounds, view, now);
    expect(c.zoom).toBeGreaterThan(0.5);
    expect(toScreen(c, view, now).x).toBeGreaterThan(0);
    expect(toScreen(c, view, { x: now.x + now.w, y: 0 }).x).toBeLessThan(view.w);
    // At the ends it does not look past the picture.
    expect(toWorld(firstView(bounds, view, null), view, { x: 0, y: 0 }).x).toBeGreaterThan(-100);
  });

  it("travels through the address bar", () => {
    const toggled = new Set(["encoder.0", "odd ~ name"]);
    const back = readView(writeView({ camera, toggled }));
    expect(back.camera).toEqual(camera);
    expect([...back.toggled].sort()).toEqual([...toggled].sort());
    expect(readView(writeView({ camera: null, toggled }))).toEqual({ camera: null, toggled });
    expect(readView(null)).toEqual({ camera: null, toggled: new Set() });
    for (const bad of ["x", "1,2", "NaN,1,1", "1,2,Infinity"]) expect(readView(bad).camera).toBeNull();
  });
});
