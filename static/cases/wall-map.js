// The wall's map: areas shaded by what is overdue, open cases by their cell, and a
// flight to what is new. A flight stays a while, and the next comes not at once.
import { calm, createMap } from 'layers/map-core'

const LEAST = 20000 // ms between two flights
const STAY = 14000 // ms until the map goes back to the whole
const CLOSE = 16 // zoom of a flight, unless the whole is drawn as close
const MOST = 4 // flights that wait, the newest first
const SIGNS = { urgent: '!', whistle: '哨', red: '' }

export function wallMap(page, setup) {
  return new WallMap(page, setup)
}

class WallMap {
  constructor(page, setup) {
    Object.assign(this, { page, setup, last: 0, queue: [], live: setup.live })
    this.element = page.querySelector('[data-map]')
    this.panel = this.element.closest('[data-panel]')
    this.caption = page.querySelector('[data-flight]')
    this.seen = new Set(setup.live.targets.map(({ key }) => key))
    // What happened in the last minutes before the wall was opened is still new.
    this.queue = setup.live.targets.slice(0, 1)
    this.start()
  }

  // Only once it is seen: a map without a size cannot be drawn.
  start() {
    const watcher = new IntersectionObserver(async ([entry]) => {
      if (!entry.isIntersecting) return
      watcher.disconnect()
      try {
        this.map = await createMap(this.element, { adjust: (style) => this.plain(style) })
      } catch {
        this.say(this.setup.words.no_map)
        return
      }
      this.prepare()
    })
    watcher.observe(this.element)
  }

  // The ground alone: borders, cells and parts would make it restless.
  plain(style) {
    const hidden = new Set(this.setup.hidden)
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.9
    // Words that nobody could read from afar come with the flight alone.
    const words = (layer) => layer.type !== 'symbol' ? layer
      : { ...layer, minzoom: Math.max(layer.minzoom ?? 0, CLOSE - 1.5), layout: { ...layer.layout, 'text-size': size } }
    return { ...style, layers: style.layers.filter((layer) => !hidden.has(layer.source)).map(words) }
  }

  prepare() {
    const { leaflet } = this.map
    leaflet.options.zoomSnap = 0.1
    // The map's own one is made for a desk.
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    L.control.scale({ imperial: false, position: 'bottomleft', maxWidth: rem * 6 }).addTo(leaflet).getContainer().classList.add('wall-scale')
    this.areas = L.geoJSON(this.setup.outlines, {
      interactive: false,
      style: { className: 'wall-area-shape' },
    }).addTo(leaflet)
    this.names = L.layerGroup(this.setup.outlines.features.map(({ properties: { name, middle } }) =>
      L.marker([middle[1], middle[0]], {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: 'wall-area-name', iconSize: [0, 0], html: '<span></span>' }),
        title: name,
      }))).addTo(leaflet)
    this.cells = L.layerGroup().addTo(leaflet)
    this.home(false)
    this.name()
    this.draw()
    leaflet.on('zoomend', () => { this.draw(); this.name() })
    // The panel is another size in each scene.
    new ResizeObserver(() => { if (!this.flying && this.element.clientHeight) { leaflet.invalidateSize({ pan: false }); this.home(false) } }).observe(this.element)
    setInterval(() => this.next(), 1000)
    this.element.dataset.ready = 'true'
  }

  // The names of small areas are left out where they would lie on one another.
  name() {
    const { leaflet } = this.map
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const taken = []
    this.names.eachLayer((marker) => {
      const text = marker.options.title
      const at = leaflet.latLngToContainerPoint(marker.getLatLng())
      const half = [text.length * size * 0.5, size * 0.55]
      const free = taken.every(([point, other]) => Math.abs(point.x - at.x) > half[0] + other[0] || Math.abs(point.y - at.y) > half[1] + other[1])
      if (free) taken.push([at, half])
      const element = marker.getElement()
      if (!element) return
      element.removeAttribute('title')
      element.firstElementChild.textContent = free ? text : ''
    })
  }

  home(animate = !calm()) {
    if (!this.areas.getBounds().isValid()) return
    // The legend lies at the foot.
    const foot = this.panel.querySelector('.wall-legend').offsetHeight + 12
    this.map.leaflet.fitBounds(this.areas.getBounds(), { paddingTopLeft: [12, 12], paddingBottomRight: [12, foot], animate, duration: 1.6 })
  }

  take(live) {
    this.live = live
    const fresh = live.targets.filter(({ key }) => !this.seen.has(key))
    for (const { key } of fresh) this.seen.add(key)
    this.queue = [...fresh, ...this.queue].slice(0, MOST)
    if (this.cells) this.draw()
  }

  draw() {
    const most = Math.max(1, ...Object.values(this.live.shades))
    let at = 0
    this.areas.eachLayer((area) => {
      const { code } = this.setup.outlines.features[at++].properties
      const share = (this.live.shades[code] ?? 0) / most
      area.getElement()?.style.setProperty('--share', String(share))
    })
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) / 24
    const near = this.map.leaflet.getZoom() >= 15
    this.cells.clearLayers()
    for (const [lon, lat, count, , light] of this.live.cells) {
      const radius = (near ? 9 : 5.5) * size * Math.sqrt(1 + Math.min(count, 12) * 0.6)
      L.circleMarker([lat, lon], { radius, interactive: false, className: `wall-cell wall-cell-${light || 'none'}` }).addTo(this.cells)
    }
  }

  // Flights

  next() {
    const now = Date.now()
    if (this.flying && now - this.last > STAY && !this.queue.length) return this.back()
    if (!this.queue.length || now - this.last < LEAST || !this.element.clientHeight) return
    if (this.page.arranging) return
    this.fly(this.queue.shift())
  }

  fly(target) {
    this.last = Date.now()
    this.flying = target
    const { leaflet } = this.map
    const at = [target.lat, target.lon]
    const zoom = Math.max(CLOSE, leaflet.getBoundsZoom(this.areas.getBounds()) + 0.7)
    if (calm()) leaflet.setView(at, zoom, { animate: false })
    else leaflet.flyTo(at, zoom, { duration: 2.2 })
    this.mark?.remove()
    this.mark = L.marker(at, {
      interactive: false, keyboard: false, zIndexOffset: 1000,
      icon: L.divIcon({ className: `wall-target wall-target-${target.sort}`, iconSize: [56, 56], html: `<span>${SIGNS[target.sort] ?? ''}</span>` }),
    }).addTo(leaflet)
    this.say(`${this.setup.words[target.sort]} · ${target.area} · ${target.title}`, target.sort)
    this.element.dataset.flown = target.key
  }

  back() {
    this.flying = null
    this.mark?.remove()
    this.say('')
    delete this.element.dataset.flown
    this.home()
  }

  say(text, sort = '') {
    this.caption.hidden = !text
    this.caption.textContent = text
    this.caption.dataset.sort = sort
  }
}
