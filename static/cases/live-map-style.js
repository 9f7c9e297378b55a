// How cases look on the one map: sources, layers and the signs drawn for them. Filled by
// phase, ringed by light, and every light has its shape too. The server gathers cases
// into clusters (cases.live_map), so what is drawn here stays small.
import { theme } from 'layers/map-core'

const FONT = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']
const LIGHTS = ['paused', 'green', 'yellow', 'red']
const DROP = 'M14 1.5c6.6 0 12 5.3 12 11.9 0 8.3-9.2 15.6-11.2 17.2a1.3 1.3 0 0 1-1.6 0C11.2 29 2 21.7 2 13.4 2 6.8 7.4 1.5 14 1.5z'
// A part of the town that is out of order: a square sign on the same foot.
const SIGN = 'M5 2h18a3 3 0 0 1 3 3v16a3 3 0 0 1-3 3h-5l-4 6.5L10 24H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z'
const FINE = 2 // pixels of an image to one of the map
// Open cases of a cell, and how strongly it is shaded from there on.
export const STEPS = [[1, 0.16], [3, 0.28], [6, 0.42], [10, 0.56], [20, 0.72]]
const LAST_TILE = 17
export const PINS = 'cases:pins'

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

// The style with the cases upon it. `shown`: { pins, heat, cells, replay }; `replayed`:
// what the replay draws now, which a style without it would take away.
export function withCases(style, { tiles, cells, shown, replayed }) {
  const visible = (name) => ({ visibility: shown[name] ? 'visible' : 'none' })
  const sources = {
    ...style.sources,
    cases: { type: 'vector', tiles: [tiles], maxzoom: LAST_TILE },
    'case-cells': { type: 'vector', tiles: [cells], maxzoom: LAST_TILE - 1 },
    replay: { type: 'geojson', data: replayed },
  }
  const layers = [...style.layers, ...shading(visible('cells')), heat(visible('heat')), pins(visible('pins')), ...played(visible('replay'))]
  return { ...style, sources, layers }
}

function shading(layout) {
  const from = { source: 'case-cells', 'source-layer': 'cells', layout }
  const [[, first], ...steps] = STEPS
  const strength = ['step', ['get', 'n'], first, ...steps.flat()]
  return [
    { id: 'cases:cells', type: 'fill', ...from, paint: { 'fill-color': token('--accent'), 'fill-opacity': strength } },
    { id: 'cases:cells-edge', type: 'line', ...from, paint: { 'line-color': token('--accent'), 'line-opacity': 0.5, 'line-width': 0.8 } },
  ]
}

function heat(layout) {
  return {
    id: 'cases:heat', type: 'heatmap', source: 'cases', 'source-layer': 'cases', layout,
    paint: {
      'heatmap-weight': ['min', 1, ['/', ['sqrt', ['get', 'n']], 6]],
      'heatmap-intensity': ['interpolate', ['linear'], ['zoom'], 9, 0.7, 16, 1.4],
      'heatmap-radius': ['interpolate', ['linear'], ['zoom'], 9, 28, 16, 44],
      'heatmap-opacity': 0.75,
      'heatmap-color': ['interpolate', ['linear'], ['heatmap-density'],
        0, 'rgba(0,0,0,0)', 0.15, '#f6d9a0', 0.45, '#e8964f', 0.75, '#c53a3a', 1, '#7d1530'],
    },
  }
}

function pins(layout) {
  const light = ['to-string', ['get', 'light']]
  const one = ['concat', 'case|', ['get', 'phase'], '|', light, '|', ['get', 'kind'], `|${theme()}`]
  const many = ['concat', 'cluster||', light, `||${theme()}`]
  const isOne = ['==', ['get', 'n'], 1]
  return {
    id: PINS, type: 'symbol', source: 'cases', 'source-layer': 'cases',
    layout: {
      ...layout,
      'icon-image': ['case', isOne, one, many],
      'icon-anchor': ['case', isOne, 'bottom', 'center'],
      'icon-allow-overlap': true,
      'text-field': ['case', isOne, ['coalesce', ['get', 'glyph'], ''], counted()],
      'text-font': FONT,
      'text-size': ['case', isOne, 13, 13],
      'text-offset': ['case', isOne, ['literal', [0, -1.75]], ['literal', [0, 0]]],
      'text-allow-overlap': true,
      'symbol-sort-key': ['get', 'light'],
    },
    paint: { 'text-color': ['case', isOne, '#ffffff', token('--ink')] },
  }
}

