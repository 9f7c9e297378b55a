// The one map, for every page that shows it.
//
//   import { createMap } from 'layers/map-core'
//   const map = await createMap(element, {
//     center: [116.36, 39.91], zoom: 16,      // default: the whole site
//     onClick: ({ lon, lat, zoom }) => …,      // also Enter, at the map's centre
//     inset: [left, top],                      // pixels that a drawer covers
//   })
//
// The page's head includes "layers/_map_head.html" (Leaflet, styles, set-up). `element`
// has a height of its own; `{% leaflet_map %}` makes one, any other <div> will do, also
// one that htmx brought later. What comes back:
//
//   map.addPins(geojson, { onSelect })  → { set(geojson), remove() }. Points with the
//       properties id, phase (collect … done), light (green, yellow, red), glyph (one
//       sign) and label. Near ones gather into a cluster with count and worst light.
//   map.select(id)                        the pin wears the accent; null takes it off
//   map.choosePlace({ lon, lat, accuracy, onChange }) → { set(lon, lat, accuracy),
//       get(), remove() }: one pin to drag, or to place by a tap
//   map.show(geometry)                    highlights GeoJSON; null clears it
//   map.fit(geojson or [w, s, e, n], { maxZoom })   map.flyTo(lon, lat, zoom)
//   map.refresh()                         draws what was published meanwhile
//   map.restyle()                         adjusts the style once more
//   map.addOverlay(style => style)        draws more upon every style from now on
//   map.retry()                           asks again for tiles that failed
//   map.destroy()
//   map.leaflet, map.gl                   the two engines; gl is null without WebGL
//   map.drawn                             a promise: MapLibre was idle once
//
// Events on `element`: map:error ({ text }) and map:calm when tiles come again.

import { pinLayer, placePin } from 'layers/map-pins'

const FONTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
const setup = JSON.parse(document.getElementById('govmap-map').textContent)
let engine = null

export const words = setup.words
export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches

export function theme() {
  const set = document.documentElement.dataset.bsTheme
  if (set === 'light' || set === 'dark') return set
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export async function fetchStyle(url = setup.style) {
  const address = new URL(url, location.href)
  address.searchParams.set('theme', theme())
  const response = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } })
  if (!response.ok || response.redirected) throw new Error(words.failed)
  return response.json()
}

export async function createMap(element, options = {}) {
  const adjust = options.adjust ?? ((style) => style)
  const [style] = await Promise.all([fetchStyle(options.style), startEngine()])
  const leaflet = makeLeaflet(element, style, options)
  const map = new OneMap(element, leaflet, adjust(style))
  map.adjust = (raw) => map.overlays.reduce((made, draw) => draw(made), adjust(raw))
  Object.assign(map, { raw: style, fetchStyle: () => fetchStyle(options.style) })
  map.followTheme(async () => map.adjust((map.raw = await map.fetchStyle())))
  if (options.onClick) map.onClick(options.onClick)
  return map
}

// MapLibre is a module; the plugin that joins it to Leaflet wants it on the window.
function startEngine() {
  engine ??= import('maplibre-gl').then(async (library) => {
    library.setWorkerUrl(setup.worker)
    window.maplibregl = library
    await loadScript(setup.plugin)
  })
  return engine
}

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = src
    script.onload = resolve
    script.onerror = () => reject(new Error(words.failed))
    document.head.append(script)
  })
}

function makeLeaflet(element, style, options) {
  let arrived = null
  const take = (event) => { arrived ??= event.detail.map }
  addEventListener('map:init', take)
  const djoptions = {
    ...JSON.parse(element.dataset.djoptions ?? '{}'),
    layers: [], overlays: [], attributionprefix: '', scale: null, minzoom: 9, maxzoom: 20,
    zoom: options.zoom ?? style.zoom + 1,
    center: (options.center ?? style.center).slice().reverse(),
  }
  L.Map.djangoMap(element, { djoptions, zoomControl: false, callback: undefined })
  removeEventListener('map:init', take)
  const bounds = style.metadata?.['govmap:bounds']
  if (bounds && !options.center) {
    arrived.fitBounds(corners(bounds), { animate: false, paddingTopLeft: options.inset ?? [0, 0] })
  }
  return arrived
}

function corners([west, south, east, north]) {
  return L.latLngBounds([south, west], [north, east])
}

function glLayer(style) {
  const still = calm()
  return new (steadyLayer())({
    style,
    validateStyle: false,
    localIdeographFontFamily: FONTS,
    attributionControl: { customAttribution: '' },
    fadeDuration: still ? 0 : 150,
    padding: 0.1,
    refreshExpiredTiles: false,
  })
}

// After a zoom or a new size the plugin draws a frame later, when a page may have taken
// the map away.
function steadyLayer() {
  return L.MaplibreGL.extend({
    _transitionEnd() {
      L.Util.requestAnimFrame(() => {
        if (!this._map) return
        this._resizeContainer()
        this._zoomEnd()
      })
    },
  })
}

