// The layer tree: what is shown, how and how strongly; remembered on this device.

const KEPT = 'govmap.layers'
export const HIDDEN = { on: false }
// What the opacity of a layer multiplies, by the kind of its drawing.
const OPACITY = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['text-opacity'],
  raster: ['raster-opacity'],
}

export class LayerTree {
  constructor(page, onChange) {
    this.onChange = onChange
    this.states = new Map()
    const asked = shared(location.search)
    const kept = asked ?? read()
    for (const node of page.querySelectorAll('[data-layer]')) this.bind(node, kept[node.dataset.layer] ?? (asked && HIDDEN))
  }

  bind(node, kept) {
    const code = node.dataset.layer
    const box = node.querySelector('[data-visible]')
    const range = node.querySelector('[data-opacity]')
    const styles = Array.from(node.querySelectorAll('[data-legend]'), (list) => list.dataset.legend)
    const state = { on: box.checked, opacity: 1, style: styles[0], node, ...known(kept, styles) }
    this.states.set(code, state)
    box.addEventListener('change', () => this.change(state, { on: box.checked }))
    range.addEventListener('input', () => this.change(state, { opacity: range.value / 100 }))
    for (const button of node.querySelectorAll('[data-style]')) {
      button.addEventListener('click', () => this.change(state, { style: button.dataset.style, on: true }))
    }
    render(state)
  }

  change(state, values) {
    Object.assign(state, values)
    render(state)
    write(this.states)
    cancelAnimationFrame(this.next)
    this.next = requestAnimationFrame(this.onChange)
  }

  shown() {
    return Array.from(this.states).filter(([, state]) => state.on).map(([code]) => code)
  }

  // What is shown, for an address: `shared` reads it.
  address() {
    const shown = Array.from(this.states).filter(([, { on }]) => on)
    return shown.map(([code, { style, node }]) => {
      const first = node.querySelector('[data-legend]')?.dataset.legend
      return style && style !== first ? `${code}~${style}` : code
    }).join(',')
  }

  // As an address says it, from now on.
  follow(address) {
    const asked = shared(address)
    for (const [code, state] of asked ? this.states : []) {
      Object.assign(state, asked[code] ?? HIDDEN)
      render(state)
    }
    write(this.states)
    this.onChange()
  }

  zoomed(zoom) {
    for (const { node, on } of this.states.values()) {
      node.querySelector('[data-far]').hidden = !on || zoom >= Number(node.dataset.minzoom)
    }
    this.zoom = zoom
  }

  // The server's style document with this device's choices in it.
  adjust(style) {
    if (this.zoom !== undefined) this.zoomed(this.zoom)
    // `without`: one that the other half of a comparison alone draws
    return adjusted(style, (code) => (code && code === this.without ? HIDDEN : this.states.get(code)))
  }

  titleOf(code) {
    return this.states.get(code).node.querySelector('.map-layer-name').textContent.trim()
  }
}

// A style document with the layers as `stateOf(code)` has them: {on, opacity, style}.
export function adjusted(style, stateOf) {
  const layers = style.layers.map((layer) => {
    const state = stateOf(layer.metadata?.['govmap:layer'])
    return state ? withState(layer, state) : layer
  })
  return { ...style, layers }
}

function withState(layer, state) {
  const drawn = state.style === undefined || layer.metadata['govmap:style'] === state.style
  const paint = { ...layer.paint }
  if (state.opacity < 1) {
    for (const name of OPACITY[layer.type]) paint[name] = times(paint[name] ?? 1, state.opacity)
  }
  const visibility = state.on && drawn ? 'visible' : 'none'
  return { ...layer, paint, layout: { ...layer.layout, visibility } }
}

function times(value, factor) {
  return typeof value === 'number' ? value * factor : ['*', factor, value]
}

function render({ node, on, opacity, style }) {
  node.querySelector('[data-visible]').checked = on
  node.style.setProperty('--shown', opacity)
  const percent = Math.round(opacity * 100)
  node.querySelector('[data-opacity]').value = percent
  node.querySelector('output').textContent = `${percent}%`
  for (const button of node.querySelectorAll('[data-style]')) {
    button.setAttribute('aria-pressed', String(button.dataset.style === style))
  }
  for (const list of node.querySelectorAll('[data-legend]')) {
    list.hidden = !on || list.dataset.legend !== style
  }
}

// What was kept and still makes sense: a style may be gone.
function known(kept, styles) {
  if (!kept) return {}
  const { on, opacity, style } = kept
  return {
    ...(typeof on === 'boolean' && { on }),
    ...(opacity > 0 && opacity <= 1 && { opacity }),
    ...(styles.includes(style) && { style }),
  }
}

// Of `?layers=land,houses~use`: those and no others are shown; null where none is named.
export function shared(address) {
  const said = new URLSearchParams(address.split('#')[0]).get('layers')
  if (said === null) return null
  const asked = said.split(',').filter(Boolean).map((one) => one.split('~'))
  return Object.fromEntries(asked.map(([code, style]) => [code, { on: true, ...(style && { style }) }]))
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {}
  } catch {
    return {}
  }
}

function write(states) {
  const kept = {}
  for (const [code, { on, opacity, style }] of states) kept[code] = { on, opacity, style }
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept))
  } catch {
    // Private windows keep nothing; the map works all the same.
  }
}