// Above 9,999 in 万, as figures are read.
function counted() {
  const n = ['get', 'n']
  if (document.documentElement.lang === 'en') return ['to-string', n]
  return ['case', ['>=', n, 10_000], ['concat', ['to-string', ['/', ['round', ['/', n, 1000]], 10]], '万'], ['to-string', n]]
}

function played(layout) {
  const phases = ['collect', 'dispatch', 'resolve', 'verify', 'done'].map((phase, at) => [at, token(`--phase-${phase}`)])
  const colour = ['match', ['get', 'phase'], ...phases.flat(), token('--ink-soft')]
  const from = { type: 'circle', source: 'replay', layout }
  return [
    { id: 'replay:new', ...from, filter: ['==', ['get', 'fresh'], 1], paint: { 'circle-radius': 14, 'circle-color': colour, 'circle-opacity': 0.25 } },
    { id: 'replay:cases', ...from, paint: { 'circle-radius': 6, 'circle-color': colour, 'circle-stroke-width': 1.5, 'circle-stroke-color': token('--sheet') } },
  ]
}

// Signs are drawn when the map first asks for them.
export function drawSigns(gl) {
  gl.setMissingStyleImageResolver((id) => {
    const [what, phase, light, kind] = id.split('|')
    if (!['case', 'cluster'].includes(what) || gl.hasImage(id)) return
    const ring = token(light > 0 ? `--light-${LIGHTS[light]}` : '--ink-soft')
    const sign = what === 'case' ? pinSign(phase, ring, kind) : clusterSign(ring)
    mark(sign, LIGHTS[light], ring)
    gl.addImage(id, sign.context.getImageData(0, 0, sign.width, sign.height), { pixelRatio: FINE })
  })
}

function sheet(width, height) {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: width * FINE, height: height * FINE })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.scale(FINE, FINE)
  return { context, width: canvas.width, height: canvas.height }
}

function pinSign(phase, ring, kind) {
  const drawn = sheet(38, 42)
  const { context } = drawn
  context.translate(2, 4)
  context.save()
  context.scale(1.2, 1.2)
  const path = new Path2D(kind === 'part' ? SIGN : DROP)
  context.fillStyle = token(`--phase-${phase}`)
  context.fill(path)
  context.lineWidth = 2.4
  context.strokeStyle = ring
  context.stroke(path)
  context.restore()
  return { ...drawn, x: 29, y: 5 }
}

function clusterSign(ring) {
  const drawn = sheet(48, 48)
  const { context } = drawn
  context.beginPath()
  context.arc(24, 24, 19, 0, 7)
  context.fillStyle = token('--sheet')
  context.fill()
  context.lineWidth = 3
  context.strokeStyle = ring
  context.stroke()
  return { ...drawn, x: 38, y: 10 }
}

// The light's own shape at the shoulder of the sign.
function mark({ context, x, y }, light, colour) {
  if (!['yellow', 'red', 'green'].includes(light)) return
  context.beginPath()
  if (light === 'green') context.arc(x, y, 4, 0, 7)
  if (light === 'red') context.rect(x - 4, y - 4, 8, 8)
  if (light === 'yellow') {
    context.moveTo(x, y - 5)
    context.lineTo(x + 5, y + 4)
    context.lineTo(x - 5, y + 4)
    context.closePath()
  }
  context.lineWidth = 3
  context.strokeStyle = token('--sheet')
  context.stroke()
  context.fillStyle = colour
  context.fill()
}
