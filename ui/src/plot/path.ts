/** Lines as SVG paths. Pure. */

/** A point; `null` interrupts the line. */
export type Point = [x: number, y: number] | null;

/** A path through all points; a lone point becomes a dot that a round line cap makes visible. */
export function line(points: Point[]): string {
  let path = '';
  let pen = false;
  points.forEach((point, at) => {
    if (!point) {
      pen = false;
      return;
    }
    const [x, y] = point.map((value) => Math.round(value * 10) / 10);
    path += `${pen ? 'L' : 'M'}${x} ${y}`;
    if (!pen && !points[at + 1]) path += 'h0';
    pen = true;
  });
  return path;
}
