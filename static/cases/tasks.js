// <task-list>: what waits for me, nearest in time or in space first. The next step is
// done in place: its form comes into the card and sends itself (workflow/move-form).
//
// An event only names a case; its card is fetched again, so the server decides.
import { element, fetchFragment, post, uuid } from 'govmap/http'
import { tick } from 'govmap/clock'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'
import { loadMap } from 'layers/lazy-map'
import 'cases/alarm'
import 'workflow/presence'

const EARTH = 6_371_000 // metres
const AT_WORK = '.task-open, [data-busy]'

class TaskList extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById('task-words').textContent)
    this.cards = this.querySelector('[data-cards]')
    this.said = this.querySelector('[data-said]')
    this.order = 'due'
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('move:answer', (event) => this.answered(event))
    this.live = listen(this.dataset.live, {
      case: (told) => this.heard(told.uuid),
      reload: () => location.reload(),
    })
    this.whereAmI()
  }

  disconnectedCallback() {
    this.live.close()
    this.map?.destroy()
  }

  get all() { return [...this.cards.querySelectorAll('.task')] }
  card(id) { return this.cards.querySelector(`[data-task="${CSS.escape(id)}"]`) }

  clicked(event) {
    const at = (selector) => event.target.closest(selector)
    const card = at('.task')
    const opener = at('[data-open]')
    if (opener && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      if (opener.dataset.atOnce) this.doAtOnce(card, opener)
      else this.open(card, opener)
    }
    if (at('[data-close]')) this.close(card)
    if (at('[data-order]')) this.sortBy(at('[data-order]').dataset.order)
    if (at('[data-map-toggle]')) this.toggleMap(at('[data-map-toggle]'))
  }

  // A step that asks for nothing is one tap.
  async doAtOnce(card, button) {
    if (card.dataset.busy) return
    card.dataset.busy = 'true'
    // Kept on the button: tapped again after a lost answer, it is the same act.
    button.dataset.act ??= uuid()
    const body = new FormData()
    for (const [name, value] of Object.entries({
      verb: button.dataset.verb, act_id: button.dataset.act, after_event: card.dataset.events, as: 'task',
    })) body.set(name, value)
    const { status, data, response } = await post(button.dataset.atOnce, body)
    delete card.dataset.busy
    if (status === 0 || status >= 500 || response.redirected) return this.failed()
    return this.put(card, data, status)
  }

  async open(card, opener) {
    for (const menu of card.querySelectorAll('details[open]')) menu.open = false
    const { status, html, response } = await fetchFragment(opener.dataset.open)
    if (status === 0 || status >= 500 || response.redirected) return this.failed()
    return this.put(card, html, status)
  }

  async close(card) {
    const id = card.dataset.task
    if ('done' in card.dataset) return this.remove(card)
    const { ok, status, html } = await fetchFragment(`${this.dataset.one}${id}/`)
    if (status === 204) return this.remove(card)
    if (!ok) return this.failed()
    const fresh = this.swap(card, html)
    fresh.querySelector('.task-do').focus()
    return undefined
  }

  answered({ target, detail }) {
    this.put(target.closest('.task'), detail.html, detail.status)
  }

  // The card as the server draws it now; a bare sentence where it will not.
  put(card, html, status) {
    const made = element(html)
    if (!made?.matches('.task')) {
      notify(made?.textContent.trim() ?? '', { kind: status < 400 ? 'success' : 'error' })
      if (status < 400 || status === 404) this.remove(card)
      return
    }
    const fresh = this.swap(card, html)
    fresh.scrollIntoView({ block: 'nearest' })
    const form = fresh.querySelector('move-form:not([hidden])')
    if (status >= 400 && form) form.focusFirst()
    else fresh.querySelector('[data-focus]')?.focus({ preventScroll: true })
    this.recount()
  }

  swap(card, html) {
    const fresh = element(html)
    card.replaceWith(fresh)
    tick(fresh)
    this.showDistance(fresh)
    return fresh
  }

  // A card that is open or just being sent is somebody's work: it is left alone, and the
  // server tells him when he sends what has become too late.
  async heard(id) {
    if (this.card(id)?.matches(AT_WORK)) return
    const { status, html, response } = await fetchFragment(`${this.dataset.one}${id}/`)
    const now = this.card(id)
    if (now?.matches(AT_WORK)) return
    if (status === 204 || status === 404) {
      if (now) { this.remove(now); this.said.textContent = this.words.left }
    } else if (status === 200 && !response.redirected) {
      if (now) this.swap(now, html)
      else this.insert(element(html))
    }
  }

  insert(card) {
    this.cards.append(card)
    tick(card)
    this.showDistance(card)
    this.sort()
    this.recount()
    this.said.textContent = this.words.arrived
  }

  remove(card) {
    const next = card.nextElementSibling ?? card.previousElementSibling
    const had = card.contains(document.activeElement)
    card.remove()
    if (had) next?.querySelector('.task-do, [data-focus]')?.focus()
    this.recount()
  }

  recount() {
    const conferred = this.querySelectorAll('.conference-tasks li').length
    const left = conferred + this.all.filter((card) => !('done' in card.dataset)).length
    this.querySelector('[data-count]').textContent = left || ''
    this.querySelector('[data-empty]').hidden = conferred + this.all.length > 0
    this.querySelector('[data-tools]').hidden = !this.all.length
    this.pins?.set(this.geojson())
  }

  failed() { notify(this.words.offline, { kind: 'error' }) }

  // Distance: only where the phone has already been allowed to tell its place, or when
  // somebody asks for it.
  async whereAmI() {
    try {
      const { state } = await navigator.permissions.query({ name: 'geolocation' })
      if (state === 'granted') this.locate()
    } catch { /* an old browser: by asking only */ }
  }

  locate() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(false)
      return navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          this.here = coords
          this.all.forEach((card) => this.showDistance(card))
          resolve(true)
        },
        () => resolve(false),
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
      )
    })
  }

  showDistance(card) {
    const metres = this.distance(card)
    const place = card.querySelector('[data-distance]')
    if (metres === Infinity || !place) return
    const said = metres < 1000
      ? fill(this.words.metres, { metres: Math.round(metres / 10) * 10 })
      : fill(this.words.kilometres, { kilometres: (metres / 1000).toFixed(1) })
    place.textContent = ` · ${said}`
  }

  distance({ dataset: { lon, lat } }) {
    if (!this.here || !lon) return Infinity
    const radians = Math.PI / 180
    const y = (lat - this.here.latitude) * radians
    const x = (lon - this.here.longitude) * radians * Math.cos(lat * radians)
    return Math.hypot(x, y) * EARTH
  }

  async sortBy(order) {
    if (order === 'near' && !this.here && !(await this.locate())) {
      notify(this.words.no_place, { kind: 'error' })
      return
    }
    this.order = order
    for (const button of this.querySelectorAll('[data-order]')) {
      button.setAttribute('aria-pressed', String(button.dataset.order === order))
    }
    this.sort()
  }

  sort() {
    const due = ({ dataset }) => Date.parse(dataset.due) || Infinity
    // By time, what a special period puts first stands before the rest.
    const near = this.order === 'near'
    const rank = (card) => (near ? 0 : Number(card.dataset.rank ?? 0))
    const far = near ? (card) => this.distance(card) : due
    const sorted = this.all.map((card) => [rank(card), far(card), card])
    sorted.sort(([first, one], [second, other]) => second - first || (one === other ? 0 : one - other))
    for (const [, , card] of sorted) this.cards.append(card)
  }

  // The map

  async toggleMap(button) {
    const open = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(open))
    const box = this.querySelector('.task-map')
    box.hidden = !open
    this.classList.toggle('has-map', open)
    if (!open || this.map || this.drawing) return
    this.drawing = true
    try {
      const createMap = await loadMap()
      this.map = await createMap(box.querySelector('[data-map]'))
      this.pins = this.map.addPins(this.geojson(), { onSelect: ({ id }) => this.select(id) })
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
    for (const card of this.all) card.classList.toggle('is-selected', card.dataset.task === id)
    const card = this.card(id)
    card.scrollIntoView({ block: 'nearest' })
    card.querySelector('.task-do, [data-focus]')?.focus({ preventScroll: true })
  }

  geojson() {
    const placed = this.all.filter(({ dataset }) => dataset.lon)
    return { type: 'FeatureCollection', features: placed.map(feature) }
  }
}

function feature(card) {
  const { task, phase, label, lon, lat } = card.dataset
  const light = /light-(green|yellow|red)/.exec(card.querySelector('.light')?.className ?? '')
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [Number(lon), Number(lat)] },
    properties: { id: task, phase, light: light?.[1] ?? '', glyph: label.slice(0, 1), label },
  }
}

customElements.define('task-list', TaskList)
