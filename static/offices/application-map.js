// <application-map>: what an application holds, shaded by cell or by community; its
// records as points, its cases as pins. An area tells its counts and opens its records.
import { loadMap } from 'layers/lazy-map'

const EMPTY = { type: 'FeatureCollection', features: [] }
const CLASSES = 5
const NAMES = ['open', 'late', 'fresh', 'cases']
const PHASES = ['collect', 'dispatch', 'resolve', 'verify', 'done']

class ApplicationMap extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('[data-shade]')
    this.data = EMPTY
    this.form.addEventListener('change', ({ target }) => (target.name === 'what' ? this.shade() : this.load()))
    this.querySelector('[data-card-close]').addEventListener('click', () => this.tell(null))
    this.seen = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) this.start() })
    this.seen.observe(this)
  }

  disconnectedCallback() {
    this.seen.disconnect()
    this.map?.destroy()
  }

  get asked() { return Object.fromEntries(new FormData(this.form)) }

  async start() {
    this.seen.disconnect()
    const wait = this.querySelector('[data-wait]')
    try {
      const [createMap] = await Promise.all([loadMap(), this.fetch()])
      this.map = await createMap(this.querySelector('[data-map]'), {
        adjust: (style) => this.styled(style),
        onClick: ({ lon, lat }) => this.picked(lon, lat),
      })
    } catch (error) {
      console.warn(error)
      return
    }
    wait.hidden = true
    if (this.data.features.length) this.map.fit(this.data, { maxZoom: 16, padding: 12 })
    this.legend()
    this.dataset.ready = 'true'
    const cases = await this.json(this.dataset.cases)
    if (cases) this.map.addPins(cases, { onSelect: ({ id }) => { location.href = `${this.dataset.case}${id}/` } })
  }

  async json(address) {
    const response = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } })
    return response.ok && !response.redirected ? response.json() : null
  }

  async fetch() {
    const { by, module } = this.asked
    const asked = (this.latest = {})
    const found = await this.json(`${this.dataset.areas}?${new URLSearchParams({ by, module })}`)
    if (asked === this.latest && found) this.data = found
  }

  async load() {
    this.tell(null)
    await this.fetch()
    this.shade()
  }

  shade() {
    this.legend()
    this.map?.restyle()
  }

  // The upper bounds of the classes, whole numbers.
  get breaks() {
    const { what } = this.asked
    const most = Math.max(0, ...this.data.features.map(({ properties }) => properties[what]))
    const step = Math.max(1, Math.ceil(most / CLASSES))
    return most ? Array.from({ length: Math.min(CLASSES, Math.ceil(most / step)) }, (_none, at) => (at + 1) * step) : []
  }

  legend() {
    const box = this.querySelector('[data-legend]')
    const { breaks } = this
    box.hidden = !breaks.length
    this.dataset.what = this.asked.what
    box.replaceChildren(...breaks.map((most, at) => {
      const item = document.createElement('li')
      const least = (breaks[at - 1] ?? 0) + 1
      item.className = `shade-${at + 1 + CLASSES - breaks.length}`
      item.textContent = least === most ? String(most) : `${least}–${most}`
      return item
    }))
  }

  styled(style) {
    const css = getComputedStyle(this)
    const colour = (name) => css.getPropertyValue(`--${name}`).trim()
    const { what } = this.asked
    const { breaks } = this
    const count = ['get', what]
    const first = CLASSES - breaks.length + 1
    const fill = breaks.length
      ? ['step', count, 'rgba(0,0,0,0)', 1, colour(`shade-${first}`), ...breaks.slice(0, -1).flatMap((most, at) => [most + 1, colour(`shade-${first + at + 1}`)])]
      : 'rgba(0,0,0,0)'
    const phase = ['match', ['get', 'phase'], ...PHASES.flatMap((name) => [name, colour(`phase-${name}`)]), colour('ink')]
    return {
      ...style,
      sources: {
        ...style.sources,
        areas: { type: 'geojson', data: this.data },
        records: { type: 'vector', tiles: [this.tiles], maxzoom: 16 },
      },
      layers: [
        ...style.layers,
        { id: 'areas-fill', type: 'fill', source: 'areas', paint: { 'fill-color': fill, 'fill-opacity': 0.62 } },
        { id: 'areas-line', type: 'line', source: 'areas', paint: { 'line-color': colour('accent'), 'line-width': 0.8, 'line-opacity': 0.6 } },
        { id: 'records-point', type: 'circle', source: 'records', 'source-layer': 'records', minzoom: 13, paint: { 'circle-color': phase, 'circle-radius': 5, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5 } },
        { id: 'areas-count', type: 'symbol', source: 'areas', filter: ['>', count, 0], minzoom: 12, layout: { 'text-field': ['to-string', count], 'text-size': 13 }, paint: { 'text-color': colour('ink'), 'text-halo-color': colour('sheet'), 'text-halo-width': 1.5 } },
      ],
    }
  }

  get tiles() {
    const { module } = this.asked
    const path = this.dataset.tiles.replace('987/654/321', '{z}/{x}/{y}')
    return `${location.origin}${path}${module ? `?module=${encodeURIComponent(module)}` : ''}`
  }

  picked(lon, lat) {
    const { gl } = this.map
    if (!gl) return
    const { x, y } = gl.project([lon, lat])
    const [point] = gl.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: ['records-point'] })
    if (point) { location.href = `${this.dataset.record}${point.properties.id}/`; return }
    const [area] = gl.queryRenderedFeatures([x, y], { layers: ['areas-fill'] })
    this.tell(area?.properties ?? null)
  }

  tell(area) {
    const card = this.querySelector('[data-card]')
    card.hidden = !area
    if (!area) return
    const { by, module } = this.asked
    card.querySelector('[data-card-name]').textContent = area.name
    const words = Object.fromEntries(Array.from(this.form.elements.what.options, ({ value, text }) => [value, text]))
    card.querySelector('[data-card-counts]').replaceChildren(...NAMES.flatMap((name) => {
      const [word, number] = [document.createElement('dt'), document.createElement('dd')]
      word.textContent = words[name]
      number.textContent = String(area[name])
      return [word, number]
    }))
    card.querySelector('[data-card-link]').href = `${this.dataset.records}?${new URLSearchParams({ [by]: area.code, ...(module && { module }) })}`
  }
}
customElements.define('application-map', ApplicationMap)