class OneMap {
  constructor(element, leaflet, style) {
    Object.assign(this, { element, leaflet, gl: null, failed: new Set(), pins: [], overlays: [] })
    this.drawn = new Promise((resolve) => { this.markDrawn = resolve })
    L.control.zoom({
      position: 'bottomright',
      zoomInTitle: words.zoomIn,
      zoomOutTitle: words.zoomOut,
    }).addTo(leaflet)
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(leaflet)
    this.note(style)
    this.draw(style)
    this.resized = new ResizeObserver(() => leaflet.invalidateSize({ pan: false }))
    this.resized.observe(element)
  }

  note(style) {
    const text = style.metadata?.['govmap:attribution']
    if (text) this.leaflet.attributionControl?.addAttribution(escapeHtml(text))
    this.credit(style)
  }

  // Whose pictures are drawn, as long as they are.
  credit({ layers, sources }) {
    const drawn = layers.filter(({ type, layout }) => type === 'raster' && layout?.visibility !== 'none')
    const texts = new Set(drawn.map(({ source }) => escapeHtml(sources[source]?.attribution ?? '')))
    texts.delete('')
    const control = this.leaflet.attributionControl
    for (const text of this.credits ?? []) if (!texts.has(text)) control?.removeAttribution(text)
    for (const text of texts) if (!this.credits?.has(text)) control?.addAttribution(text)
    this.credits = texts
  }

  draw(style) {
    try {
      this.layer = glLayer(style).addTo(this.leaflet)
    } catch {
      this.report(words.noWebgl)
      this.markDrawn()
      return
    }
    this.gl = this.layer.getMaplibreMap()
    this.gl.once('style.load', () => {
      this.styled = true
      if (this.overlays.length) this.restyle()
    })
    this.gl.once('idle', () => {
      this.element.dataset.drawn = 'true'
      this.markDrawn()
    })
    this.gl.on('error', (event) => this.tileFailed(event))
    this.gl.on('idle', () => this.failed.size || this.report(null))
  }

  tileFailed(event) {
    if (event.error?.name === 'AbortError') return
    if (event.sourceId) this.failed.add(event.sourceId)
    const ended = [401, 403].includes(event.error?.status)
    this.report(ended ? words.signedOut : words.tilesFailed)
  }

  report(text) {
    const name = text ? 'map:error' : 'map:calm'
    this.element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { text } }))
  }

  retry() {
    const sources = [...this.failed]
    this.failed.clear()
    this.report(null)
    for (const id of sources) this.gl?.refreshTiles(id)
  }

  followTheme(restyle) {
    let drawn = theme()
    this.themes = new MutationObserver(async () => {
      if (theme() === drawn) return
      drawn = theme()
      this.setStyle(await restyle())
    })
    this.themes.observe(document.documentElement, { attributeFilter: ['data-bs-theme'] })
  }

  // A source keeps what it shows until its new tiles are there; a style with other
  // addresses alone would take the old ones away first.
  setStyle(style) {
    this.credit(style)
    for (const [id, { tiles }] of Object.entries(style.sources)) {
      const source = this.gl?.getSource(id)
      if (source?.tiles && String(source.tiles) !== String(tiles)) source.setTiles(tiles)
    }
    this.gl?.setStyle(style, { diff: true, validate: false })
  }

  // The style names the version of every layer's tiles: another version, other tiles.
  // Several may ask at once; the view stays.
  async refresh() {
    const asked = (this.asked = {})
    const fresh = await this.fetchStyle()
    if (asked !== this.asked || JSON.stringify(fresh) === JSON.stringify(this.raw)) return
    this.raw = fresh
    this.restyle()
  }

  restyle() {
    this.setStyle(this.adjust(this.raw))
  }

  addOverlay(draw) {
    this.overlays.push(draw)
    if (this.styled) this.restyle()
  }

  onClick(listener) {
    const tell = ({ lat, lng }) =>
      listener({ lon: lng, lat, zoom: this.leaflet.getZoom() })
    this.leaflet.on('click', (event) => tell(event.latlng))
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target !== this.element) return
      event.preventDefault()
      tell(this.leaflet.getCenter())
    })
  }

  addPins(geojson, options = {}) {
    const pins = pinLayer(this.leaflet, geojson, options)
    this.pins.push(pins)
    return pins
  }

  select(id) {
    for (const pins of this.pins) pins.select(id)
  }

  choosePlace(options) {
    return placePin(this.leaflet, options)
  }

  show(geometry) {
    this.shown?.remove()
    this.shown = null
    if (!geometry) return
    this.shown = L.layerGroup(['map-selection-halo', 'map-selection'].map((className) =>
      L.geoJSON(geometry, {
        interactive: false,
        style: { className },
        pointToLayer: (_feature, at) =>
          L.circleMarker(at, { radius: 11, interactive: false, className }),
      }))).addTo(this.leaflet)
  }

  fit(what, { maxZoom = 18, padding = 40 } = {}) {
    const bounds = Array.isArray(what) ? corners(what) : L.geoJSON(what).getBounds()
    if (!bounds.isValid()) return
    this.leaflet.fitBounds(bounds, { maxZoom, padding: [padding, padding], animate: !calm() })
  }

  flyTo(lon, lat, zoom = 18) {
    this.leaflet.setView([lat, lon], zoom, { animate: !calm() })
  }

  destroy() {
    this.themes?.disconnect()
    this.resized.disconnect()
    this.leaflet.remove()
  }
}

export function escapeHtml(text) {
  const element = document.createElement('i')
  element.textContent = text
  return element.innerHTML
}
