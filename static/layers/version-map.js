// The differences of a version on the map: new, changed and gone in their colours, what
// moved with a line from its old middle to the new.
//
// Up to a few thousand come as GeoJSON; what is more comes as tiles of the draft, or, of
// a published version, for the part of the map that is in sight.
import { createMap } from 'layers/map-core'

const SOURCE = 'differences'
const TILES = 'draft'
const EMPTY = { type: 'FeatureCollection', features: [] }
const KINDS = ['new', 'changed', 'gone']

export class DifferenceMap {
  // options: places (address), tiles (pattern or undefined), layer (code), query()
  // (URLSearchParams of the filters), onPick(row), onPartial(true or false)
  constructor(element, options) {
    Object.assign(this, { element, ...options, data: EMPTY, complete: true })
  }

  async start() {
    await this.load()
    this.map = await createMap(this.element, {
      adjust: (style) => this.styled(style),
      onClick: ({ lon, lat }) => this.picked(lon, lat),
    })
    this.map.leaflet.on('moveend', () => this.complete || this.tiles || this.refresh(true))
    if (this.complete) this.fit()
  }

  // Everything at once where that is few enough; else what is in sight.
  async load(inSight = false) {
    const query = this.query()
    if (inSight && this.map) {
      const bounds = this.map.leaflet.getBounds()
      query.set('bbox', bounds.toBBoxString().split(',').map((edge) => clamp(edge)).join(','))
    }
    const asked = (this.asked = {})
    const response = await fetch(`${this.places}?${query}`, { headers: { 'X-Requested-With': 'fetch' } })
    if (!response.ok || response.redirected || asked !== this.asked) return false
    this.data = await response.json()
    if (!inSight) this.complete = this.data.complete
    this.onPartial(!this.data.complete && !this.tiles)
    return true
  }

  async refresh(inSight = false) {
    if (!(await this.load(inSight)) || !this.map?.gl) return
    this.map.gl.getSource(SOURCE)?.setData(this.drawn())
    if (this.map.gl.getLayer(`${TILES}-fill`)) this.map.restyle()
  }

  // What tiles draw is not drawn twice.
  drawn() { return this.tiles && !this.complete ? EMPTY : this.data }

  fit() {
    if (this.data.features.length) this.map.fit(this.data, { maxZoom: 18 })
  }

  show({ row, change, box }) {
    const found = this.data.features.find(({ properties }) =>
      properties.row === row && properties.change === change && properties.role === 'shape')
    const [west, south, east, north] = box
    const frame = { type: 'Polygon', coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] }
    this.map?.show(found?.geometry ?? frame)
    this.map?.fit([west, south, east, north], { maxZoom: 19, padding: 80 })
  }

  picked(lon, lat) {
    const { gl } = this.map
    if (!gl) return
    const { x, y } = gl.project([lon, lat])
    const layers = gl.getStyle().layers.map(({ id }) => id).filter((id) => id.startsWith(`${SOURCE}-`) || id.startsWith(`${TILES}-`))
    const [hit] = gl.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers })
    if (hit) this.onPick(hit.properties)
  }

  styled(style) {
    const colours = this.colours()
    const sources = { ...style.sources, [SOURCE]: { type: 'geojson', data: this.drawn() } }
    const layers = [...style.layers, ...painted(SOURCE, {}, colours, true)]
    if (this.tiles && !this.complete) {
      const tiles = [new URL(this.tiles, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')]
      sources[TILES] = { type: 'vector', tiles, maxzoom: 16 }
      layers.push(...painted(TILES, { 'source-layer': this.layer }, colours, false, this.query().get('kind')))
    }
    return { ...style, sources, layers }
  }

  colours() {
    const css = getComputedStyle(this.element)
    const read = (name) => css.getPropertyValue(name).trim()
    return Object.fromEntries([...KINDS, 'ink'].map((name) => [name, read(`--${name}`)]))
  }
}

function painted(source, more, colours, hasRoles, kind) {
  const colour = ['match', ['get', 'change'], ...KINDS.flatMap((name) => [name, colours[name]]), colours.ink]
  const shape = hasRoles ? [['==', ['get', 'role'], 'shape']] : []
  const wanted = kind && KINDS.includes(kind) ? [['==', ['get', 'change'], kind]] : []
  const only = (...types) => ['all', ...shape, ...wanted, ['in', ['geometry-type'], ['literal', types.flatMap((type) => [type, `Multi${type}`])]]]
  const role = (name) => ['==', ['get', 'role'], name]
  const layer = (name, type, filter, paint) => ({ id: `${source}-${name}`, type, source, ...more, filter, paint })
  const made = [
    layer('fill', 'fill', only('Polygon'), { 'fill-color': colour, 'fill-opacity': 0.5 }),
    layer('line', 'line', only('Polygon', 'LineString'), { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.6, 16, 2] }),
    layer('point', 'circle', only('Point'), { 'circle-color': colour, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5 }),
  ]
  if (!hasRoles) return made
  return [
    layer('was', 'line', role('was'), { 'line-color': colours.ink, 'line-width': 1.5, 'line-dasharray': [3, 2] }),
    ...made,
    layer('move', 'line', role('move'), { 'line-color': colours.ink, 'line-width': 2.5 }),
  ]
}

const clamp = (edge) => Math.max(-180, Math.min(180, Number(edge))).toFixed(6)
