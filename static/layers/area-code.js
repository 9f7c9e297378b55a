// A drawn area as an address has it; layers/finding/area.py reads the same.
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SCALE = 100_000 // about a metre
const MORE = 0x20

// [[lon, lat], …], the first corner not said twice → text
export function writeArea(corners) {
  let [text, lat, lon] = ['', 0, 0]
  for (const corner of corners) {
    const [x, y] = corner.map((degrees) => Math.round(degrees * SCALE))
    text += written(y - lat) + written(x - lon)
    ;[lat, lon] = [y, x]
  }
  return text
}

function written(step) {
  let left = step < 0 ? ~(step << 1) : step << 1
  let signs = ''
  while (left >= MORE) {
    signs += SIGNS[MORE | (left & 0x1f)]
    left >>= 5
  }
  return signs + SIGNS[left]
}

// text → [[lon, lat], …]; empty where it cannot be read
export function readArea(text) {
  const steps = []
  let [value, shift] = [0, 0]
  for (const sign of text) {
    const bits = SIGNS.indexOf(sign)
    if (bits < 0 || shift > 30) return []
    value |= (bits & 0x1f) << shift
    shift += 5
    if (bits >= MORE) continue
    steps.push(value & 1 ? ~(value >> 1) : value >> 1)
    ;[value, shift] = [0, 0]
  }
  if (shift || steps.length % 2) return []
  const corners = []
  let [lat, lon] = [0, 0]
  for (let at = 0; at < steps.length; at += 2) {
    lat += steps[at]
    lon += steps[at + 1]
    corners.push([lon / SCALE, lat / SCALE])
  }
  return corners
}

// Whether two sides of the ring cross; neighbours only share a corner.
export function crosses(corners) {
  const count = corners.length
  const side = (at) => [corners[at], corners[(at + 1) % count]]
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 2; other < count; other += 1) {
      if (one === 0 && other === count - 1) continue
      if (cut(...side(one), ...side(other))) return true
    }
  }
  return false
}

function cut(a, b, c, d) {
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0
}

function turn([ax, ay], [bx, by], [cx, cy]) {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
}
