// Lengths and areas on the ellipsoid of CGCS2000 (GB 22021), by Karney's geodesics.

const SEMI_AXIS = 6378137 // metres
const FLATTENING = 1 / 298.257222101
const MU = 10_000 / 15 // square metres
let loading = null

// The library says itself to the window, so it is loaded as a script, when it is needed.
export function startMeasuring(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = address
    script.onload = () => resolve(new window.geodesic.Geodesic.Geodesic(SEMI_AXIS, FLATTENING))
    script.onerror = () => { loading = null; reject(new Error(address)) }
    document.head.append(script)
  })
  return loading
}

// corners [[lon, lat], …] → {length} of a line, {border, area} of an area; metres
export function measured(ellipsoid, corners, isArea) {
  const path = ellipsoid.Polygon(!isArea)
  for (const [lon, lat] of corners) path.AddPoint(lat, lon)
  const { perimeter, area } = path.Compute(false, true)
  return isArea ? { border: perimeter, area: Math.abs(area) } : { length: perimeter }
}

const number = (value, digits) => value.toLocaleString('zh-CN', { minimumFractionDigits: digits, maximumFractionDigits: digits })

export function lengthText(metres) {
  return metres < 1000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 3)} km`
}

// mu: the words for 亩, "{number} mu"
export function areaText(square, mu) {
  const own = square < 100_000 ? `${number(square, 1)} m²` : `${number(square / 1e6, 4)} km²`
  return `${own} · ${mu.replace('{number}', number(square / MU, 2))}`
}
