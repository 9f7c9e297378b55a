// <survey-walk>: what is left of a survey, nearest first where the phone may tell its
// place, and all of it on the map. The form of a thing is a page of its own.
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'
import { loadMap } from 'layers/lazy-map'

const EARTH = 6_371_000 // metres

class SurveyWalk extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById('survey-words').textContent)
    this.list = this.querySelector('[data-things]')
    if (!this.list) return
    this.addEventListener('click', (event) => this.clicked(event))
    this.dataset.ready = ''
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  get things() { return [...this.list.children] }

  clicked(event) {
    const near = event.target.closest('[data-near]')
    const toggle = event.target.closest('[data-map-toggle]')
    if (near) this.sortByDistance(near)
    if (toggle) this.toggleMap(toggle)
  }

  sortByDistance(button) {
    navigator.geolocation?.getCurrentPosition(({ coords }) => {
      button.setAttribute('aria-pressed', 'true')
      const far = this.things.map((thing) => [distance(coords, thing.dataset), thing])
      for (const [metres, thing] of far.sort(([one], [other]) => one - other)) {
        const said = fill(this.words.metres, { metres: Math.round(metres / 10) * 10 })
        thing.querySelector('[data-distance]').textContent = ` · ${said}`
        this.list.append(thing)
      }
    }, () => {}, { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 })
  }

  async toggleMap(button) {
    const open = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(open))
    const box = this.querySelector('#survey-map')
    box.hidden = !open
    if (!open || this.map || this.drawing) return
    this.drawing = true
    try {
      const createMap = await loadMap()
      this.map = await createMap(box.querySelector('[data-map]'))
      this.map.addPins(this.geojson(), { onSelect: ({ id }) => this.select(id) })
      this.map.fit(this.geojson())
    } catch {
      notify(this.words.no_map, { kind: 'error' })
      box.hidden = true
    } finally {
      this.drawing = false
    }
  }

  select(id) {
    this.map.select(id)
    const thing = this.list.querySelector(`#thing-${CSS.escape(id)}`)
    for (const one of this.things) one.classList.toggle('is-selected', one === thing)
    thing.scrollIntoView({ block: 'nearest' })
    thing.querySelector('a').focus({ preventScroll: true })
  }

  geojson() {
    const features = this.things.map(({ dataset: { id, lon, lat, label } }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [Number(lon), Number(lat)] },
      properties: { id, phase: 'collect', light: '', glyph: label.slice(0, 1), label },
    }))
    return { type: 'FeatureCollection', features }
  }
}

function distance({ latitude, longitude }, { lon, lat }) {
  const radians = Math.PI / 180
  const y = (lat - latitude) * radians
  const x = (lon - longitude) * radians * Math.cos(lat * radians)
  return Math.hypot(x, y) * EARTH
}

customElements.define('survey-walk', SurveyWalk)
